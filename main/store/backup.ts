/**
 * Verified copies of the database, with the agents of the site in them: made beside the work, checked page by page, event by event and file
 * by file, and only then given their name.
 */
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { diskFull, isDiskFull } from '../domain/disk-full.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Failpoint } from '../world.ts'
import { runAuditJob } from './audit-verifier.ts'
import { syncFolder } from './durable-file.ts'
import { findFiles, keepFolder, type Put, takeFiles } from './kept-files.ts'
import type { Db } from './open.ts'

export const backupLimits = { kept: 3, pagesPerStep: 100, everyMs: 24 * 60 * 60 * 1000, spareBytes: 64 * 1024 * 1024 } as const

export interface Backup {
  readonly file: string
  readonly at: number
  /** How many events the copy holds. */
  readonly events: number
  readonly bytes: number
}

export interface MadeBackup extends Backup {
  /** False where the agents of the site could not be read whole: it holds the database alone. */
  readonly hasAgents: boolean
}

const named = /^holdfast-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-(\d+)\.db$/
const nameOf = (at: number, events: number): string =>
  `holdfast-${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-${events}.db`

/** What bears a backup's name was verified when it got it. Newest first. */
export function listBackups(folder: string): readonly Backup[] {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  const found = names.flatMap((name) => {
    const parts = named.exec(name)?.slice(1).map(Number)
    if (parts === undefined) return []
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, events = 0] = parts
    const file = join(folder, name)
    return [{ file, at: Date.UTC(year, month - 1, day, hour, minute, second), events, bytes: statSync(file).size }]
  })
  return found.sort((a, b) => b.at - a.at || b.events - a.events)
}

const noRoom = fail('backup.no_room', 'There is not enough room on the disk for a backup.', 'Free some space, then make one.')
const notWhole = fail(
  'backup.not_whole',
  'The copy did not pass its checks, so it was not kept.',
  'Verify the audit log: holdfast audit verify.',
)
const failed = fail('backup.failed', 'The backup could not be made.', 'Try again; the log of Holdfast has the details.')

export interface BackupRequest {
  readonly db: Db
  readonly folder: string
  /** Where the agents of the site lie. */
  readonly agents: string
  /** Null before there is a key: the copy is then checked page by page alone. */
  readonly publicKeyPem: string | null
  readonly at: number
  readonly onDefect: (error: unknown) => void
  readonly failpoint?: Failpoint | undefined
}

export interface CheckedCopy {
  /** Null where there is no key, and its pages were checked alone. */
  readonly events: number | null
  /** False in a copy of before backups held the agents of the site. */
  readonly hasFiles: boolean
}

/** A copy that holds, page by page, event by event and file by file; null when it does not. Its files are given to `put`. */
export async function checkCopy(file: string, publicKeyPem: string | null, put: Put = () => undefined): Promise<CheckedCopy | null> {
  const checked = await runAuditJob({ file, publicKeyPem, mark: 'unchecked' })
  if (!checked.ok || checked.value.damage !== null) return null
  const { verified } = checked.value
  if (verified !== null && verified.fault !== null) return null
  try {
    return { events: verified?.events ?? null, hasFiles: takeFiles(file, put) }
  } catch (error) {
    if (isDiskFull(error)) throw error
    return null
  }
}

export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const copyFiles = (file: string): readonly string[] => [file, `${file}-wal`, `${file}-shm`, `${file}-journal`]
export const dropCopy = (file: string): void => {
  for (const part of copyFiles(file)) rmSync(part, { force: true })
}

/** Copies the database while it is in use, a few pages at a time. Does not reject. One at a time. */
export async function makeBackup({
  db,
  folder,
  agents,
  publicKeyPem,
  at,
  onDefect,
  failpoint,
}: BackupRequest): Promise<Result<MadeBackup>> {
  const partial = join(folder, 'new.partial')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    dropCopy(partial)
    const files = findFiles(agents, onDefect)
    const pages = Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }))
    const bytes = (files ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, pages)
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < bytes + backupLimits.spareBytes) return noRoom
    const eventsBefore = eventsIn(db)
    await db.backup(partial, { progress: () => backupLimits.pagesPerStep })
    await keepFolder(partial, agents, files, onDefect)
    failpoint?.('backup.after_copy')
    const checked = await checkCopy(partial, publicKeyPem)
    if (checked === null) {
      dropCopy(partial)
      return notWhole
    }
    const events = checked.events ?? eventsBefore
    const file = join(folder, nameOf(at, events))
    await syncFile(partial)
    await rename(partial, file)
    syncFolder(folder)
    failpoint?.('backup.after_rename')
    for (const { file: old } of listBackups(folder).slice(backupLimits.kept)) rmSync(old, { force: true })
    return ok({ file, at, events, bytes: statSync(file).size, hasAgents: checked.hasFiles })
  } catch (error) {
    onDefect(error)
    dropCopy(partial)
    return isDiskFull(error) ? diskFull : failed
  }
}

const eventsIn = (db: Db): number => Number(db.prepare('SELECT coalesce(max(seq), 0) FROM events').pluck().get())
