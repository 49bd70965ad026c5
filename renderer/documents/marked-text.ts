/** Cuts a text where marks begin and end, and where characters must not be shown as they are. Pure. */
import type { Span } from '../../main/domain/quote.ts'
import { visiblePieces } from './visible-text.ts'

export interface MarkedPiece {
  readonly start: number
  readonly text: string
  readonly sign: string | null
  readonly isMarked: boolean
}

/** Overlapping and empty spans joined, in order. */
export function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = []
  for (const span of spans.filter((one) => one.end > one.start).toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last !== undefined && span.start <= last.end) joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
    else joined.push(span)
  }
  return joined
}

/** `marks` count UTF-16 units of `text`. A sign that a mark cuts through belongs to the mark. */
export function markedPieces(text: string, marks: readonly Span[]): readonly MarkedPiece[] {
  const joined = joinSpans(marks)
  const edges = joined.flatMap((span) => [span.start, span.end])
  const pieces: MarkedPiece[] = []
  for (const piece of visiblePieces(text)) {
    const end = piece.start + piece.text.length
    const cuts = piece.sign === null ? edges.filter((edge) => edge > piece.start && edge < end) : []
    const bounds = [piece.start, ...cuts, end]
    for (let i = 0; i + 1 < bounds.length; i++) {
      const from = bounds[i] ?? 0
      const to = bounds[i + 1] ?? 0
      const isMarked = joined.some((span) => from < span.end && to > span.start)
      pieces.push({ start: from, text: text.slice(from, to), sign: piece.sign, isMarked })
    }
  }
  return pieces
}
