/** Patterns of a policy: what could run away is refused, and what is let through ends soon on hostile texts. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PatternFault, patternFault } from '../../main/domain/safe-pattern.ts'

test.each<[string, PatternFault | null]>([
  ['\\b\\d{3}-\\d{2}-\\d{4}\\b', null],
  ['[\\w.]{1,64}@[\\w.]{1,64}', null],
  ['(?:red|blue) team', null],
  ['SECRET(?://[A-Z]{1,20})?', null],
  ['\\p{Lu}{2,10}?x', null],
  ['[)(*+]{1,3}', null],
  ['\\(\\*\\+', null],
  ['(a', 'unreadable'],
  ['(a+)+$', 'unbounded'],
  ['a*', 'unbounded'],
  ['a{2,}', 'unbounded'],
  ['a{1,5000}', 'unbounded'],
  ['(a{1,9}){1,9}', 'nested'],
  ['(a|a){1,20}', 'nested'],
  ['(?:(?:a?){2}){1,30}', 'nested'],
  ['(x)\\1', 'back_reference'],
  ['(?<n>x)\\k<n>', 'back_reference'],
  ['(?=x)y', 'look_around'],
  ['(?<!x)y', 'look_around'],
  ['a{0,100}a{0,100}a{0,100}', 'too_many_choices'],
])('%s: %s', (pattern, fault) => {
  expect(patternFault(pattern)).toBe(fault)
})

/** Small expressions, most of them dangerous. */
const { expression } = fc.letrec<{ expression: string; part: string }>((tie) => ({
  expression: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', '[ab]', '.', 'a?', 'a{0,9}', 'a*', 'a+?', '\\w{1,5}', '[ab]{0,30}', 'a{2}', 'a??'),
    tie('expression').map((inner) => `(?:${inner})`),
    fc.tuple(tie('expression'), fc.constantFrom('?', '{2}', '{1,4}', '{0,20}', '*', '+')).map(([inner, times]) => `(${inner})${times}`),
    fc.tuple(tie('expression'), tie('expression')).map(([one, other]) => `(?:${one}|${other})`),
  ),
}))

test('what is let through ends within a moment on a text made to keep it busy', () => {
  let letThrough = 0
  fc.assert(
    fc.property(expression, (pattern) => {
      if (patternFault(pattern) !== null) return
      letThrough += 1
      const started = performance.now()
      new RegExp(`${pattern}c`, 'gu').test('a'.repeat(2_000))
      expect(performance.now() - started).toBeLessThan(2_000)
    }),
    { numRuns: 2_000, seed: 7 },
  )
  expect(letThrough).toBeGreaterThan(100)
})
