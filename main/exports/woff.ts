/** Unpacks a font of our own from its web form: tables that were deflated one by one, put back beside each other. Never for fonts of strangers. */
import { inflateSync } from 'node:zlib'

const headBytes = 44
const entryBytes = 20
const tableEntryBytes = 16
const firstTableAt = 12

/** WOFF 1.0 (https://www.w3.org/TR/WOFF/) to the TrueType file it was made of. */
export function unpackWoff(woff: Buffer): Uint8Array {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('this is no web font')
  const count = woff.readUInt16BE(12)
  const head = Buffer.alloc(firstTableAt + tableEntryBytes * count)
  woff.copy(head, 0, 4, 8)
  const log = Math.floor(Math.log2(count))
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(tableEntryBytes * 2 ** log, 6)
  head.writeUInt16BE(log, 8)
  head.writeUInt16BE(tableEntryBytes * (count - 2 ** log), 10)
  const tables: Buffer[] = []
  let offset = head.length
  for (let i = 0; i < count; i++) {
    const entry = headBytes + entryBytes * i
    const [packedAt, packed, size] = [woff.readUInt32BE(entry + 4), woff.readUInt32BE(entry + 8), woff.readUInt32BE(entry + 12)]
    const bytes = woff.subarray(packedAt, packedAt + packed)
    const table = packed < size ? inflateSync(bytes) : bytes
    const to = firstTableAt + tableEntryBytes * i
    woff.copy(head, to, entry, entry + 4)
    woff.copy(head, to + 4, entry + 16, entry + 20)
    head.writeUInt32BE(offset, to + 8)
    head.writeUInt32BE(size, to + 12)
    tables.push(table, Buffer.alloc((4 - (size % 4)) % 4))
    offset += size + ((4 - (size % 4)) % 4)
  }
  return Buffer.concat([head, ...tables])
}
