/**
 * Looks at a data folder from outside, as an auditor would, and lists what is wrong: chains, projections, documents, imports. It reads
 * with its own connection and shares no state with the core that wrote.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findBreak } from '../../main/domain/recorded-event.ts'
import { RunEvent } from '../../main/domain/run/events.ts'
import { fold } from '../../main/domain/run/evolve.ts'
import { differencesOf, expectedRows } from '../../main/domain/run/expected-rows.ts'
import { verifyLog } from '../../main/store/audit-verify.ts'
import { createEventLog, type EventLog, sha256 } from '../../main/store/event-log.ts'
import { type FoundMark, readMark } from '../../main/store/high-water.ts'
import { createLabels } from '../../main/store/labels.ts'
import { type Db, openReader } from '../../main/store/open.ts'
import { readRunRows } from '../../main/store/replay.ts'
import { termsTable } from '../../main/store/tenants.ts'

type Row = Readonly<Record<string, unknown>>

const rows = (db: Db, sql: string, ...values: readonly unknown[]): readonly Row[] => db.prepare<unknown[], Row>(sql).all(...values)
const number = (db: Db, sql: string, ...values: readonly unknown[]): number =>
  Number(
    db
      .prepare(sql)
      .pluck()
      .get(...values),
  )

type LogOf = (tenant: unknown) => EventLog

function brokenChains(db: Db, logOf: LogOf): string[] {
  return rows(db, 'SELECT DISTINCT tenant_id, stream FROM events').flatMap(({ tenant_id, stream }) => {
    const at = findBreak(logOf(tenant_id).readStream(String(stream)), sha256)
    return at === null ? [] : [`the chain of ${stream} breaks at ${at}`]
  })
}

function wrongProjections(db: Db, logOf: LogOf): string[] {
  return rows(db, 'SELECT id, tenant_id FROM runs').flatMap(({ id, tenant_id }) => {
    const runId = String(id)
    const recorded = logOf(tenant_id).readStream(runId)
    const events = recorded.map(({ event }) => RunEvent.parse(event))
    const state = fold(events)
    if (state.status === 'absent') return [`${runId} has no events`]
    return differencesOf(expectedRows(state, events, recorded), readRunRows(db, String(tenant_id), runId)).map(
      (difference) => `${runId}: ${difference}`,
    )
  })
}

function wrongDocuments(db: Db, blobs: string): string[] {
  const faults: string[] = []
  for (const { id, public_id, digest, tenant_id } of rows(db, 'SELECT * FROM documents WHERE is_ready = 1')) {
    const terms = `${termsTable(db, String(tenant_id))}_docsize`
    const passages = number(db, 'SELECT count(*) FROM passages WHERE document_id = ?', id)
    const indexed = number(db, `SELECT count(*) FROM ${terms} WHERE id IN (SELECT id FROM passages WHERE document_id = ?)`, id)
    const added = number(
      db,
      `SELECT json_extract(body, '$.passages') FROM events WHERE type = 'document.added' AND json_extract(body, '$.documentId') = ?`,
      public_id,
    )
    if (passages === 0 || passages !== added || passages !== indexed)
      faults.push(`${public_id}: ${passages} passages, ${indexed} in the index, ${added} recorded`)
    if (number(db, 'SELECT count(*) FROM blocks WHERE document_id = ?', id) === 0) faults.push(`${public_id} has no structure`)
    const hex = String(digest).slice(7)
    const file = join(blobs, hex.slice(0, 2), hex)
    if (!existsSync(file)) faults.push(`${public_id}: its file is gone`)
    else if (createHash('sha256').update(readFileSync(file)).digest('hex') !== hex) faults.push(`${public_id}: its file is another`)
  }
  for (const { name } of rows(db, 'SELECT name FROM tenants')) {
    const terms = `${termsTable(db, String(name))}_docsize`
    const orphans = number(db, `SELECT count(*) FROM ${terms} WHERE id NOT IN (SELECT id FROM passages WHERE tenant_id = ?)`, name)
    if (orphans > 0) faults.push(`${orphans} index rows of ${name} without a passage`)
  }
  const unready = number(db, 'SELECT count(*) FROM documents WHERE is_ready = 0')
  if (unready > 1) faults.push(`${unready} documents are half written; only one is ever written at a time`)
  return faults
}

/** A file that counts as indexed has its document whole, and an import that is finished has no file left. */
function wrongImports(db: Db): string[] {
  const unfounded = rows(
    db,
    `SELECT f.import_id, f.ordinal, f.outcome FROM import_files f LEFT JOIN documents d ON d.public_id = f.document_id AND d.is_ready = 1
     WHERE f.outcome IN ('indexed', 'indexed_in_part', 'duplicate') AND d.id IS NULL
       AND NOT EXISTS (SELECT 1 FROM events e WHERE e.type = 'document.removed' AND json_extract(e.body, '$.documentId') = f.document_id)`,
  ).map(({ import_id, ordinal, outcome }) => `${import_id} file ${ordinal} is ${outcome}, but there is no such document`)
  const early = rows(
    db,
    `SELECT i.id FROM imports i JOIN import_files f ON f.import_id = i.id
     WHERE i.state <> 'running' AND f.outcome IN ('waiting', 'reading') GROUP BY i.id`,
  ).map(({ id }) => `${id} is finished, but has files that wait`)
  const unnoted = rows(
    db,
    `SELECT d.public_id FROM documents d WHERE d.is_ready = 1 AND NOT EXISTS (SELECT 1 FROM import_files f WHERE f.document_id = d.public_id)`,
  ).map(({ public_id }) => `${public_id} belongs to no import`)
  return [...unfounded, ...early, ...unnoted]
}

/** The seals of the log, where the folder has its key: checkpoints, and the mark, which is read before the log that may go on. */
function brokenSeals(db: Db, folder: string, mark: FoundMark): string[] {
  const key = join(folder, 'keys', 'audit.pub')
  if (!existsSync(key)) return []
  const { fault } = verifyLog(db, { publicKeyPem: readFileSync(key, 'utf8'), mark })
  return fault === null ? [] : [`the audit log: ${fault.kind} ${fault.seq}`]
}

/** Everything that is wrong in a data folder, as sentences; empty when all is well. `paths` are the core's own. */
export function faultsOf({ database, blobs }: { readonly database: string; readonly blobs: string }): string[] {
  const folder = dirname(database)
  const mark = readMark(join(folder, 'audit-high-water.json'))
  const db = openReader(database)
  try {
    // One consistent state, though the core may go on writing.
    return db.transaction(() => {
      const logOf = (tenant: unknown) => createEventLog(db, createLabels(db), String(tenant))
      const check = String(db.pragma('quick_check', { simple: true }))
      return [
        ...(check === 'ok' ? [] : [`quick_check: ${check}`]),
        ...brokenChains(db, logOf),
        ...brokenSeals(db, folder, mark),
        ...wrongProjections(db, logOf),
        ...wrongDocuments(db, blobs),
        ...wrongImports(db),
      ]
    })()
  } finally {
    db.close()
  }
}
