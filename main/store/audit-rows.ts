/** Reads the log and its checkpoints as an auditor does: raw, in slices, from any connection. */
import { hash } from 'node:crypto'
import { Checkpoint, type StoredCheckpoint } from '../domain/audit-chain.ts'
import type { CheckpointRow, StreamHead } from '../domain/audit-check.ts'
import type { AuditRow } from '../domain/audit-row.ts'
import type { HashBytes } from '../domain/merkle.ts'
import type { Db } from './open.ts'

export const hashBytes: HashBytes = (data) => hash('sha256', data, 'buffer')

/** Below any sequence number, and above any that a whole log has. */
const beforeAll = Number.MIN_SAFE_INTEGER

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const integer = (value: unknown): number | null => (Number.isSafeInteger(value) ? Number(value) : null)

export interface AuditRows {
  /** Rows after this number, oldest first. Throws when the database cannot be read there. */
  after(seq: number | null, limit: number): readonly AuditRow[]
  /** Only what a leaf is made of. */
  leavesAfter(seq: number, limit: number): ReadonlyArray<{ readonly seq: number; readonly hash: string }>
  lastSeq(): number
  checkpointsAfter(size: number): readonly CheckpointRow[]
  lastCheckpoint(): CheckpointRow | null
  /** The last event of a stream that stands at or before `seq`. */
  headOf(stream: string, seq: number): StreamHead | null
}

interface RawCheckpoint {
  readonly size: number
  readonly json: unknown
  readonly edge: unknown
  readonly leaves: unknown
}

function toCheckpoint({ size, json, edge, leaves }: RawCheckpoint): CheckpointRow {
  let stored: StoredCheckpoint | null = null
  try {
    const checkpoint = Checkpoint.safeParse(JSON.parse(String(json)))
    if (checkpoint.success && edge instanceof Uint8Array && leaves instanceof Uint8Array)
      stored = { checkpoint: checkpoint.data, edge: Uint8Array.from(edge), leaves: Uint8Array.from(leaves) }
  } catch {
    // Not JSON any more: a checkpoint that is none.
  }
  return { size, stored }
}

export function createAuditRows(db: Db): AuditRows {
  const rows = db.prepare<[number, number], Readonly<Record<string, unknown>>>(
    `SELECT seq, stream, version, type, at_ms, tenant_id, actor, (SELECT json FROM labels WHERE id = label_id) AS label, body, previous, hash
     FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
  )
  const leaves = db.prepare<[number, number], { seq: number; hash: string }>(
    'SELECT seq, hash FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  )
  const last = db.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM events')
  const checkpoints = db.prepare<[number], RawCheckpoint>(
    'SELECT size, json, edge, leaves FROM audit_checkpoints WHERE size > ? ORDER BY size',
  )
  const newest = db.prepare<[], RawCheckpoint>('SELECT size, json, edge, leaves FROM audit_checkpoints ORDER BY size DESC LIMIT 1')
  const head = db.prepare<[string, number], StreamHead>(
    'SELECT seq, version, hash FROM events WHERE stream = ? AND seq <= ? ORDER BY version DESC LIMIT 1',
  )
  return {
    after: (seq, limit) =>
      rows.all(seq ?? beforeAll, limit).map((row) => ({
        seq: Number(row.seq),
        stream: text(row.stream),
        version: integer(row.version),
        type: text(row.type),
        at: integer(row.at_ms),
        tenant: text(row.tenant_id),
        actor: text(row.actor),
        label: text(row.label),
        body: text(row.body),
        previous: text(row.previous),
        hash: text(row.hash),
      })),
    leavesAfter: (seq, limit) => leaves.all(seq, limit),
    lastSeq: () => last.get()?.seq ?? 0,
    checkpointsAfter: (size) => checkpoints.all(size).map(toCheckpoint),
    lastCheckpoint: () => {
      const row = newest.get()
      return row === undefined ? null : toCheckpoint(row)
    },
    headOf: (stream, seq) => head.get(stream, seq) ?? null,
  }
}
