/** What may be asked of a mission, and who may ask it. A model proposes; that a plan is carried out and a result given out is a person's. */
import type { Issuer } from '../actor.ts'
import type { BodyRef } from '../body-ref.ts'
import type { Digest } from '../digest.ts'
import type { GateVerdict } from '../gate-policy.ts'
import type { BoardKind, DirectiveName, ProposedShard, RefusedPlan, ResultCounts, RunOutcome } from './events.ts'
import type { Gate, GateDecision } from './gates.ts'
import type { TokensUsed } from './sums.ts'

export type MissionCommand =
  | { readonly type: 'mission.create'; readonly goal: BodyRef; readonly gates: readonly Gate[]; readonly tokensMax: number }
  | { readonly type: 'mission.look'; readonly look: BodyRef; readonly passages: number; readonly documents: number }
  | { readonly type: 'mission.start_plan'; readonly runId: string }
  | {
      readonly type: 'mission.propose'
      readonly runId: string
      readonly plan: BodyRef
      readonly shards: readonly ProposedShard[]
      readonly verdict: GateVerdict
    }
  /** A person's own plan, before the planner is asked or at G2. `instead`: the plan that it takes the place of there; null = there is none. */
  | {
      readonly type: 'mission.put_plan'
      readonly plan: BodyRef
      readonly shards: readonly ProposedShard[]
      readonly verdict: GateVerdict
      readonly instead: Digest | null
    }
  | { readonly type: 'mission.refuse_plan'; readonly runId: string; readonly faults: readonly RefusedPlan[] }
  | { readonly type: 'gate.open'; readonly gate: Gate }
  | {
      readonly type: 'gate.decide'
      readonly gate: Gate
      readonly decision: GateDecision
      readonly feedback: BodyRef | null
      /** Of what was shown: the plan at G2, the report at G4. */
      readonly commitment: Digest | null
      /** For the shards of the plan, in its order, where it is approved. */
      readonly shardIds: readonly string[]
    }
  | {
      readonly type: 'mission.add_shard'
      readonly shard: ProposedShard
      readonly shardId: string
      readonly task: BodyRef
      readonly byRunId: string
      /** The call by which it was asked for. */
      readonly byStepId: string
      /** On the plan as it would be with it. */
      readonly verdict: GateVerdict
      /** A person let this very call be made. */
      readonly isApproved: boolean
      readonly used: TokensUsed
    }
  | { readonly type: 'mission.start_run'; readonly key: string; readonly runId: string }
  | {
      readonly type: 'mission.end_run'
      readonly key: string
      readonly runId: string
      readonly outcome: RunOutcome
      readonly code: string | null
    }
  | {
      readonly type: 'mission.check'
      readonly key: string
      readonly runId: string
      readonly fault: string | null
      readonly counts: ResultCounts
    }
  | { readonly type: 'mission.skip'; readonly key: string; readonly code: string | null }
  | { readonly type: 'mission.join'; readonly report: BodyRef; readonly counts: ResultCounts }
  | { readonly type: 'mission.pause' | 'mission.resume' | 'mission.abort' }
  | {
      readonly type: 'board.decide'
      readonly entryId: string
      readonly kind: BoardKind
      readonly author: string | null
      readonly content: BodyRef
      readonly confidence: number | null
    }
  | { readonly type: 'board.direct'; readonly name: DirectiveName; readonly author: string | null; readonly content: BodyRef }

export const mayIssueOfMission: Readonly<Record<MissionCommand['type'], readonly Issuer[]>> = {
  'mission.create': ['operator'],
  'mission.look': ['runtime'],
  'mission.start_plan': ['scheduler'],
  'mission.propose': ['runtime'],
  'mission.put_plan': ['operator'],
  'mission.refuse_plan': ['runtime'],
  'gate.open': ['scheduler'],
  'gate.decide': ['operator'],
  'mission.add_shard': ['runtime'],
  'mission.start_run': ['scheduler'],
  'mission.end_run': ['scheduler', 'runtime'],
  'mission.check': ['runtime'],
  'mission.skip': ['scheduler'],
  'mission.join': ['runtime'],
  'mission.pause': ['operator', 'scheduler'],
  'mission.resume': ['operator'],
  'mission.abort': ['operator'],
  'board.decide': ['operator', 'runtime'],
  'board.direct': ['operator', 'runtime'],
}
