/**
 * Exact nearest-neighbour search over the vectors in SQLite. It keeps what fits in memory and goes on from the last row it saw, so
 * that a search during an import reads only what is new; it must give the same list whether it scans memory or rows.
 */
import type { VectorFilter, VectorHit } from '../world.ts'
import type { Db } from './open.ts'
import { filterParameters, filterSql } from './passages.ts'
import { permittedDocuments } from './sources.ts'
import { fromBlob, readVectors } from './vectors.ts'

export const exactLimits = { cachedBytesMax: 256 * 1024 * 1024, rowsPerBatch: 2_000 } as const

export interface NearestQuery {
  readonly embedder: number
  readonly vector: Float32Array
  readonly count: number
  readonly filter: VectorFilter
}

export interface ExactSearch {
  /** The `count` nearest passages by cosine of unit vectors; ties by passage. */
  nearest(query: NearestQuery): VectorHit[]
  /** Scores candidates of an approximate index from the stored vectors; those gone or outside the filter are left out. */
  rescore(query: NearestQuery, candidates: readonly number[]): VectorHit[]
}

/** Sum of products, always in this order of additions, so that equal vectors score equal to the last bit. */
function dot(query: Float32Array, rows: Float32Array, start: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  const length = query.length
  const whole = length - (length % 4)
  for (let i = 0; i < whole; i += 4) {
    const at = start + i
    a += (query[i] as number) * (rows[at] as number)
    b += (query[i + 1] as number) * (rows[at + 1] as number)
    c += (query[i + 2] as number) * (rows[at + 2] as number)
    d += (query[i + 3] as number) * (rows[at + 3] as number)
  }
  for (let i = whole; i < length; i++) a += (query[i] as number) * (rows[start + i] as number)
  return a + b + c + d
}

const isBefore = (a: VectorHit, b: VectorHit): boolean =>
  a.similarity > b.similarity || (a.similarity === b.similarity && a.passage < b.passage)

/** Keeps the best `count` hits, sorted; most rows fail the first comparison. */
function createBest(count: number) {
  const hits: VectorHit[] = []
  return {
    hits,
    offer: (passage: number, similarity: number) => {
      const last = hits[count - 1]
      if (last !== undefined && similarity < last.similarity) return
      const hit = { passage, similarity }
      if (last !== undefined && !isBefore(hit, last)) return
      let low = 0
      let high = hits.length
      while (low < high) {
        const middle = (low + high) >> 1
        const other = hits[middle]
        if (other !== undefined && isBefore(other, hit)) low = middle + 1
        else high = middle
      }
      hits.splice(low, 0, hit)
      if (hits.length > count) hits.pop()
    },
  }
}

/** Vectors of one embedder in memory, in blocks, with the columns that filters need. */
interface Cached {
  readonly embedder: number
  readonly changes: number
  lastId: number
  readonly blocks: Array<{
    readonly passages: Float64Array
    readonly documents: Float64Array
    readonly collections: Float64Array
    readonly labels: Float64Array
    readonly vectors: Float32Array
  }>
  bytes: number
}

export function createExactSearch(
  db: Db,
  tenant: string,
  limits: { readonly [Limit in keyof typeof exactLimits]: number } = exactLimits,
): ExactSearch {
  const readChanges = db.prepare('SELECT changes FROM embedders WHERE tenant_id = ? AND id = ?').pluck()
  let cached: Cached | null = null

  /** Brings the cache up to date, or returns null when the vectors do not fit in memory. */
  const refresh = (embedder: number): Cached | null => {
    const changes = Number(readChanges.get(tenant, embedder))
    if (cached === null || cached.embedder !== embedder || cached.changes !== changes)
      cached = { embedder, changes, lastId: 0, blocks: [], bytes: 0 }
    for (;;) {
      if (cached.bytes > limits.cachedBytesMax) return null
      const rows = readVectors(db, tenant, embedder, cached.lastId, limits.rowsPerBatch)
      const last = rows.at(-1)
      if (last === undefined) return cached
      const dimensions = last.vector.length
      const vectors = new Float32Array(rows.length * dimensions)
      rows.forEach((row, i) => {
        vectors.set(row.vector, i * dimensions)
      })
      cached.blocks.push({
        passages: Float64Array.from(rows, (row) => row.passage),
        documents: Float64Array.from(rows, (row) => row.document),
        collections: Float64Array.from(rows, (row) => row.collection),
        labels: Float64Array.from(rows, (row) => row.label),
        vectors,
      })
      cached.bytes += vectors.byteLength + rows.length * 32
      cached.lastId = last.id
    }
  }

  const scanMemory = (held: Cached, { vector, count, filter }: NearestQuery): VectorHit[] => {
    const best = createBest(count)
    const collections = filter.collections === null ? null : new Set(filter.collections)
    const labels = filter.labels === null ? null : new Set(filter.labels)
    const documents = permittedDocuments(db, tenant, filter.sources)
    for (const block of held.blocks) {
      for (let i = 0; i < block.passages.length; i++) {
        if (collections !== null && !collections.has(block.collections[i] as number)) continue
        if (labels !== null && !labels.has(block.labels[i] as number)) continue
        if (documents !== null && !documents.has(block.documents[i] as number)) continue
        best.offer(block.passages[i] as number, dot(vector, block.vectors, i * vector.length))
      }
    }
    return best.hits
  }

  const scanRows = ({ embedder, vector, count, filter }: NearestQuery): VectorHit[] => {
    const best = createBest(count)
    const rows = db
      .prepare(
        `SELECT v.passage_id AS passage, v.vector FROM vectors v CROSS JOIN passages p ON p.id = v.passage_id
         WHERE v.embedder_id = :embedder AND ${filterSql}`,
      )
      .raw()
      .iterate({ embedder, ...filterParameters(tenant, filter) })
    for (const row of rows) {
      // The statement's two columns, as the schema types them.
      const [passage, blob] = row as [number, Uint8Array]
      best.offer(passage, dot(vector, fromBlob(blob), 0))
    }
    return best.hits
  }

  return {
    nearest: (query) => {
      if (query.count < 1) return []
      const held = refresh(query.embedder)
      return held === null ? scanRows(query) : scanMemory(held, query)
    },
    rescore: ({ embedder, vector, count, filter }, candidates) => {
      const best = createBest(count)
      const one = db
        .prepare(
          `SELECT v.vector FROM vectors v JOIN passages p ON p.id = v.passage_id
           WHERE v.embedder_id = :embedder AND v.passage_id = :passage AND ${filterSql}`,
        )
        .pluck()
      for (const passage of new Set(candidates)) {
        const blob = one.get({ embedder, passage, ...filterParameters(tenant, filter) })
        if (blob instanceof Uint8Array) best.offer(passage, dot(vector, fromBlob(blob), 0))
      }
      return best.hits
    },
  }
}
