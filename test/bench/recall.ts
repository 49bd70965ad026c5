/**
 * Prints what recall costs beside a bare BM25 query over the same rows, as ratios in one run (A, B, A, B …), and where exact search and
 * the index stand. `node test/bench/recall.ts [passages …]`, by default 2000 and 20000.
 */
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { builtinEmbedder } from '../../main/memory/builtin-embedder.ts'
import { matchExpression, terms } from '../../main/memory/lexical.ts'
import { createRecall } from '../../main/memory/recall.ts'
import { createVectorIndex } from '../../main/memory/vector-index.ts'
import { createVectorUpkeep } from '../../main/memory/vector-upkeep.ts'
import { createChildHost } from '../../main/platform/child-host.ts'
import { openReader } from '../../main/store/open.ts'
import { createReader } from '../../main/store/reader.ts'
import { createVectorStore } from '../../main/store/vectors.ts'
import { openHoldings } from '../support/holdings.ts'
import { seeded } from '../support/random.ts'

const everything = { collections: null, labels: null }
const rounds = 7
/** Above this the index builds a graph, which takes many minutes on a busy machine: only exact search is measured there. */
const indexedMax = 99_999
const questionsPerRound = 10
const vocabulary = 30_000
/** The commonest words stand for function words, which no question is searched by. */
const functionWords = 100

/** Words as common as words are (Zipf's law), so that a question meets both rare and frequent ones. */
function writer(seed: number, commonest: number) {
  const random = seeded(seed)
  const word = () =>
    `w${Math.floor(commonest * (vocabulary / commonest) ** random())
      .toString(26)
      .replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? 'q')}`
  return (length: number) => Array.from({ length }, word).join(' ')
}

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
const figure = (value: number) => value.toFixed(value < 10 ? 2 : 1)

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

async function measure(size: number): Promise<void> {
  const holdings = openHoldings()
  const children = createChildHost()
  const write = writer(1, 1)
  for (let made = 0; made < size; made += 500)
    holdings.add({
      level: made % 2_000 === 0 ? 'secret' : 'unclassified',
      passages: Array.from({ length: Math.min(500, size - made) }, () => write(120)),
    })
  const reader = createReader(holdings.file, 'station')
  const index = size > indexedMax ? null : createVectorIndex({ children, folder: join(holdings.folder, 'vectors') })
  const upkeep = createVectorUpkeep({ store: createVectorStore(holdings.db, 'station'), index, exactRowsMax: 0 })
  const filled = await timed(async () => {
    upkeep.use(builtinEmbedder)
    await upkeep.idle()
    // The index serves once its files are compacted and its graph, if it has rows enough for one, is built.
    while (size <= indexedMax && upkeep.indexOf(builtinEmbedder.key) === null && upkeep.trouble() === null)
      await new Promise((resolve) => setTimeout(resolve, 50))
  })
  const trouble = upkeep.trouble()
  if (trouble !== null) console.warn(`The index does not serve here: ${trouble.code}`)
  console.log(`\n${size} passages; load ${loadavg()[0]?.toFixed(2)}; vectors made, stored and indexed in ${(filled / 1000).toFixed(1)} s`)

  const bare = openReader(holdings.file)
  const query = bare.prepare(
    'SELECT rowid, bm25(passage_terms_1) AS score FROM passage_terms_1 WHERE passage_terms_1 MATCH ? ORDER BY score LIMIT 10',
  )
  const withExact = createRecall({ reader, embedderOf: () => builtinEmbedder })
  const withIndex = createRecall({ reader, embedderOf: () => builtinEmbedder, indexOf: upkeep.indexOf })
  const labels = [holdings.label('unclassified')]
  const ways = {
    'recall, exact': (question: string) => withExact.search({ query: question, ...everything, count: 10 }),
    'recall, LanceDB': (question: string) => withIndex.search({ query: question, ...everything, count: 10 }),
    'recall, exact, label filter': (question: string) => withExact.search({ query: question, collections: null, labels, count: 10 }),
    'recall, LanceDB, label filter': (question: string) => withIndex.search({ query: question, collections: null, labels, count: 10 }),
  }
  const ask = writer(2, functionWords)
  for (const [name, search] of Object.entries(ways)) {
    if (index === null && name.includes('LanceDB')) continue
    const warm = await search(ask(6))
    const ratios: number[] = []
    const taken: number[] = []
    const bareTaken: number[] = []
    for (let round = 0; round < rounds; round++) {
      const questions = Array.from({ length: questionsPerRound }, () => ask(6))
      let a = 0
      let b = 0
      for (const question of questions) {
        const expression = matchExpression(terms(question)) ?? '""'
        const bareMs = await timed(() => query.all(expression))
        const recallMs = await timed(() => search(question))
        bareTaken.push(bareMs)
        taken.push(recallMs)
        a += bareMs
        b += recallMs
      }
      ratios.push(b / a)
    }
    const served = warm.ok ? warm.value.vectorSearch : warm.error.code
    console.log(
      `${name.padEnd(30)} ×${figure(quantile(ratios, 0.5))} of bare BM25 (${figure(Math.min(...ratios))}–${figure(Math.max(...ratios))}), ` +
        `p50 ${figure(quantile(taken, 0.5))} ms, p95 ${figure(quantile(taken, 0.95))} ms; ` +
        `bare p50 ${figure(quantile(bareTaken, 0.5))} ms, p95 ${figure(quantile(bareTaken, 0.95))} ms; served by ${served}`,
    )
  }
  const all = Object.entries({ exact: withExact, LanceDB: withIndex })
  let same = 0
  let compared = 0
  for (let i = 0; i < 50; i++) {
    const question = ask(6)
    const lists = []
    for (const [, recall] of all) {
      const found = await recall.search({ query: question, ...everything, count: 50 })
      lists.push(found.ok ? found.value.hits.filter(({ trace }) => trace[1]?.rank !== null).map(({ passage }) => passage.passage) : [])
    }
    const other = new Set(lists[1])
    compared += lists[0]?.length ?? 0
    same += lists[0]?.filter((passage) => other.has(passage)).length ?? 0
  }
  console.log(`vector hits of exact search that LanceDB finds too: ${((100 * same) / Math.max(1, compared)).toFixed(2)} %`)
  bare.close()
  await upkeep.close()
  await reader.close()
  await children.close()
  holdings.close()
}

const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((size) => size > 0)
for (const size of sizes.length > 0 ? sizes : [2_000, 20_000]) await measure(size)
