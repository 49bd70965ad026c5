/**
 * Shows text that a document or a file name brought along: as text only, in its own direction, with invisible characters
 * named. Never as markup.
 */
import { Fragment, type ReactNode } from 'react'
import type { Span } from '../../main/domain/quote.ts'
import { type MarkedPiece, markedPieces } from './marked-text.ts'

const nothing: readonly Span[] = []

function show(piece: MarkedPiece): ReactNode {
  if (piece.sign === null) return <Fragment key={piece.start}>{piece.text}</Fragment>
  return (
    <span
      key={piece.start}
      title="An invisible character stands here"
      className="mx-0.5 rounded-sm border border-line-strong px-0.5 font-mono text-note text-warn select-none"
    >
      {piece.sign}
    </span>
  )
}

/** Neighbouring pieces with the same mark, so that a mark is one element. */
function grouped(pieces: readonly MarkedPiece[]): readonly (readonly MarkedPiece[])[] {
  const groups: MarkedPiece[][] = []
  for (const piece of pieces) {
    const open = groups.at(-1)
    if (open !== undefined && open[0]?.isMarked === piece.isMarked) open.push(piece)
    else groups.push([piece])
  }
  return groups
}

export function SourceText({ text, marks = nothing }: { readonly text: string; readonly marks?: readonly Span[] }) {
  return (
    <bdi>
      {grouped(markedPieces(text, marks)).map((group) =>
        group[0]?.isMarked === true ? (
          <mark key={group[0].start} className="quote-mark" data-quote-mark>
            {group.map(show)}
          </mark>
        ) : (
          <Fragment key={group[0]?.start ?? 0}>{group.map(show)}</Fragment>
        ),
      )}
    </bdi>
  )
}
