/** A run as it stood after any of its events, by the very machine the core uses. Pure. */
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { RunEvent } from '../../../main/domain/run/events.ts'
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
}

/** Every request to a person that the events tell of, in order. */
export const requestsOf = (events: readonly RecordedEvent[]): readonly Asked[] =>
  events.flatMap(({ event }) =>
    event.type === 'tool.approval_requested' || event.type === 'tool.asked'
      ? [{ holdId: event.holdId, stepId: event.stepId, atMs: event.atMs }]
      : [],
  )
