/**
 * Recall: a question in, ranked passages out, each with the reason for its rank. Words (BM25) and vectors are searched under the same
 * filter and fused by rank. It must never rank what the filter excludes, and never fail where words alone could serve.
 *
 * Wiring in `app.ts`:
 *   const reader = createReader(paths.database)                                     // store
 *   const index = createVectorIndex({ children: childHost, folder: paths.vectors })  // starts nothing before it is needed
 *   const upkeep = createVectorUpkeep({ store: createVectorStore(db), index })       // fills missing vectors, see vector-upkeep.ts
 *   const recall = createRecall({ reader, embedderOf, indexOf: upkeep.indexOf, onIndexFailure: upkeep.onIndexFailure })
 *   upkeep.use(modelEmbedder ?? builtinEmbedder)
 * `embedderOf(key)` gives the embedder with that key: the built-in one, or one over an admitted model; null when it is gone.
 */
import type { DataSources } from '../domain/data-sources.ts'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import type { Embedder, VectorFilter, VectorHit, VectorIndex } from '../world.ts'
import { builtinEmbedder } from './builtin-embedder.ts'
import { coverage, inverseFrequency, type Rarity } from './coverage.ts'
import { fuse, type StageTrace } from './fuse.ts'
import { lexicalLimits, matchExpression, queryWords, termsOf } from './lexical.ts'

export const recallLimits = {
  countMax: 200,
  candidatesMin: 100,
  indexFetchesMax: 3,
  /** From here on a term that most passages hold is not searched for: BM25 gives it no weight, and ranking them all takes long. */
  smallHoldings: 1_000,
} as const

/**
 * What a stage's ranks weigh. The built-in vectors hold no meaning: they only settle near ties and find what words miss. Measured on two
 * judged collections: BM25 alone has an nDCG@10 of 0.447 and 0.729; a tenth for these vectors leaves 0.439 and 0.728, an equal part
 * 0.409 and 0.706. A model's equal part is the usual choice, not a measured one.
 */
const weights = { bm25: 1, builtinVector: 0.1, modelVector: 1 } as const

/** What recall needs to know of a passage; whatever else the reader gives travels along. */
export interface RecallPassage {
  readonly passage: number
  readonly heading: string
  readonly text: string
}

interface NearestQuery {
  readonly embedder: number
  readonly vector: Float32Array
  readonly count: number
  readonly filter: VectorFilter
}

/** Reading calls, as the store's read-only worker offers them. */
export interface RecallReader<Passage extends RecallPassage> {
  searchTerms(query: {
    readonly expression: string
    readonly filter: VectorFilter
    readonly count: number
  }): Promise<Result<ReadonlyArray<{ readonly passage: number; readonly score: number }>>>
  countTerms(terms: readonly string[]): Promise<Result<{ readonly passages: number; readonly counts: readonly number[] }>>
  readPassages(passages: readonly number[], filter: VectorFilter): Promise<Result<readonly Passage[]>>
  serving(): Promise<Result<{ readonly id: number; readonly key: string; readonly vectors: number } | null>>
  nearest(query: NearestQuery): Promise<Result<readonly VectorHit[]>>
  rescore(query: NearestQuery, candidates: readonly number[]): Promise<Result<readonly VectorHit[]>>
}

export interface RecallOptions<Passage extends RecallPassage> {
  readonly reader: RecallReader<Passage>
  /** The embedder with this key, or null when it cannot be had now; words alone serve then. */
  readonly embedderOf: (key: string) => Embedder | null
  /** An index over this embedder's vectors with the passages it does not hold yet, or null: exact search serves. */
  readonly indexOf?: (embedderKey: string) => { readonly index: VectorIndex; readonly pending: readonly number[] } | null
  readonly onIndexFailure?: (failure: Failure) => void
}

export interface RecallRequest {
  readonly query: string
  /** Row numbers; null = no restriction. */
  readonly collections: readonly number[] | null
  readonly labels: readonly number[] | null
  readonly sources?: DataSources | null
  readonly count: number
  readonly signal?: AbortSignal
}

export interface RecallHit<Passage extends RecallPassage> {
  readonly rank: number
  readonly passage: Passage
  /** Sum of the trace's contributions. */
  readonly score: number
  /** Share of the question's rare words that heading and text hold, 0–1. */
  readonly coverage: number
  readonly trace: readonly StageTrace[]
}

export interface RecallResult<Passage extends RecallPassage> {
  readonly hits: ReadonlyArray<RecallHit<Passage>>
  /** The name of the embedder that served, or `none`. */
  readonly embedder: string
  readonly vectorSearch: 'lancedb' | 'exact'
  readonly tookMs: number
}

export interface Recall<Passage extends RecallPassage> {
  search(request: RecallRequest): Promise<Result<RecallResult<Passage>>>
  /** Inverse document frequency of each of these stemmed terms in the holdings; any other term counts as unheard of. */
  rarity(terms: readonly string[]): Promise<Result<Rarity>>
}

/** What is embedded and judged: a passage under its headings. */
export const passageText = (passage: { readonly heading: string; readonly text: string }): string =>
  passage.heading === '' ? passage.text : `${passage.heading}\n${passage.text}`

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true
const cancelled = fail('search.cancelled', 'The search was cancelled.', 'Search again when you want to.')

interface VectorStage {
  readonly hits: readonly VectorHit[]
  readonly embedder: Embedder | null
  readonly served: 'lancedb' | 'exact'
}
const noVectors: VectorStage = { hits: [], embedder: null, served: 'exact' }

/** Two engines add the same products in another order; their sums differ by less than this. */
const similarityNoise = 1e-5

/**
 * Asks the index for candidates and scores them from the stored vectors. Null when the index failed or cannot prove that its list
 * is complete: a candidate left outside might tie with the last one in.
 */
async function searchIndex<Passage extends RecallPassage>(
  { index, pending }: { readonly index: VectorIndex; readonly pending: readonly number[] },
  options: RecallOptions<Passage>,
  query: NearestQuery,
): Promise<readonly VectorHit[] | null> {
  let wanted = query.count + Math.max(16, query.count)
  for (let fetch = 0; fetch < recallLimits.indexFetchesMax; fetch++, wanted *= 4) {
    const found = await index.search(query.vector, wanted, query.filter)
    if (!found.ok) {
      options.onIndexFailure?.(found.error)
      return null
    }
    const scored = await options.reader.rescore(query, [...found.value.map(({ passage }) => passage), ...pending])
    if (!scored.ok) return null
    const isAll = found.value.length < wanted
    const lastIn = scored.value.at(-1)?.similarity ?? 0
    const lastCandidate = found.value.at(-1)?.similarity ?? 0
    const isFull = scored.value.length === query.count
    if (isFull ? isAll || lastIn > lastCandidate + similarityNoise : isAll && scored.value.length >= found.value.length) return scored.value
    if (isAll) return null
  }
  return null
}
export function createRecall<Passage extends RecallPassage>(options: RecallOptions<Passage>): Recall<Passage> {
  const { reader } = options

  /** Rarity of these terms, and those of them that can tell passages apart. */
  const weigh = async (terms: readonly string[]): Promise<Result<{ readonly rarity: Rarity; readonly telling: readonly string[] }>> => {
    const counted = await reader.countTerms(terms)
    if (!counted.ok) return counted
    const { passages, counts } = counted.value
    const known = new Map(terms.map((term, i) => [term, inverseFrequency(passages, counts[i] ?? 0)]))
    const unheard = inverseFrequency(passages, 0)
    const rarer = passages < recallLimits.smallHoldings ? terms : terms.filter((_term, i) => (counts[i] ?? 0) * 2 <= passages)
    return ok({ rarity: (term) => known.get(term) ?? unheard, telling: rarer.length > 0 ? rarer : terms })
  }

  const searchVectors = async (text: string, filter: VectorFilter, count: number, weight: Rarity): Promise<VectorStage> => {
    const serving = await reader.serving()
    if (!serving.ok || serving.value === null || serving.value.vectors === 0) return noVectors
    const embedder = options.embedderOf(serving.value.key)
    if (embedder === null) return noVectors
    const vector = await embedder.embedQuery(text, weight)
    if (!vector.ok || !vector.value.some((value) => value !== 0)) return noVectors
    const query = { embedder: serving.value.id, vector: vector.value, count, filter }
    // What may be retrieved is said by names, which no index holds.
    const index = filter.sources == null ? (options.indexOf?.(embedder.key) ?? null) : null
    const indexed = index === null ? null : await searchIndex(index, options, query)
    if (indexed !== null) return { hits: indexed, embedder, served: 'lancedb' }
    const exact = await reader.nearest(query)
    return exact.ok ? { hits: exact.value, embedder, served: 'exact' } : noVectors
  }

  return {
    rarity: async (terms) => {
      const weighed = await weigh(terms)
      return weighed.ok ? ok(weighed.value.rarity) : weighed
    },
    search: async ({ query, collections, labels, sources = null, count, signal }) => {
      const startedAt = performance.now()
      const filter: VectorFilter = { collections, labels, sources }
      const text = query.slice(0, lexicalLimits.queryCharsMax)
      const question = queryWords(text)
      const terms = termsOf(question)
      const wanted = Math.min(Math.max(1, count), recallLimits.countMax)
      const candidates = Math.max(recallLimits.candidatesMin, wanted * 2)
      const weighed = await weigh(terms)
      if (!weighed.ok) return weighed
      const { rarity, telling } = weighed.value
      const expression = matchExpression(telling)
      if (expression === null) return ok({ hits: [], embedder: 'none', vectorSearch: 'exact', tookMs: performance.now() - startedAt })
      // Side by side: the index, and a model's embedding, work in processes of their own.
      const [lexical, vectors] = await Promise.all([
        reader.searchTerms({ expression, filter, count: candidates }),
        searchVectors(text, filter, candidates, rarity),
      ])
      if (!lexical.ok) return lexical
      if (isAborted(signal)) return cancelled
      const fused = fuse([
        { stage: 'bm25', weight: weights.bm25, hits: lexical.value },
        {
          stage: 'vector',
          weight: vectors.embedder?.key === builtinEmbedder.key ? weights.builtinVector : weights.modelVector,
          hits: vectors.hits.map(({ passage, similarity }) => ({ passage, score: similarity })),
        },
      ])
      const best = fused.slice(0, wanted)
      const rows = await reader.readPassages(
        best.map(({ passage }) => passage),
        filter,
      )
      if (!rows.ok) return rows
      if (isAborted(signal)) return cancelled
      const byPassage = new Map(best.map((entry) => [entry.passage, entry]))
      const hits = rows.value.flatMap((passage, i) => {
        const entry = byPassage.get(passage.passage)
        if (entry === undefined) return []
        const { score, trace } = entry
        return [{ rank: i + 1, passage, score, coverage: coverage(question, passageText(passage), rarity), trace }]
      })
      return ok({
        hits,
        embedder: vectors.embedder?.name ?? 'none',
        vectorSearch: vectors.served,
        tookMs: performance.now() - startedAt,
      })
    },
  }
}
