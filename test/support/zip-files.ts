/** Writes ZIP archives byte by byte, so that a test can make one that lies about itself, and the smallest DOCX that a reader accepts. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly data: Uint8Array | string
  readonly isStored?: boolean
  /** What the directory says instead of the truth. */
  readonly claims?: { readonly inflatedBytes?: number; readonly flags?: number; readonly localName?: string; readonly localAt?: number }
}

export function makeZip(entries: readonly ZipEntry[], claims: { readonly count?: number } = {}): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const data = Buffer.from(entry.data)
    const packed = entry.isStored === true ? data : deflateRawSync(data, { level: 9 })
    const name = Buffer.from(entry.name)
    const localName = Buffer.from(entry.claims?.localName ?? entry.name)
    const method = entry.isStored === true ? 0 : 8
    const inflated = entry.claims?.inflatedBytes ?? data.length
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt16LE(entry.claims?.flags ?? 0, 6)
    local.writeUInt16LE(method, 8)
    local.writeUInt32LE(crc32(data), 14)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt32LE(inflated, 22)
    local.writeUInt16LE(localName.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    local.copy(central, 6, 4, 30)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE(entry.claims?.localAt ?? at, 42)
    locals.push(local, localName, packed)
    directory.push(central, name)
    at += local.length + localName.length + packed.length
  }
  const end = Buffer.alloc(22)
  const directoryBytes = directory.reduce((sum, part) => sum + part.length, 0)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(claims.count ?? entries.length, 8)
  end.writeUInt16LE(claims.count ?? entries.length, 10)
  end.writeUInt32LE(directoryBytes, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, ...directory, end])
}

const types = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" 
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
const packageLinks = `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" 
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

export const wordXml = (body: string, doctype = ''): string =>
  `<?xml version="1.0"?>${doctype}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ' +
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ' +
  'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" ' +
  `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><w:body>${body}</w:body></w:document>`

export const wordParagraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`

export const docxEntries = (documentXml: string): ZipEntry[] => [
  { name: '[Content_Types].xml', data: types },
  { name: '_rels/.rels', data: packageLinks },
  { name: 'word/document.xml', data: documentXml },
]

export const makeDocx = (documentXml: string, more: readonly ZipEntry[] = []): Buffer => makeZip([...docxEntries(documentXml), ...more])
