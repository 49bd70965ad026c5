/**
 * Puts the newest backup that still holds in the place of a damaged database, and the agents of the site as they were then. What was there
 * is moved aside, never deleted, and the mark says openly that the log was set back. A crash in between leaves a station that starts
 * read-only and can be restored again.
 */
import { copyFileSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { diskFull, isDiskFull } from '../domain/disk-full.ts'
import { rootOf, toHex, unpackEdge } from '../domain/merkle.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Failpoint } from '../world.ts'
import { type AuditKeys, openAuditKeys } from './audit-keys.ts'
import { createAuditRows, hashBytes } from './audit-rows.ts'
import { type Backup, checkCopy, dropCopy, listBackups, syncFile } from './backup.ts'
import { syncFolder, writeDurablySync } from './durable-file.ts'
import { readMark, signMark, writeMarkSync } from './high-water.ts'
import { dropFiles } from './kept-files.ts'
import { openReader } from './open.ts'

export interface RestoreFiles {
  readonly database: string
  readonly agents: string
  readonly backups: string
  readonly damaged: string
  readonly keys: string
  readonly auditMark: string
  readonly auditVerdict: string
}

export interface Restored {
  readonly backup: Backup
  /** Where the damaged database lies now. */
  readonly movedTo: string
  /** The agents of the backup could not be put in place: those that were here still are. */
  readonly agentsLeft: boolean
}

const noKey = fail(
  'restore.key_missing',
  'The key of the audit log is gone, so no backup can be proven.',
  'Bring the folder “keys” back into the data folder, then try again.',
)
const noBackup = fail(
  'restore.no_backup',
  'There is no backup that passes its checks.',
  'Copy one into the folder “backups” of the data folder, or begin with an empty data folder.',
)
const failed = fail('restore.failed', 'The backup could not be put in place.', 'Check that the data folder can be written, then try again.')

interface CopiedBackup {
  readonly backup: Backup
  readonly copy: string
  /** A folder with the agents of the site; null where the backup holds none, and those that are here stay. */
  readonly agents: string | null
}

/** Copies backups beside the database until one passes; the copy is what was checked, and the agents are laid out of it. */
async function copyNewest({ database, backups, agents: serving }: RestoreFiles, publicKeyPem: string): Promise<CopiedBackup | null> {
  const [copy, agents] = [`${database}.restored`, `${serving}.restored`]
  const drop = () => {
    dropCopy(copy)
    rmSync(agents, { recursive: true, force: true })
  }
  for (const backup of listBackups(backups)) {
    drop()
    copyFileSync(backup.file, copy)
    mkdirSync(agents, { mode: 0o700 })
    const checked = await checkCopy(copy, publicKeyPem, (path, bytes) => {
      mkdirSync(dirname(join(agents, path)), { recursive: true, mode: 0o700 })
      writeDurablySync(join(agents, path), bytes)
    })
    if (checked === null) continue
    dropFiles(copy)
    if (!checked.hasFiles) rmSync(agents, { recursive: true })
    return { backup, copy, agents: checked.hasFiles ? agents : null }
  }
  drop()
  return null
}

/** The mark of a log that was set back on purpose: it begins again at the backup's last checkpoint, and remembers how far it had been. */
function setMarkBack({ database, auditMark }: RestoreFiles, before: ReturnType<typeof readMark>, keys: AuditKeys, at: number): void {
  const db = openReader(database)
  try {
    const last = createAuditRows(db).lastCheckpoint()
    const size = last?.size ?? 0
    const edge = unpackEdge(size, last?.stored?.edge ?? new Uint8Array())
    const root = { alg: 'sha256', value: toHex(rootOf(edge ?? { size: 0, subtrees: [] }, hashBytes)) } as const
    const restoredFrom = typeof before === 'string' ? { size, root, at } : { size: before.size, root: before.root, at: before.at }
    writeMarkSync(auditMark, signMark({ size, root, at, keyId: keys.keyId, restoredFrom }, keys))
  } finally {
    db.close()
  }
}

/** Whether they are in place. Where their folder cannot be moved, such as one that is mounted, the database is restored without them. */
function placeAgents(restored: string, agents: string, aside: string, onDefect: (error: unknown) => void): boolean {
  let isAside = false
  try {
    // Also a link that leads nowhere stands in the way.
    if (lstatSync(agents, { throwIfNoEntry: false }) !== undefined) {
      renameSync(agents, aside)
      isAside = true
    }
    renameSync(restored, agents)
    return true
  } catch (error) {
    if (isDiskFull(error)) throw error
    onDefect(error)
    if (isAside) renameSync(aside, agents)
    rmSync(restored, { recursive: true, force: true })
    return false
  }
}

/** No other process may have the database open for writing. Does not reject. */
export async function restoreNewest(
  files: RestoreFiles,
  at: number,
  onDefect: (error: unknown) => void,
  failpoint: Failpoint = () => undefined,
): Promise<Result<Restored>> {
  const { database, damaged, auditMark, auditVerdict } = files
  try {
    const keys = openAuditKeys(files.keys, false)
    if (keys === null) return noKey
    const found = await copyNewest(files, keys.publicKeyPem)
    if (found === null) return noBackup
    await syncFile(found.copy)
    failpoint('restore.after_copy')
    const before = readMark(auditMark)
    const movedTo = join(damaged, new Date(at).toISOString().replaceAll(/[-:.]/g, ''))
    mkdirSync(movedTo, { recursive: true, mode: 0o700 })
    // The agents before the database: an end in between leaves one that still wants to be restored.
    const agentsLeft = found.agents !== null && !placeAgents(found.agents, files.agents, join(movedTo, basename(files.agents)), onDefect)
    failpoint('restore.after_agents')
    // The log files first: beside the restored database they would be taken for its own.
    for (const file of [`${database}-wal`, `${database}-shm`, database, auditVerdict])
      if (existsSync(file)) renameSync(file, join(movedTo, basename(file)))
    if (existsSync(auditMark)) copyFileSync(auditMark, join(movedTo, basename(auditMark)))
    failpoint('restore.after_move')
    renameSync(found.copy, database)
    for (const folder of [movedTo, damaged, dirname(database)]) syncFolder(folder)
    failpoint('restore.after_place')
    setMarkBack(files, before, keys, at)
    failpoint('restore.after_mark')
    return ok({ backup: found.backup, movedTo, agentsLeft })
  } catch (error) {
    onDefect(error)
    return isDiskFull(error) ? diskFull : failed
  }
}
