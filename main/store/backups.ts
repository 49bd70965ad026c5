/** When backups are made: once a day while a station runs, and when somebody asks. One at a time. */
import { fail, type Result } from '../domain/result.ts'
import type { Clock, Failpoint } from '../world.ts'
import { type Backup, backupLimits, listBackups, type MadeBackup, makeBackup } from './backup.ts'
import type { Db } from './open.ts'

const limits = { lookMs: 60_000 } as const

export interface BackupsOptions {
  readonly db: Db
  readonly folder: string
  readonly agents: string
  readonly publicKeyPem: string | null
  readonly clock: Clock
  /** A damaged store is not backed up: its copies would push the good ones out. */
  readonly isSound: () => boolean
  /** Seals the log, so that the copy can be proven. */
  readonly seal: () => Promise<unknown>
  readonly onMade: (backup: Backup) => void
  readonly onDefect: (error: unknown) => void
  readonly failpoint?: Failpoint
}

export interface Backups {
  newest(): Backup | null
  make(): Promise<Result<MadeBackup>>
  /** Waits for the one under way. Before the database is closed. */
  close(): Promise<void>
}

const unsound = fail('store.read_only', 'The store is damaged, so it is not backed up.', 'Restore a backup: holdfast restore.')

export function keepBackups({
  db,
  folder,
  agents,
  publicKeyPem,
  clock,
  isSound,
  seal,
  onMade,
  onDefect,
  failpoint,
}: BackupsOptions): Backups {
  let underWay: Promise<Result<MadeBackup>> | null = null
  let failedAt = 0

  async function makeNow(): Promise<Result<MadeBackup>> {
    await seal()
    const made = await makeBackup({ db, folder, agents, publicKeyPem, at: clock(), onDefect, failpoint })
    if (made.ok) onMade(made.value)
    else failedAt = clock()
    return made
  }
  function make(): Promise<Result<MadeBackup>> {
    if (!isSound()) return Promise.resolve(unsound)
    underWay ??= makeNow().finally(() => {
      underWay = null
    })
    return underWay
  }
  const timer = setInterval(() => {
    const since = clock() - Math.max(listBackups(folder)[0]?.at ?? 0, failedAt)
    if (isSound() && since > backupLimits.everyMs) void make()
  }, limits.lookMs)
  timer.unref()

  return {
    newest: () => listBackups(folder)[0] ?? null,
    make,
    close: async () => {
      clearInterval(timer)
      await underWay
    },
  }
}
