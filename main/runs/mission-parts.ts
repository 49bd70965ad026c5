/** What whoever does something for a mission works with. It does nothing itself. */
import type { Actor } from '../domain/actor.ts'
import { type AgentDefinition, AgentInput } from '../domain/agent.ts'
import { type Budget, defaultBudget, mergeBudget } from '../domain/budget.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { GateVerdict } from '../domain/gate-policy.ts'
import type { Label } from '../domain/label.ts'
import type { PlannedShard } from '../domain/mission/plan.ts'
import type { Mission } from '../domain/mission/state.ts'
import type { Result } from '../domain/result.ts'
import type { Runs } from '../store/runs.ts'
import type { Clock, NewId } from '../world.ts'
import type { Journal } from './journal.ts'
import type { HeldDocument } from './mission-documents.ts'
import type { JournaledMission, MissionJournal } from './mission-journal.ts'
import type { ReadPassageTexts } from './mission-result.ts'
import type { StartParts } from './start-run.ts'

export const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }
export const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

export interface MissionParts {
  readonly missions: MissionJournal
  readonly journal: Journal
  readonly runs: Pick<Runs, 'get' | 'shard' | 'createShard' | 'attemptsOf'>
  readonly readBody: (body: string) => string | null
  /** Agents that a shard may be given to. */
  readonly agents: (within?: Label) => readonly AgentDefinition[]
  /** By all runs of a mission so far, the planner's with them. */
  readonly tokensUsedBy: (missionId: string) => number
  /** Whose mission it is: what it does reaches as far as this account may see. */
  readonly ownerOf: (missionId: string) => string
  /** What the holdings have on a goal that lies within a label, as a text to be shown. */
  readonly look: (
    goal: string,
    account: string,
    label: Label,
  ) => Promise<Result<{ readonly text: string; readonly passages: number; readonly documents: number }>>
  readonly readPassages: (account: string) => ReadPassageTexts
  /** A document as it is held now, where this account may see all of it. */
  readonly heldDocument: (account: string, documentId: string) => HeldDocument | null
  readonly judge: (plan: { readonly shards: readonly Pick<PlannedShard, 'agent' | 'budget'>[] }) => GateVerdict
  /** What leads a run of this agent from its beginning. */
  readonly pinsOf: StartParts['pinsOf']
  /** The model that answers now; null = none. */
  readonly modelId: () => string | null
  readonly interrupt: (runId: string) => void
  readonly wake: () => void
  readonly newId: NewId
  readonly clock: Clock
}

/** A mission that is there, with the label that its events carry. */
export interface Known {
  readonly mission: Mission
  readonly label: Label
}

export const knownOf = ({ state, label }: JournaledMission): Known | null => (state.phase === 'absent' ? null : { mission: state, label })

/** A run reaches as far as the account that its shard names. */
export const forOwner = ({ ownerOf }: Pick<MissionParts, 'ownerOf'>, missionId: string): Actor => ({
  issuer: 'scheduler',
  account: ownerOf(missionId),
})

/** What a run of this agent may spend. */
export const budgetOf = ({ agents }: Pick<MissionParts, 'agents'>, agent: string, tokensMax?: number): Budget =>
  mergeBudget(mergeBudget(defaultBudget, agents().find(({ name }) => name === agent)?.budget ?? {}), { tokensMax })

/** What people said about it so far, oldest first. */
export const wishesOf = ({ readBody }: Pick<MissionParts, 'readBody'>, mission: Mission): readonly string[] =>
  mission.feedback.flatMap(({ body }) => readBody(body) ?? [])

/** What a run is given, as it is kept. */
export const givenTo = (
  { modelId }: Pick<MissionParts, 'modelId'>,
  title: string,
  fields: Readonly<Record<string, string>>,
  more: Partial<AgentInput> = {},
): string => canonicalJson(AgentInput.parse({ title, fields, modelId: modelId(), tier: null, ...more }))
