/** What is sent needs a receipt for exactly its bytes, and must still be allowed when it is sent. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { QuotaLeft } from '../../main/domain/budget.ts'
import type { Endpoint } from '../../main/domain/endpoint.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { RoutePolicy } from '../../main/domain/route-decide.ts'
import type { RouteOverride } from '../../main/domain/route-override.ts'
import { createRouter } from '../../main/routing/choose.ts'
import { createEndpointHealth } from '../../main/routing/health.ts'
import { createOutside, type EndpointCall, type EndpointClient } from '../../main/routing/outside.ts'
import type { OutsideReply, OutsideRequest } from '../../main/world.ts'
import { endpointOf, policyOf, taskOf } from '../support/route-cases.ts'
import { testId } from '../support/test-core.ts'

const reply: OutsideReply = {
  ...{ text: 'Yes.', stop: 'end', device: 'datacenter: Rack 4 (large)', promptTokens: 1, completionTokens: 1, costMicros: 1 },
  ...{ firstTokenMs: 20, totalMs: 30, label: null },
}
const task = { messages: [{ role: 'user', text: 'Yes?' }], schema: null, tokensMax: 10, seed: 1, temperature: 0 } as const
const minute = 60_000

function open(more: { readonly client?: EndpointClient | null; readonly endpoints?: readonly Endpoint[] } = {}) {
  let now = 1_800_000_000_000
  const held: { endpoints: readonly Endpoint[]; policy: RoutePolicy; overrides: RouteOverride[]; quota: QuotaLeft } = {
    ...{ endpoints: more.endpoints ?? [endpointOf()], policy: policyOf(), overrides: [] },
    quota: { tokens: null, costMicros: null },
  }
  const asked: EndpointCall[] = []
  let outcome: Awaited<ReturnType<EndpointClient['ask']>> = ok(reply)
  const client: EndpointClient = {
    ask: async (call) => {
      asked.push(call)
      return outcome
    },
  }
  const opened: Array<readonly [endpoint: string, run: string | null]> = []
  const health = createEndpointHealth(
    () => now,
    (id, runId) => opened.push([id, runId]),
  )
  const defects: unknown[] = []
  const router = createRouter({
    ...{ policy: () => held.policy, readEndpoints: () => held.endpoints, readQuota: () => held.quota, readOverrides: () => held.overrides },
    ...{ health, clock: () => now, onDefect: (error) => defects.push(error) },
  })
  router.refresh()
  const secret = { bearer: 'a-key-of-it', clientKey: null }
  const made = createOutside({
    router,
    health,
    secrets: { get: () => ok(secret) },
    client: more.client === undefined ? client : more.client,
  })
  const request = (): OutsideRequest => {
    const composed = made.outside.compose(testId('end', 1), 'large', task)
    if (!composed.ok) throw new Error(composed.error.code)
    return composed.value
  }
  const receiptFor = ({ endpointId, digest }: OutsideRequest) => ({
    runId: testId('run', 1),
    stepId: testId('stp', 1),
    endpointId,
    digest,
    label: unclassified,
  })
  return {
    ...{ ...made, opened, held, router, health, asked, request, receiptFor, secret },
    pass: (ms: number) => {
      now += ms
    },
    answer: (next: typeof outcome) => {
      outcome = next
    },
    send: async (wanted = request(), receipt = receiptFor(wanted)) => {
      const sent = await made.outside.send(wanted, receipt, {})
      return sent.ok ? 'ok' : sent.error.code
    },
  }
}

describe('receipts', () => {
  test('RTE-12 without a receipt for exactly these bytes and this endpoint nothing is asked', async () => {
    const { send, request, receiptFor, asked } = open()
    const wanted = request()
    const other = { ...wanted, body: wanted.body.replace('Yes?', 'Yes!') }
    expect(await send(other, receiptFor(wanted))).toBe('crossing.no_receipt')
    expect(await send(wanted, { ...receiptFor(wanted), endpointId: testId('end', 2) })).toBe('crossing.no_receipt')
    expect(await send(wanted, { ...receiptFor(wanted), digest: { alg: 'sha256', value: '0'.repeat(64) } })).toBe('crossing.no_receipt')
    // What the request says of its own digest is not believed.
    expect(await send({ ...other, digest: wanted.digest }, receiptFor(wanted))).toBe('crossing.no_receipt')
    expect(asked).toEqual([])
    expect(await send(wanted)).toBe('ok')
    expect(asked).toMatchObject([{ request: wanted, label: unclassified, endpoint: { id: testId('end', 1) } }])
  })

  test('the key is given to the client of its endpoint', async () => {
    const { send, asked, secret } = open()
    await send()
    expect(asked[0]?.secret).toEqual(secret)
  })

  test('RTE-05 what let it leave must hold when it is sent', async () => {
    const changes: ReadonlyArray<readonly [string, (core: ReturnType<typeof open>) => void]> = [
      ['crossing.disabled', ({ held }) => Object.assign(held, { endpoints: [endpointOf({ isEnabled: false })] })],
      ['tier.unknown', ({ held }) => Object.assign(held, { endpoints: [] })],
      ['crossing.policy_tightened', ({ held }) => Object.assign(held, { policy: policyOf({ isTightened: true }) })],
      ['crossing.destination_not_listed', ({ held }) => Object.assign(held, { policy: policyOf({ egress: [] }) })],
      [
        'crossing.overridden',
        ({ held }) =>
          held.overrides.push({ id: testId('rov', 1), away: { kind: 'outside' }, runId: testId('run', 1), atMs: 1_800_000_000_000 }),
      ],
    ]
    for (const [code, change] of changes) {
      const core = open()
      const wanted = core.request()
      change(core)
      core.router.refresh()
      expect(await core.send(wanted)).toBe(code)
      expect(core.asked).toEqual([])
    }
    const core = open()
    const wanted = core.request()
    expect(await core.send(wanted, { ...core.receiptFor(wanted), label: labelFromName('secret') })).toBe('crossing.above_tier_clearance')
  })

  test('RTE-03 what the policy keeps tasks from is not tried with a test either; what is only off is', async () => {
    const core = open()
    const [endpoint] = core.held.endpoints
    if (endpoint === undefined) throw new Error('there is an endpoint')
    const tried = async (change: Partial<RoutePolicy>, isEnabled = true) => {
      core.held.policy = policyOf(change)
      const { reply: got } = await core.test({ ...endpoint, isEnabled })
      return got.ok ? 'ok' : got.error.code
    }
    expect([await tried({}), await tried({}, false), core.asked.length]).toEqual(['ok', 'ok', 2])
    const closed = { isAllowed: false, clearance: null, crossing: 'ask' } as const
    expect(await tried({ isTightened: true }, false)).toBe('route.policy_tightened')
    expect(await tried({ tiers: { datacenter: closed, frontier: closed } })).toBe('route.tier_forbidden')
    expect(await tried({ egress: [{ host: '10.9.9.9', port: 1 }] })).toBe('route.destination_not_listed')
    expect(core.asked).toHaveLength(2)
  })

  test('one file alone brings the client in, so that an edition for the edge can leave it out', () => {
    const main = join(import.meta.dirname, '../../main')
    const files = readdirSync(main, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    const importing = files.filter((file) => /from '[^']*endpoint-client\.ts'/.test(readFileSync(join(main, file), 'utf8')))
    expect(importing).toEqual([join('composition', 'routing.ts')])
  })

  test('an edition without the client composes and decides, and sends nothing', async () => {
    expect(await open({ client: null }).send()).toBe('tier.left_out')
  })
})

describe('health', () => {
  test('SAF-02 five failures in a row leave an endpoint alone for a minute, and then one try decides', async () => {
    const { send, answer, pass, asked, outside, health } = open()
    const mode = () => outside.decide(taskOf({ requested: 'datacenter' })).mode
    answer(fail('endpoint.unreachable', 'No.', 'No.'))
    for (let i = 0; i < 4; i++) await send()
    expect([mode(), health.status(testId('end', 1))]).toEqual(['automatic', { breaker: 'closed', failures: 4 }])
    await send()
    expect([mode(), health.status(testId('end', 1)).breaker]).toEqual(['local', 'open'])
    expect(outside.decide(taskOf({ requested: 'datacenter' })).refused[0]).toMatchObject({ reason: 'unhealthy' })
    expect([await send(), asked.length]).toEqual(['endpoint.resting', 5])
    pass(minute - 1)
    expect(await send()).toBe('endpoint.resting')
    pass(1)
    expect([mode(), health.status(testId('end', 1)).breaker]).toEqual(['automatic', 'half_open'])
    const [first, second] = await Promise.all([send(), send()])
    expect([first, second, asked.length]).toEqual(['endpoint.unreachable', 'endpoint.resting', 6])
    pass(minute)
    answer(ok(reply))
    expect([await send(), health.status(testId('end', 1))]).toEqual(['ok', { breaker: 'closed', failures: 0 }])
  })

  test('SLO-01 each time that it is not asked any more is told once, with the run in which it failed last', async () => {
    const { send, answer, pass, held, opened, test: tryOut } = open()
    answer(fail('endpoint.unreachable', 'No.', 'No.'))
    for (let i = 0; i < 9; i++) await send()
    const [id, runId] = [testId('end', 1), testId('run', 1)]
    expect(opened).toEqual([[id, runId]])
    pass(minute)
    const [endpoint] = held.endpoints
    if (endpoint === undefined) throw new Error('there is an endpoint')
    await tryOut(endpoint)
    expect(opened).toEqual([
      [id, runId],
      [id, null],
    ])
  })

  test('what was cancelled says nothing of the endpoint', async () => {
    const { send, answer, health } = open()
    answer(fail('endpoint.cancelled', 'No.', 'No.'))
    for (let i = 0; i < 9; i++) await send()
    expect(health.status(testId('end', 1))).toEqual({ breaker: 'closed', failures: 0 })
  })

  test('RTE-11 the time to the first token is the median of the last calls', async () => {
    const { send, answer, health } = open()
    for (const firstTokenMs of [30, 10, null, 20]) {
      answer(ok({ ...reply, firstTokenMs }))
      await send()
    }
    expect(health.firstTokenMs(testId('end', 1))).toBe(20)
    health.forget(testId('end', 1))
    expect(health.firstTokenMs(testId('end', 1))).toBe(null)
  })

  test('a test holds nothing of anybody and needs no receipt', async () => {
    const { test: tryIt, asked } = open()
    expect(await tryIt(endpointOf())).toMatchObject({ model: 'large', reply: { ok: true } })
    expect(asked[0]).toMatchObject({ receipt: null, label: unclassified })
    expect(JSON.parse(asked[0]?.request.body ?? '')).toMatchObject({
      messages: [{ role: 'user', content: 'Answer with the word ready.' }],
      max_tokens: 16,
    })
  })
})

describe('composing', () => {
  test('the same task gives the same bytes, whatever the order of what was given', () => {
    const { outside } = open()
    const schema = { type: 'object', properties: { b: { type: 'string' }, a: { type: 'number' } } }
    const turned = { properties: { a: { type: 'number' }, b: { type: 'string' } }, type: 'object' }
    const one = outside.compose(testId('end', 1), 'large', { ...task, schema, stop: ['\n'] })
    const other = outside.compose(testId('end', 1), 'large', { ...task, schema: turned, stop: ['\n'] })
    expect(one).toEqual(other)
    expect(JSON.parse(one.ok ? one.value.body : '')).toEqual({
      ...{ model: 'large', messages: [{ role: 'user', content: 'Yes?' }], max_tokens: 10, seed: 1, temperature: 0, stop: ['\n'] },
      ...{ stream: true, stream_options: { include_usage: true } },
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
    })
  })

  test('what is set aside covers the whole of it', () => {
    const { request } = open()
    const { reserved } = request()
    expect(reserved.completionTokens).toBe(10)
    expect(reserved.promptTokens).toBeGreaterThanOrEqual(4)
    expect(reserved.costMicros).toBe(reserved.promptTokens + 20)
  })

  test('an endpoint or a model that is not there, and a request too large, are refused', () => {
    const { outside } = open()
    const code = (endpointId: string, model: string, text = 'x') => {
      const composed = outside.compose(endpointId, model, { ...task, messages: [{ role: 'user', text }] })
      return composed.ok ? 'ok' : composed.error.code
    }
    expect(code(testId('end', 9), 'large')).toBe('tier.unknown')
    expect(code(testId('end', 1), 'small')).toBe('tier.unknown_model')
    expect(code(testId('end', 1), 'large', 'x'.repeat(9 * 1024 * 1024))).toBe('crossing.too_large')
  })
})
