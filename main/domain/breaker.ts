/**
 * Stops asking a part that keeps failing. Pure: after so many failures in a row it is open for a while, then one call may try; that one
 * closes or opens it again.
 */
export interface BreakerLimits {
  readonly failuresMax: number
  readonly openMs: number
}

/** For a tool. */
export const toolBreakerLimits: BreakerLimits = { failuresMax: 5, openMs: 60_000 }

export const breakerStatuses = ['closed', 'open', 'half_open'] as const
export type BreakerStatus = (typeof breakerStatuses)[number]

export interface BreakerState {
  /** Since the last success. */
  readonly failures: number
  readonly openedAtMs: number | null
  /** When the one call that may try was let through; null when none is under way. */
  readonly probeAtMs: number | null
}

export const closedBreaker: BreakerState = { failures: 0, openedAtMs: null, probeAtMs: null }

export function breakerStatus({ openedAtMs }: BreakerState, { openMs }: BreakerLimits, atMs: number): BreakerStatus {
  if (openedAtMs === null) return 'closed'
  // A clock that went back must not keep it open for longer.
  const sinceMs = atMs - openedAtMs
  return sinceMs >= openMs || sinceMs < 0 ? 'half_open' : 'open'
}

/** Whether a call may be made now. A try that never said how it ended is forgotten after a while. */
export function mayCall(state: BreakerState, limits: BreakerLimits, atMs: number): boolean {
  switch (breakerStatus(state, limits, atMs)) {
    case 'closed':
      return true
    case 'open':
      return false
    case 'half_open': {
      const sinceMs = state.probeAtMs === null ? null : atMs - state.probeAtMs
      return sinceMs === null || sinceMs >= limits.openMs || sinceMs < 0
    }
  }
}

/** `admitted` follows a `mayCall` that said yes; the other two say how a call ended. */
export type BreakerEvent = 'admitted' | 'succeeded' | 'failed'

export function evolveBreaker(state: BreakerState, event: BreakerEvent, limits: BreakerLimits, atMs: number): BreakerState {
  switch (event) {
    case 'admitted':
      return state.openedAtMs === null ? state : { ...state, probeAtMs: atMs }
    case 'succeeded':
      return closedBreaker
    case 'failed': {
      const failures = state.failures + 1
      return { failures, openedAtMs: failures >= limits.failuresMax ? atMs : null, probeAtMs: null }
    }
  }
}
