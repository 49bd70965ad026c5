/** A run as it stood after any of its events, by the very machine the core uses. Pure. */
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { HoldDecision, RunEvent } from '../../../main/domain/run/events.ts'
import { evolve } from '../../../main/domain/run/evolve.ts'
import { type ExistingRun, initialState, type RunState } from '../../../main/domain/run/state.ts'
import { isRunEvent } from './describe-event.ts'

/** Null when the events do not make a run: cut off, or not in their order. */
export function foldRun(events: readonly RecordedEvent[]): ExistingRun | null {
  try {
    const state = events
      .map(({ event }) => event)
      .filter(isRunEvent)
      .reduce<RunState>(evolve, initialState)
    return state.status === 'absent' ? null : state
  } catch {
    return null
  }
}

/** The event that numbers what a model was shown for each of its calls. */
export type ContextBuilt = Extract<RunEvent, { type: 'context.built' }>
export const contextsOf = (events: readonly RecordedEvent[]): ReadonlyMap<string, ContextBuilt> =>
  new Map(events.flatMap(({ event }) => (event.type === 'context.built' ? [[event.stepId, event]] : [])))

export interface Asked {
  readonly holdId: string
  readonly stepId: string
  readonly atMs: number
  /** What became of it, as the events tell; null while it is open. */
  readonly closed: { readonly decision: HoldDecision; readonly account: string; readonly atMs: number } | null
}

/** Every request to a person that the events tell of, in order. */
export function requestsOf(events: readonly RecordedEvent[]): readonly Asked[] {
  const closed = new Map(
    events.flatMap(({ event, actor }) =>
      event.type === 'hold.closed' ? [[event.holdId, { decision: event.decision, account: actor.account, atMs: event.atMs }] as const] : [],
    ),
  )
  return events.flatMap(({ event }) =>
    event.type === 'tool.approval_requested' || event.type === 'tool.asked'
      ? [{ holdId: event.holdId, stepId: event.stepId, atMs: event.atMs, closed: closed.get(event.holdId) ?? null }]
      : [],
  )
}
