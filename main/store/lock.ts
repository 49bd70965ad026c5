/** Says who owns a data folder: one process at a time. The kernel gives the lock back when its holder dies, whatever killed it. */
import Database from 'better-sqlite3'
import { diskFull, isDiskFull } from '../domain/disk-full.ts'
import { fail, ok, type Result } from '../domain/result.ts'

/** The database connection is the lock: while it is open, no other process gets it. */
export interface Lock {
  release(): void
}

const isBusy = (error: unknown): boolean => error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

/** Takes the lock without waiting. When another process holds it nothing is written, and the failure is `core.already_running`. */
export function takeLock(file: string): Result<Lock> {
  let db: Database.Database | null = null
  try {
    db = new Database(file, { timeout: 0 })
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db?.close()
    if (isBusy(error)) {
      return fail(
        'core.already_running',
        'Holdfast is already running on this data folder.',
        'Use the one that runs, end it first, or name another data folder with --data.',
      )
    }
    if (isDiskFull(error)) return diskFull
    return fail(
      'core.lock_failed',
      'The lock of the data folder could not be taken.',
      'Check that the data folder is yours and can be written.',
    )
  }
  const held = db
  return ok({
    release: () => {
      // Closing rolls the empty transaction back.
      held.close()
    },
  })
}
