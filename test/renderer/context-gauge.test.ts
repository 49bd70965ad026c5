import { expect, test } from 'vitest'
import { contextGauge } from '../../renderer/screens/runs/run-gauges.tsx'
import { completeEvents } from '../browser/screens/fixture-events.ts'
import { id } from '../browser/screens/fixture-ids.ts'

test.each([
  [0, undefined],
  [1_999, undefined],
  [3_999, undefined],
  [4_000, 'warn'],
  [5_999, 'warn'],
  [6_000, 'bad'],
])('CTX-03 the gauge of a context of %i tokens in a window of 10,000 has the colour of its band', (promptTokens, tone) => {
  const events = completeEvents(id('run', 1)).map((recorded) => {
    const { event } = recorded
    return event.type === 'context.built'
      ? { ...recorded, event: { ...event, promptTokens, limitTokens: 6_000, contextTokens: 10_000 } }
      : recorded
  })
  expect(contextGauge(events)).toMatchObject({ share: promptTokens / 10_000, markShare: 0.6 })
  expect(contextGauge(events).tone).toBe(tone)
})
