/**
 * Passages and their rows in the full-text index. Reading functions take any connection, so that they run in the core and in the
 * read-only worker alike. Filters stand inside the query: a passage outside them is never ranked.
 */
import * as z from 'zod'
import { assert } from '../domain/assert.ts'
import { Anchor, type PassageDraft } from '../domain/document.ts'
import { passageId } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { Locator } from '../domain/locator.ts'
import type { VectorFilter } from '../world.ts'
import type { Db } from './open.ts'
import { sourcesParameter } from './sources.ts'
import { termsTable } from './tenants.ts'

/**
 * A term in the heading counts this much of one in the text. Measured with the titles of 8,902 abstracts as headings: between 1 and
 * 1.5 nothing changes, below and above it gets worse; a heading stands over many passages, so the lower one.
 */
export const columnWeights = { heading: 1, text: 1 } as const

const termsKeptMax = 50_000

/** Row numbers that every passage of a document carries. */
export interface PassageOwner {
  readonly tenantId: string
  readonly document: number
  readonly collection: number
  readonly label: number
  /** The number of a portion's label, raised to what the document is at least. */
  readonly portion: (label: Label) => number
}

export interface LexicalHit {
  readonly passage: number
  /** BM25, higher is better. */
  readonly score: number
}

export interface LexicalQuery {
  /** Built by the lexical module; never a person's raw text. */
  readonly expression: string
  readonly filter: VectorFilter
  readonly count: number
}

/** How many passages there are, and how many of them hold each term, in the order asked. */
export interface TermCounts {
  readonly passages: number
  readonly counts: readonly number[]
}

/** A passage as it is shown and quoted. */
export interface PassageRow {
  readonly passage: number
  readonly passageId: string
  readonly documentId: string
  readonly file: string
  readonly title: string | null
  readonly collection: string
  readonly heading: string
  readonly text: string
  readonly locator: Locator
  readonly anchors: readonly Anchor[]
  readonly label: Label
}

/**
 * Inserts a document's passages with their index rows, in one transaction (a savepoint when one is open). `indexText` is the lexical
 * module's. Returns the row numbers in the order of the drafts.
 */
export function insertPassages(
  db: Db,
  owner: PassageOwner,
  drafts: readonly PassageDraft[],
  indexText: (text: string) => string,
): number[] {
  const passage = db.prepare(
    `INSERT INTO passages (tenant_id, document_id, collection_id, label_id, ordinal, heading, text, locator, anchors)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const table = termsTable(db, owner.tenantId)
  assert(table !== null, 'whoever holds passages was admitted')
  const terms = db.prepare(`INSERT INTO ${table} (rowid, heading, text) VALUES (?, ?, ?)`)
  return db.transaction(() =>
    drafts.map((draft) => {
      const { lastInsertRowid } = passage.run(
        owner.tenantId,
        owner.document,
        owner.collection,
        draft.label === null ? owner.label : owner.portion(draft.label),
        draft.ordinal,
        draft.heading,
        draft.text,
        JSON.stringify(draft.locator),
        JSON.stringify(draft.anchors),
      )
      terms.run(lastInsertRowid, indexText(draft.heading), indexText(draft.text))
      return Number(lastInsertRowid)
    }),
  )()
}

/** Removes a document's passages, their index rows and their vectors. Deleting the document's row does the same. Returns how many went. */
export const removePassages = (db: Db, tenant: string, document: number): number =>
  db.transaction(() => db.prepare('DELETE FROM passages WHERE tenant_id = ? AND document_id = ?').run(tenant, document).changes)()

/** SQL for a tenant's filter over `p`, and its parameters: JSON, or null for no restriction. */
export const filterSql = `p.tenant_id = :tenant AND (:collections IS NULL OR p.collection_id IN (SELECT value FROM json_each(:collections)))
  AND (:labels IS NULL OR p.label_id IN (SELECT value FROM json_each(:labels)))
  AND (:sources IS NULL OR EXISTS (SELECT 1 FROM documents f JOIN collections g ON g.id = f.collection_id
    WHERE f.tenant_id = :tenant AND f.id = p.document_id AND permits_source(:sources, g.name, f.file)))`
export const filterParameters = (tenant: string, filter: VectorFilter) => ({
  tenant,
  collections: filter.collections === null ? null : JSON.stringify(filter.collections),
  labels: filter.labels === null ? null : JSON.stringify(filter.labels),
  sources: sourcesParameter(filter.sources),
})

const ranked = (table: string) => `bm25(${table}, ${columnWeights.heading}, ${columnWeights.text})`
const LexicalRow = z.object({ passage: z.number(), score: z.number() })

/** The best passages for an expression by BM25; ties by passage. Documents that are still being written are not found. */
export function searchTerms(db: Db, tenant: string, query: LexicalQuery): LexicalHit[] {
  const table = termsTable(db, tenant)
  if (table === null) return []
  const { expression, count, filter } = query
  const isAllPermitted = filter.collections === null && filter.labels === null && sourcesParameter(filter.sources) === null
  const isAnyUnready = db.prepare('SELECT 1 FROM documents WHERE tenant_id = ? AND is_ready = 0 LIMIT 1').get(tenant) !== undefined
  const rows =
    isAllPermitted && !isAnyUnready
      ? db
          .prepare(
            `SELECT rowid AS passage, -${ranked(table)} AS score FROM ${table} WHERE ${table} MATCH :expression
           ORDER BY score DESC, passage LIMIT :count`,
          )
          .all({ expression, count })
      : db
          .prepare(
            `SELECT ${table}.rowid AS passage, -${ranked(table)} AS score
           FROM ${table} CROSS JOIN passages p ON p.id = ${table}.rowid
           WHERE ${table} MATCH :expression AND ${filterSql}
             AND p.document_id NOT IN (SELECT id FROM documents WHERE tenant_id = :tenant AND is_ready = 0)
           ORDER BY score DESC, passage LIMIT :count`,
          )
          .all({ expression, count, ...filterParameters(tenant, filter) })
  return rows.map((row) => LexicalRow.parse(row))
}

/**
 * Counts passages and the passages of each term. The vocabulary is a temporary view of this connection; counts are kept until the
 * next commit of another one.
 */
export function createTermCounter(db: Db, tenant: string): (terms: readonly string[]) => TermCounts {
  const table = termsTable(db, tenant)
  if (table === null) return (terms) => ({ passages: 0, counts: terms.map(() => 0) })
  db.exec(`CREATE VIRTUAL TABLE temp.passage_vocabulary USING fts5vocab('main', '${table}', 'row')`)
  const countTerm = db.prepare('SELECT doc FROM temp.passage_vocabulary WHERE term = ?').pluck()
  const countPassages = db.prepare('SELECT count(*) FROM passages WHERE tenant_id = ?').pluck()
  let version: unknown = null
  let passages = 0
  const known = new Map<string, number>()
  return (terms) => {
    const current = db.pragma('data_version', { simple: true })
    if (current !== version || known.size > termsKeptMax) {
      version = current
      known.clear()
      passages = Number(countPassages.get(tenant))
    }
    const counts = terms.map((term) => {
      const count = known.get(term) ?? Number(countTerm.get(term) ?? 0)
      known.set(term, count)
      return count
    })
    return { passages, counts }
  }
}

const StoredPassage = z.object({
  passage: z.number(),
  ordinal: z.number(),
  documentId: z.string(),
  file: z.string(),
  title: z.string().nullable(),
  collection: z.string(),
  heading: z.string(),
  text: z.string(),
  locator: z.string().transform((json) => Locator.parse(JSON.parse(json))),
  anchors: z.string().transform((json) => z.array(Anchor).parse(JSON.parse(json))),
  label: z.string().transform((json) => Label.parse(JSON.parse(json))),
})

/** Passages by number, in the order asked; those that are gone, or outside the filter, are left out. */
export function readPassages(db: Db, tenant: string, passages: readonly number[], filter: VectorFilter): PassageRow[] {
  const one = db.prepare(
    `SELECT p.id AS passage, p.ordinal, d.public_id AS documentId, d.file, d.title, c.name AS collection, p.heading, p.text, p.locator,
       p.anchors, l.json AS label
     FROM passages p JOIN documents d ON d.id = p.document_id JOIN collections c ON c.id = p.collection_id JOIN labels l ON l.id = p.label_id
     WHERE p.id = :passage AND d.is_ready = 1 AND ${filterSql}`,
  )
  return passages.flatMap((passage) => {
    const row = one.get({ passage, ...filterParameters(tenant, filter) })
    if (row === undefined) return []
    const { ordinal, ...rest } = StoredPassage.parse(row)
    return [{ ...rest, passageId: passageId(rest.documentId, ordinal) }]
  })
}
