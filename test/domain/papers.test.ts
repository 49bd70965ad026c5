import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dateTimeGroup } from '../../main/domain/date-time-group.ts'
import { inertText } from '../../main/domain/inert-text.ts'
import { disseminationControls, join, type Label, levels } from '../../main/domain/label.ts'
import { readMark } from '../../main/domain/mark-words.ts'
import { portionMark } from '../../main/domain/portion.ts'

const labels: fc.Arbitrary<Label> = fc
  .record({
    level: fc.constantFrom(...levels),
    categories: fc.subarray(['CUI', 'SI', 'TK', 'SAR-BP', 'FGI GBR', 'RD-CNWDI']),
    dissemination: fc.subarray([...disseminationControls]),
    releasability: fc.oneof(
      fc.constant('any' as const),
      fc.constant('noforn' as const),
      fc.subarray(['AUS', 'FVEY', 'USA'], { minLength: 1 }),
    ),
  })
  .map((label) => join(label, label))

test('ANS-04 a portion mark is read back as the label that it was written from', () => {
  fc.assert(
    fc.property(labels, (label) => {
      expect(readMark(portionMark(label), 'portion')?.label).toEqual(label)
    }),
    { numRuns: 2_000 },
  )
})

test('a date-time group is that of the clock in UTC', () => {
  const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (at) => {
      const date = new Date(at)
      const two = (value: number) => String(value).padStart(2, '0')
      const time = `${two(date.getUTCDate())}${two(date.getUTCHours())}${two(date.getUTCMinutes())}Z`
      expect(dateTimeGroup(at)).toBe(`${time} ${months[date.getUTCMonth()]} ${two(date.getUTCFullYear() % 100)}`)
    }),
  )
})

test.each([
  ['two\nlines\tand  spaces', 'two lines and spaces'],
  ['turned \u202egnp.exe', 'turned \\u202egnp.exe'],
  ['isolated \u2066text\u2069', 'isolated \\u2066text\\u2069'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['soft\u00adhyphen', 'soft\\u00adhyphen'],
  ['bell\u0007 and escape\u001b[31m', 'bell\\u0007 and escape\\u001b[31m'],
  ['tag \u{e0041}', 'tag \\u{e0041}'],
  ['half \ud800', 'half \\ud800'],
  ['mark\ufeff', 'mark\\ufeff'],
  ['نامه‌ای', 'نامه‌ای'],
  ['  plain, “quoted” – text  ', 'plain, “quoted” – text'],
])('what hides or turns is written out: %j', (text, expected) => {
  expect(inertText(text)).toBe(expected)
})
