import fc from 'fast-check'
import { expect, test } from 'vitest'
import { indexText, matchExpression, queryWords, terms } from '../../main/memory/lexical.ts'

test.each([
  ['camel case', 'maxRetryCount', ['max', 'retri', 'count', 'maxretrycount']],
  ['snake case', 'max_retry_count', ['max', 'retri', 'count', 'maxretrycount']],
  ['an acronym inside', 'parseHTTPHeader', ['pars', 'http', 'header', 'parsehttphead']],
  ['a path of names', 'crate::executors', ['crate', 'executor', 'crateexecutor']],
  ['a file number', 'IR-2024-017', ['ir', '2024', '017', 'ir2024017']],
  ['a decimal, which is one word', '7.4', ['7.4']],
  ['thousands', '1,200', ['1200']],
  ['an exponent, which is no digit', '10²', ['10']],
  ['accents', 'café', ['cafe']],
  ['a ligature', 'ﬁles', ['file']],
  ['a possessive', "captain's", ['captain']],
  ['Japanese', '東京港', ['東京', '京港']],
  ['one character', '港', ['港']],
])('a question with %s is split into its terms', (_name, text, expected) => {
  expect(terms(text)).toEqual(expected)
})

test('function words are dropped, acronyms in capitals are not, unless everything is in capitals', () => {
  expect(terms('What did the US tell it of the pump?')).toEqual(['us', 'pump'])
  expect(terms('WHAT DID THE US TELL')).toEqual([])
  expect(terms('to be or not to be')).toEqual([])
})

test('a passage keeps function words and single characters, so that either side of a split is found', () => {
  expect(indexText('The maxRetryCount of 港町').split(' ')).toEqual([
    'the',
    'max',
    'retri',
    'count',
    'maxretrycount',
    'of',
    '港',
    '町',
    '港町',
  ])
})

test('an expression quotes every term and is null without any', () => {
  expect(matchExpression(['pump', 'a"b\0'])).toBe('"pump" OR "ab"')
  expect(matchExpression([])).toBeNull()
  expect(matchExpression(['"'])).toBeNull()
})

test('questions are cut to their limits', () => {
  const long = Array.from({ length: 5_000 }, (_, i) => `word${i}x`).join(' ')
  expect(queryWords(long).length).toBe(64)
  expect(terms('y'.repeat(20_000))[0]?.length).toBe(64)
})

test('whatever the text, every term of a question is among the terms of the passage that says the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const held = new Set(indexText(text).split(' '))
      for (const term of terms(text)) expect(held).toContain(term)
    }),
    { numRuns: 500 },
  )
})
