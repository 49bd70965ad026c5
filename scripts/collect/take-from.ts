/** Takes artifacts out of a folder that a person filled, in place of fetching them: the same checks, no network. */
import { closeSync, copyFileSync, existsSync, lstatSync, mkdirSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { sha256OfFile } from '../desktop-package/electron-dist.ts'
import { refuse } from '../refuse.ts'
import type { Fetched } from './fetch-file.ts'
import type { Wanted } from './wanted.ts'

/** The file by its place or by its name alone; null when it is not in the folder. */
export const findIn = (folder: string, { file }: Wanted): string | null =>
  [join(folder, file), join(folder, basename(file))].find((path) => existsSync(path) && lstatSync(path).isFile()) ?? null

function beginsWith(file: string, magic: string): boolean {
  const head = Buffer.alloc(magic.length)
  const handle = openSync(file, 'r')
  try {
    return readSync(handle, head, 0, head.length, 0) === head.length && head.toString('latin1') === magic
  } finally {
    closeSync(handle)
  }
}

/** The copy is hashed, and not the source, which may lie on a medium that reads one thing now and another later. */
export async function takeFrom(wanted: Wanted, source: string, target: string): Promise<Fetched> {
  const partial = `${target}.taking`
  mkdirSync(dirname(target), { recursive: true })
  try {
    copyFileSync(source, partial)
    if (!beginsWith(partial, wanted.magic)) refuse(`${source} is no such file by its first bytes.`, 'Give the file itself.')
    const sha256 = await sha256OfFile(partial)
    if (wanted.sha256 !== null && sha256 !== wanted.sha256)
      refuse(
        `${source} is not what was published: its SHA-256 is ${sha256}, and should be ${wanted.sha256}.`,
        'Fetch it again from its makers.',
      )
    renameSync(partial, target)
    return { sha256, sizeBytes: lstatSync(target).size, publishedSha256: wanted.sha256, revision: null }
  } finally {
    rmSync(partial, { force: true })
  }
}
