/**
 * The agents of the site and its packs of agents, as a backup holds them: in a table of the copy, so that they come and go with it, and
 * never in the database that serves. Only plain files with plain names are taken, and each is held against its own hash.
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as z from 'zod'
import { sha256 } from './event-log.ts'
import { openCopy } from './open.ts'

export const keptLimits = { filesMax: 20_000, fileBytesMax: 1024 * 1024, stepsMax: 12 } as const

export const keptFilesTable = 'CREATE TABLE kept_files (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, bytes BLOB NOT NULL) STRICT'

/** None begins with a dot, so that none leads upwards, and none is a root or a drive. */
const step = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/

/** An agent of the site, or whatever lies in the folder of a pack. */
function isKept(path: string): boolean {
  const steps = path.split('/')
  if (steps.length > keptLimits.stepsMax || !steps.every((one) => step.test(one)) || path.endsWith('.partial')) return false
  return steps.length === 1 ? path.endsWith('.yaml') : steps[0] === 'packs' && steps.length > 2
}

const Row = z.object({ path: z.string().refine(isKept), sha256: z.string(), bytes: z.instanceof(Uint8Array) })

export interface FoundFile {
  readonly path: string
  readonly sizeBytes: number
}

/**
 * What a backup of now would hold, by its place in the folder. Links in it are not followed, and what nothing here reads as part of an agent is
 * left out. Null where not all of it can be told, and `onDefect` hears why: a database without its agents is better than no backup.
 */
export function findFiles(folder: string, onDefect: (error: unknown) => void): readonly FoundFile[] | null {
  const found: FoundFile[] = []
  function look(below: readonly string[]): void {
    const here = join(folder, ...below)
    for (const name of readdirSync(here).sort()) {
      const steps = [...below, name]
      const stat = lstatSync(join(here, name), { throwIfNoEntry: false })
      if (stat?.isDirectory() === true && steps[0] === 'packs' && steps.length < keptLimits.stepsMax) look(steps)
      else if (stat?.isFile() === true && stat.size <= keptLimits.fileBytesMax && isKept(steps.join('/')))
        found.push({ path: steps.join('/'), sizeBytes: stat.size })
      if (found.length > keptLimits.filesMax) throw new Error('there are more files of agents than a backup holds')
    }
  }
  try {
    if (existsSync(folder)) look([])
    return found
  } catch (error) {
    onDefect(error)
    return null
  }
}

/** As `keepFiles` with what lies in the folder now; once more where something was taken out of it meanwhile. False where not all of it could be read. */
export async function keepFolder(copy: string, folder: string, first: readonly FoundFile[] | null, onDefect: (error: unknown) => void) {
  if (first !== null && (await keepFiles(copy, folder, first, onDefect))) return true
  const again = findFiles(folder, onDefect)
  return again !== null && (await keepFiles(copy, folder, again, onDefect))
}

/** Puts them into a copy that is no backup yet, one a turn: all of them, or none where one cannot be read. */
async function keepFiles(copy: string, folder: string, files: readonly FoundFile[], onDefect: (error: unknown) => void): Promise<boolean> {
  const db = openCopy(copy)
  try {
    db.exec('DROP TABLE IF EXISTS kept_files')
    db.exec(keptFilesTable)
    const add = db.prepare('INSERT INTO kept_files (path, sha256, bytes) VALUES (?, ?, ?)')
    for (const { path } of files) {
      const bytes = await readFile(join(folder, path)).catch((error: unknown) => {
        onDefect(error)
        return null
      })
      if (bytes === null) {
        db.exec('DROP TABLE kept_files')
        return false
      }
      add.run(path, sha256(bytes), bytes)
      await nextTurn()
    }
    return true
  } finally {
    db.close()
  }
}

export type Put = (path: string, bytes: Uint8Array) => void

/** Gives out every file of a copy; false where the copy is of before backups held any. Throws at one that is not whole or not named as it must be. */
export function takeFiles(copy: string, put: Put): boolean {
  const db = openCopy(copy)
  try {
    if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'kept_files'").get() === undefined) return false
    for (const row of db.prepare('SELECT path, sha256, bytes FROM kept_files').iterate()) {
      const { path, sha256: hash, bytes } = Row.parse(row)
      if (sha256(bytes) !== hash) throw new Error('a kept file is not whole')
      put(path, bytes)
    }
    return true
  } finally {
    db.close()
  }
}

/** A copy that is about to serve holds them no longer. */
export function dropFiles(copy: string): void {
  const db = openCopy(copy)
  try {
    db.exec('DROP TABLE IF EXISTS kept_files')
  } finally {
    db.close()
  }
}
