import { expect, test } from 'vitest'
import type { AnsweredClaim, Citation } from '../../main/contract/answer.ts'
import { answerAsText, countQuotes, markClaim, paragraphsOf, sharedRun } from '../../renderer/answer-text.ts'
import { readingText } from '../../renderer/screens/ask/reading-text.ts'
import { turns } from '../browser/screens/fixture-answers.ts'
import { id } from '../browser/screens/fixture-ids.ts'

const citation = (n: number, quote: string, change: Partial<Citation> = {}): Citation => ({
  ...{ n, documentId: id('doc', n), passageId: `${id('doc', n)}.1`, file: `file-${n}.txt`, locator: { kind: 'lines', from: 1, to: 2 } },
  ...{ quote, verified: true },
  ...change,
})
const claim = (text: string, ...citations: number[]): AnsweredClaim => ({ text, supported: citations.length > 0, citations })

test('ANS the words that a claim took from its source are marked, and no others', () => {
  const marked = markClaim(claim('The quay has a controlling depth of 7.4 metres now.', 1), [
    citation(1, 'a controlling depth of 7.4 metres at low tide'),
  ])
  expect(marked.pieces.map((piece) => [piece.text, piece.citation?.n ?? null])).toEqual([
    ['The quay has ', null],
    ['a controlling depth of 7.4 metres', 1],
    [' now.', null],
  ])
  expect(marked.after).toEqual([])
})

test('ANS 7.4 is not 17.4, and a run of two words marks nothing', () => {
  expect(sharedRun('It is 17.4 metres deep here.', 'It was 7.4 metres deep')).toBeNull()
  expect(sharedRun('controlling depth', 'the controlling depth')).toBeNull()
})

test('ANS an unverified quote marks nothing: its number stands after the sentence', () => {
  const marked = markClaim(claim('A sunken barge lies there.', 1), [citation(1, 'A sunken barge lies there', { verified: false })])
  expect(marked.pieces).toEqual([{ text: 'A sunken barge lies there.', citation: null }])
  expect(marked.after.map(({ n }) => n)).toEqual([1])
})

test('ANS two quotes of one sentence are both marked and never overlap', () => {
  const text = 'It has a controlling depth of 7.4 metres, which is 1.1 metres less than the chart shows.'
  const quotes = [
    citation(1, 'which is 1.1 metres less than the chart shows'),
    citation(2, 'a controlling depth of 7.4 metres'),
    citation(3, 'depth of 7.4 metres'),
  ]
  const marked = markClaim(claim(text, 1, 2, 3), quotes)
  expect(marked.pieces.map((piece) => piece.text).join('')).toBe(text)
  expect(marked.pieces.flatMap((piece) => (piece.citation === null ? [] : [piece.citation.n]))).toEqual([2, 1])
  expect(marked.after.map(({ n }) => n)).toEqual([3])
})

test('ANS sentences about another source begin a new paragraph, and none grows past three', () => {
  const citations = [citation(1, ''), citation(2, '')]
  const claims = [claim('a', 1), claim('b', 1), claim('c', 2), claim('d'), claim('e', 2), claim('f', 2)]
  expect(paragraphsOf({ claims, citations }).map((one) => one.map(({ text }) => text))).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f']])
})

test('ANS the lines of a page are joined for reading, a heading stays apart, and every character keeps its place', () => {
  const text =
    '4. Conditions\nThe night was overcast with rain showers. Gusts of 46\nknots were recorded at Kessary Light shortly after\none in the morning.'
  const read = readingText(text, 'page')
  expect(read).toHaveLength(text.length)
  expect(read).toBe(
    '4. Conditions\nThe night was overcast with rain showers. Gusts of 46 knots were recorded at Kessary Light shortly after one in the morning.',
  )
  expect(readingText(text, 'lines')).toBe(text)
})

test('ANS a copied answer carries its marking, its sources, and says what nothing supports', () => {
  const [first, second] = turns.map((turn) => turn.answer)
  if (first == null || second == null) throw new Error('the fixture has answers')
  const text = answerAsText(first)
  expect(text.startsWith('CUI\n')).toBe(true)
  expect(text.endsWith('\nCUI')).toBe(true)
  expect(text).toContain('(CUI) [1] 08-weather-summary.pdf, Page 1: “The strongest gust of the night')
  expect(text).toContain('(CUI) The duty officer probably read the wrong column. [no source supports this]')
  expect(answerAsText(second)).toContain('Not in your documents.')
  expect(countQuotes(first)).toEqual({ verified: 3, all: 3 })
})
