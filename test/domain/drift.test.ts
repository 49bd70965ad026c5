/** What was recorded against what is found. */
import { expect, test } from 'vitest'
import { compareDigests, driftLimits, hasDrifted } from '../../main/domain/drift.ts'

test('DRF-01 changed, missing and added are told apart, and the same is none of them', () => {
  const recorded = { a: '1', b: '2', c: '3' }
  expect(hasDrifted(compareDigests('agents', recorded, { ...recorded }))).toBe(false)
  expect(compareDigests('agents', recorded, { a: '1', b: 'x', d: '4' })).toEqual({
    ...{ part: 'agents', isWatched: true, changed: 1, missing: 1, added: 1, names: ['b', 'c', 'd'] },
  })
  expect(compareDigests('agents', {}, { __proto__: '1', toString: 'x' } as never)).toMatchObject({ added: 1, names: ['toString'] })
})
test('DRF-01 of very many the first are named, and all are counted', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`a${at}`, '1']))
  const { missing, names } = compareDigests('agents', many, {})
  expect([missing, names.length]).toEqual([500, driftLimits.namesMax])
})
