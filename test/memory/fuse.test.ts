import { expect, test } from 'vitest'
import { coverage, inverseFrequency } from '../../main/memory/coverage.ts'
import { fuse } from '../../main/memory/fuse.ts'
import { queryWords } from '../../main/memory/lexical.ts'

test('SRC-04 contributions follow rank and weight, and sum to the score', () => {
  const fused = fuse([
    {
      stage: 'bm25',
      weight: 1,
      hits: [
        { passage: 5, score: 9 },
        { passage: 2, score: 4 },
      ],
    },
    {
      stage: 'vector',
      weight: 0.5,
      hits: [
        { passage: 2, score: 0.8 },
        { passage: 7, score: 0.1 },
      ],
    },
  ])
  expect(fused.map(({ passage }) => passage)).toEqual([2, 5, 7])
  expect(fused[0]).toEqual({
    passage: 2,
    score: 1 / 62 + 0.5 / 61,
    trace: [
      { stage: 'bm25', rank: 2, score: 4, contribution: 1 / 62 },
      { stage: 'vector', rank: 1, score: 0.8, contribution: 0.5 / 61 },
    ],
  })
  expect(fused[1]?.trace[1]).toEqual({ stage: 'vector', rank: null, score: null, contribution: 0 })
})

test('ties are ordered by passage', () => {
  const fused = fuse([
    { stage: 'bm25', weight: 1, hits: [{ passage: 9, score: 1 }] },
    { stage: 'vector', weight: 1, hits: [{ passage: 3, score: 1 }] },
  ])
  expect(fused.map(({ passage }) => passage)).toEqual([3, 9])
})

const rarity = (term: string) => ({ harbour: 1, zeppelin: 5, retri: 2, count: 2 })[term] ?? 3
test.each([
  ['harbour zeppelin', 'The harbour at night', 1 / 6],
  ['harbour zeppelin', 'a zeppelin over the harbour', 1],
  ['retryCount', 'retry_count', 1],
  ['retryCount', 'we retry it', 0.5],
  ['retry-count', 'the count of retries', 1],
  ['retryCount', 'the retrycount setting', 1],
  ['of the', 'of the', 0],
])('%s is covered by "%s" to %d', (question, text, expected) => {
  expect(coverage(queryWords(question), text, rarity)).toBeCloseTo(expected, 6)
})

test('inverse frequency falls as more passages hold a term and never goes below zero', () => {
  expect(inverseFrequency(100, 1)).toBeGreaterThan(inverseFrequency(100, 50))
  expect(inverseFrequency(100, 100)).toBeGreaterThan(0)
  expect(inverseFrequency(0, 0)).toBeGreaterThanOrEqual(0)
})
