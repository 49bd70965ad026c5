/** Sets text onto PDF pages: words wrapped, pages begun as needed, head and foot drawn when all pages are there. It knows nothing of papers. */
import { type PDFDocument, type PDFPage, rgb } from 'pdf-lib'
import type { Fonts, Weight } from './pdf-fonts.ts'

/** Points. */
export const sheet = { width: 595.28, height: 841.89, left: 64, right: 64, top: 78, bottom: 84 } as const
const textWidth = sheet.width - sheet.left - sheet.right

export const ink = { text: rgb(0.11, 0.1, 0.09), quiet: rgb(0.34, 0.32, 0.29), warn: rgb(0.54, 0.23, 0.07) } as const

/** A stretch of text in one weight and colour. */
export interface Piece {
  readonly text: string
  readonly weight?: Weight
  readonly color?: (typeof ink)[keyof typeof ink]
}

interface Word extends Required<Piece> {
  readonly width: number
  /** A space stands before it. */
  readonly isApart: boolean
}

export interface Setting {
  readonly size: number
  readonly lead: number
  readonly indent?: number
  readonly after?: number
  /** Points that must be left below its first line, or it begins a new page. */
  readonly keep?: number
}

export interface Setter {
  paragraph(pieces: readonly Piece[], setting: Setting): void
  /** Two columns: names, and what they stand for. */
  row(name: string, value: string, setting: Setting & { readonly column: number }): void
  space(points: number): void
  rule(width: number, at?: number): void
  /** A frame around what `work` sets, on one page where it fits. */
  framed(work: () => void): void
  /** How far down the page it has come, in points from below. */
  here(): number
  readonly pages: readonly PDFPage[]
}

export function createSetter(document: PDFDocument, fonts: Fonts): Setter {
  const pages: PDFPage[] = []
  let y = 0
  const begin = (): PDFPage => {
    const page = document.addPage([sheet.width, sheet.height])
    pages.push(page)
    y = sheet.height - sheet.top
    return page
  }
  const page = (): PDFPage => pages.at(-1) ?? begin()
  const room = (points: number): void => {
    page()
    if (y - points < sheet.bottom) begin()
  }

  /** Words no wider than the line: what is longer is cut where it must be, between characters. */
  function wordsOf(pieces: readonly Piece[], size: number, width: number): readonly Word[] {
    const words: Word[] = []
    let isApart = false
    for (const { text, weight = 'regular', color = ink.text } of pieces) {
      for (const part of text.split(/( +)/)) {
        if (part === '') continue
        if (part.trim() === '') {
          isApart = true
          continue
        }
        let rest = part
        while (rest !== '') {
          let cut = rest
          while (fonts.width(cut, weight, size) > width && cut.length > 1)
            cut = [...cut].slice(0, Math.max(1, Math.floor([...cut].length * 0.9))).join('')
          words.push({ text: cut, weight, color, isApart, width: fonts.width(cut, weight, size) })
          isApart = false
          rest = rest.slice(cut.length)
        }
      }
    }
    return words
  }

  function linesOf(words: readonly Word[], size: number, width: number): readonly (readonly Word[])[] {
    const lines: Word[][] = []
    let used = 0
    for (const word of words) {
      const line = lines.at(-1)
      const gap = word.isApart ? fonts.width(' ', word.weight, size) : 0
      if (line === undefined || used + gap + word.width > width) {
        lines.push([word])
        used = word.width
      } else {
        line.push(word)
        used += gap + word.width
      }
    }
    return lines
  }

  /** A line, word beside word; those of one weight and colour are set together. */
  function draw(words: readonly Word[], x: number, size: number): void {
    let at = x
    for (let from = 0; from < words.length; ) {
      const first = words[from]
      if (first === undefined) break
      let to = from + 1
      while (words[to]?.weight === first.weight && words[to]?.color === first.color) to++
      const text = words
        .slice(from, to)
        .map((word, index) => `${word.isApart && (index > 0 || from > 0) ? ' ' : ''}${word.text}`)
        .join('')
      for (const run of fonts.runs(text, first.weight)) {
        page().drawText(run.text, { x: at, y, size, font: run.font, color: first.color })
        at += fonts.width(run.text, first.weight, size)
      }
      from = to
    }
  }

  const paragraph: Setter['paragraph'] = (pieces, { size, lead, indent = 0, after = 0, keep = 0 }) => {
    const width = textWidth - indent
    room(lead + keep)
    for (const line of linesOf(wordsOf(pieces, size, width), size, width)) {
      room(lead)
      y -= lead
      draw(line, sheet.left + indent, size)
    }
    y -= after
  }

  const row: Setter['row'] = (name, value, { size, lead, indent = 0, after = 0, column }) => {
    const width = textWidth - indent - column
    const lines = linesOf(wordsOf([{ text: value }], size, width), size, width)
    for (const [index, line] of (lines.length === 0 ? [[]] : lines).entries()) {
      room(lead)
      y -= lead
      if (index === 0) draw(wordsOf([{ text: name, color: ink.quiet }], size, column), sheet.left + indent, size)
      draw(line, sheet.left + indent + column, size)
    }
    y -= after
  }

  return {
    pages,
    here: () => y,
    paragraph,
    row,
    space: (points) => {
      y -= points
    },
    rule: (width, at = 0) => {
      page().drawLine({ start: { x: sheet.left + at, y }, end: { x: sheet.left + at + width, y }, thickness: 0.6, color: ink.text })
    },
    framed: (work) => {
      room(60)
      const [from, count] = [y, pages.length]
      y -= 6
      work()
      y -= 8
      if (pages.length === count)
        page().drawRectangle({
          ...{ x: sheet.left, y, width: textWidth, height: from - y },
          ...{ borderWidth: 0.8, borderColor: ink.text },
        })
    },
  }
}
