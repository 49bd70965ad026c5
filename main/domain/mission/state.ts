/** A mission as its events tell it. */
import type { BodyRef } from '../body-ref.ts'
import type { GateVerdict } from '../gate-policy.ts'
import type { DirectiveName, ProposedShard, RefusedPlan, ResultCounts, RunOutcome } from './events.ts'
import type { Gate } from './gates.ts'
import type { MissionOutcome, MissionPhase } from './phases.ts'

/**
 * `waiting` for others or for a place, `running`, `ended` and not checked yet. The rest is settled: its result was taken, or not taken, or
 * its last run failed, or there was nothing to work from.
 */
export type ShardStatus = 'waiting' | 'running' | 'ended' | 'accepted' | 'refused' | 'failed' | 'skipped'

export interface ShardRun {
  readonly runId: string
  readonly attempt: number
  readonly outcome: RunOutcome | null
  readonly code: string | null
}

export interface MissionShard extends ProposedShard {
  /** Null before the plan is committed. */
  readonly shardId: string | null
  /** What a run asked for; null where the plan says it. */
  readonly task: BodyRef | null
  readonly byRunId: string | null
  readonly byStepId: string | null
  readonly status: ShardStatus
  readonly runs: readonly ShardRun[]
  /** Why it was skipped, where that is another reason than that nothing was there to work from. */
  readonly skippedFor: string | null
  readonly check: { readonly runId: string; readonly fault: string | null; readonly counts: ResultCounts } | null
}

export interface Mission {
  readonly phase: MissionPhase
  readonly goal: BodyRef
  /** At which it stops. */
  readonly gates: readonly Gate[]
  readonly passed: readonly Gate[]
  readonly openGate: { readonly gate: Gate; readonly openedAtMs: number; readonly isHeld: boolean } | null
  readonly tokensMax: number
  /** What the holdings have on the goal. */
  readonly look: { readonly body: BodyRef; readonly passages: number } | null
  /** The planner's run that is under way. */
  readonly planning: { readonly runId: string } | null
  /** Runs of the planner since a person last said something. */
  readonly planAttempts: number
  readonly refused: readonly RefusedPlan[]
  readonly revision: number
  /** `runId`: of the planner that made it; null = a person did. */
  readonly plan: { readonly body: BodyRef; readonly verdict: GateVerdict; readonly runId: string | null } | null
  /** What people said about earlier plans, and about what is to be done again; oldest first. */
  readonly feedback: readonly BodyRef[]
  readonly shards: readonly MissionShard[]
  readonly joined: { readonly report: BodyRef; readonly counts: ResultCounts } | null
  readonly isPaused: boolean
  readonly outcome: MissionOutcome | null
  readonly directives: Readonly<Partial<Record<DirectiveName, number>>>
  readonly createdAtMs: number
  readonly movedAtMs: number
}

export type MissionState = { readonly phase: 'absent' } | Mission

export const noMission: MissionState = { phase: 'absent' }

export const isSettled = ({ status }: Pick<MissionShard, 'status'>): boolean =>
  status === 'accepted' || status === 'refused' || status === 'failed' || status === 'skipped'

/** How often the planner is asked, and how often a shard is tried, before a person is. */
export const missionLimits = { planAttemptsMax: 3, attemptsMax: 2, feedbackMax: 20, tokensMax: 2_000_000 } as const
