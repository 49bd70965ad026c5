import { expect, test } from 'vitest'
import { type SearchedPart, searchLimits, searchParts, snippetOf, spansOf, wordsOf } from '../../../renderer/manual/search.ts'
import { searchedParts } from '../../../renderer/manual/searched-parts.ts'

const part = (title: string, text: string, pageTitle = 'A page'): SearchedPart => ({ page: 'runs', pageTitle, anchor: title, title, text })
const titles = (parts: readonly SearchedPart[], query: string) => searchParts(parts, query).hits.map((hit) => hit.part.title)

test('UI words of a search are small, once each, without marks around them, and not too many', () => {
  expect(wordsOf('  What, is a “Label”? a label ')).toEqual(['what', 'is', 'a', 'label'])
  expect(wordsOf('bundle.threshold --safe-start')).toEqual(['bundle.threshold', 'safe-start'])
  expect(wordsOf('?! …')).toEqual([])
  expect(wordsOf('a b c d e f g h i j')).toHaveLength(searchLimits.wordsMax)
})

test('UI what has the word in its heading comes before what has it in its text, and the start of a word before its inside', () => {
  const parts = [part('Other', 'preloaded'), part('More', 'It is loaded here.'), part('Load', 'As said.'), part('None', 'nothing')]
  expect(titles(parts, 'load')).toEqual(['Load', 'More', 'Other'])
})

test('UI a part must have every word; where none has, those with most of them are shown, and that is said', () => {
  const parts = [part('A', 'red green'), part('B', 'red green blue'), part('C', 'red')]
  expect(searchParts(parts, 'blue red')).toMatchObject({ hasAllWords: true, hits: [{ part: { title: 'B' } }] })
  expect(searchParts(parts, 'green red yellow')).toMatchObject({ hasAllWords: false })
  expect(titles(parts, 'green red yellow')).toEqual(['A', 'B'])
  expect(titles(parts, 'yellow violet red')).toEqual([])
  expect(titles(parts, '')).toEqual([])
})

test('UI places of words are exact, in whatever size they are written', () => {
  expect(spansOf('Load and reload', ['load'])).toEqual([
    { start: 0, end: 4 },
    { start: 11, end: 15 },
  ])
  expect(spansOf('İload', ['load'])).toEqual([])
})

test('UI a snippet shows most of the words, cut between words', () => {
  const text = `${'far away '.repeat(60)}one ${'and more '.repeat(60)}one two three ${'at the end '.repeat(60)}`
  const snippet = snippetOf(text, ['one', 'two', 'three'])
  expect(snippet).toContain('one two three')
  expect(snippet).toMatch(/^…\u00A0(away|far|and|more) /)
  expect(snippet).toMatch(/ (at|the|end)\u00A0…$/)
  expect(snippet.length).toBeLessThan(searchLimits.snippetChars + 8)
  expect(snippetOf('Short.', ['none'])).toBe('Short.')
  expect(snippetOf('x'.repeat(1_000), ['x']).length).toBeGreaterThan(0)
})

test.each([
  ['bundle.threshold', 'custody'],
  ['does not start', 'troubleshooting'],
  ['why is my bundle refused', 'custody'],
  ['attended hours', 'runs'],
  ['high-water mark', 'audit'],
  ['core.folder_open', 'troubleshooting'],
  ['IPAddressAllow', 'egress'],
  ['two persons', 'policy'],
])('UI AIR-06 the manual answers “%s” first with a part of %s', (query, page) => {
  expect(searchParts(searchedParts(), query).hits[0]?.part.page).toBe(page)
})
