import fc from 'fast-check'
import { expect, test } from 'vitest'
import { disseminationControls, join, Label, levels, marking } from '../../main/domain/label.ts'
import { parseLabel, parseMarking } from '../../main/domain/parse-marking.ts'

const token = fc.stringMatching(/^[A-Z0-9]([A-Z0-9 -]{0,12}[A-Z0-9])?$/)
const anyLabel: fc.Arbitrary<Label> = fc
  .record({
    level: fc.constantFrom(...levels),
    categories: fc.array(fc.oneof(token, fc.constantFrom('CUI', 'SI', 'TK', 'SP-CTI')), { maxLength: 5 }),
    dissemination: fc.subarray([...disseminationControls]),
    releasability: fc.oneof(fc.constant('any' as const), fc.constant('noforn' as const), fc.array(token, { minLength: 1, maxLength: 4 })),
  })
  .map((label) => join(label, label))
  .filter((label) => Label.safeParse(label).success)

test('LBL-01 a marking that is read is the label that it was written from', () => {
  fc.assert(
    fc.property(anyLabel, (label) => {
      expect(parseMarking(marking(label))).toEqual({ ok: true, value: label })
    }),
    { numRuns: 3_000 },
  )
})

test('LBL-01 two labels never have one marking', () => {
  fc.assert(
    fc.property(anyLabel, anyLabel, (a, b) => {
      expect(marking(a) === marking(b)).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
    { numRuns: 3_000 },
  )
})

test('the order within a list carries no meaning', () => {
  expect(parseMarking('SECRET//TK/SI//REL TO USA, GBR')).toEqual(parseMarking('SECRET//SI/TK//REL TO GBR, USA'))
})

test.each([
  ['nothing', ''],
  ['small letters', 'secret'],
  ['white space around it', ' SECRET'],
  ['a word that is no level', 'RESTRICTED'],
  ['an abbreviation', 'S//NF'],
  ['one stroke', 'SECRET/SI'],
  ['an empty list', 'SECRET////NOFORN'],
  ['an empty end', 'SECRET//'],
  ['release before controls', 'SECRET//NOFORN//ORCON'],
  ['controls before categories', 'SECRET//ORCON//SI'],
  ['controls among categories', 'SECRET//SI/ORCON'],
  ['two lists of categories', 'SECRET//SI//TK'],
  ['CUI among categories', 'SECRET//SI/CUI'],
  ['CUI at the level of its own', 'UNCLASSIFIED//CUI'],
  ['the same twice', 'SECRET//SI/SI'],
  ['a control that another contains', 'SECRET//FEDCON/FED ONLY'],
  ['a level among categories', 'SECRET//TOP SECRET'],
  ['both releases', 'SECRET//REL TO USA//NOFORN'],
  ['release to nobody', 'SECRET//REL TO '],
  ['a name that is too long', `SECRET//${'A'.repeat(33)}`],
  ['more text than any marking', `SECRET//${'A/'.repeat(2_000)}A`],
  ['a line end', 'SECRET//SI\n'],
])('%s is refused, with what to write instead', (_what, text) => {
  const parsed = parseMarking(text)
  expect(parsed).toMatchObject({ ok: false, error: { code: 'label.bad_marking' } })
})

test('on the command line short names count, and letters of any size', () => {
  expect(parseLabel('top_secret')).toEqual(parseMarking('TOP SECRET'))
  expect(parseLabel('top secret')).toEqual(parseMarking('TOP SECRET'))
  expect(parseLabel(' cui ')).toEqual(parseMarking('CUI'))
  expect(parseLabel('secret//si//noforn')).toEqual(parseMarking('SECRET//SI//NOFORN'))
  expect(parseLabel('secretive').ok).toBe(false)
})
