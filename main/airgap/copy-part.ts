/**
 * Copies bytes and says what they were. Nothing is trusted that a copy says of itself: what was written is synced, and whoever calls reads it
 * back.
 */
import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { fail, ok, type Result } from '../domain/result.ts'
import { readFlags } from './bounded-read.ts'

export const copyLimits = { bufferBytes: 4 * 1024 * 1024 } as const

export interface Watch {
  /** Bytes that were done since it was last told. */
  readonly onBytes?: (bytes: number) => void
  readonly signal?: AbortSignal | undefined
}

export const cancelled = fail('bundle.cancelled', 'The work was cancelled.', 'Start it again: it goes on where it was.')
const unreadable = (name: string) =>
  fail('bundle.unreadable', `${name} cannot be read.`, 'Look whether the medium is whole, then start again: it goes on where it was.')

export async function openToRead(path: string, name: string, size: number): Promise<Result<FileHandle>> {
  const handle = await open(path, readFlags).catch(() => null)
  if (handle === null) return unreadable(name)
  const stat = await handle.stat()
  if (stat.isFile() && stat.size === size) return ok(handle)
  await handle.close()
  return fail('bundle.file_changed', `${name} is not as long as what was signed.`, 'Get the bundle again from whoever sent it.')
}

async function writeAll(target: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await target.write(bytes, done, bytes.length - done, at + done)).bytesWritten
}

/** SHA-256, in hex, of `length` bytes from `from`; `target` gets a copy of them at `to`. Every hash that is passed is given the bytes, too. */
export async function readThrough(
  source: FileHandle,
  { name, from, length }: { readonly name: string; readonly from: number; readonly length: number },
  target: { readonly handle: FileHandle; readonly to: number } | null,
  watch: Watch,
  also: readonly Hash[] = [],
): Promise<Result<string>> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(copyLimits.bufferBytes, length))
  for (let done = 0; done < length; ) {
    if (watch.signal?.aborted === true) return cancelled
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, length - done), from + done)
    if (bytesRead === 0) return unreadable(name)
    const bytes = buffer.subarray(0, bytesRead)
    hash.update(bytes)
    for (const other of also) other.update(bytes)
    if (target !== null) await writeAll(target.handle, bytes, target.to + done)
    done += bytesRead
    watch.onBytes?.(bytesRead)
  }
  return ok(hash.digest('hex'))
}

/** SHA-256, in hex, of a file of this size. */
export async function hashOfFile(path: string, name: string, size: number, watch: Watch): Promise<Result<string>> {
  const opened = await openToRead(path, name, size)
  if (!opened.ok) return opened
  try {
    return await readThrough(opened.value, { name, from: 0, length: size }, null, watch)
  } finally {
    await opened.value.close()
  }
}
