/** The router as it runs: what it knows lies in memory and is read anew when something changed, so that a decision asks nobody. */
import { noQuota, type QuotaLeft } from '../domain/budget.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { type RouteDecision, RouteTask } from '../domain/route.ts'
import { decideRoute, type RouteKnowledge, type RoutePolicy, readPolicy } from '../domain/route-decide.ts'
import { overridesInForce, type RouteOverride } from '../domain/route-override.ts'
import type { Clock } from '../world.ts'
import type { EndpointHealth } from './health.ts'

export interface RouterParts {
  /** From memory; looked at for every decision. */
  readonly policy: () => unknown
  /** These touch the store: they are made by `refresh` alone. */
  readonly readEndpoints: () => readonly Endpoint[]
  readonly readQuota: () => QuotaLeft
  readonly readOverrides: () => readonly RouteOverride[]
  readonly health: Pick<EndpointHealth, 'isHealthy' | 'firstTokenMs'>
  readonly clock: Clock
  readonly onDefect: (error: unknown) => void
}

export interface Router {
  decide(task: RouteTask): RouteDecision
  /** What a decision would be made from now. */
  known(): RouteKnowledge
  endpoints(): readonly Endpoint[]
  /** Something it rests on has changed. Before the first one, and when something cannot be read, every task stays here. */
  refresh(): void
  /** Something was spent, or set aside. Where no endpoint is, nothing rests on it. */
  refreshQuota(): void
}

interface Held {
  readonly endpoints: readonly Endpoint[]
  readonly quota: QuotaLeft
  readonly overrides: readonly RouteOverride[]
}
const nothing: Held = { endpoints: [], quota: noQuota, overrides: [] }

const stays: RouteDecision = {
  ...{ mode: 'local', tier: 'edge', endpointId: null, model: null, confidence: 0, causes: [], refused: [] },
  ...{ costMicrosMax: 0, policyVersion: 0 },
}

export function createRouter(parts: RouterParts): Router {
  const { health, clock } = parts
  let held = nothing
  /** Policies are values: the same one is not checked again. */
  let checked: { readonly raw: unknown; readonly policy: RoutePolicy | null } = { raw: null, policy: null }
  const policy = (): RoutePolicy | null => {
    const raw = parts.policy()
    if (raw !== checked.raw) checked = { raw, policy: readPolicy(raw) }
    return checked.policy
  }
  const known = (): RouteKnowledge => ({
    policy: policy(),
    quota: held.quota,
    overrides: overridesInForce(held.overrides, clock()),
    endpoints: held.endpoints.map((endpoint) => ({
      endpoint,
      isHealthy: health.isHealthy(endpoint.id),
      firstTokenMs: health.firstTokenMs(endpoint.id),
    })),
  })
  const hold = (read: () => Held) => {
    held = nothing
    try {
      held = read()
    } catch (error) {
      parts.onDefect(error)
    }
  }
  return {
    decide: (task) => {
      const parsed = RouteTask.safeParse(task)
      return parsed.success ? decideRoute(parsed.data, known()) : stays
    },
    known,
    endpoints: () => held.endpoints,
    refresh: () => hold(() => ({ endpoints: parts.readEndpoints(), quota: parts.readQuota(), overrides: parts.readOverrides() })),
    refreshQuota: () => {
      const before = held
      if (before.endpoints.length > 0) hold(() => ({ ...before, quota: parts.readQuota() }))
    },
  }
}
