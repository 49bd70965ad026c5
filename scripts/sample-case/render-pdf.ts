/** Sets a source as an A4 PDF with running heads, page numbers and ruled tables. The same source gives the same bytes. */
import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from 'pdf-lib'
import type { Run, Source } from './read-source.ts'

/** All in points. */
const page = { width: 595.28, height: 841.89, left: 72, right: 72, top: 84, bottom: 78 } as const
const body = { size: 10.5, leading: 15, after: 7 } as const
const table = { size: 9, leading: 12, padX: 5, padY: 4 } as const
const measure = page.width - page.left - page.right
const ink = rgb(0.1, 0.1, 0.12)
const grey = rgb(0.42, 0.42, 0.45)
const rule = rgb(0.72, 0.72, 0.74)

interface Fonts {
  readonly text: PDFFont
  readonly bold: PDFFont
  readonly italic: PDFFont
  readonly sans: PDFFont
  readonly sansBold: PDFFont
}

interface Word {
  readonly text: string
  readonly font: PDFFont
}

const faceOf = (fonts: Fonts, run: Run): PDFFont => (run.isBold ? fonts.bold : run.isItalic ? fonts.italic : fonts.text)

/** Breaks runs into words; a word that touches the next without a space stays with it through an empty gap. */
function wordsOf(fonts: Fonts, runs: readonly Run[]): readonly (readonly Word[])[] {
  const words: Word[][] = []
  let isOpen = false
  for (const run of runs) {
    for (const piece of run.text.split(/(\s+)/)) {
      if (piece === '') continue
      if (/^\s+$/.test(piece)) isOpen = false
      else {
        const word = { text: piece, font: faceOf(fonts, run) }
        if (isOpen) words.at(-1)?.push(word)
        else words.push([word])
        isOpen = true
      }
    }
  }
  return words
}

const widthOf = (word: readonly Word[], size: number): number =>
  word.reduce((sum, part) => sum + part.font.widthOfTextAtSize(part.text, size), 0)

function linesOf(words: readonly (readonly Word[])[], size: number, width: number): readonly (readonly (readonly Word[])[])[] {
  const lines: (readonly Word[])[][] = [[]]
  let used = 0
  for (const word of words) {
    const space = word[0]?.font.widthOfTextAtSize(' ', size) ?? 0
    const wide = widthOf(word, size)
    const line = lines.at(-1)
    if (line === undefined || line.length === 0) {
      line?.push(word)
      used = wide
    } else if (used + space + wide > width) {
      lines.push([word])
      used = wide
    } else {
      line.push(word)
      used += space + wide
    }
  }
  return lines
}

/** Column widths in proportion to the widest cell, none wider than a bit under half the measure. */
function columnWidths(rows: readonly (readonly string[])[], fonts: Fonts): readonly number[] {
  const columns = Math.max(...rows.map((row) => row.length))
  const natural = Array.from({ length: columns }, (_, i) => {
    const widest = Math.max(...rows.map((row) => fonts.sansBold.widthOfTextAtSize(row[i] ?? '', table.size)))
    return Math.min(widest + 2 * table.padX + 2, measure * 0.46)
  })
  const total = natural.reduce((sum, width) => sum + width, 0)
  return natural.map((width) => (total > measure ? (width * measure) / total : width))
}

/** A cursor over pages: it knows how much room is left, and nothing about the document. */
class Galley {
  readonly document: PDFDocument
  current: PDFPage
  y: number
  constructor(document: PDFDocument) {
    this.document = document
    this.current = document.addPage([page.width, page.height])
    this.y = page.height - page.top
  }
  need(height: number): void {
    if (this.y - height >= page.bottom) return
    this.current = this.document.addPage([page.width, page.height])
    this.y = page.height - page.top
  }
  line(words: readonly (readonly Word[])[], x: number, size: number, leading: number): void {
    this.need(leading)
    this.y -= leading
    let at = x
    for (const word of words) {
      for (const part of word) {
        this.current.drawText(part.text, { x: at, y: this.y, size, font: part.font, color: ink })
        at += part.font.widthOfTextAtSize(part.text, size)
      }
      at += word[0]?.font.widthOfTextAtSize(' ', size) ?? 0
    }
  }
}

function setTable(galley: Galley, fonts: Fonts, rows: readonly (readonly string[])[]): void {
  const widths = columnWidths(rows, fonts)
  const left = page.left
  const total = widths.reduce((sum, width) => sum + width, 0)
  const horizontal = () =>
    galley.current.drawLine({ start: { x: left, y: galley.y }, end: { x: left + total, y: galley.y }, thickness: 0.5, color: rule })
  galley.need(3 * (table.leading + 2 * table.padY))
  galley.y -= 4
  horizontal()
  for (const [index, row] of rows.entries()) {
    const font = index === 0 ? fonts.sansBold : fonts.sans
    const cells = row.map((cell, i) =>
      linesOf(
        cell
          .split(' ')
          .filter((word) => word !== '')
          .map((word) => [{ text: word, font }]),
        table.size,
        (widths[i] ?? 0) - 2 * table.padX,
      ),
    )
    const height = Math.max(...cells.map((lines) => lines.length)) * table.leading + 2 * table.padY
    galley.need(height)
    let x = left
    for (const [i, lines] of cells.entries()) {
      for (const [k, line] of lines.entries()) {
        const text = line.map((word) => word.map((part) => part.text).join('')).join(' ')
        const y = galley.y - table.padY - (k + 1) * table.leading + 3
        galley.current.drawText(text, { x: x + table.padX, y, size: table.size, font, color: ink })
      }
      x += widths[i] ?? 0
    }
    galley.y -= height
    horizontal()
  }
  galley.y -= body.after + 3
}

function setTitle(galley: Galley, fonts: Fonts, { front }: Source): void {
  galley.line(
    linesOf(wordsOf({ ...fonts, text: fonts.sans }, [{ text: front.office, isBold: false, isItalic: false }]), 9, measure)[0] ?? [],
    page.left,
    9,
    12,
  )
  galley.y -= 8
  const title = wordsOf({ ...fonts, text: fonts.sansBold }, [{ text: front.title, isBold: false, isItalic: false }])
  for (const line of linesOf(title, 18, measure)) galley.line(line, page.left, 18, 23)
  galley.y -= 6
  const facts = `${front.reference}  |  ${front.date}  |  ${front.author}`
  galley.line([[{ text: facts, font: fonts.sans }]], page.left, 9, 12)
  galley.y -= 8
  galley.current.drawLine({
    start: { x: page.left, y: galley.y },
    end: { x: page.width - page.right, y: galley.y },
    thickness: 1,
    color: ink,
  })
  galley.y -= 8
}

function setRunningHeads(document: PDFDocument, fonts: Fonts, { front }: Source): void {
  const pages = document.getPages()
  for (const [index, sheet] of pages.entries()) {
    const marking = fonts.sansBold.widthOfTextAtSize(front.marking, 8)
    const number = `Page ${index + 1} of ${pages.length}`
    for (const y of [page.height - 42, 34])
      sheet.drawText(front.marking, { x: (page.width - marking) / 2, y, size: 8, font: fonts.sansBold, color: grey })
    sheet.drawText(front.reference, { x: page.left, y: 50, size: 8, font: fonts.sans, color: grey })
    const x = page.width - page.right - fonts.sans.widthOfTextAtSize(number, 8)
    sheet.drawText(number, { x, y: 50, size: 8, font: fonts.sans, color: grey })
  }
}

export async function renderPdf(source: Source): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false })
  const date = new Date(`${source.front.date} 12:00:00 UTC`)
  document.setTitle(source.front.title)
  document.setAuthor(source.front.author)
  document.setSubject(source.front.reference)
  document.setCreationDate(date)
  document.setModificationDate(date)
  const fonts: Fonts = {
    text: await document.embedFont(StandardFonts.TimesRoman),
    bold: await document.embedFont(StandardFonts.TimesRomanBold),
    italic: await document.embedFont(StandardFonts.TimesRomanItalic),
    sans: await document.embedFont(StandardFonts.Helvetica),
    sansBold: await document.embedFont(StandardFonts.HelveticaBold),
  }
  const galley = new Galley(document)
  setTitle(galley, fonts, source)
  for (const block of source.blocks) {
    if (block.kind === 'table') setTable(galley, fonts, block.rows)
    else if (block.kind === 'heading') {
      const size = block.depth <= 2 ? 13 : 11
      galley.need(size + 6 * body.leading)
      galley.y -= 8
      const words = wordsOf({ ...fonts, text: fonts.sansBold }, [{ text: block.text, isBold: false, isItalic: false }])
      for (const line of linesOf(words, size, measure)) galley.line(line, page.left, size, size + 4)
      galley.y -= 3
    } else {
      const indent = block.kind === 'item' ? 20 : 0
      const lines = linesOf(wordsOf(fonts, block.runs), body.size, measure - indent)
      if (lines.length > 1) galley.need(2 * body.leading)
      for (const [i, line] of lines.entries()) {
        galley.line(line, page.left + indent, body.size, body.leading)
        if (i > 0 || block.kind !== 'item') continue
        const sign = block.number === null ? '\u2022' : `${block.number}.`
        galley.current.drawText(sign, { x: page.left + 4, y: galley.y, size: body.size, font: fonts.text, color: ink })
      }
      galley.y -= block.kind === 'item' ? 3 : body.after
    }
  }
  setRunningHeads(document, fonts, source)
  return document.save()
}
