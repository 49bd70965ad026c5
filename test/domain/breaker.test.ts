import { expect, test } from 'vitest'
import {
  type BreakerEvent,
  type BreakerState,
  breakerStatus,
  closedBreaker,
  evolveBreaker,
  mayCall,
  toolBreakerLimits,
} from '../../main/domain/breaker.ts'
import { createBreaker } from '../../main/models/breaker.ts'

const limits = toolBreakerLimits
const after = (events: readonly BreakerEvent[], atMs: number, from: BreakerState = closedBreaker) =>
  events.reduce((state, event) => evolveBreaker(state, event, limits, atMs), from)
const fails = (times: number): readonly BreakerEvent[] => Array.from({ length: times }, () => 'failed')

test('SAF-02 five failures in a row open it for a minute, and a success in between begins anew', () => {
  expect(limits).toEqual({ failuresMax: 5, openMs: 60_000 })
  expect(breakerStatus(after(fails(4), 0), limits, 0)).toBe('closed')
  const open = after(fails(5), 1_000)
  expect([breakerStatus(open, limits, 1_000), mayCall(open, limits, 60_999)]).toEqual(['open', false])
  expect(breakerStatus(open, limits, 61_000)).toBe('half_open')
  expect(breakerStatus(after([...fails(4), 'succeeded', ...fails(4)], 0), limits, 0)).toBe('closed')
})

test('SAF-02 after the minute one call may try: it closes or opens it again', () => {
  const open = after(fails(5), 0)
  expect(mayCall(open, limits, 60_000)).toBe(true)
  const trying = after(['admitted'], 60_000, open)
  expect(mayCall(trying, limits, 60_001)).toBe(false)
  expect(breakerStatus(after(['succeeded'], 60_002, trying), limits, 60_002)).toBe('closed')
  const again = after(['failed'], 60_002, trying)
  expect([breakerStatus(again, limits, 120_001), breakerStatus(again, limits, 120_002)]).toEqual(['open', 'half_open'])
})

test('SAF-02 a try that never ends does not keep it shut for ever, nor does a clock that was put back', () => {
  const trying = after(['admitted'], 60_000, after(fails(5), 0))
  expect([mayCall(trying, limits, 119_999), mayCall(trying, limits, 120_000)]).toEqual([false, true])
  expect(mayCall(after(fails(5), 1_000_000), limits, 0)).toBe(true)
})

test('SAF-02 the one with a clock shows its state, and has limits of its own', () => {
  let now = 0
  const model = createBreaker(() => now)
  const tool = createBreaker(() => now, limits)
  for (let i = 0; i < 3; i++) for (const breaker of [model, tool]) breaker.failed()
  expect([model.state(), tool.state(), tool.failuresInRow()]).toEqual(['open', 'closed', 3])
  expect([model.admit(), tool.admit()]).toEqual([false, true])
  now = 60_000
  expect([model.state(), model.admit(), model.admit()]).toEqual(['half_open', true, false])
  model.succeeded()
  expect([model.state(), model.admit(), model.admit()]).toEqual(['closed', true, true])
})
