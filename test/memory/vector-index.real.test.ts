import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtinEmbedder } from '../../main/memory/builtin-embedder.ts'
import { createRecall } from '../../main/memory/recall.ts'
import { createVectorIndex } from '../../main/memory/vector-index.ts'
import { createVectorUpkeep } from '../../main/memory/vector-upkeep.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import { createExactSearch, type ExactSearch } from '../../main/store/exact-search.ts'
import { createReader } from '../../main/store/reader.ts'
import { createVectorStore } from '../../main/store/vectors.ts'
import type { ChildHost, VectorFilter, VectorIndex } from '../../main/world.ts'
import { type Holdings, openHoldings } from '../support/holdings.ts'
import { randomUnit, seeded } from '../support/random.ts'

const dimensions = 64
const embedder = { key: 'test/1', name: 'test', dimensions }
let children: ChildHost
let folder: string
let index: VectorIndex
let holdings: Holdings
let exact: ExactSearch

beforeEach(() => {
  children = createChildHost()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-vectors-'))
  index = createVectorIndex({ children, folder })
  holdings = openHoldings()
  exact = createExactSearch(holdings.db, 'station')
})
afterEach(async () => {
  await index.close()
  await children.close()
  holdings.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Random unit vectors, every tenth one a copy of the one before, over two collections and two labels; in SQLite and in the index. */
async function fillBoth(documents: number, passagesEach: number): Promise<{ readonly id: number }> {
  const random = seeded(7)
  const store = createVectorStore(holdings.db, 'station')
  for (let d = 0; d < documents; d++)
    holdings.add({
      collection: d % 3 === 0 ? 'Other' : 'Documents',
      level: d % 4 === 0 ? 'secret' : 'unclassified',
      passages: Array.from({ length: passagesEach }, (_, p) => `document ${d} passage ${p}`),
    })
  const row = store.register(embedder)
  let last = randomUnit(random, dimensions)
  const missing = store.missing(row.id, 0, 100_000).passages
  store.put(
    row,
    missing.map(({ passage }, i) => {
      if (i % 10 !== 0) last = randomUnit(random, dimensions)
      return { passage, vector: last }
    }),
  )
  store.activate(row.id)
  expect(await index.open(embedder.key, dimensions)).toEqual({ ok: true, value: { rows: 0, checksum: 0 } })
  expect((await index.add(store.read(row.id, 0, 100_000))).ok).toBe(true)
  return row
}

async function indexed(vector: Float32Array, count: number, filter: VectorFilter): Promise<number[]> {
  const found = await index.search(vector, count, filter)
  if (!found.ok) throw new Error(found.error.code)
  return found.value.map(({ passage }) => passage)
}

test('index and exact search give identical lists under every filter, ties by passage', async () => {
  const { id } = await fillBoth(40, 30)
  const random = seeded(11)
  const unclassified = holdings.label('unclassified')
  const filters: VectorFilter[] = [
    { collections: null, labels: null },
    { collections: [holdings.collection('Other')], labels: null },
    { collections: null, labels: [unclassified] },
    { collections: [holdings.collection('Documents')], labels: [unclassified, holdings.label('secret')] },
    { collections: [], labels: null },
  ]
  for (const filter of filters) {
    for (let i = 0; i < 20; i++) {
      const vector = randomUnit(random, dimensions)
      // 11 candidates for 10 places, so that a copy of the tenth cannot fall on the other side of the edge.
      const want = exact.nearest({ embedder: id, vector, count: 11, filter })
      const tied = want[9]?.similarity === want[10]?.similarity
      const got = await indexed(vector, 40, filter)
      const rescored = exact.rescore({ embedder: id, vector, count: 11, filter }, got)
      expect(rescored).toEqual(want)
      if (!tied) expect(got.slice(0, 10)).toEqual(want.slice(0, 10).map(({ passage }) => passage))
    }
  }
})

test('removed documents are found no more, and a reopened index holds the same rows', async () => {
  const { id } = await fillBoth(10, 10)
  const before = exact.nearest({
    embedder: id,
    vector: randomUnit(seeded(3), dimensions),
    count: 5,
    filter: { collections: null, labels: null },
  })
  const document = Number(holdings.db.prepare('SELECT document_id FROM passages WHERE id = ?').pluck().get(before[0]?.passage))
  expect((await index.removeDocuments([document])).ok).toBe(true)
  expect(await indexed(randomUnit(seeded(3), dimensions), 5, { collections: null, labels: null })).not.toContain(before[0]?.passage)
  expect((await index.optimise()).ok).toBe(true)
  await index.close()
  index = createVectorIndex({ children, folder })
  expect(await index.open(embedder.key, dimensions)).toMatchObject({ ok: true, value: { rows: 90 } })
})

test('another embedder has rows of its own', async () => {
  const { id } = await fillBoth(2, 10)
  expect(await index.open('test/2', 32)).toEqual({ ok: true, value: { rows: 0, checksum: 0 } })
  const { rows, checksum } = createVectorStore(holdings.db, 'station').summary(id, 0)
  expect(await index.open(embedder.key, dimensions)).toEqual({ ok: true, value: { rows, checksum } })
})

test('many small writes leave a small folder after optimise', async () => {
  const { id } = await fillBoth(1, 60)
  await index.clear()
  for (const row of createVectorStore(holdings.db, 'station').read(id, 0, 100)) await index.add([row])
  const files = () => readdirSync(folder, { recursive: true }).length
  const before = files()
  expect((await index.optimise()).ok).toBe(true)
  expect(files()).toBeLessThan(before / 4)
  expect(await index.open(embedder.key, dimensions)).toMatchObject({ ok: true, value: { rows: 60 } })
})

const dataFiles = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test.each([
  ['deleted', (file: string) => rmSync(file)],
  ['truncated', (file: string) => truncateSync(file, 10)],
  ['overwritten', (file: string) => writeFileSync(file, Buffer.alloc(4096, 0xa5))],
])('%s files are a failure or a wrong row count, never a hang, and clear makes the index whole', async (_name, damage) => {
  const { id } = await fillBoth(4, 25)
  await index.close()
  for (const file of dataFiles()) damage(file)
  index = createVectorIndex({ children, folder })
  const opened = await index.open(embedder.key, dimensions)
  const isCaught = !opened.ok || opened.value.rows !== 100 || !(await index.search(randomUnit(seeded(5), dimensions), 5, everything)).ok
  expect(isCaught).toBe(true)
  expect((await index.clear()).ok).toBe(true)
  expect((await index.add(createVectorStore(holdings.db, 'station').read(id, 0, 1000))).ok).toBe(true)
  expect(await indexed(randomUnit(seeded(5), dimensions), 5, everything)).toHaveLength(5)
})
const everything: VectorFilter = { collections: null, labels: null }

test('a killed process is a failure, and open starts another', async () => {
  await fillBoth(2, 10)
  const seen: number[] = []
  const spied: ChildHost = {
    start: (spec) => {
      const child = children.start(spec)
      seen.push(child.pid)
      return child
    },
    close: () => children.close(),
  }
  await index.close()
  index = createVectorIndex({ children: spied, folder })
  await index.open(embedder.key, dimensions)
  process.kill(seen[0] ?? 0, 'SIGKILL')
  const found = await index.search(randomUnit(seeded(5), dimensions), 5, everything)
  expect(found.ok).toBe(false)
  expect(await index.open(embedder.key, dimensions)).toMatchObject({ ok: true, value: { rows: 20 } })
  expect(await indexed(randomUnit(seeded(5), dimensions), 5, everything)).toHaveLength(5)
})

test('whatever happens to the index, recall gives the same hits, says which search served, and the index comes back by itself', async () => {
  for (let d = 0; d < 15; d++) holdings.add({ passages: Array.from({ length: 20 }, (_, p) => `harbour ${d} berth ${p} pilot ${d * p}`) })
  const upkeep = createVectorUpkeep({ store: createVectorStore(holdings.db, 'station'), index, exactRowsMax: 50, restMsMin: 50 })
  const reader = createReader(holdings.file, 'station')
  const recall = createRecall({
    reader,
    embedderOf: () => builtinEmbedder,
    indexOf: upkeep.indexOf,
    onIndexFailure: upkeep.onIndexFailure,
  })
  const search = async () => {
    const found = await recall.search({ query: 'pilot of berth 7', collections: null, labels: null, count: 10 })
    if (!found.ok) throw new Error(found.error.code)
    return { served: found.value.vectorSearch, hits: found.value.hits.map(({ passage, score }) => [passage.passage, score]) }
  }
  const served = async () => (await search()).served
  const poll = { timeout: 20_000 }
  upkeep.use(builtinEmbedder)
  await expect.poll(served, poll).toBe('lancedb')
  const before = await search()
  await index.close()
  expect(await search()).toEqual({ served: 'exact', hits: before.hits })
  await expect.poll(served, poll).toBe('lancedb')
  for (const file of dataFiles()) rmSync(file)
  // The process may still hold what it read: whatever serves, the hits are those of SQLite.
  expect((await search()).hits).toEqual(before.hits)
  expect((await upkeep.rebuild()).ok).toBe(true)
  expect(await search()).toEqual(before)
  await upkeep.close()
  await reader.close()
})

test('without AVX2 no process is started', async () => {
  let started = 0
  const counting: ChildHost = {
    start: (spec) => {
      started++
      return children.start(spec)
    },
    close: () => children.close(),
  }
  const without = createVectorIndex({
    children: counting,
    folder,
    machine: { arch: 'x64', platform: 'linux', cpuInfo: 'processor : 0\nflags\t\t: fpu sse4_2 avx\n' },
  })
  const opened = await without.open(embedder.key, dimensions)
  expect(opened.ok ? '' : opened.error.code).toBe('vectors.unsupported_cpu')
  expect((await without.clear()).ok).toBe(false)
  expect(started).toBe(0)
})
