/** How each endpoint does: a breaker and the times to the first token of its last calls. Kept for as long as the core lives. */
import {
  type BreakerLimits,
  type BreakerState,
  type BreakerStatus,
  breakerStatus,
  closedBreaker,
  evolveBreaker,
  mayCall,
} from '../domain/breaker.ts'
import { quantile } from '../domain/route-figures.ts'
import type { Clock } from '../world.ts'

export const endpointBreakerLimits: BreakerLimits = { failuresMax: 5, openMs: 60_000 }
const limits = { samplesMax: 50 } as const

export interface EndpointHealth {
  /** Whether it could be asked now; changes nothing. */
  isHealthy(endpointId: string): boolean
  status(endpointId: string): { readonly breaker: BreakerStatus; readonly failures: number }
  /** Takes the place of a call; false while the breaker is open or its one try is under way. */
  admit(endpointId: string): boolean
  succeeded(endpointId: string, firstTokenMs: number | null): void
  /** `runId` is the run that it failed in; null for a test. */
  failed(endpointId: string, runId: string | null): void
  /** Median of the last calls; null = none yet. */
  firstTokenMs(endpointId: string): number | null
  /** What was learnt of it counts no more: it was changed or removed. */
  forget(endpointId: string): void
}

interface Known {
  readonly breaker: BreakerState
  readonly samples: readonly number[]
  readonly median: number | null
}
const unknown: Known = { breaker: closedBreaker, samples: [], median: null }

/** `onOpened` hears when an endpoint is not asked any more, and in which run it failed last. */
export function createEndpointHealth(
  clock: Clock,
  onOpened: (endpointId: string, runId: string | null) => void = () => undefined,
): EndpointHealth {
  const known = new Map<string, Known>()
  const of = (id: string): Known => known.get(id) ?? unknown
  const tell = (id: string, event: Parameters<typeof evolveBreaker>[1]) =>
    void known.set(id, { ...of(id), breaker: evolveBreaker(of(id).breaker, event, endpointBreakerLimits, clock()) })
  const isHealthy = (id: string) => mayCall(of(id).breaker, endpointBreakerLimits, clock())
  const breakerOf = (id: string) => breakerStatus(of(id).breaker, endpointBreakerLimits, clock())
  return {
    isHealthy,
    status: (id) => ({ breaker: breakerOf(id), failures: of(id).breaker.failures }),
    admit: (id) => {
      const isAdmitted = isHealthy(id)
      if (isAdmitted) tell(id, 'admitted')
      return isAdmitted
    },
    succeeded: (id, firstTokenMs) => {
      tell(id, 'succeeded')
      if (firstTokenMs === null) return
      const samples = [...of(id).samples, firstTokenMs].slice(-limits.samplesMax)
      known.set(id, { ...of(id), samples, median: quantile(samples, 0.5) })
    },
    failed: (id, runId) => {
      const before = breakerOf(id)
      tell(id, 'failed')
      if (before !== 'open' && breakerOf(id) === 'open') onOpened(id, runId)
    },
    firstTokenMs: (id) => of(id).median,
    forget: (id) => void known.delete(id),
  }
}
