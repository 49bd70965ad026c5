/** From what a person pointed at to the files of an import. Links are listed, never followed: opening them is refused with a reason. */
import { type Dirent, lstatSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
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

/** Left by file managers, never documents. */
const isLitter = (name: string): boolean => name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini' || name === '__MACOSX'

async function walk(folder: string, depth: number, found: (path: string) => boolean): Promise<boolean> {
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
    const isFull = entry.isDirectory() ? !(await walk(path, depth + 1, found)) : !found(path)
    if (isFull) return false
  }
  return true
}

/** A path that does not exist is listed too, so that it ends with an outcome of its own. */
export async function expandSource(path: string): Promise<Result<readonly SourceFile[]>> {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isDirectory()) return ok([{ path, file: basename(path) }])
  const files: SourceFile[] = []
  const isComplete = await walk(path, 0, (found) => {
    files.push({ path: found, file: relative(path, found).split(sep).join('/') || basename(found) })
    return files.length < sourceLimits.filesMax
  })
  return isComplete ? ok(files) : tooMany
}
