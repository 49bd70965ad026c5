/** Routing, put together: what it knows of endpoints, policy and quota, and the one client that may reach another machine. */
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { fail } from '../domain/result.ts'
import type { Services } from '../handlers/services.ts'
import { createRouter } from '../routing/choose.ts'
import { createEndpointHealth } from '../routing/health.ts'
import type { Holdings } from './store.ts'

export interface RoutingParts extends Pick<Services, 'clock' | 'policy'> {
  readonly holdings: Holdings
  readonly onDefect: (where: string, error: unknown) => void
}

export interface OpenedRouting {
  readonly services: Pick<Services, 'outside'>
  /** Events that were just committed: some change what a decision rests on. */
  recorded(events: readonly RecordedEvent[]): void
  start(): void
}

const noSuch = fail('tier.unknown', 'There is no such endpoint.', 'List the tiers to see what there is.')

export function openRouting({ holdings, clock, policy, onDefect }: RoutingParts): OpenedRouting {
  const health = createEndpointHealth(clock)
  const router = createRouter({
    ...{ policy, readEndpoints: () => [], readQuota: holdings.ledger.left, readOverrides: () => [], health, clock },
    onDefect: (error) => onDefect('routing', error),
  })
  return {
    services: { outside: { decide: router.decide, compose: () => noSuch, send: async () => noSuch } },
    recorded: () => undefined,
    start: router.refresh,
  }
}
