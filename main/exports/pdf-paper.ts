/** A paper as PDF, A4: the banner at head and foot of every page, page numbers, portion marks, sources, and a line to sign on. */
import { PDFDocument, rgb } from 'pdf-lib'
import { bannerColour, marking } from '../domain/label.ts'
import { type PaperLine, statusOf } from '../domain/paper-lines.ts'
import type { WorkingPaper } from '../domain/working-paper.ts'
import { bannerInk } from './banner-ink.ts'
import { type Fonts, loadFonts } from './pdf-fonts.ts'
import { createSetter, ink, type Piece, type Setter, sheet } from './pdf-page.ts'

const bandHeight = 22
const body = { size: 10.5, lead: 15 } as const
const small = { size: 8.5, lead: 12 } as const
const blankName = 'Released by'
const blankDate = 'Date'

const colour = (hex: string) => {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return rgb(part(1), part(3), part(5))
}
const marked = (mark: string | null, text: string, weight: Piece['weight'] = 'regular'): readonly Piece[] =>
  mark === null
    ? [{ text, weight }]
    : [
        { text: `${mark} `, weight: 'bold' },
        { text, weight },
      ]

function setLine(setter: Setter, line: PaperLine): void {
  switch (line.kind) {
    case 'title':
      setter.paragraph(marked(line.mark, line.text, 'bold'), { size: 17, lead: 23, after: 10 })
      break
    case 'status':
      setter.framed(() => setter.paragraph([{ text: line.text, weight: 'bold' }], { size: 10, lead: 14, indent: 9 }))
      setter.space(10)
      break
    case 'heading':
      setter.space(12)
      setter.paragraph([{ text: line.text, weight: 'bold' }], { size: 12.5, lead: 18, after: 4, keep: 40 })
      break
    case 'question':
      setter.space(12)
      setter.paragraph(marked(line.mark, line.text, 'bold'), { size: 12.5, lead: 18, after: 4, keep: 40 })
      break
    case 'note':
      setter.paragraph([{ text: line.text, color: ink.quiet }], { ...body, after: 6 })
      break
    case 'claim': {
      const numbers = line.sources.map((n): Piece => ({ text: ` [${n}]`, color: ink.quiet }))
      const unsupported: readonly Piece[] = line.isSupported ? [] : [{ text: ' (no source supports this)', color: ink.warn }]
      setter.paragraph([...marked(line.mark, line.text), ...numbers, ...unsupported], { ...body, after: 6 })
      break
    }
    case 'source':
      setter.paragraph([{ text: `${line.n}. `, weight: 'bold' }, ...marked(line.mark, line.about)], { ...small, keep: 24 })
      setter.paragraph([{ text: `“${line.quote}”` }], { ...small, indent: 14 })
      setter.paragraph([{ text: line.proof, color: ink.quiet }], { ...small, indent: 14, after: 7 })
      break
    case 'facts':
      for (const [name, value] of line.rows) setter.row(name, value, { ...small, column: 96 })
      setter.space(6)
      break
    case 'signature':
      setter.space(44)
      setter.paragraph([], { ...small, keep: 30 })
      setter.rule(260)
      setter.rule(140, 300)
      setter.row(blankName, blankDate, { ...small, column: 300 })
      break
  }
}

/** Head and foot of every page. */
function setMargins(document: PDFDocument, fonts: Fonts, paper: WorkingPaper): void {
  const { background, ink: letters } = bannerInk[bannerColour(paper.label)]
  const text = marking(paper.label)
  const size = 10
  const pages = document.getPages()
  for (const [index, page] of pages.entries()) {
    const put = (
      words: string,
      y: number,
      at: 'left' | 'centre' | 'right',
      points: number,
      weight: 'regular' | 'bold',
      color: ReturnType<typeof rgb>,
    ) => {
      const width = fonts.width(words, weight, points)
      let x = at === 'left' ? sheet.left : at === 'right' ? sheet.width - sheet.right - width : (sheet.width - width) / 2
      for (const run of fonts.runs(words, weight)) {
        page.drawText(run.text, { x, y, size: points, font: run.font, color })
        x += fonts.width(run.text, weight, points)
      }
    }
    const fit = Math.min(size, (size * (sheet.width - 40)) / Math.max(1, fonts.width(text, 'bold', size)))
    for (const bandY of [sheet.height - 20 - bandHeight, 20]) {
      page.drawRectangle({ x: 0, y: bandY, width: sheet.width, height: bandHeight, color: colour(background) })
      put(text, bandY + (bandHeight - fit * 0.72) / 2, 'centre', fit, 'bold', colour(letters))
    }
    put(paper.release === null ? 'AI-assisted working paper' : statusOf(paper), 52, 'left', 8, 'regular', ink.quiet)
    put(`Page ${index + 1} of ${pages.length}`, 52, 'right', 8, 'regular', ink.quiet)
  }
}

/** Every text that will be set, so that the faces it needs are there. */
const textsOf = (lines: readonly PaperLine[]): readonly string[] =>
  lines.flatMap((line) => {
    switch (line.kind) {
      case 'facts':
        return line.rows.flat()
      case 'source':
        return [line.about, line.quote, line.proof]
      case 'signature':
        return [blankName, blankDate]
      default:
        return [line.text]
    }
  })

export async function pdfPaper(paper: WorkingPaper, lines: readonly PaperLine[]): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false })
  const fonts = await loadFonts(document, textsOf(lines))
  document.setTitle(`${marking(paper.label)} – ${paper.title}`)
  document.setProducer(`Holdfast ${paper.made.version}`)
  const setter = createSetter(document, fonts)
  for (const line of lines) setLine(setter, line)
  if (fonts.hasCodes())
    setter.paragraph(
      [
        {
          text: 'Characters that the built-in type does not have are written as their Unicode numbers, such as \\u4e2d.',
          color: ink.quiet,
        },
      ],
      {
        ...small,
      },
    )
  setMargins(document, fonts, paper)
  return document.save({ useObjectStreams: false })
}
