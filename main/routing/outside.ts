/** The tiers outside of this machine: asks the router, composes requests, and sends those that have a receipt for exactly their bytes. */
import type { Endpoint, EndpointSecret } from '../domain/endpoint.ts'
import { type Label, unclassified } from '../domain/label.ts'
import { fail, type Result } from '../domain/result.ts'
import type { RouteRefusal } from '../domain/route.ts'
import { isOverridden, refusalOf } from '../domain/route-decide.ts'
import type { CrossingReceipt, Outside, OutsideReply, OutsideRequest } from '../world.ts'
import type { Router } from './choose.ts'
import { composeRequest, digestOf } from './compose.ts'
import { failed } from './endpoint-failures.ts'
import type { EndpointHealth } from './health.ts'
import type { SecretStore } from './secrets.ts'

export interface EndpointCall {
  readonly endpoint: Endpoint
  readonly secret: EndpointSecret | null
  readonly request: OutsideRequest
  /** Null for a test, which holds nothing of anybody. */
  readonly receipt: CrossingReceipt | null
  /** What the answer may not be above. */
  readonly label: Label
  readonly options: { readonly onText?: (text: string) => void; readonly signal?: AbortSignal }
}

/** Never rejects, and always comes back within its limits. */
export interface EndpointClient {
  ask(call: EndpointCall): Promise<Result<OutsideReply>>
}

export interface OutsideParts {
  readonly router: Router
  readonly health: EndpointHealth
  readonly secrets: Pick<SecretStore, 'get'>
  /** Null in an edition for the edge alone. */
  readonly client: EndpointClient | null
}

export interface OpenedOutside {
  readonly outside: Outside
  /** A fixed question that holds nothing of anybody, to the first of the endpoint's models. */
  test(endpoint: Endpoint): Promise<{ readonly model: string; readonly reply: Result<OutsideReply> }>
}

const unknown = fail('tier.unknown', 'There is no such endpoint.', 'List the tiers to see what there is.')
export const leftOut = fail('tier.left_out', 'This edition of Holdfast reaches no other machine.', 'Use the edition that does.')
const noReceipt = fail(
  'crossing.no_receipt',
  'Nobody allowed exactly this request to leave.',
  'Ask again; the request is shown before it is sent.',
)
const notNow = (reason: RouteRefusal): Result<never> =>
  fail(`crossing.${reason}`, 'What let this request leave does not hold any more.', 'Ask again; another way is looked for.')

const notAsked = (reason: RouteRefusal): Result<never> =>
  fail(`route.${reason}`, 'The policy lets nothing go to this endpoint.', 'Look at the tiers; holdfast route explain says what keeps it.')

const testTask = {
  messages: [{ role: 'user', text: 'Answer with the word ready.' }],
  ...{ schema: null, tokensMax: 16, seed: 1, temperature: 0 },
} as const

export function createOutside({ router, health, secrets, client }: OutsideParts): OpenedOutside {
  const find = (id: string): Endpoint | null => router.endpoints().find((endpoint) => endpoint.id === id) ?? null

  async function ask(call: Omit<EndpointCall, 'secret'>): Promise<Result<OutsideReply>> {
    if (client === null) return leftOut
    const { id } = call.endpoint
    const secret = secrets.get(id)
    if (!secret.ok) return secret
    if (!health.admit(id)) return failed('endpoint.resting')
    const reply = await client.ask({ ...call, secret: secret.value })
    if (reply.ok) health.succeeded(id, reply.value.firstTokenMs)
    // Nobody knows how it would have ended.
    else if (reply.error.code !== 'endpoint.cancelled') health.failed(id, call.receipt?.runId ?? null)
    return reply
  }

  return {
    outside: {
      decide: router.decide,
      compose: (endpointId, model, task) => {
        const endpoint = find(endpointId)
        return endpoint === null ? unknown : composeRequest(endpoint, model, task)
      },
      send: async (request, receipt, options) => {
        const { endpointId, digest, label, runId } = receipt
        const isFor = endpointId === request.endpointId && digest.alg === 'sha256' && digest.value === digestOf(request.body).value
        if (!isFor) return noReceipt
        const endpoint = find(endpointId)
        if (endpoint === null) return unknown
        const { policy, overrides } = router.known()
        const refusal = refusalOf(endpoint, label, policy)
        if (refusal !== null) return notNow(refusal)
        if (isOverridden({ requested: null, runId }, endpoint, overrides)) return notNow('overridden')
        return ask({ endpoint, request: { ...request, digest }, receipt, label, options })
      },
    },
    test: async (endpoint) => {
      // An endpoint that is off may be tried before it is on; whatever else keeps tasks from it keeps a test from it too.
      const refusal = refusalOf({ ...endpoint, isEnabled: true }, unclassified, router.known().policy)
      const model = endpoint.models[0]?.name ?? ''
      const composed = composeRequest(endpoint, model, testTask)
      if (!composed.ok) return { model, reply: composed }
      if (refusal !== null) return { model, reply: notAsked(refusal) }
      return { model, reply: await ask({ endpoint, request: composed.value, receipt: null, label: unclassified, options: {} }) }
    },
  }
}
