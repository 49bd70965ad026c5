/** From a span of a passage back to its place in the document: the locator a citation shows, and the stretches a viewer highlights. */
import type { Anchor } from '../domain/document.ts'
import type { Box, Locator } from '../domain/locator.ts'
import type { Span } from '../domain/quote.ts'

export interface Stretch {
  readonly block: number
  /** UTF-16 code units of the block's text. */
  readonly start: number
  readonly end: number
}

interface Overlap {
  readonly anchor: Anchor
  readonly start: number
  readonly end: number
}

function overlaps(anchors: readonly Anchor[], span: Span): readonly Overlap[] {
  return anchors.flatMap((anchor) => {
    const start = Math.max(anchor.start, span.start)
    const end = Math.min(anchor.end, span.end)
    return start < end ? [{ anchor, start, end }] : []
  })
}

/** The part of a line's box that a stretch of it takes, by the share of its characters: lines are set in one direction and size. */
function clip(box: Box, { anchor, start, end }: Overlap): Box {
  const length = anchor.end - anchor.start
  const from = (start - anchor.start) / length
  const to = (end - anchor.start) / length
  return { x: box.x + box.width * from, y: box.y, width: box.width * (to - from), height: box.height }
}

/** Where a span stands. Falls back to the passage's own locator when no anchor covers it. */
export function locate(passage: { readonly locator: Locator; readonly anchors: readonly Anchor[] }, span: Span): Locator {
  const found = overlaps(passage.anchors, span)
  const first = found[0]
  const last = found.at(-1)
  if (first === undefined || last === undefined) return passage.locator
  const place = first.anchor.locator
  const end = last.anchor.locator
  switch (place.kind) {
    case 'page': {
      const boxes = found.flatMap((overlap) => {
        const { locator } = overlap.anchor
        if (locator.kind !== 'page' || locator.page !== place.page) return []
        return locator.boxes.length === 1 ? locator.boxes.map((box) => clip(box, overlap)) : locator.boxes
      })
      return { kind: 'page', page: place.page, boxes }
    }
    case 'lines':
      return { kind: 'lines', from: place.from, to: end.kind === 'lines' ? end.to : place.to }
    case 'row':
      return { kind: 'row', row: place.row, column: found.length === 1 ? place.column : null }
    case 'paragraph':
      return place
  }
}

/** The blocks' stretches that a span covers, in order. */
export const stretches = (anchors: readonly Anchor[], span: Span): readonly Stretch[] =>
  overlaps(anchors, span).map(({ anchor, start, end }) => ({
    block: anchor.block,
    start: anchor.offset + (start - anchor.start),
    end: anchor.offset + (end - anchor.start),
  }))

/** Spans of whole cells and fields in a passage: what may be quoted short. */
export const fields = (anchors: readonly Anchor[]): readonly Span[] =>
  anchors.flatMap(({ start, end, isField }) => (isField ? [{ start, end }] : []))
