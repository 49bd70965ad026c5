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
export function activeEmbedder(db: Db, tenant: string): EmbedderRow | null {
  const row = db.prepare('SELECT * FROM embedders WHERE tenant_id = ? AND is_active = 1').get(tenant)
  return row === undefined ? null : toEmbedder(row)
}

/** Finds or makes an embedder's row. It serves nothing before `activateEmbedder`. */
export function registerEmbedder(
  db: Db,
  tenant: string,
  embedder: { readonly key: string; readonly name: string; readonly dimensions: number },
): EmbedderRow {
  const { key, name, dimensions } = embedder
  db.prepare(
    'INSERT INTO embedders (tenant_id, key, name, dimensions, is_active) VALUES (?, ?, ?, ?, 0) ON CONFLICT (tenant_id, key) DO NOTHING',
  ).run(tenant, key, name, dimensions)
  const row = toEmbedder(db.prepare('SELECT * FROM embedders WHERE tenant_id = ? AND key = ?').get(tenant, key))
  assert(row.dimensions === dimensions, 'an embedder key stands for one number of dimensions')
  return row
}

/** Swaps searches over to this embedder in one commit. */
export function activateEmbedder(db: Db, tenant: string, embedder: number): void {
  db.transaction(() => {
    db.prepare('UPDATE embedders SET is_active = 0 WHERE tenant_id = ? AND is_active = 1').run(tenant)
    db.prepare('UPDATE embedders SET is_active = 1 WHERE tenant_id = ? AND id = ?').run(tenant, embedder)
  })()
}

/** Deletes up to `count` vectors of embedders that do not serve and are not `kept`, then their rows. Returns how many vectors went; 0 = done. */
export function dropIdleVectors(db: Db, tenant: string, kept: number, count: number): number {
  return db.transaction(() => {
    const idle = 'SELECT id FROM embedders WHERE tenant_id = :tenant AND is_active = 0 AND id <> :kept'
    const gone = db
      .prepare(`DELETE FROM vectors WHERE tenant_id = :tenant
        AND id IN (SELECT id FROM vectors WHERE tenant_id = :tenant AND embedder_id IN (${idle}) LIMIT :count)`)
      .run({ tenant, kept, count }).changes
    if (gone === 0) db.prepare('DELETE FROM embedders WHERE tenant_id = ? AND is_active = 0 AND id <> ?').run(tenant, kept)
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
  tenant: string,
  embedder: Omit<EmbedderRow, 'isActive'>,
  vectors: ReadonlyArray<{ readonly passage: number; readonly vector: Float32Array }>,
): number {
  const put = db.prepare(
    `INSERT INTO vectors (tenant_id, passage_id, embedder_id, vector) SELECT tenant_id, id, ?, ? FROM passages WHERE tenant_id = ? AND id = ?
     ON CONFLICT (embedder_id, passage_id) DO NOTHING`,
  )
  return db.transaction(() => {
    let stored = 0
    for (const { passage, vector } of vectors) {
      assert(vector.length === embedder.dimensions, 'a vector has its embedder’s number of dimensions')
      stored += put.run(embedder.id, toBlob(vector), tenant, passage).changes
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

/** One look at the passages: those without a vector, how far the look went, and whether that was the end. */
export interface MissingVectors {
  readonly passages: readonly UnembeddedPassage[]
  readonly scannedTo: number
  readonly isEnd: boolean
}

/** Rows looked at in one call, so that looking through large holdings never holds the caller up for long. */
const rowsPerLook = 2_000

/** Looks on from passage `after` for passages without a vector of this embedder, in documents that are written to their end. */
export function missingVectors(db: Db, tenant: string, embedder: number, after: number, count: number): MissingVectors {
  const highest = Number(db.prepare('SELECT coalesce(max(id), 0) FROM passages WHERE tenant_id = ?').pluck().get(tenant))
  const to = Math.min(after + rowsPerLook, Math.max(after, highest))
  const passages = db
    .prepare(
      `SELECT p.id AS passage, p.document_id AS document, p.collection_id AS collection, p.label_id AS label, p.heading, p.text
       FROM passages p JOIN documents d ON d.id = p.document_id AND d.is_ready = 1
       WHERE p.tenant_id = :tenant AND p.id > :after AND p.id <= :to
         AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.tenant_id = :tenant AND v.embedder_id = :embedder AND v.passage_id = p.id)
       ORDER BY p.id LIMIT :count`,
    )
    .all({ tenant, after, to, embedder, count })
    .map((row) => Unembedded.parse(row))
  const scannedTo = passages.length === count ? (passages.at(-1)?.passage ?? to) : to
  return { passages, scannedTo, isEnd: scannedTo >= highest }
}

/** Every passage up to this one belongs to a document that is written to its end. */
export const settledPassages = (db: Db, tenant: string): number =>
  Number(
    db
      .prepare(
        `SELECT coalesce(
           (SELECT min(p.id) - 1 FROM passages p WHERE p.tenant_id = :tenant
             AND p.document_id IN (SELECT id FROM documents WHERE tenant_id = :tenant AND is_ready = 0)),
           (SELECT max(id) FROM passages WHERE tenant_id = :tenant),
           0)`,
      )
      .pluck()
      .get({ tenant }),
  )

export const countVectors = (db: Db, tenant: string, embedder: number): number =>
  Number(db.prepare('SELECT count(*) FROM vectors WHERE tenant_id = ? AND embedder_id = ?').pluck().get(tenant, embedder))

/** One slice of what an index over these vectors must hold (see `VectorIndex.open`); `lastId` is null at the end. */
export interface VectorSummary {
  readonly rows: number
  readonly checksum: number
  readonly lastId: number | null
}
const Summary = z.object({ rows: z.number(), checksum: z.number(), lastId: z.number().nullable() })

/** Sums up the next vectors after `after`, as many as one turn of the event loop bears. */
export const summariseVectors = (db: Db, tenant: string, embedder: number, after: number): VectorSummary =>
  Summary.parse(
    db
      .prepare(
        `SELECT count(*) AS rows, coalesce(sum((passage * 31 + collection) * 31 + label), 0) AS checksum, max(id) AS lastId FROM (
           SELECT v.id, p.id AS passage, p.collection_id AS collection, p.label_id AS label
           FROM vectors v CROSS JOIN passages p ON p.id = v.passage_id
           WHERE v.tenant_id = ? AND +v.embedder_id = ? AND v.id > ? ORDER BY v.id LIMIT ?)`,
      )
      .get(tenant, embedder, after, rowsPerLook),
  )

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
const toVectorRow = (row: unknown): StoredVectorRow => {
  const { vector, ...rest } = StoredVector.parse(row)
  return { ...rest, vector: fromBlob(vector) }
}

/** The next vectors of an embedder in the order they were stored. The plus keeps SQLite on that order instead of sorting. */
export function readVectors(db: Db, tenant: string, embedder: number, after: number, count: number): StoredVectorRow[] {
  return db
    .prepare(
      `SELECT v.id, v.passage_id AS passage, p.document_id AS document, p.collection_id AS collection, p.label_id AS label, v.vector
       FROM vectors v CROSS JOIN passages p ON p.id = v.passage_id WHERE v.tenant_id = ? AND +v.embedder_id = ? AND v.id > ?
       ORDER BY v.id LIMIT ?`,
    )
    .all(tenant, embedder, after, count)
    .map(toVectorRow)
}

/** The same of one document. */
export function readVectorsOf(db: Db, tenant: string, embedder: number, document: number, after: number, count: number): StoredVectorRow[] {
  return db
    .prepare(
      `SELECT v.id, v.passage_id AS passage, p.document_id AS document, p.collection_id AS collection, p.label_id AS label, v.vector
       FROM passages p JOIN vectors v ON v.passage_id = p.id AND v.embedder_id = ? AND v.tenant_id = ?
       WHERE p.tenant_id = ? AND p.document_id = ? AND v.id > ? ORDER BY v.id LIMIT ?`,
    )
    .all(embedder, tenant, tenant, document, after, count)
    .map(toVectorRow)
}

/** All of this file bound to one writing connection, as the upkeep of the vector memory wants it. */
export const createVectorStore = (db: Db, tenant: string) => ({
  register: (embedder: { readonly key: string; readonly name: string; readonly dimensions: number }) =>
    registerEmbedder(db, tenant, embedder),
  active: () => activeEmbedder(db, tenant),
  activate: (embedder: number) => activateEmbedder(db, tenant, embedder),
  missing: (embedder: number, after: number, count: number) => missingVectors(db, tenant, embedder, after, count),
  settled: () => settledPassages(db, tenant),
  put: (embedder: Omit<EmbedderRow, 'isActive'>, vectors: ReadonlyArray<{ readonly passage: number; readonly vector: Float32Array }>) =>
    putVectors(db, tenant, embedder, vectors),
  count: (embedder: number) => countVectors(db, tenant, embedder),
  summary: (embedder: number, after: number) => summariseVectors(db, tenant, embedder, after),
  read: (embedder: number, after: number, count: number) => readVectors(db, tenant, embedder, after, count),
  ofDocument: (embedder: number, document: number, after: number, count: number) =>
    readVectorsOf(db, tenant, embedder, document, after, count),
  dropIdle: (kept: number, count: number) => dropIdleVectors(db, tenant, kept, count),
})
