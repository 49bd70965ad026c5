/** The spans of a trace as a tree with bars over time, of which only what is seen exists. Arrow keys, J and K move; left and right close and open. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useId, useRef } from 'react'
import { formatDuration } from '../../format.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'
import { TraceRowView, traceGrid } from './trace-row.tsx'
import { arrowIn, type TraceFrame, type TraceRow, type TraceSpan } from './trace-tree.ts'

const limits = { rowPx: 32, overscan: 10, pageRows: 10 } as const
const quarters = [0, 0.25, 0.5, 0.75, 1] as const

function Axis({ frame }: { frame: TraceFrame }) {
  return (
    <div aria-hidden className={`shrink-0 border-b border-line py-1.5 text-note text-ink-3 tabular ${traceGrid}`}>
      <span />
      <span className="flex justify-between">
        {quarters.map((quarter) => (
          <span key={quarter} className={quarter === 0.25 || quarter === 0.75 ? 'max-wide:hidden' : ''}>
            {quarter === 0 ? '0' : formatDuration(frame.lastsMs * quarter)}
          </span>
        ))}
      </span>
      <span className="text-right">took</span>
    </div>
  )
}

interface Props {
  readonly rows: readonly TraceRow[]
  readonly spans: ReadonlyMap<string, TraceSpan>
  readonly frame: TraceFrame
  readonly nowMs: number
  readonly selected: string | null
  /** Of the run or the mission whose page this is. */
  readonly hereId: string
  readonly onSelect: (id: string) => void
  readonly onTurn: (id: string) => void
  readonly onOpen: (span: TraceSpan) => void
}

export function TraceTree({ rows, spans, frame, nowMs, selected, hereId, onSelect, onTurn, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const name = useId()
  const found = rows.findIndex(({ span }) => span.id === selected)
  const at = Math.max(found, 0)
  const virtual = useVirtualizer({
    ...{ count: rows.length, overscan: limits.overscan, estimateSize: () => limits.rowPx, getScrollElement: () => scroller.current },
    getItemKey: (index) => rows[index]?.span.id ?? index,
  })
  // What is chosen comes into view, and is let go again: spans that begin meanwhile move nothing.
  const foundAt = useRef(found)
  foundAt.current = found
  useEffect(() => {
    if (selected !== null && foundAt.current >= 0) virtual.scrollToIndex(foundAt.current)
  }, [selected, virtual])
  const moveTo = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)]
    if (row !== undefined) onSelect(row.span.id)
    scroller.current?.focus({ preventScroll: true })
  }
  const here = rows[at]
  const press = (event: KeyboardEvent) => {
    const by = {
      ...{ ArrowDown: 1, ArrowUp: -1, PageDown: limits.pageRows, PageUp: -limits.pageRows, Home: -rows.length, End: rows.length },
    }[event.key]
    if (by !== undefined) moveTo(at + by)
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const to = arrowIn(rows, at, event.key)
      if (to !== 'turn') moveTo(to)
      else if (here !== undefined) onTurn(here.span.id)
    } else return
    event.preventDefault()
  }
  useShortcut('list.next', () => moveTo(at + 1))
  useShortcut('list.previous', () => moveTo(at - 1))
  useShortcut('list.open', () => here !== undefined && onOpen(here.span))
  return (
    <>
      <Axis frame={frame} />
      <div
        ref={scroller}
        role="tree"
        tabIndex={0}
        aria-label="Trace"
        aria-activedescendant={`${name}-${at}`}
        onKeyDown={press}
        className="group/tree min-h-0 flex-1 overflow-auto -outline-offset-2!"
      >
        <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            return (
              <TraceRowView
                key={item.key}
                id={`${name}-${item.index}`}
                {...{ row, spans, frame, nowMs }}
                isSelected={item.index === at}
                isHere={row.span.id === hereId}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                onSelect={() => onSelect(row.span.id)}
                onTurn={() => onTurn(row.span.id)}
              />
            )
          })}
        </div>
      </div>
    </>
  )
}
