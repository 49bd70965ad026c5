/**
 * Vectors in SQLite: the only truth about them. Any index elsewhere can be thrown away and rebuilt from here, and never decides by
 * itself what is found.
 */
import { endianness } from 'node:os'
import * as z from 'zod'
import { assert } from '../domain/assert.ts'
import type { VectorRow } from '../world.ts'
import type { Db } from './open.ts'

export interface EmbedderRow {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly dimensions: number
  readonly isActive: boolean
}

const StoredEmbedder = z.object({ id: z.number(), key: z.string(), name: z.string(), dimensions: z.number(), is_active: z.number() })
const toEmbedder = (row: unknown): EmbedderRow => {
  const { is_active, ...rest } = StoredEmbedder.parse(row)
  return { ...rest, isActive: is_active === 1 }
}

/** The embedder whose vectors serve searches, or null before the first was filled. */
export function activeEmbedder(db: Db): EmbedderRow | null {
  const row = db.prepare('SELECT * FROM embedders WHERE is_active = 1').get()
  return row === undefined ? null : toEmbedder(row)
}

/** Finds or makes an embedder's row. It serves nothing before `activateEmbedder`. */
export function registerEmbedder(
  db: Db,
  embedder: { readonly key: string; readonly name: string; readonly dimensions: number },
): EmbedderRow {
  const { key, name, dimensions } = embedder
  db.prepare('INSERT INTO embedders (key, name, dimensions, is_active) VALUES (?, ?, ?, 0) ON CONFLICT (key) DO NOTHING').run(
    key,
    name,
    dimensions,
  )
  const row = toEmbedder(db.prepare('SELECT * FROM embedders WHERE key = ?').get(key))
  assert(row.dimensions === dimensions, 'an embedder key stands for one number of dimensions')
  return row
}

/** Swaps searches over to this embedder in one commit. */
export function activateEmbedder(db: Db, embedder: number): void {
  db.transaction(() => {
    db.prepare('UPDATE embedders SET is_active = 0 WHERE is_active = 1').run()
    db.prepare('UPDATE embedders SET is_active = 1 WHERE id = ?').run(embedder)
  })()
}

/** Deletes up to `count` vectors of embedders that do not serve and are not `kept`, then their rows. Returns how many vectors went; 0 = done. */
export function dropIdleVectors(db: Db, kept: number, count: number): number {
  return db.transaction(() => {
    const idle = 'SELECT id FROM embedders WHERE is_active = 0 AND id <> ?'
    const gone = db
      .prepare(`DELETE FROM vectors WHERE id IN (SELECT id FROM vectors WHERE embedder_id IN (${idle}) LIMIT ?)`)
      .run(kept, count).changes
    if (gone === 0) db.prepare('DELETE FROM embedders WHERE is_active = 0 AND id <> ?').run(kept)
    return gone
  })()
}

const isLittleEndian = endianness() === 'LE'

const toBlob = (vector: Float32Array): Buffer => {
  assert(isLittleEndian, 'vectors are stored little endian')
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
}

/** A stored vector as floats, copied out of the row's memory. */
export function fromBlob(blob: Uint8Array): Float32Array {
  const copy = new Uint8Array(blob.byteLength)
  copy.set(blob)
  return new Float32Array(copy.buffer)
}

/** Stores vectors of passages in one transaction; a passage that is gone by now is left out. Returns how many were stored. */
export function putVectors(
  db: Db,
  embedder: Omit<EmbedderRow, 'isActive'>,
  vectors: ReadonlyArray<{ readonly passage: number; readonly vector: Float32Array }>,
): number {
  const put = db.prepare(
    `INSERT INTO vectors (passage_id, embedder_id, vector) SELECT id, ?, ? FROM passages WHERE id = ?
     ON CONFLICT (embedder_id, passage_id) DO NOTHING`,
  )
  return db.transaction(() => {
    let stored = 0
    for (const { passage, vector } of vectors) {
      assert(vector.length === embedder.dimensions, 'a vector has its embedder’s number of dimensions')
      stored += put.run(embedder.id, toBlob(vector), passage).changes
    }
    return stored
  })()
}

export interface UnembeddedPassage {
  readonly passage: number
  readonly document: number
  readonly collection: number
  readonly label: number
  readonly heading: string
  readonly text: string
}

const Unembedded = z.object({
  passage: z.number(),
  document: z.number(),
  collection: z.number(),
  label: z.number(),
  heading: z.string(),
  text: z.string(),
})

/** The next passages after `after` of documents written to their end that have no vector of this embedder. Empty: nothing is missing behind that point. */
export function passagesWithoutVectors(db: Db, embedder: number, after: number, count: number): UnembeddedPassage[] {
  return db
    .prepare(
      `SELECT p.id AS passage, p.document_id AS document, p.collection_id AS collection, p.label_id AS label, p.heading, p.text
       FROM passages p JOIN documents d ON d.id = p.document_id AND d.is_ready = 1
       WHERE p.id > ? AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.embedder_id = ? AND v.passage_id = p.id)
       ORDER BY p.id LIMIT ?`,
    )
    .all(after, embedder, count)
    .map((row) => Unembedded.parse(row))
}

export const countVectors = (db: Db, embedder: number): number =>
  Number(db.prepare('SELECT count(*) FROM vectors WHERE embedder_id = ?').pluck().get(embedder))

const StoredVector = z.object({
  id: z.number(),
  passage: z.number(),
  document: z.number(),
  collection: z.number(),
  label: z.number(),
  vector: z.instanceof(Uint8Array),
})

/** A vector as an index needs it, with `id`, from which the next batch goes on. */
export type StoredVectorRow = VectorRow & { readonly id: number }

/** The next vectors of an embedder in the order they were stored. */
export function readVectors(db: Db, embedder: number, after: number, count: number): StoredVectorRow[] {
  return db
    .prepare(
      `SELECT v.id, v.passage_id AS passage, p.document_id AS document, p.collection_id AS collection, p.label_id AS label, v.vector
       FROM vectors v JOIN passages p ON p.id = v.passage_id WHERE v.embedder_id = ? AND v.id > ? ORDER BY v.id LIMIT ?`,
    )
    .all(embedder, after, count)
    .map((row) => {
      const { vector, ...rest } = StoredVector.parse(row)
      return { ...rest, vector: fromBlob(vector) }
    })
}

/** All of this file bound to one writing connection, as the upkeep of the vector memory wants it. */
export const createVectorStore = (db: Db) => ({
  register: (embedder: { readonly key: string; readonly name: string; readonly dimensions: number }) => registerEmbedder(db, embedder),
  active: () => activeEmbedder(db),
  activate: (embedder: number) => activateEmbedder(db, embedder),
  missing: (embedder: number, after: number, count: number) => passagesWithoutVectors(db, embedder, after, count),
  put: (embedder: Omit<EmbedderRow, 'isActive'>, vectors: ReadonlyArray<{ readonly passage: number; readonly vector: Float32Array }>) =>
    putVectors(db, embedder, vectors),
  count: (embedder: number) => countVectors(db, embedder),
  read: (embedder: number, after: number, count: number) => readVectors(db, embedder, after, count),
  dropIdle: (kept: number, count: number) => dropIdleVectors(db, kept, count),
})
