import { afterEach, beforeEach, expect, test } from 'vitest'
import { createExactSearch, exactLimits } from '../../main/store/exact-search.ts'
import { openReader } from '../../main/store/open.ts'
import {
  activateEmbedder,
  activeEmbedder,
  countVectors,
  dropIdleVectors,
  missingVectors,
  putVectors,
  readVectors,
  registerEmbedder,
  summariseVectors,
} from '../../main/store/vectors.ts'
import { type Holdings, openHoldings } from '../support/holdings.ts'
import { randomUnit, seeded } from '../support/random.ts'

let holdings: Holdings
beforeEach(() => {
  holdings = openHoldings()
})
afterEach(() => holdings.close())

const dimensions = 8
const everything = { collections: null, labels: null }
const register = (key = 'a') => registerEmbedder(holdings.db, 'station', { key, name: key, dimensions })

/** Gives random vectors to every passage that lacks one, every fourth a copy of the one before. */
function fill(embedder = register(), seed = 1): typeof embedder {
  const random = seeded(seed)
  let last = randomUnit(random, dimensions)
  const { passages } = missingVectors(holdings.db, 'station', embedder.id, 0, 2_000)
  putVectors(
    holdings.db,
    'station',
    embedder,
    passages.map(({ passage }, i) => {
      if (i % 4 !== 0) last = randomUnit(random, dimensions)
      return { passage, vector: last }
    }),
  )
  return embedder
}

/** The same search in a few lines, to compare with. */
function bruteForce(
  embedder: number,
  vector: Float32Array,
  count: number,
  isPermitted: (row: { collection: number; label: number }) => boolean,
) {
  return readVectors(holdings.db, 'station', embedder, 0, 100_000)
    .filter(isPermitted)
    .map((row) => ({ passage: row.passage, similarity: row.vector.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0) }))
    .sort((a, b) => (Math.abs(a.similarity - b.similarity) < 1e-12 ? a.passage - b.passage : b.similarity - a.similarity))
    .slice(0, count)
    .map(({ passage }) => passage)
}

test('one embedder is active at a time, and a swap is one step', () => {
  expect(activeEmbedder(holdings.db, 'station')).toBeNull()
  const a = register('a')
  const b = register('b')
  expect(register('a')).toEqual(a)
  activateEmbedder(holdings.db, 'station', a.id)
  activateEmbedder(holdings.db, 'station', b.id)
  expect(activeEmbedder(holdings.db, 'station')?.key).toBe('b')
  expect(() => registerEmbedder(holdings.db, 'station', { key: 'a', name: 'a', dimensions: 9 })).toThrow(/dimensions/)
})

test('a vector of the wrong size is refused and one of a passage that is gone is left out', () => {
  holdings.add({ passages: ['one'] })
  const row = register()
  expect(() => putVectors(holdings.db, 'station', row, [{ passage: 1, vector: new Float32Array(3) }])).toThrow(/dimensions/)
  expect(putVectors(holdings.db, 'station', row, [{ passage: 99, vector: new Float32Array(dimensions) }])).toBe(0)
})

test('missing vectors are found in looks of bounded size, from any point', () => {
  holdings.add({ passages: Array.from({ length: 2_100 }, (_, i) => `passage ${i}`) })
  const row = register()
  const first = missingVectors(holdings.db, 'station', row.id, 0, 64)
  expect({ ...first, passages: first.passages.length }).toEqual({ passages: 64, scannedTo: 64, isEnd: false })
  fill(row)
  const look = missingVectors(holdings.db, 'station', row.id, 0, 64)
  expect({ ...look, passages: look.passages.length }).toEqual({ passages: 0, scannedTo: 2_000, isEnd: false })
  const rest = missingVectors(holdings.db, 'station', row.id, 2_000, 200)
  expect({ ...rest, passages: rest.passages.length }).toEqual({ passages: 100, scannedTo: 2_100, isEnd: true })
})

test('vectors come back as they were stored, and go with their document', () => {
  const first = holdings.add({ passages: ['one', 'two'] })
  holdings.add({ passages: ['three'] })
  const row = fill()
  const vector = randomUnit(seeded(1), dimensions)
  expect(readVectors(holdings.db, 'station', row.id, 0, 10)[0]?.vector).toEqual(vector)
  holdings.db.prepare('DELETE FROM documents WHERE id = ?').run(first.document)
  expect(countVectors(holdings.db, 'station', row.id)).toBe(1)
  expect(summariseVectors(holdings.db, 'station', row.id, 0)).toEqual({ rows: 1, checksum: (3 * 31 + 1) * 31 + 1, lastId: 3 })
})

test('idle vectors are dropped in slices, those of the active and the kept embedder never', () => {
  holdings.add({ passages: ['one', 'two', 'three'] })
  const [a, b, c] = [fill(register('a')), fill(register('b')), fill(register('c'))]
  activateEmbedder(holdings.db, 'station', a.id)
  expect(dropIdleVectors(holdings.db, 'station', b.id, 2)).toBe(2)
  expect(dropIdleVectors(holdings.db, 'station', b.id, 2)).toBe(1)
  expect(dropIdleVectors(holdings.db, 'station', b.id, 2)).toBe(0)
  expect([a, b, c].map(({ id }) => countVectors(holdings.db, 'station', id))).toEqual([3, 3, 0])
  expect(holdings.db.prepare('SELECT key FROM embedders ORDER BY id').pluck().all()).toEqual(['a', 'b'])
})

test('SRC-03 exact search gives the list of a plain scan under every filter, ties by passage', () => {
  for (let d = 0; d < 30; d++)
    holdings.add({
      collection: d % 2 ? 'Other' : 'Documents',
      level: d % 3 ? 'unclassified' : 'secret',
      passages: ['a', 'b', 'c', 'd', 'e'],
    })
  const { id } = fill()
  const exact = createExactSearch(holdings.db, 'station')
  const random = seeded(5)
  const other = holdings.collection('Other')
  const secret = holdings.label('secret')
  for (let i = 0; i < 25; i++) {
    const vector = randomUnit(random, dimensions)
    const nearest = (filter: Parameters<typeof exact.nearest>[0]['filter']) =>
      exact.nearest({ embedder: id, vector, count: 12, filter }).map(({ passage }) => passage)
    expect(nearest(everything)).toEqual(bruteForce(id, vector, 12, () => true))
    expect(nearest({ collections: [other], labels: null })).toEqual(bruteForce(id, vector, 12, (row) => row.collection === other))
    expect(nearest({ collections: [other], labels: [secret] })).toEqual(
      bruteForce(id, vector, 12, (row) => row.collection === other && row.label === secret),
    )
    expect(nearest({ collections: [], labels: null })).toEqual([])
  }
})

test('a search sees what was added, removed, moved and swapped since the last one', () => {
  const first = holdings.add({ passages: ['one', 'two'] })
  const row = fill()
  const reader = openReader(holdings.file)
  const exact = createExactSearch(reader, 'station')
  const vector = randomUnit(seeded(9), dimensions)
  const found = (filter = everything as Parameters<typeof exact.nearest>[0]['filter'], embedder = row.id) =>
    exact
      .nearest({ embedder, vector, count: 10, filter })
      .map(({ passage }) => passage)
      .sort()
  expect(found()).toEqual([1, 2])
  holdings.add({ passages: ['three'] })
  fill(row, 2)
  expect(found()).toEqual([1, 2, 3])
  const secret = holdings.label('secret')
  holdings.db.exec('DROP TRIGGER passages_change_label_on_record')
  holdings.db.prepare('UPDATE passages SET label_id = ? WHERE id = 3').run(secret)
  expect(found({ collections: null, labels: [secret] })).toEqual([3])
  holdings.db.prepare('DELETE FROM documents WHERE id = ?').run(first.document)
  expect(found()).toEqual([3])
  expect(found(everything, register('b').id)).toEqual([])
  reader.close()
})

test('candidates are scored as exact search scores them; those gone or outside the filter are left out', () => {
  holdings.add({ passages: ['one', 'two', 'three'] })
  holdings.add({ level: 'secret', passages: ['four'] })
  const { id } = fill()
  const exact = createExactSearch(holdings.db, 'station')
  const query = {
    embedder: id,
    vector: randomUnit(seeded(4), dimensions),
    count: 3,
    filter: { collections: null, labels: [holdings.label('unclassified')] },
  }
  expect(exact.rescore(query, [3, 4, 99, 1, 2, 1])).toEqual(exact.nearest(query))
  expect(exact.rescore(query, [4])).toEqual([])
})

test('vectors too large to keep are scanned row by row with the same list', () => {
  holdings.add({ passages: Array.from({ length: 50 }, (_, i) => `passage ${i}`) })
  const { id } = fill()
  const query = { embedder: id, vector: randomUnit(seeded(4), dimensions), count: 20, filter: everything }
  const kept = createExactSearch(holdings.db, 'station').nearest(query)
  const scanned = createExactSearch(holdings.db, 'station', { ...exactLimits, cachedBytesMax: 0 }).nearest(query)
  expect(scanned).toEqual(kept)
})
