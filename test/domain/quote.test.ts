import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkClaim } from '../../main/domain/claim.ts'
import { findQuote, normalise } from '../../main/domain/quote.ts'

const passage = 'The controlling depth at the eastern quay was measured as 7.4 metres at lowest astronomical tide.'

test('ANS-01 a quote that is there is found where it stands', () => {
  const span = findQuote(passage, 'measured as 7.4 metres')
  expect(span).not.toBeNull()
  expect(passage.slice(span?.start, span?.end)).toBe('measured as 7.4 metres')
})

test.each([
  ['a word was changed', 'measured as 7.5 metres'],
  ['the case was changed', 'Measured As 7.4 Metres'],
  ['it has two words', 'controlling depth'],
  ['it has three words and is short', 'at the to'],
  ['it begins inside a number', '4 metres at lowest'],
  ['it ends inside a word', 'measured as 7.4 metre'],
  ['it begins inside a word', 'asured as 7.4 metres'],
  ['it is empty', ''],
  ['it is punctuation', '... ... ...'],
  ['it joins what stands apart', 'controlling depth was measured'],
])('ANS-01 a quote is refused when %s', (_why, quote) => {
  expect(findQuote(passage, quote)).toBeNull()
})

test.each([
  ['a longer number', 'The wreck lies at 17.4 metres below chart datum', '7.4 metres below chart datum'],
  ['a sign', 'The change was -12 percent in one year', '12 percent in one year'],
  ['a percentage', 'The share that was lost is 12% of all', 'share that was lost is 12'],
  ['a decimal that goes on', 'A depth of 7.45 metres', 'with a depth of 7.4'],
])('ANS-01 a quote does not cut %s', (_what, text, quote) => {
  expect(findQuote(text, quote)).toBeNull()
})

test('ANS-01 line ends, soft hyphens, ligatures and accents do not hide a quote', () => {
  const printed = 'The o\uFB03cer re\u00ADported an ob-\nstruction near the\n   cafe\u0301 quay.'
  const span = findQuote(printed, 'The officer reported an obstruction near the café quay.')
  expect(span).toEqual({ start: 0, end: printed.length })
})

test('ANS-01 a superscript is not a digit: 10² is not 102', () => {
  expect(findQuote('an area of 10² metres in all', 'an area of 102 metres')).toBeNull()
})

test('ANS-01 a hyphen inside a line stays', () => {
  expect(findQuote('a well-known wreck in the bay', 'a wellknown wreck in')).toBeNull()
  expect(findQuote('a well-known wreck in the bay', 'a well-known wreck in')).not.toBeNull()
})

test('ANS-01 a whole cell may be quoted however short, and only whole', () => {
  const row = 'seal: HX-2211 · bay: Q · missing: yes'
  const fields = [
    { start: 6, end: 13 },
    { start: 21, end: 22 },
  ]
  expect(findQuote(row, 'HX-2211', fields)).toEqual({ start: 6, end: 13 })
  expect(findQuote(row, 'Q', fields)).toEqual({ start: 21, end: 22 })
  expect(findQuote(row, 'HX', fields)).toBeNull()
})

test('a second place is taken when the first stands inside another number', () => {
  const text = 'It was 17.4 metres deep there, and 7.4 metres deep here.'
  const span = findQuote(text, '7.4 metres deep')
  expect(text.slice((span?.start ?? 0) - 4, span?.end)).toBe('and 7.4 metres deep')
})

test('every normalised character remembers a place in the source', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const { text: normalised, starts, ends } = normalise(text)
      expect(starts).toHaveLength(normalised.length)
      for (let i = 0; i < normalised.length; i++) {
        expect(starts[i]).toBeLessThan(ends[i] ?? 0)
        expect(ends[i]).toBeLessThanOrEqual(text.length)
        if (i > 0) expect(starts[i]).toBeGreaterThanOrEqual(starts[i - 1] ?? 0)
      }
      expect(normalise(normalised).text).toBe(normalised)
    }),
    { numRuns: 300 },
  )
})

test('any stretch of whole words is found again, whatever stands around it', () => {
  const word = fc.stringMatching(/^[a-zäöü]{3,9}$/u)
  fc.assert(
    fc.property(fc.array(word, { minLength: 6, maxLength: 30 }), fc.nat(20), fc.integer({ min: 4, max: 8 }), (words, from, length) => {
      const start = Math.min(from, words.length - 4)
      const quote = words.slice(start, start + length).join(' ')
      expect(findQuote(words.join('  \n'), quote)).not.toBeNull()
    }),
  )
})

test('hostile text is answered too', () => {
  expect(findQuote('a '.repeat(100_000), 'a a a a a a a a b')).toBeNull()
  expect(normalise(`-\n${'\u0301'.repeat(50_000)}`).text).not.toBe('')
})

const passages = [{ n: 1, text: passage, fields: [] }]

test('ANS-01 a claim is supported only by its own verified quote', () => {
  expect(checkClaim({ text: 'It is 7.4 m.', n: 1, quote: 'measured as 7.4 metres' }, passages)).toMatchObject({ supported: true })
  expect(checkClaim({ text: 'It is 9 m.', n: 1, quote: 'measured as 9 metres' }, passages)).toMatchObject({ supported: false })
  expect(checkClaim({ text: 'It is 7.4 m.', n: 2, quote: 'measured as 7.4 metres' }, passages)).toMatchObject({
    supported: false,
    quotes: [],
  })
  expect(checkClaim({ text: 'It is deep.', n: 0, quote: '' }, passages)).toMatchObject({ supported: false, quotes: [] })
})

test('a verified quote is shown as it stands in the source', () => {
  const [quote] = checkClaim({ text: 'x', n: 1, quote: 'measured  as\n7.4 metres' }, passages).quotes
  expect(quote?.quote).toBe('measured as 7.4 metres')
})
