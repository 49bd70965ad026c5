import { expect, test } from 'vitest'
import { builtinEmbedder } from '../../main/memory/builtin-embedder.ts'
import { createRecall } from '../../main/memory/recall.ts'
import { createVectorUpkeep } from '../../main/memory/vector-upkeep.ts'
import { createReader } from '../../main/store/reader.ts'
import { createVectorStore } from '../../main/store/vectors.ts'
import { openHoldings } from '../support/holdings.ts'
import { ndcgAt10, type RetrievalSet, readCode, readNpl, recallAt } from '../support/retrieval-data.ts'

const npl = readNpl()
const code = readCode()
if (npl === null || code === null)
  console.warn('Skipped: the retrieval collections are not beside the repository (../shared/data/retrieval).')

/** Asks every question of a set through the whole of recall, without a model, and averages a measure. */
async function average(
  set: RetrievalSet,
  count: number,
  score: (found: string[], relevant: ReadonlySet<string>) => number,
): Promise<number> {
  const holdings = openHoldings()
  const reader = createReader(holdings.file, 'station')
  const upkeep = createVectorUpkeep({ store: createVectorStore(holdings.db, 'station'), index: null })
  try {
    const { passages } = holdings.add({ passages: set.passages.map(({ text }) => text) })
    const ids = new Map(passages.map((passage, i) => [passage, set.passages[i]?.id ?? '']))
    upkeep.use(builtinEmbedder)
    await upkeep.idle()
    const recall = createRecall({ reader, embedderOf: () => builtinEmbedder })
    let sum = 0
    for (const { text, relevant } of set.questions) {
      const found = await recall.search({ query: text, collections: null, labels: null, count })
      if (!found.ok) throw new Error(found.error.code)
      expect(found.value.embedder).toBe('built-in')
      sum += score(
        found.value.hits.map(({ passage }) => ids.get(passage.passage) ?? ''),
        relevant,
      )
    }
    return sum / set.questions.length
  } finally {
    await upkeep.close()
    await reader.close()
    holdings.close()
  }
}

test.skipIf(npl === null)('SRC-01 nDCG@10 on 93 judged questions is at least 0.43 without a model', async () => {
  if (npl !== null) expect(await average(npl, 10, ndcgAt10)).toBeGreaterThanOrEqual(0.43)
})

test.skipIf(code === null)('SRC-01 the right piece of source code is among the first 20 for at least 88 % of 248 questions', async () => {
  if (code !== null) expect(await average(code, 20, (found, relevant) => recallAt(found, relevant, 20))).toBeGreaterThanOrEqual(0.88)
})
