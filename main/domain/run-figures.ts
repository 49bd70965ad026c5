/** What an ended run leaves in numbers, for whoever measures agents: names and codes of ours, times and counts. Never a text. */
import type { Label } from './label.ts'
import type { StepPhase } from './run/step-phases.ts'

export interface StepFigures {
  readonly kind: 'model' | 'tool'
  /** The tier of a model call, the name of a tool. */
  readonly name: string
  readonly phase: StepPhase
  /** Why it failed, or why what a model proposed was not taken. */
  readonly failure: string | null
  readonly startedAtMs: number
  readonly endedAtMs: number | null
}

export interface RunFigures {
  readonly runId: string
  readonly agent: string
  readonly status: 'complete' | 'failed' | 'aborted'
  readonly failure: string | null
  readonly label: Label
  readonly createdAtMs: number
  readonly endedAtMs: number
  /** In which it was executed: without queues, and without people who were waited for. */
  readonly activeMs: number
  readonly tokens: number
  /** Steps that it made itself; those that were copied from another run are counted there. */
  readonly steps: readonly StepFigures[]
  /** The fullest context that a model was shown, in percent of what that model can hold; null = no model was asked. */
  readonly contextPercent: number | null
  /** The same of the last one. */
  readonly lastContextPercent: number | null
}

/** Of a context that was built; null where no model stood behind it. */
export const contextPercentOf = (promptTokens: number, contextTokens: number): number | null =>
  contextTokens === 0 ? null : (100 * promptTokens) / contextTokens
