/** Finds out how a text file is encoded and decodes it. Never throws: what cannot be told is read as Windows-1252. */
import { detect } from 'chardet'

const sampleBytes = 256 * 1024
const fallback = 'windows-1252'

function byteOrderMark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return null
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function decoderFor(label: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(label)
  } catch {
    return null
  }
}

/**
 * A byte order mark wins; then what is valid UTF-8 is UTF-8 (but for the seven-bit Japanese of old mail); then what the document
 * declares; then a guess by statistics.
 */
export function decodeText(bytes: Uint8Array, declared: string | null = null): string {
  const mark = byteOrderMark(bytes)
  if (mark !== null) return new TextDecoder(mark).decode(bytes)
  const isSevenBitJapanese = declared !== null && /^iso-2022-jp$/i.test(declared)
  if (!isSevenBitJapanese && isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes)
  const guess = (): string => detect(bytes.subarray(0, sampleBytes)) ?? fallback
  const decoder = (declared === null ? null : decoderFor(declared)) ?? decoderFor(guess()) ?? new TextDecoder(fallback)
  return decoder.decode(bytes)
}
