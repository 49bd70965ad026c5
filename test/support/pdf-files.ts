/** Makes small PDF files with text at known places. */
import { degrees, PDFDocument, type PDFFont, type PDFPage, StandardFonts } from 'pdf-lib'

export interface PlacedText {
  readonly text: string
  /** Points from the page's own lower left corner to where the text's baseline begins. */
  readonly x: number
  readonly y: number
  readonly size?: number
  readonly turn?: number
}

export interface PageRecipe {
  readonly texts: readonly PlacedText[]
  readonly width?: number
  readonly height?: number
  readonly rotate?: 0 | 90 | 180 | 270
  readonly crop?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

/** Upper and lower edge of Helvetica's own bounding box, in parts of its size, from its published metrics. */
export const helvetica = { ascent: 0.931, descent: 0.225 } as const

function draw(page: PDFPage, font: PDFFont, texts: readonly PlacedText[]): void {
  for (const { text, x, y, size = 12, turn = 0 } of texts) page.drawText(text, { x, y, size, font, rotate: degrees(turn) })
}

export async function makePdf(pages: readonly PageRecipe[], title?: string): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  const font = await document.embedFont(StandardFonts.Helvetica)
  if (title !== undefined) document.setTitle(title)
  for (const recipe of pages) {
    const page = document.addPage([recipe.width ?? 595, recipe.height ?? 842])
    draw(page, font, recipe.texts)
    if (recipe.rotate !== undefined) page.setRotation(degrees(recipe.rotate))
    if (recipe.crop !== undefined) page.setCropBox(recipe.crop.x, recipe.crop.y, recipe.crop.width, recipe.crop.height)
  }
  return document.save()
}

/** Width in points of a text set in Helvetica. */
export async function widthOf(text: string, size: number): Promise<number> {
  const document = await PDFDocument.create()
  return (await document.embedFont(StandardFonts.Helvetica)).widthOfTextAtSize(text, size)
}

const words = 'the harbour pilot reported a strong current near the northern breakwater while two vessels waited for the tide'.split(' ')

/** Pages of running text, about 3,000 characters each. The same every time. */
export function makeTextPdf(pageCount: number): Promise<Uint8Array> {
  const pages = Array.from({ length: pageCount }, (_, page): PageRecipe => {
    const texts = Array.from({ length: 48 }, (_, line) => {
      const text = Array.from({ length: 11 }, (_, at) => words[(page * 7 + line * 11 + at * 3) % words.length]).join(' ')
      return { text: line % 8 === 7 ? `${text}.` : text, x: 60, y: 780 - line * 15, size: 10.5 }
    })
    return { texts }
  })
  return makePdf(pages, 'Pilot log')
}
