import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nothing } from '../../../main/domain/budget.ts'
import { compareSteps } from '../../../main/domain/run/compare.ts'
import type { Step } from '../../../main/domain/run/state.ts'
import { body, id } from './scenario.ts'

/** A step that is told by its name and by the number of its input. */
const step = (name: string, input: number, ordinal = 0): Step => ({
  ...{ id: id('stp', ordinal + 1), ordinal, kind: 'tool', name, effect: 'read', risk: 'read', input: body(input), phase: 'succeeded' },
  ...{
    output: null,
    feedback: null,
    refusal: null,
    failureCode: null,
    served: null,
    reserved: nothing,
    copiedFrom: null,
    isApproved: false,
    isGuarded: false,
    scope: null,
    crossing: null,
    leftBy: null,
  },
  ...{ startedAtMs: 1, endedAtMs: 2 },
})
const isSame = (a: { body: string }, b: { body: string }) => a.body === b.body
const short = (as: readonly Step[], bs: readonly Step[]) =>
  compareSteps(as, bs, isSame).map(({ a, b, isSameInput }) => `${a?.name ?? '-'}/${b?.name ?? '-'}${isSameInput ? '=' : ''}`)

describe('steps of two runs are aligned by kind and name, in order', () => {
  test('the same run beside itself', () => {
    const run = [step('search', 1), step('read', 2)]
    expect(short(run, run)).toEqual(['search/search=', 'read/read='])
  })
  test('a step more in the middle stands alone', () => {
    expect(short([step('search', 1), step('write', 3)], [step('search', 1), step('read', 2), step('write', 3)])).toEqual([
      'search/search=',
      '-/read',
      'write/write=',
    ])
  })
  test('among calls of one tool those with the same input stand for each other', () => {
    expect(short([step('search', 1), step('search', 2)], [step('search', 2)])).toEqual(['search/-', 'search/search='])
  })
  test('and it does not matter on which side the other one stands', () => {
    expect(short([step('search', 2)], [step('search', 2), step('search', 1)])).toEqual(['search/search=', '-/search'])
  })
  test('a model call never stands for a tool of its name', () => {
    expect(short([step('edge', 1)], [{ ...step('edge', 1), kind: 'model' }])).toEqual(['edge/-', '-/edge'])
  })
  test('nothing beside nothing', () => {
    expect(short([], [])).toEqual([])
  })
})

test('every step of both runs is told exactly once and in order, whatever they are', () => {
  const run = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 3 })), { maxLength: 12 })
  fc.assert(
    fc.property(run, run, (left, right) => {
      const [as, bs] = [left.map(([name, input], i) => step(name, input, i)), right.map(([name, input], i) => step(name, input, i))]
      const pairs = compareSteps(as, bs, isSame)
      expect(pairs.flatMap(({ a }) => a ?? [])).toEqual(as)
      expect(pairs.flatMap(({ b }) => b ?? [])).toEqual(bs)
      for (const { a, b } of pairs) if (a !== null && b !== null) expect(a.name).toBe(b.name)
    }),
  )
})
