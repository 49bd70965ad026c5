/** Small files of another's making: opened without following a link, looked at as what was opened, and read up to a limit. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { fail, ok, type Result } from '../domain/result.ts'

/** A medium that is shown to others may have a file swapped for a pipe, which would hold up whoever opens it. */
export const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

const unreadable = (name: string) =>
  fail('bundle.unreadable', `${name} cannot be read.`, 'Look whether the medium is whole, and get the bundle again.')
const tooLarge = (name: string) =>
  fail('bundle.too_large', `${name} is larger than it can be.`, 'Nothing was read from it. Get the bundle again from whoever sent it.')

/** `name` is what people read; it is one of the names that a bundle can have. */
export function readBounded(path: string, name: string, bytesMax: number): Result<Uint8Array> {
  let descriptor: number
  try {
    descriptor = openSync(path, readFlags)
  } catch {
    return unreadable(name)
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) return unreadable(name)
    if (stat.size > bytesMax) return tooLarge(name)
    const bytes = Buffer.alloc(bytesMax + 1)
    let length = 0
    for (;;) {
      const got = readSync(descriptor, bytes, length, bytes.length - length, length)
      if (got === 0) break
      length += got
      if (length > bytesMax) return tooLarge(name)
    }
    return ok(new Uint8Array(bytes.subarray(0, length)))
  } catch {
    return unreadable(name)
  } finally {
    closeSync(descriptor)
  }
}

/** The text, or null when the bytes are not UTF-8 as it would be written. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
