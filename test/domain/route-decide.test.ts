/** The router's truth table, its boundaries, and what becomes of configurations that are not what they should be. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dominates, type Label, labelFromName, levels, permits, unclassified } from '../../main/domain/label.ts'
import { builtInPolicy } from '../../main/domain/policy.ts'
import { RouteDecision, type RouteTask } from '../../main/domain/route.ts'
import {
  causesOf,
  confidenceOf,
  costMicros,
  decideRoute,
  isListed,
  type KnownEndpoint,
  modeOf,
  nothingKnown,
  type RouteKnowledge,
  readPolicy,
} from '../../main/domain/route-decide.ts'
import type { RouteOverride } from '../../main/domain/route-override.ts'
import { endpointOf, features, openRule, policyOf, taskOf } from '../support/route-cases.ts'
import { testId } from '../support/test-core.ts'

const healthy = (endpoint = endpointOf(), firstTokenMs: number | null = null): KnownEndpoint => ({
  endpoint,
  isHealthy: true,
  firstTokenMs,
})
const knownOf = (more: Partial<RouteKnowledge> = {}): RouteKnowledge => ({
  ...{ endpoints: [healthy()], policy: policyOf(), quota: { tokens: null, costMicros: null }, overrides: [] },
  ...more,
})
const override = (away: RouteOverride['away'], runId: string | null = null): RouteOverride => ({
  id: testId('rov', 1),
  away,
  runId,
  atMs: 0,
})

/** Every combination of one value of each axis. */
function* combinations<T extends Readonly<Record<string, readonly unknown[]>>>(axes: T): Generator<{ [K in keyof T]: T[K][number] }> {
  const names = Object.keys(axes)
  const total = names.reduce((product, name) => product * (axes[name]?.length ?? 0), 1)
  for (let n = 0; n < total; n++) {
    let rest = n
    const one: Record<string, unknown> = {}
    for (const name of names) {
      const values = axes[name] ?? []
      one[name] = values[rest % values.length]
      rest = Math.floor(rest / values.length)
    }
    // Built from the axes' own names and values, one of each.
    yield one as { [K in keyof T]: T[K][number] }
  }
}

const secret = labelFromName('secret')
const cui = labelFromName('cui')
const axes = {
  tier: ['datacenter', 'frontier'],
  label: [unclassified, cui, secret, { ...secret, releasability: 'noforn' }],
  isConfigured: [true, false],
  isEnabled: [true, false],
  rule: ['open', 'forbidden', 'nothing', 'unclassified'],
  policy: ['sound', 'tightened', 'missing'],
  isListed: [true, false],
  clearance: [secret, unclassified],
  isLarge: [true, false],
  quota: ['enough', 'tokens', 'cost'],
  isHealthy: [true, false],
  crossing: ['automatic', 'ask'],
  override: ['none', 'outside', 'endpoint', 'other run'],
  cause: ['features', 'none'],
} as const

describe('the truth table', () => {
  test('RTE-03 RTE-05 local unless every condition holds, over every combination of them', () => {
    const wrong: unknown[] = []
    let gone = 0
    let rows = 0
    for (const row of combinations(axes)) {
      rows++
      const endpoint = endpointOf({
        ...{ tier: row.tier, isEnabled: row.isEnabled, clearance: row.clearance },
        models: [{ name: 'm', contextTokens: row.isLarge ? 2_000 : 1_499, promptMicros: 1_000_000, completionMicros: 2_000_000 }],
      })
      const clearance = { open: secret, forbidden: secret, nothing: null, unclassified }[row.rule]
      const rule = { isAllowed: row.rule !== 'forbidden', clearance, crossing: row.crossing }
      const closed = { isAllowed: false, clearance: null, crossing: 'ask' } as const
      const tiers = row.tier === 'datacenter' ? { datacenter: rule, frontier: closed } : { datacenter: closed, frontier: rule }
      const egress = row.isListed ? [{ host: '10.0.0.5', port: 8443 }] : [{ host: '10.0.0.5', port: 8444 }]
      const policy = row.policy === 'missing' ? null : policyOf({ tiers, egress, isTightened: row.policy === 'tightened' })
      const away = {
        ...{ none: [], outside: [override({ kind: 'outside' })], endpoint: [override({ kind: 'endpoint', endpointId: endpoint.id })] },
        'other run': [override({ kind: 'outside' }, testId('run', 2))],
      }[row.override]
      const quota = {
        enough: { tokens: 1_500, costMicros: 2_000 },
        ...{ tokens: { tokens: 1_499, costMicros: null }, cost: { tokens: null, costMicros: 1_999 } },
      }[row.quota]
      const endpoints = row.isConfigured ? [{ endpoint, isHealthy: row.isHealthy, firstTokenMs: null }] : []
      const task = taskOf({
        ...{ label: row.label as Label, runId: testId('run', 1), features: features(row.cause === 'features' ? 0.95 : 0) },
      })
      const decided = decideRoute(task, { endpoints, policy, quota, overrides: away })
      const mayGo =
        row.isConfigured &&
        row.isEnabled &&
        row.policy === 'sound' &&
        row.rule !== 'forbidden' &&
        row.isListed &&
        clearance !== null &&
        permits(clearance, row.label as Label) &&
        permits(row.clearance, row.label as Label) &&
        row.isLarge &&
        row.quota === 'enough' &&
        row.isHealthy &&
        (row.override === 'none' || row.override === 'other run') &&
        row.cause !== 'none'
      const mode = !mayGo ? 'local' : row.crossing === 'automatic' ? 'automatic' : 'suggest'
      const isRight =
        decided.mode === mode &&
        (mode === 'local'
          ? decided.tier === 'edge' && decided.endpointId === null && decided.refused.some(({ tier }) => tier === row.tier)
          : decided.tier === row.tier && decided.endpointId === endpoint.id)
      if (!isRight) wrong.push({ row, decided })
      if (mayGo) gone++
    }
    expect(wrong.slice(0, 3)).toEqual([])
    expect(rows).toBe(Object.values(axes).reduce((product, { length }) => product * length, 1))
    expect(gone).toBe(48)
  })

  test('RTE-03 with nothing configured every task stays, whatever it is, and says so', () => {
    for (const requested of [null, 'datacenter', 'frontier', 'edge', 'reflex'] as const)
      for (const share of [0, 0.5, 1])
        for (const edgeContextTokens of [8_192, 100, null]) {
          const task = taskOf({ features: features(share), requested, edgeContextTokens, failedAttempts: 5 })
          for (const known of [knownOf({ endpoints: [] }), nothingKnown]) {
            const decided = decideRoute(task, known)
            expect([decided.mode, decided.endpointId]).toEqual(['local', null])
            expect(decided.tier).toBe(edgeContextTokens === null ? 'reflex' : 'edge')
            expect(decided.refused.map(({ reason }) => reason)).toEqual(['not_configured', 'not_configured'])
          }
        }
  })

  test('RTE-05 over all pairs of level and range a task goes only where its label lies inside the range of tier and endpoint', () => {
    const labels = [
      ...levels.map(labelFromName),
      cui,
      { ...secret, categories: ['SI'] },
      { ...secret, releasability: ['GBR', 'USA'] },
    ] as Label[]
    for (const label of labels)
      for (const tierRange of labels)
        for (const range of labels) {
          const tiers = { datacenter: { ...openRule, clearance: tierRange }, frontier: openRule }
          const known = knownOf({ endpoints: [healthy(endpointOf({ clearance: range }))], policy: policyOf({ tiers }) })
          const { mode } = decideRoute(taskOf({ label }), known)
          expect(mode !== 'local').toBe(permits(tierRange, label) && permits(range, label))
          if (mode !== 'local')
            expect(
              dominates(
                { ...range, categories: [...range.categories, 'CUI'].sort() },
                { ...label, categories: [...label.categories, 'CUI'].sort() },
              ),
            ).toBe(true)
        }
  })

  test.each([
    ['tier', [override({ kind: 'tier', tier: 'datacenter' })], 'local'],
    ['another tier', [override({ kind: 'tier', tier: 'frontier' })], 'automatic'],
    ['another endpoint', [override({ kind: 'endpoint', endpointId: testId('end', 9) })], 'automatic'],
    ['this run', [override({ kind: 'outside' }, testId('run', 1))], 'local'],
  ] as const)('an override away from %s', (_what, overrides, mode) => {
    expect(decideRoute(taskOf({ runId: testId('run', 1) }), knownOf({ overrides })).mode).toBe(mode)
  })

  test('a person who asks for the edge by name keeps the task there', () => {
    const decided = decideRoute(taskOf({ requested: 'edge', failedAttempts: 9 }), knownOf())
    expect([decided.mode, decided.refused[0]?.reason]).toEqual(['local', 'overridden'])
  })

  test('a request is a cause for the tier that was asked for, and beats no refusal', () => {
    const plain = { features: features(0), requested: 'frontier' } as const
    expect(decideRoute(taskOf(plain), knownOf()).mode).toBe('local')
    const frontier = endpointOf({ id: testId('end', 2), tier: 'frontier', host: '203.0.113.9' })
    expect(decideRoute(taskOf(plain), knownOf({ endpoints: [healthy(), healthy(frontier)] }))).toMatchObject({
      ...{ mode: 'automatic', tier: 'frontier', confidence: 1, causes: ['requested'] },
    })
    expect(decideRoute(taskOf({ ...plain, label: secret }), knownOf({ endpoints: [healthy(frontier)] })).mode).toBe('local')
  })
})

describe('features and confidence', () => {
  const none: RouteTask['features'] = features(0)
  test.each([
    [0.7, 'suggest'],
    [0.699999, 'ask'],
    [0.9, 'suggest'],
    [0.900001, 'automatic'],
    [1, 'automatic'],
    [0, 'ask'],
  ] as const)('RTE-08 a confidence of %f means %s where the tier’s rule is automatic', (confidence, mode) => {
    expect(modeOf(confidence, openRule, { automaticAbove: 0.9, suggestAbove: 0.7 })).toBe(mode)
  })

  test.each([
    [0.9, 'suggest'],
    [0.91, 'automatic'],
    [0.7, 'suggest'],
    [0.69, 'ask'],
    [0.5, 'ask'],
    [0.499999, 'local'],
  ] as const)('RTE-08 features of %f alone mean %s', (share, mode) => {
    const decided = decideRoute(taskOf({ features: features(share) }), knownOf())
    expect(decided).toMatchObject({ mode, confidence: share })
  })

  test('RTE-08 nothing goes by itself where the rule says ask, however sure', () => {
    for (const share of [0.5, 0.7, 0.95, 1])
      expect(['suggest', 'ask']).toContain(modeOf(share, { ...openRule, crossing: 'ask' }, { automaticAbove: 0.9, suggestAbove: 0.7 }))
  })

  test('RTE-08 a policy raises the bars and cannot lower them', () => {
    expect(modeOf(0.95, openRule, { automaticAbove: 0.97, suggestAbove: 0.7 })).toBe('suggest')
    expect(modeOf(0.75, openRule, { automaticAbove: 0.9, suggestAbove: 0.8 })).toBe('ask')
    expect(modeOf(0.5, openRule, { automaticAbove: 0, suggestAbove: 0 })).toBe('ask')
    expect(modeOf(0.85, openRule, { automaticAbove: 0, suggestAbove: 0 })).toBe('suggest')
    expect(modeOf(1, openRule, { automaticAbove: Number.NaN, suggestAbove: Number.NaN })).toBe('ask')
    expect(readPolicy({ ...policyOf(), routing: { automaticAbove: 0.5, suggestAbove: 0.7 } })).toBe(null)
  })

  test('RTE-08 confidence never falls when a feature rises or a cause is added', () => {
    const share = fc.integer({ min: 0, max: 1_000 }).map((n) => n / 1_000)
    const some = fc.record({ complexity: share, novelty: share, risk: share, scope: share })
    fc.assert(
      fc.property(
        some,
        fc.constantFrom('complexity', 'novelty', 'risk', 'scope'),
        share,
        fc.integer({ min: 0, max: 3 }),
        (before, name, more, failed) => {
          const after = { ...before, [name]: Math.max(before[name], more) }
          const causes = causesOf(taskOf({ features: before, failedAttempts: failed }), 'datacenter')
          const low = confidenceOf(before, causes)
          expect(confidenceOf(after, causes)).toBeGreaterThanOrEqual(low)
          for (const cause of ['requested', 'context_too_large', 'no_edge_model', 'failed_attempts'] as const)
            expect(confidenceOf(before, [...causes, cause])).toBeGreaterThanOrEqual(low)
          expect(low).toBeGreaterThanOrEqual(0)
          expect(low).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  test('each cause by itself brings the task up, and none keeps it', () => {
    const causesWith = (more: Partial<RouteTask>) => decideRoute(taskOf({ features: none, ...more }), knownOf()).causes
    expect(causesWith({ edgeContextTokens: null })).toEqual(['no_edge_model'])
    expect(causesWith({ edgeContextTokens: 1_499 })).toEqual(['context_too_large'])
    expect(causesWith({ edgeContextTokens: 1_500 })).toEqual([])
    expect(causesWith({ failedAttempts: 1 })).toEqual([])
    expect(causesWith({ failedAttempts: 2 })).toEqual(['failed_attempts'])
    expect(decideRoute(taskOf({ features: none }), knownOf()).refused).toMatchObject([
      { reason: 'not_needed' },
      { reason: 'not_configured' },
    ])
  })
})

describe('the choice between endpoints', () => {
  const named = (n: number, more: Parameters<typeof endpointOf>[0] = {}) => endpointOf({ id: testId('end', n), ...more })
  const priced = (micros: number) => ({ models: [{ name: 'm', contextTokens: 8_192, promptMicros: micros, completionMicros: micros }] })
  const chosen = (endpoints: readonly KnownEndpoint[], more: Partial<RouteTask> = {}) => decideRoute(taskOf(more), knownOf({ endpoints }))

  test('the datacenter comes before the frontier, whatever it costs', () => {
    const frontier = named(1, { tier: 'frontier', ...priced(0) })
    expect(chosen([healthy(frontier), healthy(named(2, priced(9_000_000)))]).tier).toBe('datacenter')
    expect(chosen([healthy(frontier), { ...healthy(named(2)), isHealthy: false }]).tier).toBe('frontier')
  })

  test('then price, then the time to the first token as measured, then the id', () => {
    expect(chosen([healthy(named(1, priced(2)), 5), healthy(named(2, priced(1)), 900)]).endpointId).toBe(testId('end', 1))
    expect(chosen([healthy(named(1, priced(2_000_000)), 5), healthy(named(2, priced(1_000_000)), 900)]).endpointId).toBe(testId('end', 2))
    expect(chosen([healthy(named(1), 300), healthy(named(2), 200)]).endpointId).toBe(testId('end', 2))
    expect(chosen([healthy(named(1)), healthy(named(2), 200)]).endpointId).toBe(testId('end', 2))
    expect(chosen([healthy(named(3)), healthy(named(2))]).endpointId).toBe(testId('end', 2))
  })

  test('the cheapest model that the task fits into is taken, and says what it costs at most', () => {
    const models = [
      { name: 'small', contextTokens: 1_000, promptMicros: 1, completionMicros: 1 },
      { name: 'wide', contextTokens: 100_000, promptMicros: 9_000_000, completionMicros: 9_000_000 },
      { name: 'fits', contextTokens: 1_500, promptMicros: 1_000_001, completionMicros: 2_000_000 },
    ]
    expect(chosen([healthy(named(1, { models }))])).toMatchObject({ model: 'fits', costMicrosMax: 1_001 + 1_000 })
    expect(costMicros({ name: 'm', contextTokens: 512, promptMicros: 1, completionMicros: 0 }, 1, 1)).toBe(1)
  })

  test('RTE-01 a datacenter lies inside of the site, unless the policy lists it; a list binds both tiers, spelling aside', () => {
    const at = (tier: 'datacenter' | 'frontier', host: string) => ({ tier, host, port: 443 })
    for (const host of ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.9.9', '100.64.0.1', '127.0.0.1', '::1', 'fd00::1', 'fe80::1'])
      expect(isListed(at('datacenter', host), null), host).toBe(true)
    for (const host of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:db8::1', '::ffff:8.8.8.8', 'models.site', '', '010.0.0.1'])
      expect(isListed(at('datacenter', host), null), host).toBe(false)
    expect(isListed(at('frontier', '8.8.8.8'), null)).toBe(true)
    const list = [{ host: '2001:DB8:0:0::5', port: 443 }]
    expect(isListed(at('datacenter', '2001:db8::5'), list)).toBe(true)
    expect(isListed({ ...at('datacenter', '2001:db8::5'), port: 80 }, list)).toBe(false)
    for (const tier of ['datacenter', 'frontier'] as const) expect(isListed(at(tier, '10.0.0.5'), list)).toBe(false)
  })
})

describe('configurations that are not what they should be', () => {
  const sound = () => JSON.parse(JSON.stringify(policyOf())) as Record<string, unknown>

  test('RTE-03 a policy that lacks any part of itself, or has it wrong, keeps everything here', () => {
    const junk = [undefined, null, 'yes', -1, [], {}, [{}], true]
    for (const key of Object.keys(sound()))
      for (const value of junk) {
        const broken = { ...sound(), [key]: value }
        const isSame = key === 'egress' && value === null
        // An empty list of places is a sound one: nothing may be reached.
        const isClosed = key === 'egress' && Array.isArray(value) && value.length === 0
        if (isSame) continue
        if (!isClosed && !(key === 'isTightened' && value === true))
          expect(readPolicy(broken), `${key}=${JSON.stringify(value)}`).toBe(null)
        expect(decideRoute(taskOf(), knownOf({ policy: readPolicy(broken) })).mode).toBe('local')
      }
    for (const policy of [undefined, null, '', 7, [], {}, 'policy']) expect(readPolicy(policy)).toBe(null)
  })

  test('RTE-03 any change of a policy at random keeps everything here, or leaves a policy that says the same', () => {
    fc.assert(
      fc.property(fc.constantFrom('tiers', 'routing', 'egress', 'isTightened', 'version'), fc.json(), (key, text) => {
        const policy = readPolicy({ ...sound(), [key]: JSON.parse(text) as unknown })
        const { mode } = decideRoute(taskOf(), knownOf({ policy }))
        if (policy === null) expect(mode).toBe('local')
        else expect(['local', 'automatic', 'suggest', 'ask']).toContain(mode)
        if (policy?.isTightened === true || (policy !== null && policy.egress?.length === 0)) expect(mode).toBe('local')
      }),
    )
  })

  test('what is built in lets unclassified material out only when it was seen', () => {
    const policy = readPolicy(builtInPolicy('ana', secret))
    expect(decideRoute(taskOf(), knownOf({ policy })).mode).toBe('suggest')
    for (const label of [cui, secret]) expect(decideRoute(taskOf({ label }), knownOf({ policy })).mode).toBe('local')
  })

  test('whatever is decided is what the contract says', () => {
    for (const task of [taskOf(), taskOf({ features: features(0) }), taskOf({ edgeContextTokens: null })])
      for (const known of [knownOf(), nothingKnown]) expect(RouteDecision.parse(decideRoute(task, known))).toBeTruthy()
  })
})
