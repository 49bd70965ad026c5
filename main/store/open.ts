/** Opens the one database: encryption-capable SQLite, WAL, FULL. Every pragma is asserted, since a default that is not what we think loses data. */
import Database from 'better-sqlite3'
import { assert } from '../domain/assert.ts'
import { isStoreDamaged } from '../domain/store-damaged.ts'
import { migrate } from './migrate.ts'
import { addSourceFunction } from './sources.ts'

export type Db = Database.Database

/** What the write-ahead log is cut down to once it was copied back. */
const walBytesKept = 16 * 1024 * 1024

const pragmas: ReadonlyArray<readonly [name: string, set: string, expected: unknown]> = [
  ['journal_mode', 'WAL', 'wal'],
  // better-sqlite3 is compiled with NORMAL, which may lose an acknowledged commit when the power goes.
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  // Otherwise REPLACE removes rows without asking the triggers that keep them.
  ['recursive_triggers', 'ON', 1],
  ['temp_store', 'MEMORY', 2],
  ['busy_timeout', '5000', 5000],
  // Copying the log back into the file takes long; a thread of its own does it (see checkpoints).
  ['wal_autocheckpoint', '0', 0],
  ['journal_size_limit', String(walBytesKept), walBytesKept],
]

function configure(db: Db): void {
  for (const [name, value] of pragmas) db.pragma(`${name} = ${value}`)
  for (const [name, , expected] of pragmas) {
    const found = db.pragma(name, { simple: true })
    assert(found === expected, `PRAGMA ${name} is ${String(found)}, expected ${String(expected)}`)
  }
}

/** The file is a database, and something in it is not as it was written. */
class DamagedPages extends Error {}

/** Whether an error says that the database is damaged, and not that it is busy, full or of another kind. */
export const isDamaged = (error: unknown): boolean => error instanceof DamagedPages || isStoreDamaged(error)

/** Opens for writing, checks the file and brings the schema up to date. Throws when the file is damaged. */
export function openStore(file: string): Db {
  const db = new Database(file)
  try {
    configure(db)
    addSourceFunction(db)
    const check = db.pragma('quick_check', { simple: true })
    if (check !== 'ok') throw new DamagedPages(`quick_check says: ${String(check)}`)
    migrate(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A second, read-only connection for long reads; it sees the last committed state. */
export function openReader(file: string): Db {
  const db = new Database(file, { readonly: true })
  addSourceFunction(db)
  db.pragma('trusted_schema = OFF')
  db.pragma('temp_store = MEMORY')
  return db
}

/** A connection that only copies the write-ahead log back, beside the one that writes. */
export function openCheckpointer(file: string): Db {
  const db = new Database(file, { fileMustExist: true })
  db.pragma('synchronous = FULL')
  return db
}

/** A copy that is no backup yet, or is not in its place yet: whoever made it syncs the file when it is done. */
export function openCopy(file: string): Db {
  const db = new Database(file, { fileMustExist: true })
  db.pragma('journal_mode = DELETE')
  db.pragma('synchronous = OFF')
  return db
}

/** Leaves a copy of the database as one file without a write-ahead log. Returns what is wrong with its pages, or null. */
export function settleCopy(file: string): string | null {
  const db = new Database(file, { fileMustExist: true })
  try {
    db.pragma('journal_mode = DELETE')
    const check = String(db.pragma('quick_check', { simple: true }))
    return check === 'ok' ? null : check
  } finally {
    db.close()
  }
}
