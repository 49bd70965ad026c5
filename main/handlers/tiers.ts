/** Endpoints outside of this machine: allowed, changed, forgotten and tried. Each act is a fact in the log; keys are kept apart from it. */
import type { EndpointStatus, EndpointTest } from '../contract/tiers.ts'
import type { Handlers } from '../dispatch.ts'
import { type Endpoint, EndpointDraft, endpointLimits } from '../domain/endpoint.ts'
import { checkEndpoint } from '../domain/endpoint-check.ts'
import { unclassified } from '../domain/label.ts'
import { outsideTiers } from '../domain/policy.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readPolicy, refusalOf } from '../domain/route-decide.ts'
import { checkCertificates, checkClientKey } from '../routing/certificates.ts'
import { operator, type Services } from './services.ts'

export const unknownEndpoint = fail('tier.unknown', 'There is no such endpoint.', 'List the tiers to see what there is.')
const tooMany = fail('tier.too_many', `There are ${endpointLimits.endpointsMax} endpoints already.`, 'Remove one that is not used.')

type Names = 'tiers.list' | 'tiers.add' | 'tiers.change' | 'tiers.secret' | 'tiers.remove' | 'tiers.test'
type Parts = Pick<Services, 'routing' | 'endpoints' | 'policy' | 'station' | 'clock' | 'newId' | 'ceiling' | 'dual'>

export const tierHandlers = (services: Parts): Pick<Handlers, Names> => {
  const { routing, endpoints, policy, station, clock, newId, ceiling, dual } = services
  const { router, health, secrets, refusal } = routing

  const find = (id: string): Endpoint | null => router.endpoints().find((endpoint) => endpoint.id === id) ?? null
  const statusOf = (endpoint: Endpoint): EndpointStatus => {
    const { breaker, failures } = health.status(endpoint.id)
    const certificates = checkCertificates(endpoint, clock())
    return {
      ...{ endpoint, breaker, failuresInRow: failures, firstTokenMs: health.firstTokenMs(endpoint.id) },
      refusal: refusalOf(endpoint, unclassified, router.known().policy),
      certificatesEndAt: certificates.ok ? certificates.value : null,
    }
  }
  const status = (id: string): Result<EndpointStatus> => {
    const endpoint = find(id)
    return endpoint === null ? unknownEndpoint : ok(statusOf(endpoint))
  }
  const check = (draft: EndpointDraft): Result<unknown> => {
    if (refusal !== null) return refusal
    const checked = checkEndpoint(draft, readPolicy(policy()))
    return checked.ok ? checkCertificates(draft, clock()) : checked
  }

  return {
    'tiers.list': () => {
      const known = router.endpoints()
      const { version, isTightened, tiers } = policy()
      return ok({
        ...{ policyVersion: version, isTightened, damaged: [...endpoints.read().damaged] },
        tiers: outsideTiers.map((tier) => ({
          ...{ tier, rule: tiers[tier] },
          endpoints: known.filter((endpoint) => endpoint.tier === tier).map(statusOf),
        })),
      })
    },
    'tiers.add': dual('tier.add', 'tiers.add', (draft, caller) => {
      if (router.endpoints().length >= endpointLimits.endpointsMax) return tooMany
      const checked = check(draft)
      if (!checked.ok) return checked
      const id = newId('end')
      const now = clock()
      station.commit(operator(caller), (record) =>
        record(endpoints.describe('tier.added', { ...draft, id, addedAt: now, addedBy: caller.account }, ceiling(), now), ceiling()),
      )
      return status(id)
    }),
    'tiers.change': dual('tier.add', 'tiers.change', ({ endpointId, change }, caller) => {
      const before = find(endpointId)
      if (before === null) return unknownEndpoint
      const wanted = Object.entries(change).filter(([, value]) => value !== undefined)
      const draft = EndpointDraft.strip().parse({ ...before, ...Object.fromEntries(wanted) })
      // What is closed may be kept as it is, whatever the policy says of it.
      const checked = draft.isEnabled ? check(draft) : ok(null)
      if (!checked.ok) return checked
      const { id, addedAt, addedBy } = before
      station.commit(operator(caller), (record) =>
        record(endpoints.describe('tier.changed', { ...draft, id, addedAt, addedBy }, ceiling(), clock()), ceiling()),
      )
      return status(endpointId)
    }),
    'tiers.secret': ({ endpointId, secret }, caller) => {
      const endpoint = find(endpointId)
      if (endpoint === null) return unknownEndpoint
      const { bearer, clientKey } = secret
      const checked = clientKey === null ? ok(null) : checkClientKey(endpoint, clientKey)
      if (!checked.ok) return checked
      if (bearer === null && clientKey === null) secrets.remove(endpointId)
      else secrets.put(endpointId, secret)
      const told = { endpointId, hasBearer: bearer !== null, hasClientKey: clientKey !== null, atMs: clock() }
      station.commit(operator(caller), (record) => record({ type: 'tier.secret_changed', ...told }, ceiling()))
      return status(endpointId)
    },
    'tiers.remove': ({ endpointId }, caller) => {
      const isKnown = find(endpointId) !== null || endpoints.read().damaged.includes(endpointId)
      if (!isKnown) return unknownEndpoint
      station.commit(operator(caller), (record) => record({ type: 'tier.removed', endpointId, atMs: clock() }, ceiling()))
      secrets.remove(endpointId)
      return ok({ endpointId })
    },
    'tiers.test': async ({ endpointId }, caller): Promise<Result<EndpointTest>> => {
      const endpoint = find(endpointId)
      if (endpoint === null) return unknownEndpoint
      const from = clock()
      const { model, reply } = await routing.test(endpoint)
      const testedAt = clock()
      const firstTokenMs = reply.ok ? reply.value.firstTokenMs : null
      const told = { endpointId, code: reply.ok ? null : reply.error.code, firstTokenMs, atMs: testedAt }
      station.commit(operator(caller), (record) => record({ type: 'tier.tested', ...told }, ceiling()))
      return ok({
        ...{ endpointId, isWell: reply.ok, failure: reply.ok ? null : reply.error, model, firstTokenMs, testedAt },
        totalMs: Math.max(0, testedAt - from),
      })
    },
  }
}
