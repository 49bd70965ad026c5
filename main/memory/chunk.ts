/**
 * Cuts a parsed document into passages of about 800 characters that never cross a page, a section or a table. Pure. Text is
 * only ever cut and joined, never changed, so that a quote found in a passage stands in the document too.
 */
import type { Anchor, Block, ParsedDocument, PassageDraft } from '../domain/document.ts'
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

/** A stretch of one block's text. */
interface Slice {
  readonly block: Block
  readonly index: number
  readonly start: number
  readonly end: number
}

/** Blocks that may stand in one passage. */
interface Group {
  readonly path: readonly string[]
  readonly columns: string
  readonly slices: Slice[]
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

/** A heading opens a section and belongs to it; headings in a row belong to the section of the last of them. */
function* groupsOf(document: ParsedDocument): Generator<void, Group[]> {
  const groups: Group[] = []
  let path: { readonly depth: number; readonly text: string }[] = []
  let before: Block | null = null
  let columns = ''
  for (const [index, block] of document.blocks.entries()) {
    if (index % blocksPerStep === blocksPerStep - 1) yield
    const isHeading = block.kind === 'heading'
    if (isHeading)
      path = [...path.filter((heading) => heading.depth < block.depth), { depth: block.depth, text: block.text.replace(/\s+/g, ' ') }]
    if (block.table !== before?.table) columns = ''
    const follows =
      before !== null &&
      pageOf(block.locator) === pageOf(before.locator) &&
      (before.kind === 'heading' || (block.table === before.table && !isHeading))
    const slice = trimmed({ block, index, start: 0, end: block.text.length })
    if (slice === null) continue
    const names = path.map((heading) => heading.text)
    const last = groups.at(-1)
    if (follows && last !== undefined) groups[groups.length - 1] = { ...last, path: names, slices: last.slices }
    else groups.push({ path: names, columns: '', slices: [] })
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

function headingOf(title: string | null, group: Group): string {
  const path = [title ?? '', ...group.path].filter((name, at, all) => name !== '' && name !== all[at - 1])
  const columns = group.columns === '' ? [] : [group.columns]
  return [path.join(pathSeparator).slice(0, chunkLimits.headingCharsMax), ...columns].filter((text) => text !== '').join(pathSeparator)
}

/** Every character of every block that is not white space stands in exactly one passage. */
export function chunk(document: ParsedDocument): PassageDraft[] {
  const work = chunkSteps(document)
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}

/** The same in small steps, for whoever has others waiting: a large document takes seconds. */
export function* chunkSteps(document: ParsedDocument): Generator<void, PassageDraft[]> {
  const drafts: PassageDraft[] = []
  for (const group of yield* groupsOf(document)) {
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
      drafts.push({ ordinal: drafts.length, heading, text, locator: unite(anchors, slices), anchors })
    }
  }
  return drafts
}
