/**
 * What a document says of itself: banners at the edges of its pages, portion marks before its paragraphs, its file's name. It may raise
 * what a person said of it, never lower it. Pure. `mark-words.ts` says what a mark may say, and what is not recognised.
 */
import { bannersOf, countBanners, type FoundBanner, type Kept, readBanner, withoutBanners } from './banner-lines.ts'
import type { Block, ParsedDocument } from './document.ts'
import { joinAll, type Label, sameLabel, unclassified } from './label.ts'
import { type ReadMark, readMark, releasedAs } from './mark-words.ts'
import { bracketAt, candidatesOf, type Letter, type Portion, portionsOf, trusted } from './portion-marks.ts'

/** Blocks looked at in one step. */
const blocksPerStep = 200

export interface FoundMark {
  readonly label: Label
  /** The same without words that only the document knows. */
  readonly known: Label
  /** Where, without a word of the text. */
  readonly where: string
}

export interface DocumentMarks {
  /** What the document is at least. */
  readonly overall: Label
  /** The first of each kind. */
  readonly marks: readonly FoundMark[]
  /** Blocks whose own marks say what they are; every other is as high as the document. */
  readonly portions: ReadonlyMap<number, Label>
  readonly kept: Kept
}

function placeOf({ locator }: Block, index: number): string {
  switch (locator.kind) {
    case 'page':
      return `on page ${locator.page}`
    case 'lines':
      return `in line ${locator.from}`
    case 'row':
      return `in row ${locator.row}`
    case 'paragraph':
      return `in paragraph ${index + 1}`
  }
}

/** A file that was exported here says in its name what it is. */
export function markOfFileName(name: string): ReadMark | null {
  const [base = '', ...rest] = (name.split(/[\\/]/).at(-1) ?? '').split('--')
  const words = [base, ...rest.slice(0, -1)].map((word) => word.replaceAll('_', ' ').replaceAll('+', '/'))
  for (let count = words.length; count > 0 && rest.length > 0; count--) {
    const mark = readMark(words.slice(0, count).join('//'), 'banner')
    if (mark !== null) return mark
  }
  return null
}

/** Column names stand above every row of their table. */
const columnMarks = (names: ReadonlySet<string>): readonly ReadMark[] =>
  [...names].flatMap((name) => {
    const inside = bracketAt(name, 0)?.inside
    const mark = inside === undefined ? readBanner(name) : readMark(inside, 'portion')
    return mark?.isCompound === true ? [mark] : []
  })

/** Reads marks in small steps, for whoever has others waiting: a large document takes a while. */
export function* readMarksSteps(document: ParsedDocument, fileName: string): Generator<void, DocumentMarks> {
  const { blocks, marginLines = [] } = document
  const named = markOfFileName(fileName)
  const margins = marginLines.flatMap((line) => readBanner(line) ?? [])
  const names = new Set<string>()
  const lines: FoundBanner[] = []
  const letters: Letter[] = []
  const candidates: Portion[] = []
  for (const [index, block] of blocks.entries()) {
    if (index % blocksPerStep === blocksPerStep - 1) yield
    lines.push(...bannersOf(block, index))
    candidates.push(...candidatesOf(block, index, letters))
    for (const { locator } of block.parts) if (locator.kind === 'row' && locator.column !== null) names.add(locator.column)
  }
  const columns = columnMarks(names)
  const banners = countBanners(lines, document)
  const isMarked = named !== null || margins.length + columns.length + banners.length > 0
  const counted = trusted(candidates, letters, isMarked, blocks)
  const banner = joinAll([...margins, ...columns, ...banners.map((found) => found.banner)].map(({ label }) => label))
  const marks: FoundMark[] = []
  const add = (mark: ReadMark, where: string): void => {
    const label = releasedAs(mark, banner)
    if (!marks.some((known) => sameLabel(known.label, label))) marks.push({ label, known: mark.known, where })
  }
  if (named !== null) add(named, 'in the file’s name')
  for (const mark of margins) add(mark, 'at the head or foot of its pages')
  for (const mark of columns) add(mark, 'in a column’s name')
  const placed = [...banners.map(({ block, banner: mark }) => ({ block, mark })), ...counted].sort((a, b) => a.block - b.block)
  for (const { block, mark } of placed) {
    const found = blocks[block]
    if (found !== undefined) add(mark, placeOf(found, block))
  }
  const overall = joinAll(marks.map(({ label }) => label))
  // Where nothing is above the lowest there is nothing to tell apart.
  const portions = sameLabel(overall, unclassified) ? new Map<number, Label>() : portionsOf(counted, banner, overall, blocks)
  return { overall, marks, portions, kept: withoutBanners(banners, blocks) }
}

export function readMarks(document: ParsedDocument, fileName: string): DocumentMarks {
  const work = readMarksSteps(document, fileName)
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}
