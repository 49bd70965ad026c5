/**
 * Opens the database of a data folder for a core: for writing when it holds, read-only when it is damaged, so that what is there can
 * still be read, exported and restored. A database of an older schema is backed up before it is changed.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import { AuditFault, explainFault } from '../domain/audit-fault.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { emptyTree } from '../domain/merkle.ts'
import { openAuditKeys } from './audit-keys.ts'
import { type AuditFiles, type OpenedAudit, openAudit } from './audit-opening.ts'
import { makeBackup } from './backup.ts'
import { writeDurablySync } from './durable-file.ts'
import { readMark } from './high-water.ts'
import { migrations } from './migrate.ts'
import { type Db, isDamaged, openReader, openStore } from './open.ts'

/** What the last whole verification found; kept outside of the database that it is about. */
export const AuditVerdict = z.strictObject({
  at: z.int().min(0),
  events: z.int().min(0),
  checkpoints: z.int().min(0),
  root: z.string(),
  fault: AuditFault.nullable(),
})
export type AuditVerdict = z.infer<typeof AuditVerdict>

export function readVerdict(file: string): AuditVerdict | null {
  try {
    return AuditVerdict.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null
  } catch {
    return null
  }
}
export const writeVerdict = (file: string, verdict: AuditVerdict): void => writeDurablySync(file, `${canonicalJson(verdict)}\n`)

/** Why a store is read-only. `fault` is null when its pages are damaged and no event was found bad yet. */
export interface StoreDamage {
  readonly sentence: string
  readonly fault: AuditFault | null
}

export interface OpenedStore {
  readonly db: Db
  readonly damage: StoreDamage | null
  readonly audit: OpenedAudit
  /** How many events the log had before a backup was put in its place; null when it was not. */
  readonly restoredFrom: number | null
}

export interface OpeningFiles extends AuditFiles {
  readonly database: string
  readonly backups: string
  readonly agents: string
  readonly auditVerdict: string
}

const pagesDamaged = 'Pages of the database are damaged.'

/** A copy of an older database as it is, since a migration cannot be taken back. */
async function backUpOlder(
  { database, backups, agents, keys }: OpeningFiles,
  at: number,
  onDefect: (error: unknown) => void,
): Promise<void> {
  if (!existsSync(database)) return
  const db = openReader(database)
  try {
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version === 0 || version >= (migrations().at(-1)?.version ?? 0)) return
    const hasCheckpoints = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'audit_checkpoints'").get() !== undefined
    const publicKeyPem = hasCheckpoints ? (openAuditKeys(keys, false)?.publicKeyPem ?? null) : null
    const made = await makeBackup({ db, folder: backups, agents, publicKeyPem, at, onDefect })
    if (!made.ok) {
      const isFull = made.error.code !== 'backup.failed' && made.error.code !== 'backup.not_whole'
      throw Object.assign(new Error(`no backup before the migration: ${made.error.code}`), isFull ? { code: 'ENOSPC' } : {})
    }
  } finally {
    db.close()
  }
}

/** Where even the end of the log cannot be read, the key still can. */
function openDamagedAudit(db: Db, files: OpeningFiles, at: number): OpenedAudit {
  try {
    return openAudit(db, files, at)
  } catch (error) {
    if (!isDamaged(error)) throw error
    return { fault: null, keys: openAuditKeys(files.keys, false), tree: emptyTree, last: null }
  }
}

function openReadOnly(files: OpeningFiles, at: number, sentence: string): OpenedStore {
  const db = openReader(files.database)
  try {
    const audit = openDamagedAudit(db, files, at)
    return { db, damage: { sentence, fault: audit.fault }, audit, restoredFrom: null }
  } catch (error) {
    db.close()
    throw error
  }
}

/** Throws when the database cannot be opened at all, is of a newer version, or the disk is full. */
export async function openForUse(files: OpeningFiles, at: number, onDefect: (error: unknown) => void): Promise<OpenedStore> {
  let db: Db
  try {
    await backUpOlder(files, at, onDefect)
    db = openStore(files.database)
  } catch (error) {
    if (!isDamaged(error)) throw error
    onDefect(error)
    return openReadOnly(files, at, pagesDamaged)
  }
  try {
    const audit = openAudit(db, files, at)
    const fault = audit.fault ?? readVerdict(files.auditVerdict)?.fault ?? null
    const mark = readMark(files.auditMark)
    const restoredFrom = typeof mark === 'string' ? null : (mark.restoredFrom?.size ?? null)
    if (fault === null) return { db, damage: null, audit, restoredFrom }
    db.close()
    return { ...openReadOnly(files, at, explainFault(fault)), damage: { sentence: explainFault(fault), fault } }
  } catch (error) {
    if (db.open) db.close()
    if (!isDamaged(error)) throw error
    onDefect(error)
    return openReadOnly(files, at, pagesDamaged)
  }
}
