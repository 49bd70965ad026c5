import { expect, test } from 'vitest'
import { judgeRate } from '../../main/domain/approval-rate.ts'
import { type GateGrades, gateMeasures, grades, judgeGate } from '../../main/domain/gate-policy.ts'

const low: GateGrades = { impact: 'low', risk: 'low', cost: 'low', novelty: 'low' }

test('HUM-08 the worst of impact, risk, cost and novelty says whether a person is needed, over all 256 combinations and the unknown ones', () => {
  const values = [...grades, null]
  for (let number = 0; number < values.length ** gateMeasures.length; number++) {
    const given = Object.fromEntries(
      gateMeasures.map((measure, at) => [measure, values[Math.floor(number / values.length ** at) % values.length]]),
    )
    const known = Object.values(given).map((grade) => grade ?? 'high')
    const wanted = known.includes('high') ? 'required' : known.includes('medium') ? 'recommended' : 'optional'
    const verdict = judgeGate(given, 0.99)
    expect([verdict.need, verdict.mayProceedAlone]).toEqual([wanted, wanted === 'optional'])
    const worst = wanted === 'required' ? 'high' : 'medium'
    expect(verdict.reasons.map(({ measure }) => measure)).toEqual(
      wanted === 'optional' ? [] : gateMeasures.filter((_measure, at) => known[at] === worst),
    )
  }
})

test.each([
  [null, false],
  [0.95, false],
  [0.951, true],
  [1, true],
  [1.5, false],
  [Number.NaN, false],
])('HUM-08 with a confidence of %s something low proceeds alone: %s', (confidence, wanted) => {
  expect(judgeGate(low, confidence).mayProceedAlone).toBe(wanted)
})

test('HUM-08 what is not known counts as high, and the reason says that it is not known', () => {
  expect(judgeGate({ ...low, risk: null }, 1)).toEqual({
    need: 'required',
    reasons: [{ measure: 'risk', grade: 'high', isKnown: false }],
    mayProceedAlone: false,
  })
  expect(judgeGate({}, 1).reasons).toHaveLength(4)
})

test.each([
  [9, 9, 'too_few'],
  [0, 0, 'too_few'],
  [10, 10, 'rubber_stamp'],
  [100, 100, 'rubber_stamp'],
  [99, 100, 'high'],
  [91, 100, 'high'],
  [90, 100, 'healthy'],
  [80, 100, 'healthy'],
  [79, 100, 'fair'],
  [50, 100, 'fair'],
  [49, 100, 'bad_proposals'],
  [0, 10, 'bad_proposals'],
])('HUM-10 %i approved of %i says %s', (approved, decided, verdict) => {
  expect(judgeRate(approved, decided)).toEqual({ approved, decided, rate: decided === 0 ? null : approved / decided, verdict })
})
