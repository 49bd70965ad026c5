import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import type { SanitiseRule } from '../../main/domain/policy.ts'
import { isAboveTask, portionOf } from '../../main/domain/reply-marks.ts'
import { type Piece, sanitise } from '../../main/domain/sanitise.ts'
import { compilePattern, createFindAll } from '../../main/policy/patterns.ts'

const secret = labelFromName('secret')
const cui = labelFromName('cui')
const findAll = createFindAll()
const piece = (text: string, label = unclassified, source = 'a.md'): Piece => ({ source, text, label })
const clean = (rules: readonly SanitiseRule[], pieces: readonly Piece[], question = 'When?') =>
  sanitise(question, pieces, { rules, findAll, readPortion: portionOf })
const portions = (above = unclassified): SanitiseRule => ({ kind: 'portions', name: 'high', above })
const pattern = (text: string, replacement = '*'): SanitiseRule => ({ kind: 'pattern', name: 'ids', pattern: text, replacement })
const left = (rules: readonly SanitiseRule[], ...texts: readonly string[]) => {
  const cleaned = clean(
    rules,
    texts.map((text) => piece(text)),
  )
  return { texts: cleaned?.pieces.map(({ text }) => text), removed: cleaned?.removed }
}

describe('RTE-12 portions', () => {
  test('above the label are dropped whole, and the places of the rest are kept', () => {
    const cleaned = clean([portions()], [piece('a', secret), piece('b'), piece('c', cui), piece('d')])
    expect(cleaned?.pieces.map(({ index, text }) => [index, text])).toEqual([
      [1, 'b'],
      [3, 'd'],
    ])
    expect(cleaned?.removed).toEqual({ high: 2 })
  })

  test.each([
    ['(U) One.\n(S) Two.\n(U) Three.', '(U) One.\n(U) Three.'],
    ['(S//NF) One.\n\n(U) Two.', '\n(U) Two.'],
    ['One.\n(TS//SI) Two, which\ngoes on.\n\nThree.', 'One.\n\nThree.'],
    ['(CUI) One.', undefined],
    ['One (S) in the midst.', 'One (S) in the midst.'],
    ['(C) One.\n(C) Two.\n(U) Three.', '(U) Three.'],
  ])('of a text that are marked above it go: %j', (text, kept) => {
    expect(left([portions()], text).texts).toEqual(kept === undefined ? [] : [kept])
  })

  test('a clearance takes what it permits', () => {
    expect(left([portions(secret)], '(S) One.\n(TS) Two.').texts).toEqual(['(S) One.\n'])
  })

  test('what is taken out and what is left are the text: nothing is made up, and no label changes', () => {
    const line = fc.constantFrom('(S) a b', '(U) c', 'd', '', '(TS//SI) e', '(A) f')
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom(unclassified, cui, secret), (lines, label) => {
        const text = lines.join('\n')
        const cleaned = clean([portions(secret)], [piece(text, label)])
        for (const one of cleaned?.pieces ?? []) {
          expect(one.label).toEqual(label)
          expect(one.text).not.toContain('(TS//SI)')
          let at = 0
          for (const char of one.text) {
            at = text.indexOf(char, at) + 1
            expect(at).toBeGreaterThan(0)
          }
        }
      }),
    )
  })
})

describe('RTE-12 patterns', () => {
  test('are replaced everywhere: in the question, in a text, in the name of its source', () => {
    const cleaned = clean(
      [pattern('\\d{3}-\\d{4}', '#')],
      [piece('call 555-1234 or 555-9876', unclassified, 'list 555-1111.md')],
      'Whose is 555-1234?',
    )
    expect(cleaned).toMatchObject({ question: 'Whose is #?', pieces: [{ source: 'list #.md', text: 'call # or #' }], removed: { ids: 4 } })
  })

  test('a replacement is put in as it stands', () => {
    expect(left([pattern('x', '$&$1')], 'axb').texts).toEqual(['a$&$1b'])
  })

  test('rules are carried out in their order, and one that finds nothing is not told', () => {
    expect(left([pattern('b', 'c'), { ...pattern('c', 'd'), name: 'later' } as SanitiseRule], 'ab')).toEqual({
      texts: ['ad'],
      removed: { ids: 1, later: 1 },
    })
    expect(left([pattern('z')], 'ab')).toEqual({ texts: ['ab'], removed: {} })
  })

  test.each(['(?=a)', '(?<!a)b', '(a)\\1', '[', 'a*', '', 'a{0,5}', 'a{1,300}', `${'.{1,900}'.repeat(3)}`])('%j is no pattern', (text) => {
    expect(compilePattern(text)).toMatchObject({ ok: false, error: { code: 'policy.bad_pattern' } })
    expect(clean([pattern(text)], [piece('aaa')])).toBeNull()
  })

  test('nothing rests on a text that is too long to be looked through', () => {
    expect(clean([pattern('a')], [piece('a'.repeat(20_000))])).toBeNull()
  })

  test.each(['(a+)+b', '(a|a)*b', '(.*a){20}b', '(x?a){1,20}b', '[a-z]{1,100}b', '(?i)[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}'])(
    '%s runs away nowhere',
    (text) => {
      const hostile = `${'a'.repeat(8_000)}!b@${'a'.repeat(8_000)}`
      const startedAt = performance.now()
      expect(findAll(text, hostile)).not.toBeNull()
      expect(performance.now() - startedAt).toBeLessThan(1_500)
    },
  )
})

test('RTE-06 what an answer says of its own label is believed only when it says more than the task had', () => {
  const above = (text: string, label: typeof secret | null = null, task = unclassified) => isAboveTask(task, { text, label })
  for (const text of ['plain', '(U) fine', '(a) a list', '(see above)', 'f(S) of x', '{"claims":[{"text":"(U) ok"}]}'])
    expect(above(text), text).toBe(false)
  for (const text of [
    '(S) no',
    'So. (S) no',
    'x\n(C) no',
    'x (S//NF) y',
    'SECRET//NOFORN',
    'a\nTOP SECRET\nb',
    '{"a":[{"b":"(CUI) no"}]}',
    '(TS//SI/TK) no',
  ])
    expect(above(text), text).toBe(true)
  expect(above('plain', secret)).toBe(true)
  expect(above('(S) fine', secret, secret)).toBe(false)
  expect(above('(S//NF) no', null, secret)).toBe(true)
})
