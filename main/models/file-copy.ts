/**
 * Copies one open file into the folder of models and hashes what was written. What is half-written is gone when this fails; it never
 * overwrites a file.
 */
import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { copyFile, type FileHandle, link, open, rm, statfs } from 'node:fs/promises'
import type { Digest } from '../domain/digest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { OnProgress } from '../world.ts'

export const copyLimits = {
  chunkBytes: 1024 * 1024,
  /** Left free on the volume, so that the store can go on writing. */
  reserveBytes: 256 * 1024 * 1024,
} as const

export interface Watch {
  readonly onProgress?: OnProgress | undefined
  readonly signal?: AbortSignal | undefined
}

const cancelled = fail('model.cancelled', 'The work on the model was cancelled.', 'Start it again when you want it.')
const full = fail(
  'model.disk_full',
  'There is not enough free space for the model.',
  'Free some space on the volume of the data folder, then try again.',
)

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done)).bytesWritten
}

/** SHA-256 of a whole file, read from its start; `target` gets a copy of every byte. */
export async function hashFile(source: FileHandle, bytes: number, target: FileHandle | null, watch: Watch): Promise<Result<Digest>> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(copyLimits.chunkBytes)
  let done = 0
  for (;;) {
    if (watch.signal?.aborted === true) return cancelled
    const { bytesRead } = await source.read(buffer, 0, buffer.length, done)
    if (bytesRead === 0) break
    const part = buffer.subarray(0, bytesRead)
    hash.update(part)
    if (target !== null) await writeAll(target, part)
    done += bytesRead
    watch.onProgress?.(done, bytes)
  }
  if (done !== bytes)
    return fail('model.truncated', 'The file changed its length while it was read.', 'Wait until it is written, then try again.')
  return ok({ alg: 'sha256', value: hash.digest('hex') })
}

/** Shares the blocks with the source where the file system can. The path of the descriptor keeps it the file that was checked. */
async function clone(source: FileHandle, target: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    await copyFile(`/proc/self/fd/${source.fd}`, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    // Some file systems create the target before they find out that they cannot clone.
    await rm(target, { force: true })
    return false
  }
}

export interface Copied {
  /** Open for reading; the caller closes it. */
  readonly handle: FileHandle
  readonly digest: Digest
  readonly wasCloned: boolean
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** Gives a file a second name, and hashes it. */
export async function linkIn(path: string, stat: Stats, target: string, watch: Watch): Promise<Result<Copied>> {
  await link(path, target)
  const handle = await open(target, 'r')
  const hashed = await hashFile(handle, stat.size, null, watch)
  if (hashed.ok) return ok({ handle, digest: hashed.value, wasCloned: true })
  await handle.close()
  await rm(target, { force: true })
  return hashed
}

/** Copies to `target`, flushes it to the disk and hashes it. */
export async function copyIn(source: FileHandle, stat: Stats, folder: string, target: string, watch: Watch): Promise<Result<Copied>> {
  if ((await freeBytes(folder)) < stat.size + copyLimits.reserveBytes) return full
  let handle: FileHandle | null = null
  const giveUp = async <T>(result: T): Promise<T> => {
    await handle?.close()
    await rm(target, { force: true })
    return result
  }
  try {
    const wasCloned = await clone(source, target)
    handle = await open(target, wasCloned ? 'r+' : 'wx+', 0o600)
    const hashed = wasCloned ? await hashFile(handle, stat.size, null, watch) : await hashFile(source, stat.size, handle, watch)
    if (!hashed.ok) return await giveUp(hashed)
    await handle.chmod(0o400)
    await handle.sync()
    return ok({ handle, digest: hashed.value, wasCloned })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') return giveUp(full)
    return giveUp(
      fail(
        'model.copy_failed',
        'The model could not be copied into the data folder.',
        'Check the medium and the data folder, then try again.',
      ),
    )
  }
}
