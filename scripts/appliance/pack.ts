/**
 * Packs a staged tree: sorted names, fixed modes, nobody's account, one time. tar and zstd come with the pinned packages and the pinned
 * Node instead of from the machine that builds, so that the lock file alone decides the bytes.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { create, type WriteEntry } from 'tar'
import { compress } from '../../main/airgap/compress.ts'
import { foldersOf } from './stage.ts'

/** Folders are dated, too; the library would leave that out. */
const date = (entry: WriteEntry): void => {
  entry.noMtime = false
}

/** `paths` are those of the files in the tree; the archive holds one folder of the tree's name. */
export async function pack(tree: string, paths: readonly string[], archive: string, time: Date): Promise<void> {
  const top = basename(tree)
  const folders = foldersOf(paths).map((folder) => (folder === '' ? top : `${top}/${folder}`))
  const names = [...folders, ...paths.map((path) => `${top}/${path}`)].sort()
  const partial = `${archive}.partial`
  // Names stand in this order; what a folder holds is not looked up.
  const options = { cwd: dirname(tree), portable: true, noDirRecurse: true, mtime: time, strict: true, onWriteEntry: date } as const
  await compress(create(options, names), partial)
  await rename(partial, archive)
}

export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}
