/** Reads PDF: text with boxes, page by page. Never runs what a PDF carries (scripts, actions, forms), never follows its links. */
import type { Block, MissingPart } from '../../domain/document.ts'
import { parseLimits } from './limits.ts'
import { orderRegions } from './pdf-columns.ts'
import { collectFragments, type Fragment } from './pdf-fragments.ts'
import { paragraphsOf } from './pdf-paragraphs.ts'
import { loadPdfium, type Pdfium } from './pdfium.ts'
import type { ByteStore, Piece } from './reader.ts'
import { Refused } from './refusals.ts'

const scratchBytes = 4_096
const errorPassword = 4
const errorSecurity = 5
const objectImage = 3
const objectsSampled = 200
const untitled =
  /^(untitled|no title|title|document\d*|microsoft (word|powerpoint|excel)\b.*|.*\.(docx?|pptx?|xlsx?|pdf|indd|qxd|tex|dvi|rtf))$/i

/** Room for the file inside PDFium's own memory. */
export async function pdfStore(sizeBytes: number): Promise<ByteStore> {
  const pdfium = await loadPdfium()
  const pointer = pdfium._malloc(sizeBytes)
  if (pointer === 0) throw new Refused('memory')
  return {
    write: (offset, chunk) => pdfium.HEAPU8.set(chunk, pointer + offset),
    view: () => pdfium.HEAPU8.subarray(pointer, pointer + sizeBytes),
  }
}

function placeOf(pdfium: Pdfium, bytes: Uint8Array): number {
  if (bytes.buffer === pdfium.HEAPU8.buffer) return bytes.byteOffset
  const pointer = pdfium._malloc(bytes.length)
  if (pointer === 0) throw new Refused('memory')
  pdfium.HEAPU8.set(bytes, pointer)
  return pointer
}

function titleOf(pdfium: Pdfium, document: number, scratch: number): string | null {
  const tag = Buffer.from('Title\0', 'latin1')
  pdfium.HEAPU8.set(tag, scratch)
  const size = pdfium._FPDF_GetMetaText(document, scratch, scratch + 16, scratchBytes - 16)
  if (size <= 2 || size > scratchBytes - 16) return null
  const text = Buffer.from(pdfium.HEAPU8.subarray(scratch + 16, scratch + 16 + size - 2)).toString('utf16le')
  const title = text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, parseLimits.titleCharsMax)
  return title === '' || untitled.test(title) ? null : title
}

/** Counts characters by line height, over all pages read so far: the most common one is that of running text. */
function createBodyHeight(): (fragments: readonly Fragment[]) => number {
  const chars = new Map<number, number>()
  return (fragments) => {
    for (const fragment of fragments) {
      const height = Math.round(fragment.size * 2) / 2
      if (!fragment.isVertical) chars.set(height, (chars.get(height) ?? 0) + fragment.text.length)
    }
    let most = 0
    let body = 1
    for (const [height, count] of chars) {
      if (count > most) {
        most = count
        body = height
      }
    }
    return Math.max(body, 1)
  }
}

/** Why a page has no text; null when there is nothing on it at all. */
function whyEmpty(pdfium: Pdfium, page: number): string | null {
  const count = Math.min(pdfium._FPDFPage_CountObjects(page), objectsSampled)
  if (count <= 0) return null
  for (let index = 0; index < count; index++) {
    if (pdfium._FPDFPageObj_GetType(pdfium._FPDFPage_GetObject(page, index)) === objectImage)
      return 'no text on this page (a scanned image)'
  }
  return 'no text on this page (a drawing)'
}

export async function* readPdf(bytes: Uint8Array): AsyncGenerator<Piece> {
  const pdfium = await loadPdfium()
  const document = pdfium._FPDF_LoadMemDocument(placeOf(pdfium, bytes), bytes.length, 0)
  if (document === 0) {
    const error = pdfium._FPDF_GetLastError()
    throw new Refused(error === errorPassword || error === errorSecurity ? 'encrypted' : 'damaged')
  }
  const pageCount = pdfium._FPDF_GetPageCount(document)
  if (pageCount > parseLimits.pagesMax) throw new Refused('too_many_pages')
  if (pageCount <= 0) throw new Refused('damaged')
  const scratch = pdfium._malloc(scratchBytes)
  const bodyHeight = createBodyHeight()
  yield { blocks: [], title: titleOf(pdfium, document, scratch), done: 0, total: pageCount }
  for (let index = 0; index < pageCount; index++) {
    const number = index + 1
    const page = pdfium._FPDF_LoadPage(document, index)
    if (page === 0) {
      const missing = [{ where: `Page ${number}`, reason: 'this page is damaged' }]
      yield { blocks: [], pages: [{ width: 0, height: 0 }], missing, done: number, total: pageCount }
      continue
    }
    const width = pdfium._FPDF_GetPageWidth(page)
    const height = pdfium._FPDF_GetPageHeight(page)
    const { fragments, asDisplayed } = collectFragments(pdfium, page, width, height, scratch)
    const context = { page: number, bodyHeight: bodyHeight(fragments), asDisplayed }
    const upright = fragments.filter((fragment) => !fragment.isVertical)
    const regions = [...orderRegions(upright), ...fragments.filter((fragment) => fragment.isVertical).map((fragment) => [fragment])]
    const blocks: Block[] = regions.flatMap((region) => paragraphsOf(region, context))
    const reason = blocks.length === 0 ? whyEmpty(pdfium, page) : null
    const missing: MissingPart[] = reason === null ? [] : [{ where: `Page ${number}`, reason }]
    pdfium._FPDF_ClosePage(page)
    yield { blocks, pages: [{ width, height }], missing, done: number, total: pageCount }
  }
  pdfium._FPDF_CloseDocument(document)
}
