/** Prints how well recall finds what people judged relevant, stage by stage, without any model. `node test/bench/npl.ts` */
import { builtinEmbedder } from '../../main/memory/builtin-embedder.ts'
import { matchExpression, terms } from '../../main/memory/lexical.ts'
import { createRecall } from '../../main/memory/recall.ts'
import { createVectorUpkeep } from '../../main/memory/vector-upkeep.ts'
import { createReader } from '../../main/store/reader.ts'
import { createVectorStore } from '../../main/store/vectors.ts'
import { openHoldings } from '../support/holdings.ts'
import { averagePrecision, ndcgAt10, type RetrievalSet, readCode, readNpl, recallAt } from '../support/retrieval-data.ts'

const everything = { collections: null, labels: null }
const listed = 200

/** Drops a letter from inside every third long word, as a hurried typist would. */
function misspell(text: string): string {
  let n = 0
  return text.replace(/\p{L}{7,}/gu, (word) => (n++ % 3 === 0 ? word.slice(0, 4) + word.slice(5) : word))
}

async function measure(set: RetrievalSet): Promise<void> {
  const holdings = openHoldings()
  const reader = createReader(holdings.file, 'station')
  const { passages } = holdings.add({ passages: set.passages.map(({ text }) => text) })
  const ids = new Map(passages.map((passage, i) => [passage, set.passages[i]?.id ?? '']))
  const upkeep = createVectorUpkeep({ store: createVectorStore(holdings.db, 'station'), index: null })
  upkeep.use(builtinEmbedder)
  await upkeep.idle()
  const recall = createRecall({ reader, embedderOf: () => builtinEmbedder })

  const stages: ReadonlyArray<readonly [string, (question: string) => Promise<number[]>]> = [
    [
      'bm25 alone',
      async (question) => {
        const found = await reader.searchTerms({ expression: matchExpression(terms(question)) ?? '""', filter: everything, count: listed })
        return found.ok ? found.value.map(({ passage }) => passage) : []
      },
    ],
    [
      'built-in vectors alone',
      async (question) => {
        const serving = await reader.serving()
        const rarity = await recall.rarity(terms(question))
        if (!serving.ok || serving.value === null || !rarity.ok) return []
        const vector = await builtinEmbedder.embedQuery(question, rarity.value)
        if (!vector.ok) return []
        const found = await reader.nearest({ embedder: serving.value.id, vector: vector.value, count: listed, filter: everything })
        return found.ok ? found.value.map(({ passage }) => passage) : []
      },
    ],
    [
      'fused (recall)',
      async (question) => {
        const found = await recall.search({ query: question, ...everything, count: listed })
        return found.ok ? found.value.hits.map(({ passage }) => passage.passage) : []
      },
    ],
  ]
  for (const [spelling, spell] of [
    ['as asked', (text: string) => text],
    ['misspelt', misspell],
  ] as const) {
    for (const [name, find] of stages) {
      const lists: Array<readonly [string[], ReadonlySet<string>]> = []
      for (const { text, relevant } of set.questions)
        lists.push([(await find(spell(text))).map((passage) => ids.get(passage) ?? ''), relevant])
      const mean = (score: (found: readonly string[], relevant: ReadonlySet<string>) => number) =>
        (lists.reduce((sum, [found, relevant]) => sum + score(found, relevant), 0) / lists.length).toFixed(3)
      const passes = [5, 10, 20].map((count) => mean((found, relevant) => recallAt(found, relevant, count))).join(' / ')
      console.log(
        `${set.name}  ${spelling}  ${name.padEnd(24)} nDCG@10 ${mean(ndcgAt10)}  MAP ${mean(averagePrecision)}  recall@5/10/20 ${passes}`,
      )
    }
  }
  await upkeep.close()
  await reader.close()
  holdings.close()
}

const sets = [readNpl(), readCode()].filter((set) => set !== null)
if (sets.length === 0) console.warn('No retrieval collections beside the repository (../shared/data/retrieval): nothing was measured.')
for (const set of sets) await measure(set)
