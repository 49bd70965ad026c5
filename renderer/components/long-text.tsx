/** A text of any length, to be read: inert, as it stands, and only what is seen of it exists. Fills the room it is given. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useMemo, useRef } from 'react'
import { SourceText } from '../documents/source-text.tsx'
import { textPieces } from './text-pieces.ts'

const limits = { linePx: 21, lineChars: 90, overscan: 3, paddingPx: 12 } as const

/** Near enough that the bar beside the text hardly moves when a piece is measured. */
const estimatePx = (piece: string): number =>
  limits.linePx * Math.max(piece.split('\n').length - 1, Math.ceil(piece.length / limits.lineChars), 1)

interface Props {
  readonly text: string
  readonly label: string
  /** The look of its ground and edge, which says whose words these are. */
  readonly look: string
}

export function LongText({ text, label, look }: Props) {
  const room = useRef<HTMLElement>(null)
  const pieces = useMemo(() => textPieces(text), [text])
  const virtual = useVirtualizer({
    ...{ count: pieces.length, overscan: limits.overscan, getScrollElement: () => room.current },
    ...{ estimateSize: (index) => estimatePx(pieces[index] ?? ''), paddingStart: limits.paddingPx, paddingEnd: limits.paddingPx },
  })
  // Only the list knows where the end is, once it has measured what stands there.
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'End') return
    event.preventDefault()
    virtual.scrollToIndex(pieces.length - 1, { align: 'end' })
  }
  return (
    <section
      ref={room}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={label}
      onKeyDown={press}
      className={`min-h-0 flex-1 overflow-auto -outline-offset-2! ${look}`}
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => (
          <div
            key={row.key}
            ref={virtual.measureElement}
            data-index={row.index}
            className="absolute inset-x-0 top-0 px-4 whitespace-pre-wrap [overflow-wrap:anywhere]"
            style={{ transform: `translateY(${row.start}px)` }}
          >
            {/* A line end closes its piece, and the next one begins a line in any case. */}
            <SourceText text={(pieces[row.index] ?? '').replace(/\n$/, '') || ' '} />
          </div>
        ))}
      </div>
    </section>
  )
}
