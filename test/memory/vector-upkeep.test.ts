import { afterEach, beforeEach, expect, test } from 'vitest'
import { labelFromName } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import { createRecall } from '../../main/memory/recall.ts'
import { createVectorUpkeep, type VectorUpkeep, type VectorUpkeepOptions } from '../../main/memory/vector-upkeep.ts'
import { createLabels } from '../../main/store/labels.ts'
import { createReader, type Reader } from '../../main/store/reader.ts'
import { createRelabel } from '../../main/store/relabel.ts'
import { activeEmbedder, countVectors, createVectorStore } from '../../main/store/vectors.ts'
import type { Embedder, VectorIndex, VectorRow } from '../../main/world.ts'
import { type Holdings, openHoldings } from '../support/holdings.ts'
import { manyTurns } from '../support/many-turns.ts'

let holdings: Holdings
let reader: Reader
let upkeep: VectorUpkeep | null
beforeEach(() => {
  holdings = openHoldings()
  reader = createReader(holdings.file, 'station')
  upkeep = null
})
afterEach(async () => {
  await upkeep?.close()
  await reader.close()
  holdings.close()
})

/** An embedder that counts letters: enough to tell texts apart, and to see which embedder made a vector. */
function letterEmbedder(key: string): Embedder & { embedded: number; isBroken: boolean } {
  const embed = (text: string) => {
    const vector = new Float32Array(26)
    for (const letter of text.toLowerCase()) {
      const place = letter.charCodeAt(0) - 97
      if (place >= 0 && place < 26) vector[place] = (vector[place] ?? 0) + 1
    }
    const length = Math.hypot(...vector) || 1
    return vector.map((value) => value / length)
  }
  const embedder = {
    key,
    name: key,
    dimensions: 26,
    embedded: 0,
    isBroken: false,
    embedPassages: (texts: readonly string[]) => {
      if (embedder.isBroken) return Promise.resolve(fail('child.crash', 'm', 'h'))
      embedder.embedded += texts.length
      return Promise.resolve(ok(texts.map(embed)))
    },
    embedQuery: (text: string) => Promise.resolve(ok(embed(text))),
  }
  return embedder
}

/** An index in memory that can be broken. */
function memoryIndex() {
  let rows: VectorRow[] = []
  const state = { isBroken: false, isDamaged: false, opened: 0, cleared: 0, searched: 0 }
  const broken = fail('child.crash', 'm', 'h')
  const guarded = async <T>(work: () => T) => (state.isBroken ? broken : ok(work()))
  const index: VectorIndex = {
    open: () =>
      guarded(() => {
        state.opened++
        return { rows: rows.length, checksum: rows.reduce((sum, row) => sum + (row.passage * 31 + row.collection) * 31 + row.label, 0) }
      }),
    add: (added) =>
      guarded(() => {
        rows.push(...added)
        return null
      }),
    removeDocuments: (documents) =>
      guarded(() => {
        rows = rows.filter(({ document }) => !documents.includes(document))
        return null
      }),
    search: (vector, count) =>
      guarded(() => {
        if (state.isDamaged) throw new Error('damaged')
        state.searched++
        return rows
          .map((row) => ({ passage: row.passage, similarity: row.vector.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0) }))
          .sort((a, b) => b.similarity - a.similarity || a.passage - b.passage)
          .slice(0, count)
      }).catch(() => broken),
    optimise: () => guarded(() => null),
    clear: () =>
      guarded(() => {
        state.cleared++
        state.isDamaged = false
        rows = []
        return null
      }),
    close: async () => {},
  }
  return { index, state, rows: () => rows }
}

const start = (over: Partial<VectorUpkeepOptions> = {}): VectorUpkeep => {
  upkeep = createVectorUpkeep({ store: createVectorStore(holdings.db, 'station'), index: null, ...over })
  return upkeep
}
const addPassages = (count: number, of = 'harbour') =>
  holdings.add({ passages: Array.from({ length: count }, (_, i) => `${of} number ${i}`) })

test('SRC-02 passages without vectors get them, once each, and the first embedder serves at once', async () => {
  addPassages(200)
  const embedder = letterEmbedder('a')
  const running = start()
  running.use(embedder)
  expect(activeEmbedder(holdings.db, 'station')?.key).toBe('a')
  await running.idle()
  addPassages(3)
  running.wake()
  await running.idle()
  expect(embedder.embedded).toBe(203)
  expect(countVectors(holdings.db, 'station', 1)).toBe(203)
})

test('a document that becomes ready late is embedded though later passages were done before', async () => {
  const late = holdings.add({ isReady: false, passages: ['late one', 'late two'] })
  addPassages(5)
  const embedder = letterEmbedder('a')
  const running = start()
  running.use(embedder)
  await running.idle()
  expect(embedder.embedded).toBe(5)
  holdings.db.prepare('UPDATE documents SET is_ready = 1 WHERE id = ?').run(late.document)
  running.wake()
  await running.idle()
  expect(embedder.embedded).toBe(7)
})

test('LBL-01 the index follows a document that was relabelled, and until it has, searches look at its passages themselves', async () => {
  const { document, passages } = addPassages(5)
  addPassages(5, 'pier')
  const { index, rows } = memoryIndex()
  const running = start({ index, exactRowsMax: 3 })
  running.use(letterEmbedder('a'))
  await running.idle()
  const relabel = createRelabel(holdings.db, createLabels(holdings.db), 'station')
  const found = holdings.db
    .prepare<[number], { publicId: string; collectionId: number }>(
      'SELECT public_id AS publicId, collection_id AS collectionId FROM documents WHERE id = ?',
    )
    .get(document)
  if (found === undefined) throw new Error('there is no document')
  const change = { to: labelFromName('secret'), at: 1, by: 'tester', justification: null }
  const moved = relabel.document({ id: document, label: labelFromName('unclassified'), ...found }, change)
  running.moved(moved.documents, moved.passages)
  expect(running.indexOf('a')?.pending).toEqual(passages)
  await running.idle()
  expect(running.indexOf('a')?.pending).toEqual([])
  const secret = holdings.label('secret')
  expect(
    rows()
      .filter(({ label }) => label === secret)
      .map(({ passage }) => passage)
      .toSorted((a, b) => a - b),
  ).toEqual(passages)
  expect(rows().length).toBe(10)
})

test('a new embedder is filled before it is swapped in, and the old vectors go', async () => {
  addPassages(150)
  const running = start()
  running.use(letterEmbedder('a'))
  await running.idle()
  const seen: Array<string | undefined> = []
  const second = letterEmbedder('b')
  running.use({
    ...second,
    embedPassages: (texts) => {
      seen.push(activeEmbedder(holdings.db, 'station')?.key)
      return second.embedPassages(texts)
    },
  })
  await running.idle()
  expect(new Set(seen)).toEqual(new Set(['a']))
  expect(activeEmbedder(holdings.db, 'station')?.key).toBe('b')
  expect(holdings.db.prepare('SELECT count(*) FROM vectors').pluck().get()).toBe(150)
  expect(holdings.db.prepare('SELECT key FROM embedders').pluck().all()).toEqual(['b'])
})

test('a failing embedder leaves the old one serving, and is tried again by itself', async () => {
  addPassages(10)
  const running = start({ restMsMin: 20 })
  running.use(letterEmbedder('a'))
  await running.idle()
  const second = letterEmbedder('b')
  second.isBroken = true
  running.use(second)
  await running.idle()
  expect(activeEmbedder(holdings.db, 'station')?.key).toBe('a')
  expect(running.trouble()?.code).toBe('child.crash')
  second.isBroken = false
  await expect.poll(() => activeEmbedder(holdings.db, 'station')?.key).toBe('b')
  await running.idle()
  expect(running.trouble()).toBeNull()
})

test('the index is used above the threshold only, and holds what SQLite holds', async () => {
  const { index, state, rows } = memoryIndex()
  const running = start({ index, exactRowsMax: 20 })
  addPassages(20)
  running.use(letterEmbedder('a'))
  await running.idle()
  expect(state.opened).toBe(0)
  expect(running.indexOf('a')).toBeNull()
  const removed = addPassages(5)
  running.wake()
  await running.idle()
  expect(rows()).toHaveLength(25)
  await expect.poll(() => running.indexOf('a')?.pending).toEqual([])
  expect(running.indexOf('b')).toBeNull()
  holdings.db.prepare('DELETE FROM documents WHERE id = ?').run(removed.document)
  running.removed([removed.document])
  await expect.poll(() => rows().length).toBe(20)
})

test('an index with the right number of wrong rows is filled anew', async () => {
  const { index, state, rows } = memoryIndex()
  addPassages(30)
  const first = start({ index, exactRowsMax: 5 })
  first.use(letterEmbedder('a'))
  await first.idle()
  await first.close()
  const cleared = state.cleared
  holdings.db.prepare('DELETE FROM documents WHERE id = 1').run()
  addPassages(30, 'wharf')
  const second = start({ index, exactRowsMax: 5 })
  second.use(letterEmbedder('a'))
  await second.idle()
  expect(state.cleared).toBe(cleared + 1)
  expect(rows().map(({ passage }) => passage)).toEqual(Array.from({ length: 30 }, (_, i) => i + 31))
})

test('a damaged index falls back to exact search with the same hits, says so, and serves again once rebuilt', async () => {
  const { index, state } = memoryIndex()
  const embedder = letterEmbedder('a')
  const running = start({ index, exactRowsMax: 5, restMsMin: 20 })
  addPassages(150)
  running.use(embedder)
  await running.idle()
  const recall = createRecall({ reader, embedderOf: () => embedder, indexOf: running.indexOf, onIndexFailure: running.onIndexFailure })
  const search = async () => {
    const found = await recall.search({ query: 'harbour number 7', collections: null, labels: null, count: 10 })
    if (!found.ok) throw new Error(found.error.code)
    return { served: found.value.vectorSearch, hits: found.value.hits.map(({ passage, trace }) => [passage.passage, trace]) }
  }
  const before = await search()
  expect(before.served).toBe('lancedb')
  state.isDamaged = true
  const during = await search()
  expect(during).toEqual({ served: 'exact', hits: before.hits })
  expect(running.trouble()?.code).toBe('child.crash')
  await expect.poll(async () => (await search()).served).toBe('lancedb')
  expect(await search()).toEqual(before)
  expect(running.trouble()).toBeNull()
})

test('an index that cannot start leaves exact search serving', async () => {
  const { index, state } = memoryIndex()
  state.isBroken = true
  const running = start({ index, exactRowsMax: 5 })
  addPassages(10)
  running.use(letterEmbedder('a'))
  await running.idle()
  expect(running.indexOf('a')).toBeNull()
  expect((await running.rebuild()).ok).toBe(false)
  state.isBroken = false
  expect((await running.rebuild()).ok).toBe(true)
  expect(running.indexOf('a')).not.toBeNull()
})

test('closing in the middle of the work ends it', async () => {
  addPassages(2_000)
  const running = start()
  running.use(letterEmbedder('a'))
  await running.close()
  const stored = countVectors(holdings.db, 'station', 1)
  await manyTurns()
  expect(countVectors(holdings.db, 'station', 1)).toBe(stored)
  expect(stored).toBeLessThan(2_000)
})
