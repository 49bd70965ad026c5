/** Documents and their structure. A document is written in small transactions and counts only once it is marked ready: a crash leaves nothing half-visible. */
import type { DataSources } from '../domain/data-sources.ts'
import { type Block, Block as BlockSchema, DocumentFormat, MissingPart, PageSize, type ParsedDocument } from '../domain/document.ts'
import type { Label } from '../domain/label.ts'
import type { NewId } from '../world.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'
import { sourcesParameter } from './sources.ts'

export interface DocumentRow {
  readonly id: number
  readonly publicId: string
  readonly collectionId: number
  readonly collection: string
  readonly file: string
  readonly title: string | null
  readonly format: DocumentFormat
  readonly digest: string
  readonly bytes: number
  readonly pageCount: number
  readonly missing: readonly MissingPart[]
  readonly label: Label
  readonly importedAt: number
  readonly importedBy: string
  readonly passages: number
}

export interface NewDocument {
  readonly collectionId: number
  readonly label: Label
  readonly file: string
  readonly digest: string
  readonly bytes: number
  readonly parsed: Omit<ParsedDocument, 'blocks'>
  readonly at: number
  readonly by: string
}

export interface DocumentFilter {
  readonly collectionId: number | null
  readonly contains: string | null
  /** The whole name of the file, in any case. */
  readonly named?: string | null
  readonly sources?: DataSources | null
  /** Ids of labels that may be seen; null = all. */
  readonly labels?: readonly number[] | null
  readonly limit: number
  readonly offset: number
}

export interface Documents {
  /** Inserts a document that is not ready yet. */
  begin(document: NewDocument): { readonly id: number; readonly publicId: string }
  addBlocks(documentId: number, from: number, blocks: readonly Block[]): void
  /** From here on the document is found. Inside the transaction that records `document.added`. */
  markReady(documentId: number): void
  find(publicId: string): DocumentRow | null
  /** The sizes of a document's pages. */
  pages(documentId: number): readonly PageSize[]
  /** A ready document with these bytes in this collection. */
  sameBytes(collectionId: number, digest: string): DocumentRow | null
  list(filter: DocumentFilter): { readonly items: readonly DocumentRow[]; readonly total: number }
  blocks(documentId: number, from: number, limit: number): { readonly blocks: readonly Block[]; readonly total: number }
  /** The row number of a ready document's passage, or null. */
  passageNumber(publicId: string, ordinal: number): number | null
  /** The label of a ready document's passage by its place, or null. */
  passageLabel(publicId: string, ordinal: number): Label | null
  /** Deletes the row; its passages must be gone before. */
  remove(documentId: number): void
  unready(): ReadonlyArray<{ readonly id: number; readonly digest: string }>
  /** Of what bears one of these labels; null = all. */
  counts(labels?: readonly number[] | null): { readonly documents: number; readonly passages: number }
  /** The labels of all ready documents. */
  heldLabels(): readonly Label[]
}

interface Row {
  readonly id: number
  readonly public_id: string
  readonly collection_id: number
  readonly collection: string
  readonly file: string
  readonly title: string | null
  readonly format: string
  readonly digest: string
  readonly bytes: number
  readonly page_count: number
  readonly missing: string
  readonly label_id: number
  readonly imported_at: number
  readonly imported_by: string
  readonly passages: number
}

export function createDocuments(db: Db, labels: Labels, newId: NewId, tenant: string): Documents {
  const select = `SELECT d.id, d.public_id, d.collection_id, d.file, d.title, d.format, d.digest, d.bytes, d.missing, d.label_id, d.imported_at, d.imported_by,
      json_array_length(d.pages) AS page_count, c.name AS collection,
      (SELECT count(*) FROM passages p WHERE p.tenant_id = d.tenant_id AND p.document_id = d.id) AS passages
    FROM documents d JOIN collections c ON c.id = d.collection_id`
  const where = `d.tenant_id = :tenant AND d.is_ready = 1 AND (:collection IS NULL OR d.collection_id = :collection)
    AND (:contains IS NULL OR instr(lower(d.file), lower(:contains)) > 0) AND (:named IS NULL OR lower(d.file) = lower(:named))
    AND (:sources IS NULL OR permits_source(:sources, c.name, d.file)) AND ${isSeen('d.label_id')}`
  const insert = db.prepare(`INSERT INTO documents
    (public_id, tenant_id, collection_id, label_id, file, title, format, digest, bytes, pages, missing, imported_at, imported_by, is_ready)
    VALUES (:publicId, :tenant, :collection, :label, :file, :title, :format, :digest, :bytes, :pages, :missing, :at, :by, 0)`)
  const insertBlock = db.prepare('INSERT INTO blocks (tenant_id, document_id, ordinal, json) VALUES (?, ?, ?, ?)')
  const ready = db.prepare('UPDATE documents SET is_ready = 1 WHERE tenant_id = ? AND id = ?')
  const one = db.prepare<[string, string], Row>(`${select} WHERE d.tenant_id = ? AND d.public_id = ? AND d.is_ready = 1`)
  const same = db.prepare<[string, number, string], Row>(
    `${select} WHERE d.tenant_id = ? AND d.collection_id = ? AND d.digest = ? AND d.is_ready = 1`,
  )
  const page = db.prepare<[Record<string, unknown>], Row>(
    `${select} WHERE ${where} ORDER BY d.imported_at DESC, d.id DESC LIMIT :limit OFFSET :offset`,
  )
  const total = db.prepare<[Record<string, unknown>], { n: number }>(
    `SELECT count(*) AS n FROM documents d JOIN collections c ON c.id = d.collection_id WHERE ${where}`,
  )
  const readPages = db.prepare<[string, number], string>('SELECT pages FROM documents WHERE tenant_id = ? AND id = ?').pluck()
  const readBlocks = db.prepare<[string, number, number, number], { json: string }>(
    'SELECT json FROM blocks WHERE tenant_id = ? AND document_id = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?',
  )
  const countBlocks = db.prepare<[string, number], { n: number }>(
    'SELECT count(*) AS n FROM blocks WHERE tenant_id = ? AND document_id = ?',
  )
  const numbered = db.prepare<[string, string, number], { id: number }>(
    `SELECT p.id FROM passages p JOIN documents d ON d.id = p.document_id
     WHERE d.tenant_id = ? AND d.public_id = ? AND p.ordinal = ? AND d.is_ready = 1`,
  )
  const labelled = db
    .prepare<[string, string, string, number], number>(
      `SELECT p.label_id FROM passages p JOIN documents d ON d.id = p.document_id AND d.tenant_id = ?
       WHERE p.tenant_id = ? AND d.public_id = ? AND p.ordinal = ? AND d.is_ready = 1`,
    )
    .pluck()
  const drop = db.prepare('DELETE FROM documents WHERE tenant_id = ? AND id = ?')
  const halfDone = db.prepare<[string], { id: number; digest: string }>(
    'SELECT id, digest FROM documents WHERE tenant_id = ? AND is_ready = 0',
  )
  const counted = db.prepare<{ tenant: string; labels: string | null }, { documents: number; passages: number }>(
    `SELECT (SELECT count(*) FROM documents WHERE tenant_id = :tenant AND is_ready = 1 AND ${isSeen('label_id')}) AS documents,
       (SELECT count(*) FROM passages WHERE tenant_id = :tenant AND ${isSeen('label_id')}) AS passages`,
  )
  const held = db.prepare<[string], { label_id: number }>('SELECT DISTINCT label_id FROM documents WHERE tenant_id = ? AND is_ready = 1')

  const parse = (row: Row): DocumentRow => {
    return {
      id: row.id,
      publicId: row.public_id,
      collectionId: row.collection_id,
      collection: row.collection,
      file: row.file,
      title: row.title,
      format: DocumentFormat.parse(row.format),
      digest: row.digest,
      bytes: row.bytes,
      pageCount: row.page_count,
      missing: MissingPart.array().parse(JSON.parse(row.missing)),
      label: labels.labelOf(row.label_id),
      importedAt: row.imported_at,
      importedBy: row.imported_by,
      passages: row.passages,
    }
  }
  const orNull = (row: Row | undefined): DocumentRow | null => (row === undefined ? null : parse(row))

  return {
    begin: ({ collectionId, label, file, digest, bytes, parsed, at, by }) => {
      const publicId = newId('doc')
      const { title, format } = parsed
      const json = { pages: JSON.stringify(parsed.pages), missing: JSON.stringify(parsed.missing) }
      const values = { publicId, tenant, collection: collectionId, label: labels.idOf(label), file, title, format, digest, bytes, at, by }
      return { id: Number(insert.run({ ...values, ...json }).lastInsertRowid), publicId }
    },
    addBlocks: (documentId, from, blocks) => {
      for (const [index, block] of blocks.entries()) insertBlock.run(tenant, documentId, from + index, JSON.stringify(block))
    },
    markReady: (documentId) => void ready.run(tenant, documentId),
    find: (publicId) => orNull(one.get(tenant, publicId)),
    pages: (documentId) => PageSize.array().parse(JSON.parse(readPages.get(tenant, documentId) ?? '[]')),
    sameBytes: (collectionId, digest) => orNull(same.get(tenant, collectionId, digest)),
    list: ({ collectionId, contains, named = null, sources, labels: seen, limit, offset }) => {
      const filter = { tenant, collection: collectionId, contains, named, sources: sourcesParameter(sources), labels: seenParameter(seen) }
      return { items: page.all({ ...filter, limit, offset }).map(parse), total: total.get(filter)?.n ?? 0 }
    },
    blocks: (documentId, from, limit) => ({
      blocks: readBlocks.all(tenant, documentId, from, limit).map(({ json }) => BlockSchema.parse(JSON.parse(json))),
      total: countBlocks.get(tenant, documentId)?.n ?? 0,
    }),
    passageNumber: (publicId, ordinal) => numbered.get(tenant, publicId, ordinal)?.id ?? null,
    passageLabel: (publicId, ordinal) => {
      const label = labelled.get(tenant, tenant, publicId, ordinal)
      return label === undefined ? null : labels.labelOf(label)
    },
    remove: (documentId) => void drop.run(tenant, documentId),
    unready: () => halfDone.all(tenant),
    counts: (seen) => counted.get({ tenant, labels: seenParameter(seen) }) ?? { documents: 0, passages: 0 },
    heldLabels: () => held.all(tenant).map(({ label_id }) => labels.labelOf(label_id)),
  }
}
