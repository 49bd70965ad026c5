/** Imports and what became of each of their files: durable before anything is read, so that a killed import goes on. */
import { sep } from 'node:path'
import * as z from 'zod'
import { MissingPart } from '../domain/document.ts'
import type { Label } from '../domain/label.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

export type FileOutcome = 'waiting' | 'reading' | 'indexed' | 'indexed_in_part' | 'duplicate' | 'refused' | 'cancelled'
export type ImportState = 'running' | 'finished' | 'cancelled'

export interface ImportRow {
  readonly id: string
  readonly collectionId: number
  readonly collection: string
  readonly label: Label
  readonly state: ImportState
  readonly startedAt: number
  readonly startedBy: string
  readonly finishedAt: number | null
  readonly totals: {
    readonly files: number
    readonly done: number
    readonly indexed: number
    readonly inPart: number
    readonly duplicates: number
    readonly refused: number
    readonly passages: number
  }
}

export interface ImportFileRow {
  readonly ordinal: number
  readonly path: string
  readonly file: string
  readonly outcome: FileOutcome
  readonly documentId: string | null
  readonly passages: number
  readonly pages: number
  readonly missing: readonly MissingPart[]
  readonly code: string | null
  readonly reason: string | null
  readonly hint: string | null
}

export type SettledFile = Omit<ImportFileRow, 'ordinal' | 'path' | 'file'>

export interface Imports {
  /** `files` are listed with it, or, where a number stands for them, by `addFiles`. */
  create(values: {
    id: string
    collectionId: number
    label: Label
    at: number
    by: string
    files: ReadonlyArray<{ path: string; file: string }> | number
  }): void
  /** Lists files of an import that come after those that are listed. */
  addFiles(id: string, files: ReadonlyArray<{ readonly path: string; readonly file: string }>): void
  /** How many of its files are listed, and how many it has. */
  listed(id: string): { readonly listed: number; readonly files: number }
  get(id: string): ImportRow | null
  /** As `get`; where counting an import's files takes long, its totals may be a moment old. For what is shown while it goes on. */
  glance(id: string): ImportRow | null
  /** What an import is about, without its totals. */
  head(id: string): Omit<ImportRow, 'totals'> | null
  list(limit: number, offset: number, labels?: readonly number[] | null): { readonly items: readonly ImportRow[]; readonly total: number }
  running(): readonly ImportRow[]
  files(
    id: string,
    outcomes: readonly FileOutcome[] | null,
    limit: number,
    offset: number,
    labels?: readonly number[] | null,
  ): { readonly items: readonly ImportFileRow[]; readonly total: number }
  /** What was said of a document when it was imported; null when that is not known any more. */
  labelOf(documentId: string): Label | null
  /** Paths of an import's files that lie directly in this folder. */
  pathsIn(id: string, folder: string): readonly string[]
  /** The next file that waits, or null. */
  nextWaiting(id: string): ImportFileRow | null
  settle(id: string, ordinal: number, settled: SettledFile): void
  /** Files a crash left in the middle wait again. */
  resetReading(): void
  cancelWaiting(id: string): void
  finish(id: string, state: ImportState, at: number): void
}

const FileRow = z.object({
  ordinal: z.number(),
  path: z.string(),
  file: z.string(),
  outcome: z.enum(['waiting', 'reading', 'indexed', 'indexed_in_part', 'duplicate', 'refused', 'cancelled']),
  documentId: z.string().nullable(),
  passages: z.number(),
  pages: z.number(),
  missing: z.string().transform((json) => MissingPart.array().parse(JSON.parse(json))),
  code: z.string().nullable(),
  reason: z.string().nullable(),
  hint: z.string().nullable(),
})

const BareRow = z.object({
  id: z.string(),
  collectionId: z.number(),
  collection: z.string(),
  labelId: z.number(),
  state: z.enum(['running', 'finished', 'cancelled']),
  startedAt: z.number(),
  startedBy: z.string(),
  finishedAt: z.number().nullable(),
})
const HeadRow = BareRow.extend({
  files: z.number(),
  done: z.number(),
  indexed: z.number(),
  inPart: z.number(),
  duplicates: z.number(),
  refused: z.number(),
  passages: z.number(),
})

const fileColumns = 'ordinal, path, file, outcome, document_id AS documentId, passages, pages, missing, code, reason, hint'
const headColumns = `i.id, i.collection_id AS collectionId, c.name AS collection, i.label_id AS labelId, i.state,
    i.started_at AS startedAt, i.started_by AS startedBy, i.finished_at AS finishedAt`
const head = `SELECT i.id, i.collection_id AS collectionId, c.name AS collection, i.label_id AS labelId, i.state, i.started_at AS startedAt,
    i.started_by AS startedBy, i.finished_at AS finishedAt, i.files, i.done, i.indexed, i.in_part AS inPart, i.duplicates, i.refused, i.passages
  FROM imports i JOIN collections c ON c.id = i.collection_id`
/** What a file turned out to be may be above what was said of it: such a file is there for nobody who may not see it. */
const filtered = `tenant_id = :tenant AND import_id = :id AND (:outcomes IS NULL OR outcome IN (SELECT value FROM json_each(:outcomes)))
  AND (:labels IS NULL OR (code IS NOT 'import.suspected_spill' AND (document_id IS NULL OR EXISTS (
    SELECT 1 FROM documents d WHERE d.tenant_id = :tenant AND d.public_id = document_id AND ${isSeen('d.label_id')}))))`

/** A count is used for this many times what it took, so that counting never takes more than a small share of the time. */
const countingShare = 20

export function createImports(db: Db, labels: Labels, tenant: string): Imports {
  const insert = db.prepare(
    "INSERT INTO imports (id, tenant_id, collection_id, label_id, state, started_at, started_by, files) VALUES (?, ?, ?, ?, 'running', ?, ?, ?)",
  )
  const insertFile = db.prepare(
    "INSERT INTO import_files (tenant_id, import_id, ordinal, path, file, outcome) VALUES (?, ?, ?, ?, ?, 'waiting')",
  )
  const rows = db.prepare<[object], { listed: number; files: number }>(
    `SELECT (SELECT count(*) FROM import_files f WHERE f.tenant_id = :tenant AND f.import_id = i.id) AS listed, i.files
     FROM imports i WHERE i.tenant_id = :tenant AND i.id = :id`,
  )
  const one = db.prepare(`${head} WHERE i.tenant_id = ? AND i.id = ?`)
  const bare = db.prepare(
    `SELECT ${headColumns} FROM imports i JOIN collections c ON c.id = i.collection_id WHERE i.tenant_id = ? AND i.id = ?`,
  )
  const page = db.prepare(`${head}
    WHERE i.tenant_id = :tenant
      AND i.id IN (SELECT id FROM imports WHERE tenant_id = :tenant AND ${isSeen('label_id')} ORDER BY started_at DESC, id DESC LIMIT :limit OFFSET :offset)
    ORDER BY i.started_at DESC, i.id DESC`)
  const inFolder = db
    .prepare<[string, string, string, string], string>(
      'SELECT path FROM import_files WHERE tenant_id = ? AND import_id = ? AND substr(path, 1, length(?)) = ?',
    )
    .pluck()
  const count = db.prepare<[object], { n: number }>(`SELECT count(*) AS n FROM imports WHERE tenant_id = :tenant AND ${isSeen('label_id')}`)
  const open = db.prepare(`${head} WHERE i.tenant_id = ? AND i.state = 'running' ORDER BY i.started_at, i.id`)
  const said = db
    .prepare<[string, string, string], number>(
      `SELECT i.label_id FROM import_files f JOIN imports i ON i.id = f.import_id AND i.tenant_id = ?
       WHERE f.tenant_id = ? AND f.document_id = ? AND f.outcome IN ('indexed', 'indexed_in_part')`,
    )
    .pluck()
  const filesPage = db.prepare(`SELECT ${fileColumns} FROM import_files WHERE ${filtered} ORDER BY ordinal LIMIT :limit OFFSET :offset`)
  const filesCount = db.prepare<[Record<string, unknown>], { n: number }>(`SELECT count(*) AS n FROM import_files WHERE ${filtered}`)
  // The planner prefers the primary key, and would pass over all that is done.
  const next = db.prepare(
    `SELECT ${fileColumns} FROM import_files INDEXED BY files_waiting WHERE tenant_id = ? AND import_id = ? AND outcome = 'waiting' ORDER BY ordinal LIMIT 1`,
  )
  const settle = db.prepare(`UPDATE import_files SET outcome = :outcome, document_id = :documentId, passages = :passages, pages = :pages,
      missing = :missing, code = :code, reason = :reason, hint = :hint WHERE tenant_id = :tenant AND import_id = :id AND ordinal = :ordinal`)
  const reset = db.prepare("UPDATE import_files SET outcome = 'waiting' WHERE tenant_id = ? AND outcome = 'reading'")
  const cancel = db.prepare(
    "UPDATE import_files SET outcome = 'cancelled' WHERE tenant_id = ? AND import_id = ? AND outcome IN ('waiting', 'reading')",
  )
  const finish = db.prepare('UPDATE imports SET state = ?, finished_at = ? WHERE tenant_id = ? AND id = ?')

  const parse = (row: unknown): ImportRow => {
    const { labelId, files, done, indexed, inPart, duplicates, refused, passages, ...rest } = HeadRow.parse(row)
    return { ...rest, label: labels.labelOf(labelId), totals: { files, done, indexed, inPart, duplicates, refused, passages } }
  }
  const orNull = <T>(row: unknown, read: (row: unknown) => T): T | null => (row === undefined ? null : read(row))
  const parseFile = (row: unknown): ImportFileRow => FileRow.parse(row)

  const listed = (id: string) => rows.get({ tenant, id }) ?? { listed: 0, files: 0 }
  function addFiles(id: string, from: number, files: ReadonlyArray<{ readonly path: string; readonly file: string }>): void {
    for (const [at, { path, file }] of files.entries()) insertFile.run(tenant, id, from + at, path, file)
  }
  const get = (id: string): ImportRow | null => orNull(one.get(tenant, id), parse)
  let counted: { readonly row: ImportRow; readonly until: number } | null = null

  return {
    create: ({ id, collectionId, label, at, by, files }) => {
      insert.run(id, tenant, collectionId, labels.idOf(label), at, by, typeof files === 'number' ? files : files.length)
      if (typeof files !== 'number') addFiles(id, 0, files)
    },
    addFiles: (id, files) => addFiles(id, listed(id).listed, files),
    listed,
    get,
    glance: (id) => {
      const from = performance.now()
      if (counted !== null && counted.row.id === id && from < counted.until) return counted.row
      const row = get(id)
      const now = performance.now()
      counted = row === null ? null : { row, until: now + (now - from) * countingShare }
      return row
    },
    head: (id) =>
      orNull(bare.get(tenant, id), (row) => {
        const { labelId, ...rest } = BareRow.parse(row)
        return { ...rest, label: labels.labelOf(labelId) }
      }),
    labelOf: (documentId) => orNull(said.get(tenant, tenant, documentId), (id) => labels.labelOf(z.number().parse(id))),
    pathsIn: (id, folder) => inFolder.all(tenant, id, `${folder}${sep}`, `${folder}${sep}`),
    list: (limit, offset, seen) => {
      const filter = { tenant, labels: seenParameter(seen) }
      return { items: page.all({ ...filter, limit, offset }).map(parse), total: count.get(filter)?.n ?? 0 }
    },
    running: () => open.all(tenant).map(parse),
    files: (id, outcomes, limit, offset, seen) => {
      const filter = { tenant, id, outcomes: outcomes === null ? null : JSON.stringify(outcomes), labels: seenParameter(seen) }
      return { items: filesPage.all({ ...filter, limit, offset }).map(parseFile), total: filesCount.get(filter)?.n ?? 0 }
    },
    nextWaiting: (id) => orNull(next.get(tenant, id), parseFile),
    settle: (id, ordinal, { missing, ...settled }) =>
      void settle.run({ tenant, id, ordinal, missing: JSON.stringify(missing), ...settled }),
    resetReading: () => void reset.run(tenant),
    cancelWaiting: (id) => void cancel.run(tenant, id),
    finish: (id, state, at) => void finish.run(state, at, tenant, id),
  }
}
