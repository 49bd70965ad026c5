/**
 * Reads a file front to back through one small buffer, counting every byte against the limits of a model's header. It never
 * allocates by a number that it read, and gives way to other work at each refill.
 */
import type { FileHandle } from 'node:fs/promises'
import { fail, type Result } from '../domain/result.ts'

/** An auditor reads here how much of an unknown file is looked at, and how much of it is kept. */
export const headerLimits = {
  headerBytesMax: 64 * 1024 * 1024,
  bufferBytes: 256 * 1024,
  keysMax: 4_096,
  tensorsMax: 65_536,
  /** Items of any list: tokens, merges, scores. */
  listItemsMax: 8_000_000,
  keyBytesMax: 1_024,
  tensorNameBytesMax: 63,
  /** One string of a list: a token, a merge, a tag. */
  listedStringBytesMax: 64 * 1024,
  /** A chat template or a licence text; longer strings are passed over. */
  keptStringBytesMax: 1024 * 1024,
  keptBytesMax: 8 * 1024 * 1024,
  alignmentBytesMax: 1024 * 1024,
  layersMax: 1_024,
  contextTokensMax: 100_000_000,
  widthMax: 1_000_000,
} as const

/** Thrown only inside the check, and turned into a failure value at its door. */
export class HeaderRefusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const hint = 'Get the file again from its source and compare its SHA-256 with the published one.'

/** Runs a check and turns its refusal into a value; anything else is a failure to read the file. */
export async function refusable<T>(check: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await check() }
  } catch (error) {
    if (error instanceof HeaderRefusal) return fail(error.code, error.message, hint)
    return fail('model.unreadable', 'The model file could not be read.', 'Check that the file and its medium can be read, then try again.')
  }
}

const text = new TextDecoder('utf-8', { fatal: true })

export class HeaderReader {
  readonly fileBytes: number
  readonly #handle: FileHandle
  readonly #buffer = Buffer.allocUnsafe(headerLimits.bufferBytes)
  #start = 0
  #end = 0
  /** Offset in the file of the next unread byte. */
  position = 0

  constructor(handle: FileHandle, fileBytes: number) {
    this.#handle = handle
    this.fileBytes = fileBytes
  }

  /** Refuses when fewer than `bytes` are left of the file or of what a header may take. `bytes` may be any number that the file names. */
  expect(bytes: number | bigint): void {
    const left = this.fileBytes - this.position
    if (bytes > left) throw new HeaderRefusal('model.truncated', 'The file ends before its own header says it does.')
    if (bytes > headerLimits.headerBytesMax - this.position)
      throw new HeaderRefusal('model.header_too_large', 'The header is larger than 64 MiB.')
  }

  async #need(bytes: number): Promise<void> {
    if (this.#end - this.#start >= bytes) return
    this.expect(bytes)
    this.#buffer.copyWithin(0, this.#start, this.#end)
    this.#end -= this.#start
    this.#start = 0
    while (this.#end < bytes) {
      const { bytesRead } = await this.#handle.read(this.#buffer, this.#end, this.#buffer.length - this.#end, this.position + this.#end)
      if (bytesRead === 0) throw new HeaderRefusal('model.truncated', 'The file ends before its own header says it does.')
      this.#end += bytesRead
    }
  }

  #take(bytes: number): number {
    const at = this.#start
    this.#start += bytes
    this.position += bytes
    return at
  }

  async uint32(): Promise<number> {
    await this.#need(4)
    return this.#buffer.readUInt32LE(this.#take(4))
  }

  async int32(): Promise<number> {
    await this.#need(4)
    return this.#buffer.readInt32LE(this.#take(4))
  }

  async uint64(): Promise<bigint> {
    await this.#need(8)
    return this.#buffer.readBigUInt64LE(this.#take(8))
  }

  /** Raw bytes; `bytes` is at most the buffer's size. The view is valid until the next read. */
  async bytes(bytes: number): Promise<Buffer> {
    await this.#need(bytes)
    const at = this.#take(bytes)
    return this.#buffer.subarray(at, at + bytes)
  }

  async skip(bytes: number): Promise<void> {
    this.expect(bytes)
    let left = bytes
    while (left > 0) {
      const step = Math.min(left, this.#buffer.length)
      await this.#need(step)
      this.#take(step)
      left -= step
    }
  }

  /** A count or length that the file names, already known to fit in what is left of it. */
  async length(bytesEach: number, max: number, code: string, what: string): Promise<number> {
    const count = await this.uint64()
    const left = Math.min(this.fileBytes, headerLimits.headerBytesMax) - this.position
    if (count > BigInt(max) || count * BigInt(bytesEach) > BigInt(Math.max(0, left))) {
      const beyondFile = count * BigInt(bytesEach) > BigInt(Math.max(0, this.fileBytes - this.position))
      if (beyondFile && count <= BigInt(max))
        throw new HeaderRefusal('model.truncated', 'The file ends before its own header says it does.')
      throw new HeaderRefusal(code, `The header names an impossible number of ${what}.`)
    }
    return Number(count)
  }

  async string(bytesMax: number, what: string): Promise<string> {
    const bytes = await this.length(1, bytesMax, 'model.absurd_length', `bytes in ${what}`)
    const whole = Buffer.allocUnsafe(bytes)
    for (let done = 0; done < bytes; ) {
      const part = await this.bytes(Math.min(bytes - done, this.#buffer.length))
      part.copy(whole, done)
      done += part.length
    }
    try {
      return text.decode(whole)
    } catch {
      throw new HeaderRefusal('model.bad_text', `The header holds ${what} that is not valid UTF-8.`)
    }
  }

  /** Walks over `count` strings of an array. The bytes given to `visit` are valid during the call only. */
  async strings(count: number, visit: (bytes: Buffer, index: number) => void): Promise<void> {
    for (let index = 0; index < count; index++) {
      // Awaiting only at the buffer's end keeps eight million empty strings under a second.
      if (this.#end - this.#start < 8) await this.#need(8)
      const at = this.#take(8)
      const bytes = this.#buffer.readUInt32LE(at)
      if (this.#buffer.readUInt32LE(at + 4) !== 0 || bytes > headerLimits.listedStringBytesMax)
        throw new HeaderRefusal('model.absurd_length', 'The header holds a list with an impossibly long string.')
      if (this.#end - this.#start < bytes) await this.#need(bytes)
      const start = this.#take(bytes)
      visit(this.#buffer.subarray(start, start + bytes), index)
    }
  }
}
