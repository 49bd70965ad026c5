/** The meet of two ceilings, and what an account may see with the roles it holds. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { covers, type Label, levels, meet, permits, unclassified } from '../../main/domain/label.ts'
import { builtInPolicy, clearanceOf, rolesOf } from '../../main/domain/policy.ts'
import { roles } from '../../main/domain/role.ts'

const some = (words: readonly string[]) => fc.subarray([...words]).map((found) => [...found].sort())
const label: fc.Arbitrary<Label> = fc.record({
  level: fc.constantFrom(...levels),
  categories: some(['CUI', 'SI', 'TK']),
  dissemination: some(['FED ONLY', 'FEDCON', 'NOCON', 'ORCON']),
  releasability: fc.oneof(
    fc.constantFrom<'any' | 'noforn'>('any', 'noforn'),
    some(['GBR', 'NOR', 'USA']).filter((countries) => countries.length > 0),
  ),
})

test('IDN-02 the meet of two ceilings permits exactly what both permit', () => {
  fc.assert(
    fc.property(label, label, label, (a, b, held) => {
      expect(permits(meet(a, b), held)).toBe(permits(a, held) && permits(b, held))
    }),
    { numRuns: 5_000 },
  )
})

test('IDN-02 one ceiling covers another when it permits all that the other permits', () => {
  fc.assert(
    fc.property(label, label, fc.array(label, { minLength: 20, maxLength: 20 }), (a, b, all) => {
      const isContradicted = all.some((held) => permits(b, held) && !permits(a, held))
      if (covers(a, b)) expect(isContradicted).toBe(false)
      expect(covers(a, b)).toBe(permits(a, meet(b, b)))
    }),
    { numRuns: 1_000 },
  )
})

const secret: Label = { ...unclassified, level: 'secret' }

test('IDN-02 who holds no role sees nothing; who holds several sees what the highest permits, under the ceiling', () => {
  const policy = builtInPolicy('ana', secret)
  expect(rolesOf(policy, 'ana')).toEqual(roles)
  expect(clearanceOf(policy, 'ana', secret)).toEqual(secret)
  const lower = {
    analyst: { accounts: ['ana'], clearance: secret },
    auditor: { accounts: ['ana'], clearance: { ...unclassified, categories: ['CUI'] } },
  }
  expect(clearanceOf({ roles: lower }, 'ana', secret)).toEqual(secret)
  expect(rolesOf(policy, 'ben')).toEqual([])
  expect(clearanceOf(policy, 'ben', secret)).toBeNull()
  const apart = {
    roles: {
      analyst: { accounts: ['ana'], clearance: { ...secret, categories: ['SI'] } },
      reviewer: { accounts: ['ana'], clearance: { ...secret, categories: ['TK'] } },
      auditor: { accounts: ['ana'], clearance: unclassified },
    },
  }
  expect(rolesOf(apart, 'ana')).toEqual(['analyst', 'reviewer', 'auditor'])
  expect(clearanceOf(apart, 'ana', { ...secret, level: 'top_secret', categories: ['SI', 'TK'] })).toEqual(secret)
})
