/** A plan of a person's own, checked as a planner's is: whatever is wrong with it is told with its place, and nothing of it is kept then. */
import type { BodyRef } from '../domain/body-ref.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Digest } from '../domain/digest.ts'
import { type Label, permits } from '../domain/label.ts'
import { checkPlan, type PlanFault, proposedShards } from '../domain/mission/check-plan.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import type { MissionPlan } from '../domain/mission/plan.ts'
import type { FindDocument } from '../domain/mission/plan-documents.ts'
import { plannable } from '../domain/mission/plan-draft.ts'
import { namedDocuments } from './named-documents.ts'
import type { Services } from './services.ts'

export type PlanParts = Pick<Services, 'agents' | 'documents' | 'sightOf' | 'judgePlan'>

export interface OwnPlan {
  readonly given: unknown
  readonly account: string
  /** Of the mission. */
  readonly label: Label
  /** What all shards together may spend. */
  readonly tokensMax: number
}

export interface CheckedPlan {
  readonly faults: readonly PlanFault[]
  /** Null where there are faults. */
  readonly put: {
    /** What a person wrote in it. */
    readonly texts: readonly string[]
    readonly command: (put: (text: string) => BodyRef, instead: Digest | null) => MissionCommand
  } | null
}

const textsOf = ({ shards }: MissionPlan): readonly string[] => shards.flatMap(({ title, input }) => [title, ...Object.values(input)])

export function checkOwnPlan(parts: PlanParts, { given, account, label, tokensMax }: OwnPlan): CheckedPlan {
  const find: FindDocument = (name) => {
    const [row, ...others] = namedDocuments(parts, account, name.trim())
    if (row === undefined) return { kind: 'unknown' }
    if (others.length > 0) return { kind: 'ambiguous' }
    return permits(label, row.label) ? { kind: 'one', documentId: row.publicId } : { kind: 'above' }
  }
  const agents = plannable(parts.agents.definitions(label))
  const { plan, faults } = checkPlan(given, agents, tokensMax, { find })
  if (plan === null) return { faults, put: null }
  const [shards, verdict] = [proposedShards(plan, agents), parts.judgePlan(plan)]
  return {
    faults,
    put: {
      texts: textsOf(plan),
      command: (put, instead) => ({ type: 'mission.put_plan', plan: put(canonicalJson(plan)), shards, verdict, instead }),
    },
  }
}
