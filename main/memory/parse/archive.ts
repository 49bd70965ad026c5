/**
 * Reads a ZIP archive without trusting a word of it: every claim of its directory is checked before anything is inflated, and
 * nothing inflates past the size it claims. Never writes to disk.
 */
import { inflateRawSync } from 'node:zlib'
import { parseLimits } from './limits.ts'
import { Refused } from './refusals.ts'

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50
const endBytes = 22
const commentBytesMax = 65_535
const entryBytes = 46
const localBytes = 30

export interface ArchiveEntry {
  readonly name: string
  readonly packedBytes: number
  readonly inflatedBytes: number
  readonly isDeflated: boolean
  /** Where its packed bytes begin. */
  readonly dataAt: number
}

const damaged = (): never => {
  throw new Refused('damaged')
}
const bomb = (): never => {
  throw new Refused('archive_bomb')
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - endBytes; at >= 0 && at >= bytes.length - endBytes - commentBytesMax; at--) {
    if (bytes.readUInt32LE(at) === endSignature) return at
  }
  return damaged()
}

function isEscaping(name: string): boolean {
  const parts = name.replaceAll('\\', '/').split('/')
  return name.startsWith('/') || name.startsWith('\\') || /^[a-z]:/i.test(name) || name.includes('\0') || parts.includes('..')
}

function isInflatedTooFar(inflated: number, packed: number): boolean {
  return inflated > parseLimits.inflateRatioFromBytes && inflated > packed * parseLimits.inflateRatioMax
}

function readEntry(
  bytes: Buffer,
  at: number,
  directoryAt: number,
): { readonly entry: ArchiveEntry; readonly localAt: number; readonly next: number } {
  if (at + entryBytes > bytes.length || bytes.readUInt32LE(at) !== entrySignature) return damaged()
  const flags = bytes.readUInt16LE(at + 8)
  const method = bytes.readUInt16LE(at + 10)
  const packedBytes = bytes.readUInt32LE(at + 20)
  const inflatedBytes = bytes.readUInt32LE(at + 24)
  const nameBytes = bytes.readUInt16LE(at + 28)
  const next = at + entryBytes + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  const localAt = bytes.readUInt32LE(at + 42)
  if ((flags & 0x41) !== 0) throw new Refused('encrypted')
  if (method !== 0 && method !== 8) return damaged()
  const rawName = bytes.subarray(at + entryBytes, at + entryBytes + nameBytes)
  const name = rawName.toString('utf8')
  if (isEscaping(name)) return bomb()
  if (isInflatedTooFar(inflatedBytes, packedBytes)) return bomb()
  if (method === 0 && packedBytes !== inflatedBytes) return bomb()
  if (localAt + localBytes > directoryAt || bytes.readUInt32LE(localAt) !== localSignature) return damaged()
  const localNameBytes = bytes.readUInt16LE(localAt + 26)
  const dataAt = localAt + localBytes + localNameBytes + bytes.readUInt16LE(localAt + 28)
  if (dataAt + packedBytes > directoryAt) return damaged()
  if (!bytes.subarray(localAt + localBytes, localAt + localBytes + localNameBytes).equals(rawName)) return bomb()
  return { entry: { name, packedBytes, inflatedBytes, isDeflated: method === 8, dataAt }, localAt, next }
}

/** The checked directory of an archive. Throws Refused when anything in it is impossible, excessive or ambiguous. */
export function readDirectory(bytes: Buffer): readonly ArchiveEntry[] {
  if (bytes.length < endBytes) return damaged()
  const end = findEnd(bytes)
  const count = bytes.readUInt16LE(end + 10)
  const directoryBytes = bytes.readUInt32LE(end + 12)
  const directoryAt = bytes.readUInt32LE(end + 16)
  if (count > parseLimits.archiveEntriesMax) return bomb()
  if (directoryAt + directoryBytes !== end || bytes.readUInt16LE(end + 8) !== count) return damaged()
  const entries: ArchiveEntry[] = []
  const spans: { readonly from: number; readonly to: number }[] = []
  const names = new Set<string>()
  let inflated = 0
  let at = directoryAt
  for (let i = 0; i < count; i++) {
    const { entry, localAt, next } = readEntry(bytes, at, directoryAt)
    inflated += entry.inflatedBytes
    if (inflated > parseLimits.inflatedBytesMax || names.has(entry.name)) return bomb()
    names.add(entry.name)
    spans.push({ from: localAt, to: entry.dataAt + entry.packedBytes })
    entries.push(entry)
    at = next
  }
  if (at !== end) return damaged()
  if (isInflatedTooFar(inflated, bytes.length)) return bomb()
  spans.sort((a, b) => a.from - b.from)
  for (let i = 1; i < spans.length; i++) if ((spans[i]?.from ?? 0) < (spans[i - 1]?.to ?? 0)) return bomb()
  return entries
}

/** Inflates one entry, to exactly the size it claims. */
export function inflateEntry(bytes: Buffer, entry: ArchiveEntry): Buffer {
  const packed = bytes.subarray(entry.dataAt, entry.dataAt + entry.packedBytes)
  if (!entry.isDeflated) return packed
  if (entry.inflatedBytes === 0) return Buffer.alloc(0)
  let out: Buffer
  try {
    out = inflateRawSync(packed, { maxOutputLength: entry.inflatedBytes })
  } catch (error) {
    const isTooLong = error instanceof RangeError
    throw new Refused(isTooLong ? 'archive_bomb' : 'damaged')
  }
  return out.length === entry.inflatedBytes ? out : damaged()
}
