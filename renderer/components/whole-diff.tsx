/** A diff of any length in a room of its own. Only the lines in view exist. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { DiffLine } from './diff-lines.ts'
import { DiffRow } from './diff-view.tsx'

const limits = { rowPx: 20, overscan: 20 } as const

export function WholeDiff({ lines }: { lines: readonly DiffLine[] }) {
  const room = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    ...{ count: lines.length, overscan: limits.overscan, estimateSize: () => limits.rowPx, getScrollElement: () => room.current },
  })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section ref={room} tabIndex={0} aria-label="Diff" className="min-h-0 flex-1 overflow-auto bg-sunken -outline-offset-2!">
      <div className="relative font-mono text-small leading-5" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const line = lines[row.index]
          return (
            <div
              key={row.key}
              data-index={row.index}
              ref={virtual.measureElement}
              className="absolute inset-x-0 top-0 px-4"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {line !== undefined && <DiffRow line={line} />}
            </div>
          )
        })}
      </div>
    </section>
  )
}
