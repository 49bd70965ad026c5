/** Cuts passages into the units an answer may quote: sentences, and whole table rows. Every unit is an exact span of its passage; nothing is ever rewritten. */
import type { Anchor } from '../domain/document.ts'
import type { Span } from '../domain/quote.ts'

export interface Unit extends Span {
  readonly isRow: boolean
  /** The block it lies in, counted in the passage. */
  readonly block: number
  /** For a row: the first row of its table in this passage, which often names the columns. */
  readonly header: Span | null
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })
const abbreviation =
  /(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Capt|Cdr|Col|Gen|Lt|Sgt|Rev|St|No|Nos|Art|Sec|Fig|Figs|Eq|Ch|Vol|Ref|Inc|Ltd|Co|Corp|Dept|approx|ca|cf|pp?|vs|viz|etc|e\.g|i\.e|a\.m|p\.m|U\.S|al)\.\s*$/
const onlyNumber = /^\s*(?:\d+|[a-zA-Z]|[ivx]+)[.)]\s*$/
const startsLow = /^[\p{Ll}]/u
const blank = /^\s*$/

/** One span for each block of a passage, in order, from the anchors that tie its text to the document. */
export function blockSpans(anchors: readonly Anchor[]): readonly Span[] {
  const spans = new Map<number, { start: number; end: number }>()
  for (const { block, start, end } of anchors) {
    const known = spans.get(block)
    if (known === undefined) spans.set(block, { start, end })
    else {
      known.start = Math.min(known.start, start)
      known.end = Math.max(known.end, end)
    }
  }
  return [...spans.values()].sort((a, b) => a.start - b.start)
}

function trimmed(text: string, span: Span): Span | null {
  const cut = text.slice(span.start, span.end)
  if (blank.test(cut)) return null
  return { start: span.start + (cut.length - cut.trimStart().length), end: span.end - (cut.length - cut.trimEnd().length) }
}

/** Sentences of a stretch of prose. A line's end is white space like any other; a full stop after an abbreviation or a number ends nothing. */
export function sentenceSpans(text: string, within: Span): readonly Span[] {
  const prose = text.slice(within.start, within.end).replace(/\s/g, ' ')
  const spans: { start: number; end: number }[] = []
  let isOpen = false
  for (const { segment, index } of sentences.segment(prose)) {
    const last = spans.at(-1)
    const continues = isOpen || (last !== undefined && startsLow.test(segment))
    if (continues && last !== undefined) last.end = index + segment.length
    else spans.push({ start: index, end: index + segment.length })
    isOpen = abbreviation.test(segment) || onlyNumber.test(segment)
  }
  return spans
    .map((span) => trimmed(text, { start: within.start + span.start, end: within.start + span.end }))
    .filter((span) => span !== null)
}

/** `fields` are the passage's cells: a block that holds two of them is a row, and is quoted whole. */
export function unitsOf(text: string, blocks: readonly Span[], fields: readonly Span[]): readonly Unit[] {
  const units: Unit[] = []
  let header: Span | null = null
  for (const [block, whole] of (blocks.length > 0 ? blocks : [{ start: 0, end: text.length }]).entries()) {
    const span = trimmed(text, whole)
    if (span === null) continue
    const isRow = fields.filter((field) => field.start >= span.start && field.end <= span.end).length > 1
    if (isRow) {
      units.push({ ...span, isRow, block, header })
      header ??= span
    } else {
      header = null
      for (const sentence of sentenceSpans(text, span)) units.push({ ...sentence, isRow, block, header })
    }
  }
  return units
}
