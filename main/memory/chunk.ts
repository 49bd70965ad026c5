/**
 * Cuts a parsed document into passages of about 800 characters that never cross a page, a section, a table or a portion. Pure. Text is
 * only ever cut and joined, never changed, so that a quote found in a passage stands in the document too.
 */
import type { Anchor, Block, ParsedDocument, PassageDraft } from '../domain/document.ts'
import type { DocumentMarks } from '../domain/document-marks.ts'
import { dominates, type Label, sameLabel } from '../domain/label.ts'
import type { Locator } from '../domain/locator.ts'

export const chunkLimits = {
  /** Neighbours are joined up to this size. */
  targetChars: 800,
  /** A single block up to this size stays whole; no passage is larger. */
  charsMax: 1_200,
  /** A rest smaller than this goes with what stands before it, where that fits. */
  restCharsMin: 200,
  headingCharsMax: 400,
  columnNamesCharsMax: 200,
} as const

/** Blocks looked at in one step. */
const blocksPerStep = 500

const pathSeparator = ' › '

/** What the marks of a document say of its blocks, and which stretches of them are text. */
export type ChunkMarks = Pick<DocumentMarks, 'portions' | 'kept'>
const unmarked: ChunkMarks = { portions: new Map(), kept: new Map() }

/** A stretch of one block's text. */
interface Slice {
  readonly block: Block
  readonly index: number
  readonly start: number
  readonly end: number
}

/** Blocks that may stand in one passage. */
interface Group {
  readonly path: readonly Heading[]
  readonly columns: string
  /** Of its portion; null = as high as the document. */
  readonly label: Label | null
  readonly slices: Slice[]
}

interface Heading {
  readonly depth: number
  readonly text: string
  readonly label: Label | null
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })

function trimmed(slice: Slice): Slice | null {
  const text = slice.block.text.slice(slice.start, slice.end)
  const start = slice.start + (text.length - text.trimStart().length)
  const end = slice.start + text.trimEnd().length
  return end > start ? { ...slice, start, end } : null
}

/** The last place to cut a text that has neither sentence ends nor cells where they are wanted. */
function cutAnywhere(text: string, from: number, to: number): number {
  for (let at = to; at > from + (to - from) / 2; at--) if (/\s/.test(text[at - 1] ?? '')) return at
  return /[\uD800-\uDBFF]/.test(text[to - 1] ?? '') && to - 1 > from ? to - 1 : to
}

/** Ends of sentences between two places. A line's end is no sentence's end, whatever the segmenter holds. */
function sentenceEnds(text: string, from: number, to: number): readonly number[] {
  return [...sentences.segment(text.slice(from, to).replace(/\s/g, ' '))].map((segment) => from + segment.index + segment.segment.length)
}

/** Where a block may be cut: between its cells, and at the ends of sentences where it has none or one is too long. */
function cutPoints(block: Block): readonly number[] {
  const cells = block.parts.filter((part) => part.isField)
  if (cells.length === 0) return sentenceEnds(block.text, 0, block.text.length)
  const points = cells.flatMap((cell) =>
    cell.end - cell.start > chunkLimits.charsMax ? [cell.start, ...sentenceEnds(block.text, cell.start, cell.end)] : [cell.start],
  )
  return [...points, block.text.length]
}

function cutBlock(whole: Slice): Slice[] {
  if (whole.end - whole.start <= chunkLimits.charsMax) return [whole]
  const { text } = whole.block
  const slices: Slice[] = []
  let start = whole.start
  let good = start
  const close = (end: number) => {
    slices.push({ ...whole, start, end })
    start = end
  }
  for (const point of cutPoints(whole.block)) {
    if (point <= start) continue
    if (point - start > chunkLimits.targetChars && good > start) close(good)
    while (point - start > chunkLimits.charsMax) close(cutAnywhere(text, start, start + chunkLimits.targetChars))
    good = point
  }
  if (whole.end > start) close(whole.end)
  const last = slices.at(-1)
  const before = slices.at(-2)
  const isRest = last !== undefined && last.end - last.start < chunkLimits.restCharsMin
  if (isRest && before !== undefined && last.end - before.start <= chunkLimits.charsMax)
    slices.splice(-2, 2, { ...whole, start: before.start, end: last.end })
  return slices
}

const pageOf = (locator: Locator): number => (locator.kind === 'page' ? locator.page : 0)

const isSame = (a: Label | null, b: Label | null): boolean => a === b || (a !== null && b !== null && sameLabel(a, b))
/** Whether something so labelled may be said beside a passage of this portion. */
const isWithin = (portion: Label | null, label: Label | null): boolean => portion === null || (label !== null && dominates(portion, label))

/** A heading opens a section and belongs to it; headings in a row belong to the section of the last of them. */
function* groupsOf(document: ParsedDocument, { portions, kept }: ChunkMarks): Generator<void, Group[]> {
  const groups: Group[] = []
  let path: readonly Heading[] = []
  let before: Block | null = null
  let columns = ''
  for (const [index, block] of document.blocks.entries()) {
    if (index % blocksPerStep === blocksPerStep - 1) yield
    const stretch = kept.get(index)
    if (stretch === null) continue
    const label = portions.get(index) ?? null
    const isHeading = block.kind === 'heading'
    if (isHeading) {
      const heading = { depth: block.depth, text: block.text.replace(/\s+/g, ' '), label }
      path = [...path.filter((above) => above.depth < block.depth), heading]
    }
    if (block.table !== before?.table) columns = ''
    const follows =
      before !== null &&
      pageOf(block.locator) === pageOf(before.locator) &&
      (before.kind === 'heading' || (block.table === before.table && !isHeading))
    const slice = trimmed({ block, index, ...(stretch ?? { start: 0, end: block.text.length }) })
    if (slice === null) continue
    const last = groups.at(-1)
    if (follows && last !== undefined && isSame(last.label, label)) groups[groups.length - 1] = { ...last, path, slices: last.slices }
    else groups.push({ path, columns: '', label, slices: [] })
    if (block.isHeader) columns = columns === '' ? columnNames(block) : columns
    const group = groups.at(-1)
    if (group === undefined) continue
    if (columns !== '' && group.columns === '') groups[groups.length - 1] = { ...group, columns }
    group.slices.push(slice)
    before = block
  }
  return groups
}

const columnNames = (header: Block): string => {
  const names = header.parts.filter((part) => part.isField).map((part) => header.text.slice(part.start, part.end).replace(/\s+/g, ' '))
  return names.join(', ').slice(0, chunkLimits.columnNamesCharsMax)
}

/** The slices of each passage of a group. */
function* passagesOf(group: Group): Generator<void, Slice[][]> {
  const passages: Slice[][] = []
  let open: Slice[] = []
  let openChars = 0
  for (const whole of group.slices) {
    yield
    for (const cut of cutBlock(whole)) {
      const slice = trimmed(cut)
      if (slice === null) continue
      const chars = slice.end - slice.start
      const joined = openChars === 0 ? chars : openChars + 1 + chars
      // A heading never stands alone at the end of a passage: what follows it may make the passage a little larger.
      const limit = open.at(-1)?.block.kind === 'heading' ? chunkLimits.charsMax : chunkLimits.targetChars
      if (open.length > 0 && joined > limit) {
        passages.push(open)
        open = []
        openChars = 0
      }
      open.push(slice)
      openChars = openChars === 0 ? chars : openChars + 1 + chars
    }
  }
  const last = passages.at(-1)
  const lastChars = last?.reduce((sum, slice) => sum + slice.end - slice.start + 1, 0) ?? 0
  if (last !== undefined && openChars < chunkLimits.restCharsMin && lastChars + openChars <= chunkLimits.charsMax) last.push(...open)
  else if (open.length > 0) passages.push(open)
  return passages
}

/** Anchors of one slice: one for each part it touches, and one for each stretch with letters between them. */
function anchorsOf(slice: Slice, textStart: number): Anchor[] {
  const anchors: Anchor[] = []
  const { block, index } = slice
  const push = (from: number, to: number, locator: Locator, isField: boolean) => {
    const start = textStart + from - slice.start
    anchors.push({ start, end: start + to - from, block: index, offset: from, locator, isField })
  }
  const pushBetween = (from: number, to: number) => {
    if (block.text.slice(from, to).trim() !== '') push(from, to, block.locator, false)
  }
  let at = slice.start
  for (const part of block.parts) {
    if (part.end <= slice.start || part.start >= slice.end) continue
    const from = Math.max(part.start, at)
    const to = Math.min(part.end, slice.end)
    if (to <= from) continue
    pushBetween(at, from)
    push(from, to, part.locator, part.isField && from === part.start && to === part.end)
    at = to
  }
  pushBetween(at, slice.end)
  return anchors
}

/** The place of a whole passage: its first paragraph or row, all its lines, all its boxes. */
function unite(anchors: readonly Anchor[], slices: readonly Slice[]): Locator {
  const first = slices[0]?.block.locator ?? { kind: 'lines' as const, from: 1, to: 1 }
  switch (first.kind) {
    case 'page':
      return { ...first, boxes: anchors.flatMap((anchor) => (anchor.locator.kind === 'page' ? anchor.locator.boxes : [])) }
    case 'lines': {
      const spans = anchors.flatMap((anchor) => (anchor.locator.kind === 'lines' ? [anchor.locator] : []))
      const from = spans.reduce((least, span) => Math.min(least, span.from), spans[0]?.from ?? first.from)
      return { kind: 'lines', from, to: spans.reduce((most, span) => Math.max(most, span.to), from) }
    }
    case 'row':
      return { ...first, column: null }
    case 'paragraph':
      return first
  }
}

/** What stands over a passage. A marked portion is told only what is no higher than itself; a document's title bears no mark. */
function headingOf(title: string | null, group: Group): string {
  const names = group.path.filter(({ label }) => isWithin(group.label, label)).map(({ text }) => text)
  const path = [group.label === null ? (title ?? '') : '', ...names].filter((name, at, all) => name !== '' && name !== all[at - 1])
  const columns = group.columns === '' || group.label !== null ? [] : [group.columns]
  return [path.join(pathSeparator).slice(0, chunkLimits.headingCharsMax), ...columns].filter((text) => text !== '').join(pathSeparator)
}

/** The place of a portion without headings that are higher than it. */
function placeWithin(locator: Locator, group: Group): Locator {
  if (group.label === null || locator.kind !== 'paragraph') return locator
  const names = new Set(group.path.filter(({ label }) => isWithin(group.label, label)).map(({ text }) => text))
  return { ...locator, headings: locator.headings.filter((heading) => names.has(heading.replace(/\s+/g, ' '))) }
}

/** Every character of every block that is not white space stands in exactly one passage, but for what the marks leave out. */
export function chunk(document: ParsedDocument, marks: ChunkMarks = unmarked): PassageDraft[] {
  const work = chunkSteps(document, marks)
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

/** The same in small steps, for whoever has others waiting: a large document takes seconds. */
export function* chunkSteps(document: ParsedDocument, marks: ChunkMarks): Generator<void, PassageDraft[]> {
  const drafts: PassageDraft[] = []
  for (const group of yield* groupsOf(document, marks)) {
    const heading = headingOf(document.title, group)
    for (const slices of yield* passagesOf(group)) {
      yield
      let text = ''
      const anchors: Anchor[] = []
      for (const slice of slices) {
        if (text !== '') text += '\n'
        anchors.push(...anchorsOf(slice, text.length))
        text += slice.block.text.slice(slice.start, slice.end)
      }
      const placed = anchors.map((anchor) => ({ ...anchor, locator: placeWithin(anchor.locator, group) }))
      const locator = placeWithin(unite(anchors, slices), group)
      drafts.push({ ordinal: drafts.length, heading, text, locator, anchors: placed, label: group.label })
    }
  }
  return drafts
}
