/** Stops asking a part that keeps failing: after three failures in a row it answers at once for a minute, then one call may try again. */
import type { Clock } from '../world.ts'

export const breakerLimits = { failuresMax: 3, openMs: 60_000 } as const

export type BreakerState = 'closed' | 'open' | 'half_open'

export interface Breaker {
  state(): BreakerState
  /** Failures since the last success. */
  failuresInRow(): number
  /** Whether a call may be made now. In half-open state only the first one may. */
  admit(): boolean
  succeeded(): void
  failed(): void
}

export function createBreaker(clock: Clock): Breaker {
  let failures = 0
  let openedAt: number | null = null
  let isTrying = false
  const state = (): BreakerState => {
    if (openedAt === null) return 'closed'
    return clock() - openedAt >= breakerLimits.openMs ? 'half_open' : 'open'
  }
  return {
    state,
    failuresInRow: () => failures,
    admit: () => {
      const now = state()
      if (now === 'closed') return true
      if (now === 'open' || isTrying) return false
      isTrying = true
      return true
    },
    succeeded: () => {
      failures = 0
      openedAt = null
      isTrying = false
    },
    failed: () => {
      failures++
      if (openedAt !== null || failures >= breakerLimits.failuresMax) openedAt = clock()
      isTrying = false
    },
  }
}
