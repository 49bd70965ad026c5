/** The gates before a call: in their order, none asked behind one that failed, the same twice, and receipts that nobody else can make. */
import { describe, expect, test } from 'vitest'
import { type CallFacts, gateLevels, isReceiptFor, passGates } from '../../main/domain/call-gates.ts'
import type { CheckVerdict } from '../../main/domain/check.ts'
import { effortOf, isLookedInto, spotEvery } from '../../main/domain/verification-effort.ts'

const call = { stepId: 'stp_1', commitment: { alg: 'sha256', value: 'a'.repeat(64) }, epoch: 1 } as const
const denied: CheckVerdict = { isAllowed: false, code: 'label.above_ceiling', retryAtMs: null, needsPerson: false }

/** Facts that write down who was asked; the level that is named fails. */
function watched(failing: string | null) {
  const asked: string[] = []
  const ask = <T>(level: string, bad: T, good: T): T => {
    asked.push(level)
    return level === failing ? bad : good
  }
  const facts: CallFacts = {
    form: () => ask('L1', 'tool.bad_arguments', null),
    rules: () => ask('L2', 'tool.not_allowed', null),
    meaning: async () => ask<CheckVerdict>('L3', denied, { isAllowed: true }),
    person: () => ask('L4', 'needed', 'not_needed'),
  }
  return { facts, asked }
}

describe('VAL-01 the order', () => {
  test.each([
    ['L1', ['L1'], { kind: 'refused', level: 'L1', code: 'tool.bad_arguments' }],
    ['L2', ['L1', 'L2'], { kind: 'refused', level: 'L2', code: 'tool.not_allowed' }],
    ['L3', ['L1', 'L2', 'L3'], { kind: 'denied', level: 'L3', verdict: denied }],
    ['L4', ['L1', 'L2', 'L3', 'L4'], { kind: 'person', level: 'L4' }],
  ])('VAL-01 where %s fails nothing behind it is asked', async (failing, order, outcome) => {
    const { facts, asked } = watched(failing)
    expect(await passGates(call, facts)).toEqual(outcome)
    expect(asked).toEqual(order)
  })

  test('VAL-01 VAL-02 where all pass all were asked once, and a second time says the same of the same', async () => {
    const { facts, asked } = watched(null)
    const [first, second] = [await passGates(call, facts), await passGates(call, facts)]
    expect(asked).toEqual([...gateLevels, ...gateLevels])
    expect(second).toEqual(first)
    const refusing = watched('L2')
    expect(await passGates(call, refusing.facts)).toEqual(await passGates(call, refusing.facts))
  })
})

describe('VAL-04 the receipt', () => {
  test('VAL-04 it counts for exactly its call, arguments and execution', async () => {
    const passed = await passGates(call, watched(null).facts)
    const receipt = passed.kind === 'passed' ? passed.receipt : null
    expect(isReceiptFor(receipt, call)).toBe(true)
    expect(isReceiptFor(receipt, { ...call, stepId: 'stp_2' })).toBe(false)
    expect(isReceiptFor(receipt, { ...call, epoch: 2 })).toBe(false)
    expect(isReceiptFor(receipt, { ...call, commitment: { alg: 'sha256', value: 'b'.repeat(64) } })).toBe(false)
    expect(() => Object.assign(receipt ?? {}, { stepId: 'stp_2' })).toThrow()
  })

  test('VAL-04 nothing that looks like one is one', async () => {
    const passed = await passGates(call, watched(null).facts)
    const receipt = passed.kind === 'passed' ? passed.receipt : {}
    const forged = [null, undefined, true, 'receipt', {}, { ...call }, { ...receipt }, structuredClone(receipt), Object.create(receipt)]
    for (const one of forged) expect(isReceiptFor(one, call)).toBe(false)
    for (const level of gateLevels) expect(await passGates(call, watched(level).facts)).not.toHaveProperty('receipt')
  })
})

test('VAL-05 the level of an agent says what is looked into: all, what it changes, a sample, or what it delivers', () => {
  const read = (ordinal: number) => ({ changes: false, isFinal: false, ordinal })
  const [change, final] = [
    { ...read(1), changes: true },
    { ...read(1), isFinal: true },
  ]
  const table = Array.from(effortOf, (_, level) => [
    isLookedInto(level, read(1)),
    isLookedInto(level, read(spotEvery)),
    isLookedInto(level, change),
    isLookedInto(level, final),
  ])
  expect(table).toEqual([
    [true, true, true, true],
    [true, true, true, true],
    [true, true, true, true],
    [false, false, true, true],
    [false, true, true, true],
    [false, false, false, true],
  ])
  for (const level of [-1, 6, 2.5, Number.NaN]) expect(isLookedInto(level, read(1))).toBe(true)
})
