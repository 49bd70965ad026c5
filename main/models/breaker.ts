/** Stops asking a part that keeps failing: a model's process after three failures in a row, for a minute; then one call may try again. */
import {
  type BreakerEvent,
  type BreakerLimits,
  type BreakerStatus,
  breakerStatus,
  closedBreaker,
  evolveBreaker,
  mayCall,
} from '../domain/breaker.ts'
import type { Clock } from '../world.ts'

export const breakerLimits = { failuresMax: 3, openMs: 60_000 } as const

export type BreakerState = BreakerStatus

export interface Breaker {
  state(): BreakerState
  /** Failures since the last success. */
  failuresInRow(): number
  /** Whether a call may be made now. In half-open state only the first one may. */
  admit(): boolean
  succeeded(): void
  failed(): void
}

export function createBreaker(clock: Clock, limits: BreakerLimits = breakerLimits): Breaker {
  let state = closedBreaker
  const tell = (event: BreakerEvent) => {
    state = evolveBreaker(state, event, limits, clock())
  }
  return {
    state: () => breakerStatus(state, limits, clock()),
    failuresInRow: () => state.failures,
    admit: () => {
      const isAdmitted = mayCall(state, limits, clock())
      if (isAdmitted) tell('admitted')
      return isAdmitted
    },
    succeeded: () => tell('succeeded'),
    failed: () => tell('failed'),
  }
}
