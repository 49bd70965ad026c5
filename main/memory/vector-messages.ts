/** What the core and the vector index's process say to each other. Rows travel in columns: many small objects would cost more than the search. */
import type { VectorFilter, VectorRow } from '../world.ts'

export interface VectorColumns {
  readonly passages: Float64Array
  readonly documents: Float64Array
  readonly collections: Float64Array
  readonly labels: Float64Array
  /** All vectors, one behind the other. */
  readonly vectors: Float32Array
}

export type VectorMessage =
  | { readonly kind: 'open'; readonly folder: string; readonly table: string; readonly dimensions: number }
  | { readonly kind: 'add'; readonly columns: VectorColumns }
  | { readonly kind: 'removeDocuments'; readonly documents: readonly number[] }
  | { readonly kind: 'search'; readonly vector: Float32Array; readonly count: number; readonly filter: VectorFilter }
  | { readonly kind: 'optimise' }
  /** Deletes the table's files, whatever their state, and opens it empty. */
  | { readonly kind: 'clear'; readonly folder: string; readonly table: string; readonly dimensions: number }

/** Replies to `open` and `search`; the others reply null. */
export interface OpenReply {
  readonly rows: number
  readonly checksum: number
}
export interface SearchReply {
  readonly passages: Float64Array
  readonly similarities: Float64Array
}

export function toColumns(rows: readonly VectorRow[], dimensions: number): VectorColumns {
  const vectors = new Float32Array(rows.length * dimensions)
  rows.forEach((row, i) => {
    vectors.set(row.vector, i * dimensions)
  })
  return {
    passages: Float64Array.from(rows, ({ passage }) => passage),
    documents: Float64Array.from(rows, ({ document }) => document),
    collections: Float64Array.from(rows, ({ collection }) => collection),
    labels: Float64Array.from(rows, ({ label }) => label),
    vectors,
  }
}
