/** The tiers outside of this machine with one scripted endpoint: the real router, the real requests, and no connection. */

import { noQuota, type QuotaLeft } from '../../main/domain/budget.ts'
import type { Endpoint } from '../../main/domain/endpoint.ts'
import { unclassified } from '../../main/domain/label.ts'
import { builtInPolicy, type PolicyInForce } from '../../main/domain/policy.ts'
import { ok, type Result } from '../../main/domain/result.ts'
import type { RouteDecision, RouteTask } from '../../main/domain/route.ts'
import { createRouter } from '../../main/routing/choose.ts'
import { createEndpointHealth } from '../../main/routing/health.ts'
import { createOutside, type EndpointCall } from '../../main/routing/outside.ts'
import type { Outside, OutsideReply } from '../../main/world.ts'
import { endpointOf } from './route-cases.ts'

export type Scripted = string | Result<OutsideReply>

export interface ScriptedOutside {
  readonly outside: Outside
  readonly endpoints: () => readonly Endpoint[]
  /** What was decided so far, and from what. */
  readonly tasks: RouteTask[]
  readonly decisions: RouteDecision[]
  /** What was sent. */
  readonly sent: EndpointCall[]
  /** May be changed while it runs. */
  policy: PolicyInForce
  endpoint: Endpoint
  quota: QuotaLeft
  /** In the place of what the router decides. */
  mode: RouteDecision['mode'] | null
  answer: (call: EndpointCall) => Scripted | Promise<Scripted>
}

/** As an endpoint that keeps to everything would answer. */
export const repliedWith = (text: string, change: Partial<OutsideReply> = {}): Result<OutsideReply> =>
  ok({
    ...{ text, stop: 'end', device: 'datacenter: Rack 4 (large)', promptTokens: 40, completionTokens: 10, costMicros: 60 },
    ...{ firstTokenMs: 5, totalMs: 9, label: null, ...change },
  })

export function scriptedOutside(answer: ScriptedOutside['answer'], quotaLeft?: () => QuotaLeft): ScriptedOutside {
  const health = createEndpointHealth(Date.now)
  const scripted: ScriptedOutside = {
    ...{ tasks: [], decisions: [], sent: [], answer, mode: null, quota: noQuota, endpoint: endpointOf() },
    policy: builtInPolicy('tester', unclassified),
    endpoints: () => router.endpoints(),
    outside: {
      decide: (task) => {
        router.refresh()
        scripted.tasks.push(task)
        const decided = router.decide(task)
        const { mode } = scripted
        const decision = mode === null || decided.mode === 'local' ? decided : { ...decided, mode }
        scripted.decisions.push(decision)
        return decision
      },
      compose: (...asked) => opened.outside.compose(...asked),
      send: (...asked) => opened.outside.send(...asked),
    },
  }
  const router = createRouter({
    ...{ policy: () => scripted.policy, readEndpoints: () => [scripted.endpoint], readOverrides: () => [] },
    ...{ readQuota: () => quotaLeft?.() ?? scripted.quota, health, clock: Date.now },
    onDefect: (error) => {
      throw error
    },
  })
  router.refresh()
  const opened = createOutside({
    ...{ router, health, secrets: { get: () => ok(null) } },
    client: {
      ask: async (call) => {
        scripted.sent.push(call)
        const replied = await scripted.answer(call)
        return typeof replied === 'string' ? repliedWith(replied) : replied
      },
    },
  })
  return scripted
}
