/** Where a piece of text stands in its document. One shape per kind of document, so that a wrong read does not compile. */
import * as z from 'zod'

/** Points (1/72 inch) from the page's top left corner, as the page is displayed. */
export const Box = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
export type Box = z.infer<typeof Box>

const positive = z.int().min(1)

export const Locator = z.discriminatedUnion('kind', [
  /** PDF: page counted from 1, and the boxes of the text's lines on it. */
  z.strictObject({ kind: z.literal('page'), page: positive, boxes: z.array(Box) }),
  /** DOCX, HTML, Markdown: the headings above it, outermost first, and the paragraph counted from 1 under the last of them. */
  z.strictObject({ kind: z.literal('paragraph'), headings: z.array(z.string()), paragraph: positive }),
  /** Plain text: first and last line, counted from 1. */
  z.strictObject({ kind: z.literal('lines'), from: positive, to: positive }),
  /** CSV: data row counted from 1 below the header, and the column's name where one cell is meant. */
  z.strictObject({ kind: z.literal('row'), row: positive, column: z.string().nullable() }),
])
export type Locator = z.infer<typeof Locator>

/** A locator as a person says it: `Page 4`, `Harbour › Charts, paragraph 3`, `Lines 12–14`, `Row 7, depth_m`. */
export function describeLocator(locator: Locator): string {
  switch (locator.kind) {
    case 'page':
      return `Page ${locator.page}`
    case 'paragraph': {
      const path = locator.headings.join(' › ')
      return path === '' ? `Paragraph ${locator.paragraph}` : `${path}, paragraph ${locator.paragraph}`
    }
    case 'lines':
      return locator.from === locator.to ? `Line ${locator.from}` : `Lines ${locator.from}–${locator.to}`
    case 'row':
      return locator.column === null ? `Row ${locator.row}` : `Row ${locator.row}, ${locator.column}`
  }
}
