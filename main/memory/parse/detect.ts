/**
 * Decides what a file really is, from its first bytes and its name. The content has the last word: a name that says
 * something else is a reason to refuse, never to guess.
 */
import type { DocumentFormat } from '../../domain/document.ts'
import { Refused } from './refusals.ts'

/** The PDF header may stand a little way into the file. */
const pdfHeaderBytesMax = 1_024
const textSampleBytes = 64 * 1024
/** Share of control characters above which bytes are not text. */
const controlShareMax = 0.02

const extensions: Readonly<Record<string, DocumentFormat>> = {
  pdf: 'pdf',
  docx: 'docx',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  md: 'markdown',
  markdown: 'markdown',
  txt: 'text',
  text: 'text',
  log: 'text',
  csv: 'csv',
  tsv: 'csv',
  tab: 'csv',
}

const binaryMagic: readonly (readonly number[])[] = [
  [0x7f, 0x45, 0x4c, 0x46], // ELF
  [0x4d, 0x5a], // Windows program
  [0x1f, 0x8b], // gzip
  [0x42, 0x5a, 0x68], // bzip2
  [0x37, 0x7a, 0xbc, 0xaf], // 7z
  [0x52, 0x61, 0x72, 0x21], // RAR
  [0x89, 0x50, 0x4e, 0x47], // PNG
  [0xff, 0xd8, 0xff], // JPEG
  [0x47, 0x49, 0x46, 0x38], // GIF
  [0x7b, 0x5c, 0x72, 0x74, 0x66], // RTF
]

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean => magic.every((byte, at) => bytes[at] === byte)

export function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.')
  return dot <= 0 ? '' : fileName.slice(dot + 1).toLowerCase()
}

function isText(head: Uint8Array): boolean {
  const sample = head.subarray(0, textSampleBytes)
  if (sample.length >= 2 && ((sample[0] === 0xff && sample[1] === 0xfe) || (sample[0] === 0xfe && sample[1] === 0xff))) return true
  let controls = 0
  for (const byte of sample) {
    if (byte === 0) return false
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) controls += 1
  }
  return controls <= sample.length * controlShareMax
}

type Kind = 'pdf' | 'zip' | 'ole' | 'binary' | 'text'

function kindOf(head: Uint8Array, expected: DocumentFormat | undefined): Kind {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, pdfHeaderBytesMax))
  const pdfAt = start.indexOf('%PDF-')
  if (pdfAt === 0 || (pdfAt > 0 && expected === 'pdf')) return 'pdf'
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06])) return 'zip'
  if (startsWith(head, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])) return 'ole'
  if (binaryMagic.some((magic) => startsWith(head, magic)) && !(startsWith(head, [0x4d, 0x5a]) && isText(head))) return 'binary'
  return isText(head) ? 'text' : 'binary'
}

/** An encrypted Office file is an old-style container with this stream in it. */
const encryptedPackage = Buffer.from('EncryptedPackage', 'utf16le')

/** `head` is the beginning of the file: at least its first 64 KiB, or all of it. Throws Refused. */
export function detectFormat(fileName: string, head: Uint8Array): DocumentFormat {
  const extension = extensionOf(fileName)
  const expected = extensions[extension]
  const kind = kindOf(head, expected)
  const mismatch = (): never => {
    throw new Refused(expected === undefined ? 'unsupported' : 'wrong_type')
  }
  switch (kind) {
    case 'pdf':
      return expected === 'pdf' || extension === '' ? 'pdf' : mismatch()
    case 'zip':
      return expected === 'docx' || extension === '' ? 'docx' : mismatch()
    case 'ole':
      if (expected === 'docx' && Buffer.from(head).includes(encryptedPackage)) throw new Refused('encrypted')
      return mismatch()
    case 'binary':
      return mismatch()
    case 'text':
      if (expected === 'pdf' || expected === 'docx') throw new Refused('wrong_type')
      if (expected !== undefined) return expected
      if (extension !== '') throw new Refused('unsupported')
      return /^\uFEFF?\s*<(!doctype html|html)\b/i.test(Buffer.from(head.subarray(0, 1_024)).toString('utf8')) ? 'html' : 'text'
  }
}
