/** Writes JSON lines into one file, slice by slice, so that the core answers meanwhile: whole and synced, or not there. */
import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Digest } from '../domain/digest.ts'
import { syncFolder } from './durable-file.ts'

export interface WrittenLines {
  readonly bytes: number
  /** Of the whole file. */
  readonly digest: Digest
}

/** Rejects when the disk is full or a slice throws; no file is left then. */
export async function writeLines(file: string, slices: Iterable<readonly unknown[]>): Promise<WrittenLines> {
  const partial = `${file}.partial`
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(partial, 'w', 0o600)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for (const lines of slices) {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
      await handle.writeFile(text)
      hash.update(text)
      bytes += Buffer.byteLength(text)
      await nextTurn()
    }
    await handle.sync()
    await handle.close()
    await rename(partial, file)
    syncFolder(dirname(file))
    return { bytes, digest: { alg: 'sha256', value: hash.digest('hex') } }
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw error
  }
}
