import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtinEmbedder } from '../../main/memory/builtin-embedder.ts'
import { createRecall } from '../../main/memory/recall.ts'
import { createVectorUpkeep } from '../../main/memory/vector-upkeep.ts'
import { createReader, type Reader } from '../../main/store/reader.ts'
import { createVectorStore } from '../../main/store/vectors.ts'
import { type Holdings, openHoldings } from '../support/holdings.ts'

let holdings: Holdings
let reader: Reader
beforeEach(() => {
  holdings = openHoldings()
  reader = createReader(holdings.file, 'station')
})
afterEach(async () => {
  await reader.close()
  holdings.close()
})

const recallOf = () => createRecall({ reader, embedderOf: (key) => (key === builtinEmbedder.key ? builtinEmbedder : null) })

async function embedAll(): Promise<void> {
  const upkeep = createVectorUpkeep({ store: createVectorStore(holdings.db, 'station'), index: null })
  upkeep.use(builtinEmbedder)
  await upkeep.idle()
  await upkeep.close()
}

async function search(query: string, over: { collections?: number[]; labels?: number[]; count?: number } = {}) {
  const result = await recallOf().search({
    query,
    collections: over.collections ?? null,
    labels: over.labels ?? null,
    count: over.count ?? 10,
  })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const harbour = [
  { heading: 'Harbour › Depths', text: 'The eastern basin is dredged to 7.4 metres below chart datum.' },
  { heading: 'Harbour › Pilots', text: 'Pilots board two miles south of the breakwater light.' },
  { heading: 'Stores', text: 'Rope, paint and spare lamps are kept in the north shed.' },
]

test('SRC-02 without any vectors words alone serve, and the result says so', async () => {
  holdings.add({ passages: harbour })
  const found = await search('How deep is the dredged basin?')
  expect(found.hits[0]?.passage.text).toContain('eastern basin')
  expect(found.embedder).toBe('none')
  expect(found.vectorSearch).toBe('exact')
})

test('SRC-02 with the built-in embedder a misspelt word still finds its passage', async () => {
  holdings.add({ passages: harbour })
  await embedAll()
  const found = await search('breakwatr')
  expect(found.hits[0]?.passage.text).toContain('breakwater')
  expect(found.embedder).toBe('built-in')
})

test('SRC-04 the trace is additive and names every stage', async () => {
  holdings.add({ passages: harbour })
  await embedAll()
  const found = await search('pilots south of the breakwater')
  expect(found.hits.length).toBeGreaterThan(0)
  for (const [i, hit] of found.hits.entries()) {
    expect(hit.rank).toBe(i + 1)
    expect(hit.trace.map(({ stage }) => stage)).toEqual(['bm25', 'vector'])
    expect(hit.trace.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(hit.score, 12)
    for (const part of hit.trace) expect(part.rank === null).toBe(part.contribution === 0)
  }
})

test('SRC-03 a planted secret nearest to the query is absent, and k hits come back', async () => {
  const secret = 'codeword nightjar meets the submarine at the eastern basin'
  const planted = holdings.add({ level: 'secret', passages: Array.from({ length: 150 }, () => secret) })
  holdings.add({ passages: Array.from({ length: 12 }, (_, i) => `The eastern basin holds berth ${i} for a submarine tender.`) })
  await embedAll()
  const cleared = await search(secret)
  expect(planted.passages).toContain(cleared.hits[0]?.passage.passage)
  const uncleared = await search(secret, { labels: [holdings.label('unclassified')], count: 10 })
  expect(uncleared.hits).toHaveLength(10)
  for (const hit of uncleared.hits) {
    expect(planted.passages).not.toContain(hit.passage.passage)
    expect(hit.passage.label.level).toBe('unclassified')
  }
})

test('SRC-03 a collection filter holds before ranking, and an empty list permits nothing', async () => {
  holdings.add({ collection: 'Other', passages: Array.from({ length: 120 }, () => 'berth berth berth') })
  const own = holdings.add({ collection: 'Mine', passages: ['one berth among many words about other things'] })
  await embedAll()
  const found = await search('berth', { collections: [holdings.collection('Mine')] })
  expect(found.hits.map(({ passage }) => passage.passage)).toEqual(own.passages)
  expect((await search('berth', { labels: [] })).hits).toEqual([])
})

test('coverage is the share of the rare words that heading and text hold', async () => {
  holdings.add({ passages: harbour })
  const depth = (await search('harbour depths of the eastern basin')).hits[0]
  expect(depth?.coverage).toBe(1)
  const partly = (await search('eastern zeppelin')).hits[0]
  expect(partly?.coverage).toBeGreaterThan(0)
  expect(partly?.coverage).toBeLessThan(0.6)
})

test.each([
  ['empty', ''],
  ['white space', ' \n\t '],
  ['only function words', 'what is the of and'],
  ['full-text syntax', '"a OR b" NEAR(c, 2) AND NOT * ^ {heading}: -text + (('],
  ['an odd quote', '"basin'],
  ['NUL', 'basin\0 depth \0'],
  ['long', 'basin depth metres '.repeat(540)],
  ['one long word', 'x'.repeat(10_000)],
  ['emoji', '🚢⚓️ 👩‍🚀'],
  ['a lone surrogate', 'basin \ud83d'],
  ['right to left', 'עומק הנמל ‏مرفأ'],
  ['Chinese', '港の深さ'],
])('a question that is %s gives a result', async (_name, query) => {
  holdings.add({ passages: [...harbour, '港の深さは七メートルです。', 'עומק הנמל שבעה מטרים'] })
  await embedAll()
  const found = await search(query)
  expect(found.hits.length).toBeLessThanOrEqual(10)
})

test('text without spaces between words is found by parts of it', async () => {
  holdings.add({ passages: [...harbour, '港の深さは七メートルです。'] })
  expect((await search('深さ')).hits[0]?.passage.text).toContain('港')
})

test('identifiers are found whole and by their pieces', async () => {
  holdings.add({ passages: [...harbour, 'Set max_retry_count in crate::executors before report IR-2024-017.'] })
  for (const query of ['maxRetryCount', 'retry count', 'ir2024017', 'IR-2024-017', 'executors'])
    expect((await search(query)).hits[0]?.passage.text).toContain('max_retry_count')
})

test('a cancelled search is a failure with a code', async () => {
  holdings.add({ passages: harbour })
  const result = await recallOf().search({ query: 'basin', collections: null, labels: null, count: 5, signal: AbortSignal.abort() })
  expect(result.ok ? '' : result.error.code).toBe('search.cancelled')
})

test('rarity is higher for rarer terms and highest for unheard ones', async () => {
  holdings.add({ passages: ['harbour light', 'harbour wall', 'harbour pilot'] })
  const rarity = await recallOf().rarity(['harbour', 'light'])
  if (!rarity.ok) throw new Error(rarity.error.message)
  expect(rarity.value('light')).toBeGreaterThan(rarity.value('harbour'))
  expect(rarity.value('zeppelin')).toBeGreaterThan(rarity.value('light'))
})

test('a document that is still being written is not found', async () => {
  holdings.add({ isReady: false, passages: ['zeppelin'] })
  holdings.add({ passages: ['zeppelin shed'] })
  await embedAll()
  expect((await search('zeppelin')).hits.map(({ passage }) => passage.text)).toEqual(['zeppelin shed'])
})
