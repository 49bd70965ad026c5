/**
 * Cuts passages into the units an answer may quote: sentences, and whole table rows. Every unit is an exact span of its passage;
 * nothing is ever rewritten.
 */
import type { Anchor } from '../domain/document.ts'
import type { Span } from '../domain/quote.ts'
import { months } from './reflex-words.ts'

export interface Unit extends Span {
  readonly isRow: boolean
  /** The block it lies in, counted in the passage. */
  readonly block: number
  /** For a row: the first row of its table in this passage, which often names the columns. */
  readonly header: Span | null
}

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })
const shortened =
  'Mr|Mrs|Ms|Dr|Prof|Capt|Cdr|Col|Gen|Lt|Sgt|Rev|St|No|Nos|Art|Sec|Figs?|Eq|Ch|Vol|Ref|Inc|Ltd|Co|Corp|Dept|approx|ca|cf|pp?|vs|viz|etc|' +
  String.raw`e\.g|i\.e|a\.m|p\.m|U\.S|al`
const abbreviation = new RegExp(String.raw`(?:^|[\s(])(?:[A-Z]|${shortened})\.\s*$`)
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

/**
 * Sentences of a stretch of prose. A line's end is white space like any other; a full stop after an abbreviation or a number ends
 * nothing.
 */
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

/** Page numbers and markings, which stand beside the text and are no part of it. */
const furniture = /\bpage \d+(?: of \d+)?\s*$/i
const hasContent = /\p{Ll}|\p{N}/u
const cell = /\t| {3,}|(?:^|\s)[·|](?:\s|$)/
/** A line that begins an entry of a log. */
export const logEntry = /^\s*(?:\d{1,2}[:.]\d\d\b|\d{4}-\d\d-\d\d\b|\[\d)/

/** A line that says when, by whom and under which number a document was written: one unit, though it has full stops in it. */
const day = String.raw`\b\d{1,2} (?:${months.join('|')}) \d{4}\b`
export const byline = new RegExp(String.raw`^(?=.{8,160}$)(?=.*${day})(?:[^.|·]{1,60}(?:[.|·]\s*)){1,3}[^.|·]{2,80}\.?$`, 'i')

const collapse = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Lines of a block, joined where one goes on in the next: rows and entries of a log stand alone. */
function stretchesOf(text: string, block: Span): readonly (Span & { readonly isRow: boolean })[] {
  const stretches: { start: number; end: number; isRow: boolean }[] = []
  let at = block.start
  for (const line of text.slice(block.start, block.end).split('\n')) {
    const isRow = cell.test(line.trim())
    const last = stretches.at(-1)
    const end = at + line.length
    if (last === undefined || isRow || last.isRow || logEntry.test(line)) stretches.push({ start: at, end, isRow })
    else last.end = end
    at = end + 1
  }
  return stretches
}

/**
 * `fields` are the passage's cells: a block that holds two of them is a row, and is quoted whole. What stands in `heading` is not
 * quoted again.
 */
export function unitsOf(text: string, blocks: readonly Span[], fields: readonly Span[], heading: string): readonly Unit[] {
  const units: Unit[] = []
  const above = collapse(heading)
  let header: Span | null = null
  for (const [block, whole] of (blocks.length > 0 ? blocks : [{ start: 0, end: text.length }]).entries()) {
    const isFielded = fields.filter((field) => field.start >= whole.start && field.end <= whole.end).length > 1
    for (const stretch of isFielded ? [{ ...whole, isRow: true }] : stretchesOf(text, whole)) {
      const span = trimmed(text, stretch)
      if (span === null) continue
      const shown = collapse(text.slice(span.start, span.end))
      if (furniture.test(shown) || above.includes(shown) || !(stretch.isRow || hasContent.test(shown))) continue
      if (stretch.isRow) {
        units.push({ ...span, isRow: true, block, header })
        header ??= span
      } else {
        header = null
        for (const sentence of byline.test(shown) ? [span] : sentenceSpans(text, span))
          units.push({ ...sentence, isRow: false, block, header })
      }
    }
  }
  return units
}
