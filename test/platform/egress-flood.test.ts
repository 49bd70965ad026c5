import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EgressAttempt } from '../../main/domain/egress.ts'
import { createFlood } from '../../main/platform/egress-flood.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const attempt = (destination: string, more: Partial<EgressAttempt> = {}): EgressAttempt => ({
  ...{ part: 'core', kind: 'connect', destination, reason: 'no_permit', count: 1, isTest: false, digest: null, runId: null, stepId: null },
  ...more,
})

test('EGR-02 the first of equal attempts is told at once, the next as one number', () => {
  const told: EgressAttempt[] = []
  const flood = createFlood((one) => told.push(one), { repeatMs: 1_000, keysMax: 4 })
  for (let i = 0; i < 1_000; i++) flood.note(attempt('192.0.2.7:80'))
  flood.note(attempt('192.0.2.7:80', { part: 'parser', count: 5 }))
  expect(told.map(({ part, count }) => [part, count])).toEqual([
    ['core', 1],
    ['parser', 5],
  ])
  vi.advanceTimersByTime(1_000)
  expect(told.slice(2).map(({ destination, count }) => [destination, count])).toEqual([['192.0.2.7:80', 999]])
  flood.note(attempt('192.0.2.7:80'))
  expect(told.at(-1)?.count).toBe(1)
})

test('EGR-02 a flood of different destinations is counted without being told apart', () => {
  const told: EgressAttempt[] = []
  const flood = createFlood((one) => told.push(one), { repeatMs: 1_000, keysMax: 4 })
  for (let i = 0; i < 10_000; i++) flood.note(attempt(`text-${i}.invalid`))
  flood.settle()
  expect(told).toHaveLength(6)
  expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(10_000)
})
