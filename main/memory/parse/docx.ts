/**
 * Reads DOCX. Only the XML parts that hold text are unpacked, checked and handed to the converter in an archive of our own, so
 * that pictures, macros and links to other files do not exist for it.
 */
import { strToU8, zipSync } from 'fflate'
import mammoth from 'mammoth'
import { inflateEntry, readDirectory } from './archive.ts'
import { isMarginPart, marginLinesOf, unescapeXml } from './docx-margins.ts'
import { readHtmlText } from './html.ts'
import { parseLimits } from './limits.ts'
import type { Piece } from './reader.ts'
import { Refused } from './refusals.ts'

const textParts = /^(\[Content_Types\]\.xml|_rels\/\.rels|docProps\/core\.xml|word\/[^/]+\.xml|word\/_rels\/[^/]+\.rels)$/
const styleMap = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name='Quote'] => blockquote > p:fresh",
  "p[style-name='Intense Quote'] => blockquote > p:fresh",
  "p[style-name='caption'] => figcaption:fresh",
  "p[style-name='Caption'] => figcaption:fresh",
]

function decodeXml(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder('utf-8').decode(bytes)
}

/** Formulas become plain runs: their text is part of the sentence they stand in, and the converter knows nothing of formulas. */
function mathAsRuns(xml: string): string {
  if (!xml.includes('<m:t')) return xml
  return xml
    .replace(/<m:\w*Pr(?:\s[^>]*)?\/>/g, '')
    .replace(/<m:(\w*Pr)(?:\s[^>]*)?>[\s\S]*?<\/m:\1>/g, '')
    .replace(/<m:t(?:\s[^>]*)?>([^<]*)<\/m:t>/g, '<w:t xml:space="preserve">$1 </w:t>')
    .replace(/<(\/?)m:r(?=[\s>])/g, '<$1w:r')
    .replace(/<\/?m:[^>]*>/g, '')
}

function vetted(bytes: Uint8Array): { readonly archive: Uint8Array; readonly core: string; readonly marginLines: readonly string[] } {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries = readDirectory(source)
  if (!entries.some((entry) => entry.name === '[Content_Types].xml')) throw new Refused('wrong_type')
  const parts: Record<string, Uint8Array> = {}
  const marginLines = new Set<string>()
  let core = ''
  for (const entry of entries) {
    if (!textParts.test(entry.name)) continue
    const xml = decodeXml(inflateEntry(source, entry))
    if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new Refused('forbidden_markup')
    if (entry.name === 'docProps/core.xml') core = xml
    if (isMarginPart(entry.name)) for (const line of marginLinesOf(xml)) marginLines.add(line)
    parts[entry.name] = strToU8(entry.name === 'word/document.xml' ? mathAsRuns(xml) : xml)
  }
  if (!Object.keys(parts).some((name) => name.startsWith('word/'))) throw new Refused('wrong_type')
  return { archive: zipSync(parts, { level: 0 }), core, marginLines: [...marginLines].slice(0, parseLimits.marginLinesMax) }
}

function titleOf(core: string): string | null {
  const raw = /<dc:title[^>]*>([^<]*)<\/dc:title>/.exec(core)?.[1] ?? ''
  const title = unescapeXml(raw).trim()
  return title === '' ? null : title
}

const isNoteLink = (href: string): boolean => /^#(foot|end)note-/.test(href)

export async function* readDocx(bytes: Uint8Array): AsyncGenerator<Piece> {
  const { archive, core, marginLines } = vetted(bytes)
  yield { blocks: [], marginLines, done: 0, total: null }
  const buffer = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }))
  let html: string
  try {
    html = (await mammoth.convertToHtml({ buffer }, { styleMap, convertImage, externalFileAccess: false, includeEmbeddedStyleMap: false }))
      .value
  } catch {
    throw new Refused('damaged')
  }
  yield* readHtmlText(html, titleOf(core), isNoteLink)
}
