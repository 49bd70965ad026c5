/**
 * Reads a verified archive of documents: regular files alone, within limits. Files are written under their numbers, never under the names that
 * stand in the archive, so that no name leads anywhere.
 */
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync, type WriteStream } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import { datasetLimits, documentNameFault } from '../domain/airgap/dataset.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { cancelled, type Watch } from './copy-part.ts'
import { syncFolder } from './durable.ts'

/** Files that are written at once: each is synced, and syncs go together. */
const writingMax = 32
/** What an archive adds to each file at most, in bytes: its header and filling, and a long name. */
const headerBytesMax = 8_192
/** Archives are filled up to whole records. */
const afterEndBytesMax = 1024 * 1024

export interface DatasetFile {
  /** The name that people know, with `/`. */
  readonly file: string
  readonly sizeBytes: number
}

const malformed = (why: string) =>
  fail('bundle.dataset_malformed', `The archive of documents is no such archive: ${why}.`, 'Ask whoever signed it.')

/** Why this entry may not stand in a dataset, or null. */
function entryFault(path: string, entry: ReadEntry, known: ReadonlySet<string>): string | null {
  if (entry.type !== 'File' && entry.type !== 'OldFile') return 'it holds something else than files'
  // What is no number would be under every limit.
  if (!(entry.size >= 0)) return 'a file has no size'
  if (known.has(path)) return 'two files have one name'
  return known.size >= datasetLimits.filesMax ? `it holds more than ${datasetLimits.filesMax} files` : documentNameFault(path)
}

/** Another packing inside would be opened by the library, past our limits. */
const isPacked = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b) || (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd)

/**
 * The files of an archive in their order. `folder` = gets each of them, synced, under its number from 0, and is gone again when it fails; null =
 * they are only looked at. Rejects when the disk is full.
 */
export async function readDataset(archive: string, folder: string | null, watch: Watch = {}): Promise<Result<readonly DatasetFile[]>> {
  const { size: packedBytes } = statSync(archive)
  const bytesMax = Math.min(datasetLimits.bytesMax, packedBytes * datasetLimits.ratioMax + datasetLimits.ratioFreeBytes)
  if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files: DatasetFile[] = []
  const known = new Set<string>()
  const writing = new Map<WriteStream, Promise<void>>()
  const control = new AbortController()
  let [bytes, seen, after] = [0, 0, 0]
  let hasEnded = false
  let fault: string | null = null
  let unwritten: unknown = null
  const stop = (why: string) => {
    fault ??= why
    control.abort()
  }

  const write = (entry: ReadEntry, file: string) => {
    const target = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true })
    const done = new Promise<void>((resolve) => target.once('close', resolve))
    target.on('error', (error) => {
      // What is cut off complains, too.
      if (!signal.aborted) unwritten ??= error
      control.abort()
    })
    writing.set(
      target,
      done.then(() => void writing.delete(target)),
    )
    entry.on('data', (piece) => void (target.destroyed || target.write(piece)))
    entry.on('end', () => void (target.destroyed || target.end()))
  }
  /** The disk is waited for here: entries flow, so that the parser takes whatever it is given. */
  async function written(): Promise<void> {
    for (const target of writing.keys()) if (target.writableNeedDrain) await once(target, 'drain', { signal })
    while (writing.size > writingMax) await Promise.race(writing.values())
  }
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      const why = entryFault(entry.path, entry, known)
      bytes += entry.size
      if (why !== null || bytes > bytesMax) {
        stop(why ?? 'it is larger than it can be')
        entry.resume()
        return
      }
      known.add(entry.path)
      files.push({ file: entry.path, sizeBytes: entry.size })
      if (folder === null) entry.resume()
      else write(entry, join(folder, String(files.length - 1)))
    },
  })
  const signal = watch.signal === undefined ? control.signal : AbortSignal.any([watch.signal, control.signal])
  const isRead = once(parser, 'finish', { signal })
  isRead.catch(() => undefined)
  parser.on('eof', () => {
    hasEnded = true
  })
  parser.on('error', () => stop('it is not read as an archive'))
  /** What was not announced, or comes after the end, is counted too. */
  async function feed(source: AsyncIterable<Buffer>): Promise<void> {
    for await (const piece of source) {
      if (seen === 0 && isPacked(piece)) return stop('it is packed twice')
      seen += piece.length
      if (seen > bytesMax + headerBytesMax * (files.length + writingMax)) return stop('it is larger than it can be')
      if (hasEnded) {
        after += piece.length
        if (after > afterEndBytesMax) return stop('it goes on after its end')
        continue
      }
      parser.write(piece)
      await written()
    }
    parser.end()
    await isRead
  }
  const source = createReadStream(archive, { highWaterMark: 1024 * 1024 })
  source.on('data', (piece) => watch.onBytes?.(piece.length))
  let broken: unknown = null
  try {
    await pipeline(source, createZstdDecompress(), feed, { signal })
  } catch (error) {
    broken = error
    for (const target of writing.keys()) target.destroy()
  }
  await Promise.all(writing.values())
  if (broken === null && unwritten === null && fault === null && files.length > 0) {
    if (folder !== null) {
      syncFolder(folder)
      syncFolder(dirname(folder))
    }
    return ok(files)
  }
  if (folder !== null) rmSync(folder, { recursive: true, force: true })
  if (watch.signal?.aborted === true) return cancelled
  if (unwritten !== null) throw unwritten
  return malformed(fault ?? (broken === null ? 'it holds no file' : 'it cannot be unpacked'))
}
