/** Routing, put together: what it knows of endpoints, policy and quota, and the one client that may reach another machine. */
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { tiers } from '../domain/tier.ts'
import type { Services } from '../handlers/services.ts'
import { createRouter } from '../routing/choose.ts'
// The one place that knows the client: in the edition for the edge alone another module stands in for it, which gives null.
import { createEndpointClient } from '../routing/endpoint-client.ts'
import { createEndpointHealth } from '../routing/health.ts'
import { createOutside, type EndpointClient, leftOut } from '../routing/outside.ts'
import type { SecretStore } from '../routing/secrets.ts'
import { egress } from './egress.ts'
import { readList } from './models.ts'
import type { Holdings } from './store.ts'

export interface RoutingParts extends Pick<Services, 'clock' | 'policy'> {
  readonly holdings: Holdings
  readonly secrets: SecretStore
  /** An endpoint is not asked any more. */
  readonly breakerOpened: (endpointId: string, runId: string | null) => void
  readonly onDefect: (where: string, error: unknown) => void
}

export interface OpenedRouting {
  readonly services: Pick<Services, 'outside' | 'routing'>
  /** Events that were just committed: some change what a decision rests on. */
  recorded(events: readonly RecordedEvent[]): void
  start(): void
}

type EventType = RecordedEvent['event']['type']
const changesEndpoints: readonly EventType[] = ['tier.added', 'tier.changed', 'tier.removed', 'tier.secret_changed', 'route.overridden']
const changesQuota: readonly EventType[] = ['quota.changed', 'model.requested', 'model.answered', 'model.failed']

/** Objectives are part of what is delivered; `reflex` has no model and none. */
const objectives = () => new Map(tiers.map((tier) => [tier, tier === 'reflex' ? null : (readList(tier).profile?.firstTokenMsMax ?? null)]))

export function openRouting({ holdings, secrets, clock, policy, breakerOpened, onDefect }: RoutingParts): OpenedRouting {
  const { endpoints, routes, ledger } = holdings
  const client: EndpointClient | null = createEndpointClient({ permitEgress: egress.permitEgress })
  const health = createEndpointHealth(clock, breakerOpened)
  const router = createRouter({
    readEndpoints: () => endpoints.read().endpoints.map((endpoint) => ({ ...endpoint, hasSecret: secrets.has(endpoint.id) })),
    readOverrides: () => routes.recentOverrides(clock()).map(({ overrideId: id, ...rest }) => ({ id, ...rest })),
    ...{ policy, readQuota: ledger.left, clock },
    // What cannot be reached is never chosen: nobody is asked to let something go there.
    health: { ...health, isHealthy: (id) => client !== null && health.isHealthy(id) },
    onDefect: (error) => onDefect('routing', error),
  })
  const { outside, test } = createOutside({ router, health, secrets, client })
  const objectiveOf = objectives()
  return {
    services: {
      outside,
      routing: {
        router,
        health,
        secrets,
        test,
        refusal: client === null ? leftOut : null,
        objectiveOf: (tier) => objectiveOf.get(tier) ?? null,
      },
    },
    recorded: (events) => {
      for (const { event } of events) if (event.type === 'tier.changed' || event.type === 'tier.removed') health.forget(event.endpointId)
      if (events.some(({ event }) => changesEndpoints.includes(event.type))) router.refresh()
      else if (events.some(({ event }) => changesQuota.includes(event.type))) router.refreshQuota()
    },
    start: router.refresh,
  }
}
