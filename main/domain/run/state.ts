/** A run as its events tell it: what every status has, and what only some have. */
import type { BodyRef } from '../body-ref.ts'
import { type Amount, type Budget, type Measure, nothing, plus, type Usage } from '../budget.ts'
import type { Label } from '../label.ts'
import type { Effect, Risk } from '../tool.ts'
import type { ApprovalScope, Crossing, Executor, HoldKind, PinnedPrompt, ServedBy } from './events.ts'
import type { StepPhase } from './step-phases.ts'

export interface Step {
  readonly id: string
  readonly ordinal: number
  readonly kind: 'model' | 'tool'
  /** The tool's name, or the tier that serves a model call. */
  readonly name: string
  readonly effect: Effect
  readonly risk: Risk
  readonly input: BodyRef
  readonly phase: StepPhase
  readonly output: BodyRef | null
  /** What a person said when the call was rejected or sent back. */
  readonly feedback: BodyRef | null
  /** Why what a model proposed here was not taken; its own code. */
  readonly refusal: string | null
  readonly failureCode: string | null
  /** What a model call cost and where it ran, once it answered. */
  readonly served: ServedBy | null
  /** A person let it be made; that stands for this call, also after it was returned. */
  readonly isApproved: boolean
  /** It wants a person because the policy said so when it was proposed, whatever it says now. */
  readonly isGuarded: boolean
  /** How far that approval reaches, where that was asked. */
  readonly scope: ApprovalScope | null
  /** What would leave this machine by it. */
  readonly crossing: Crossing | null
  /** The crossing that a model call left by; each is used once. */
  readonly leftBy: string | null
  /** Set aside for it while it is open. */
  readonly reserved: Amount
  readonly copiedFrom: { readonly runId: string; readonly stepId: string } | null
  readonly startedAtMs: number
  readonly endedAtMs: number | null
}

export interface OpenHold {
  readonly id: string
  readonly kind: HoldKind
  readonly openedAtMs: number
  readonly expiresAtMs: number | null
  readonly stepId: string | null
  /** How often nobody answered a call for a person. */
  readonly rung: number
  /** The run whose end lets this one go on; null = it waits for something else. */
  readonly waitsFor: string | null
}

export interface Requirement {
  readonly name: string
  readonly isMet: boolean
}

export interface Common {
  readonly shardId: string
  readonly agent: string
  readonly attempt: number
  readonly conversationId: string | null
  readonly input: BodyRef
  readonly depth: number
  readonly forkedFrom: { readonly runId: string; readonly ordinal: number } | null
  /** The versions of the prompts that lead it. */
  readonly prompts: readonly PinnedPrompt[]
  /** Its agent as it was defined when it was created; null where that was not said. */
  readonly definition: BodyRef | null
  /** What it writes into together with others; null = a folder of its own. */
  readonly writeDomain: string | null
  readonly isImported: boolean
  /** Counts launches: a write of an older epoch is refused. */
  readonly epoch: number
  /** How often an executor was lost. */
  readonly recoveries: number
  readonly holds: readonly OpenHold[]
  readonly steps: readonly Step[]
  readonly requirements: readonly Requirement[]
  readonly cancelRequestedAtMs: number | null
  readonly budget: Budget
  readonly usage: Usage
  readonly warned: readonly Measure[]
  /** Limits that were passed under an action that only tells. */
  readonly exceeded: readonly Measure[]
  /** Since when it has been in this status. */
  readonly movedAtMs: number
  /** Steps before this one do not count towards a spiral any more. */
  readonly spiralFrom: number
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

/** Set aside for all calls under way. */
export const reservedIn = (run: Pick<Common, 'steps'>): Amount => run.steps.reduce((sum, step) => plus(sum, step.reserved), nothing)

/** What was used, with the time of the present turn as of `atMs`. */
export const usageAt = (run: ExistingRun, atMs: number): Usage =>
  run.status === 'active' ? { ...run.usage, activeMs: run.usage.activeMs + Math.max(0, atMs - run.movedAtMs) } : run.usage
