/** The router as it runs: from memory, within its time, and closed when something cannot be read. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Endpoint } from '../../main/domain/endpoint.ts'
import { unclassified } from '../../main/domain/label.ts'
import { builtInPolicy, tightened } from '../../main/domain/policy.ts'
import { createRouter, type RouterParts } from '../../main/routing/choose.ts'
import { createEndpointHealth } from '../../main/routing/health.ts'
import { endpointOf, policyOf, taskOf } from '../support/route-cases.ts'

const clock = () => 1_800_000_000_000
const open = (more: Partial<RouterParts> = {}) => {
  const defects: unknown[] = []
  const router = createRouter({
    ...{ policy: () => policyOf(), readEndpoints: () => [endpointOf()], readQuota: () => ({ tokens: null, costMicros: null }) },
    ...{ readOverrides: () => [], health: createEndpointHealth(clock), clock, onDefect: (error) => defects.push(error) },
    ...more,
  })
  return { router, defects, mode: () => router.decide(taskOf()).mode }
}

test('RTE-03 before anything was read, and when something cannot be read, every task stays', () => {
  const { router, mode } = open()
  expect(mode()).toBe('local')
  router.refresh()
  expect(mode()).toBe('automatic')
  const broken = () => {
    throw new Error('damaged')
  }
  for (const part of ['readEndpoints', 'readQuota', 'readOverrides'] as const) {
    let isBroken = false
    const parts = { readEndpoints: () => [endpointOf()], readQuota: () => ({ tokens: null, costMicros: null }), readOverrides: () => [] }
    const opened = open({ [part]: () => (isBroken ? broken() : parts[part]()) })
    opened.router.refresh()
    expect(opened.mode()).toBe('automatic')
    isBroken = true
    opened.router.refresh()
    expect([opened.mode(), opened.defects.length]).toEqual(['local', 1])
  }
})

test('RTE-03 a task that is none stays', () => {
  const { router } = open()
  router.refresh()
  for (const task of [
    null,
    {},
    { ...taskOf(), features: { complexity: Number.NaN, novelty: 1, risk: 1, scope: 1 } },
    { ...taskOf(), promptTokens: -1 },
  ])
    expect(router.decide(task as ReturnType<typeof taskOf>)).toMatchObject({ mode: 'local', causes: [] })
})

test('the policy is looked at for every decision, and what was spent when it was spent', () => {
  let policy: unknown = builtInPolicy('ana', unclassified)
  let tokens: number | null = null
  const { router, mode } = open({ policy: () => policy, readQuota: () => ({ tokens, costMicros: null }) })
  router.refresh()
  expect(mode()).toBe('suggest')
  policy = tightened(builtInPolicy('ana', unclassified))
  expect(mode()).toBe('local')
  policy = builtInPolicy('ana', unclassified)
  tokens = 10
  expect(mode()).toBe('suggest')
  router.refreshQuota()
  expect(mode()).toBe('local')
})

test('where no endpoint is, what is spent is not even read', () => {
  let reads = 0
  const endpoints: readonly Endpoint[] = []
  const { router } = open({ readEndpoints: () => endpoints, readQuota: () => ({ tokens: ++reads, costMicros: null }) })
  router.refresh()
  router.refreshQuota()
  expect(reads).toBe(1)
})

test('RTE-10 a decision touches no file, no socket, no process, no timer and no database', () => {
  const said = execFileSync(process.execPath, [join(import.meta.dirname, '../support/poisoned-router.ts')], { encoding: 'utf8' })
  // The one that was touched is the planted one; the reads are those of the refresh.
  expect(JSON.parse(said)).toEqual({ isPoisoned: true, touched: 1, reads: 3, modes: ['automatic', 'local'] })
})
