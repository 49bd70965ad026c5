/** From what a person pointed at to the files of an import. Links are listed, never followed: opening them is refused with a reason. */
import { type Dirent, lstatSync, realpathSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import { isLitter } from '../domain/litter.ts'
import { fail, ok, type Result } from '../domain/result.ts'

export const sourceLimits = { filesMax: 100_000, depthMax: 64 } as const

export interface SourceFile {
  readonly path: string
  /** The name the user knows: relative to the folder that was chosen, with `/`. */
  readonly file: string
}

const tooMany = fail(
  'import.too_many_files',
  `There are more than ${sourceLimits.filesMax.toLocaleString('en')} files.`,
  'Import the folder in parts.',
)

const own = fail(
  'import.own_data',
  'This lies in the data folder of Holdfast itself.',
  'Choose your documents where you keep them, outside the data folder.',
)

/** Where a path really leads, as the system sees it; as it is written where it leads nowhere. */
function placeOf(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return resolve(path)
  }
}

/**
 * Whether a path lies in the data folder. Nothing there may be opened by its path: closing any descriptor of a database that this
 * process holds gives back every lock it has on it, and another core could start beside this one.
 */
export function isOwnFile(dataFolder: string, path: string): boolean {
  const folder = placeOf(dataFolder)
  const place = placeOf(path)
  return place === folder || place.startsWith(`${folder}${sep}`)
}

async function walk(folder: string, depth: number, left: string, found: (path: string) => boolean): Promise<boolean> {
  if (depth > sourceLimits.depthMax) return true
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch {
    return found(folder)
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isLitter(entry.name)) continue
    const path = join(folder, entry.name)
    if (path === left) continue
    const isFull = entry.isDirectory() ? !(await walk(path, depth + 1, left, found)) : !found(path)
    if (isFull) return false
  }
  return true
}

/** A path that does not exist is listed too, so that it ends with an outcome of its own. The data folder is refused, or left out of a larger one. */
export async function expandSource(path: string, dataFolder: string): Promise<Result<readonly SourceFile[]>> {
  if (isOwnFile(dataFolder, path)) return own
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isDirectory()) return ok([{ path, file: basename(path) }])
  const files: SourceFile[] = []
  const left = join(path, relative(placeOf(path), placeOf(dataFolder)))
  const isComplete = await walk(path, 0, left, (found) => {
    files.push({ path: found, file: relative(path, found).split(sep).join('/') || basename(found) })
    return files.length < sourceLimits.filesMax
  })
  return isComplete ? ok(files) : tooMany
}
