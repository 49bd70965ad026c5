/** Where tasks go: tried without doing, looked at, and kept from going. A person can only narrow it, for an hour, and says why. */
import type { Override } from '../contract/tiers.ts'
import type { Handlers } from '../dispatch.ts'
import { exemptionLimits, isInForce } from '../domain/exemption.ts'
import { fail, ok } from '../domain/result.ts'
import { routeFigures } from '../domain/route-figures.ts'
import type { OverrideRow } from '../store/routes.ts'
import { operator, type Services } from './services.ts'
import { readSeen } from './sight.ts'
import { unknownEndpoint } from './tiers.ts'

const limits = { statisticsEvents: 20_000 } as const
const unknownRun = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')

type Names = 'route.explain' | 'route.list' | 'route.override' | 'route.overrides' | 'tiers.statistics'
type Parts = Pick<Services, 'routing' | 'routes' | 'runs' | 'bodies' | 'station' | 'clock' | 'newId' | 'ceiling' | 'sightOf'>

export const routeHandlers = (services: Parts): Pick<Handlers, Names> => {
  const { routing, routes, runs, bodies, station, clock, newId, ceiling, sightOf } = services
  const { router, objectiveOf } = routing

  function toOverride({ overrideId: id, away, runId, justification, atMs, expiresAtMs, madeBy }: OverrideRow, account: string): Override {
    const sight = sightOf(account)
    const label = runId === null ? undefined : runs.get(runId)?.label
    const isSeen = sight === null || label === undefined || sight.permits(label)
    return {
      ...{ id, away, runId: isSeen ? runId : null, madeAt: atMs, madeBy, expiresAt: expiresAtMs },
      justification: readSeen(bodies, justification.body, sight),
      isInForce: isInForce({ grantedAtMs: atMs, endedAtMs: null }, clock()),
    }
  }

  return {
    'route.explain': (task) => ok(router.decide(task)),
    'route.list': ({ limit, offset }, { account }) => {
      const { items, total } = routes.decisions(limit, offset, sightOf(account)?.labelIds())
      return ok({ items: [...items], total })
    },
    'route.override': ({ away, runId, justification }, caller) => {
      if (away.kind === 'endpoint' && !router.endpoints().some(({ id }) => id === away.endpointId)) return unknownEndpoint
      if (runId !== null && runs.get(runId) === null) return unknownRun
      const atMs = clock()
      const told = { overrideId: newId('rov'), away, runId, atMs, expiresAtMs: atMs + exemptionLimits.lastsMs }
      const row = station.commit(operator(caller), (record) => {
        const made = { ...told, justification: bodies.put(justification, ceiling()) }
        record({ type: 'route.overridden', ...made }, ceiling())
        return { ...made, madeBy: caller.account }
      })
      return ok(toOverride(row, caller.account))
    },
    'route.overrides': ({ limit, offset }, { account }) => {
      const { items, total } = routes.overrides(limit, offset)
      return ok({ items: items.map((row) => toOverride(row, account)), total })
    },
    'tiers.statistics': (_input, { account }) => {
      const figures = routeFigures(routes.records(limits.statisticsEvents, sightOf(account)?.labelIds()), {
        ofTier: objectiveOf,
        ofEndpoint: (id) => router.endpoints().find((endpoint) => endpoint.id === id)?.firstTokenMsMax ?? null,
      })
      return ok({ events: limits.statisticsEvents, ...figures, tiers: [...figures.tiers] })
    },
  }
}
