/** A run as its events tell it: what every status has, and what only some have. */

import type { BodyRef } from '../body-ref.ts'
import type { Label } from '../label.ts'
import type { TokenUsage } from '../token-usage.ts'
import type { Effect, Executor, HoldKind } from './events.ts'

export const stepPhases = [
  'proposed',
  'awaiting_approval',
  'approved',
  'rejected',
  'expired',
  'dispatched',
  'succeeded',
  'failed_before_effect',
  'failed',
  'unknown',
] as const
export type StepPhase = (typeof stepPhases)[number]

export interface Step {
  readonly id: string
  readonly ordinal: number
  readonly kind: 'model' | 'tool'
  /** The tool's name, or the tier that serves a model call. */
  readonly name: string
  readonly effect: Effect
  readonly input: BodyRef
  readonly phase: StepPhase
  readonly output: BodyRef | null
  /** What a model call cost and where it ran, once it answered. */
  readonly served: { readonly device: string; readonly stop: 'end' | 'length'; readonly usage: TokenUsage } | null
  readonly startedAtMs: number
  readonly endedAtMs: number | null
}

export interface OpenHold {
  readonly id: string
  readonly kind: HoldKind
  readonly openedAtMs: number
  readonly stepId: string | null
}

interface Common {
  readonly shardId: string
  readonly agent: string
  readonly attempt: number
  readonly conversationId: string | null
  readonly input: BodyRef
  /** Counts launches: a write of an older epoch is refused. */
  readonly epoch: number
  /** How often an executor was lost. */
  readonly recoveries: number
  readonly holds: readonly OpenHold[]
  readonly steps: readonly Step[]
  readonly cancelRequestedAtMs: number | null
  readonly tokensUsed: number
}

export type RunState =
  | { readonly status: 'absent' }
  | ({ readonly status: 'prep' | 'queued' | 'held' } & Common)
  | ({ readonly status: 'launching' | 'active'; readonly executor: Executor } & Common)
  | ({ readonly status: 'complete'; readonly result: BodyRef; readonly label: Label } & Common)
  | ({ readonly status: 'failed'; readonly failureCode: string } & Common)
  | ({ readonly status: 'aborted' } & Common)

export type ExistingRun = Exclude<RunState, { status: 'absent' }>

export const initialState: RunState = { status: 'absent' }
