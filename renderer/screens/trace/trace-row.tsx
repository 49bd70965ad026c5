/** One span of a trace: what it is, when it was under way, and how it ended. */
import { ChevronDown, ChevronRight } from 'lucide-react'
import type { CSSProperties } from 'react'
import { Chip } from '../../components/chip.tsx'
import { formatDuration } from '../../format.ts'
import { lastsMs, placeIn, type TraceFrame, type TraceRow, type TraceSpan } from './trace-tree.ts'
import { handoffText, spanSentence, spanTitle, statusText, statusTones, statusWords } from './trace-words.ts'

/** Of the rows and of the axis above them. */
export const traceGrid =
  'grid grid-cols-[minmax(0,20rem)_minmax(0,1fr)_9.5rem] gap-4 px-4 max-wide:grid-cols-[minmax(0,16rem)_minmax(0,1fr)_8.5rem]'

const indentRem = 1.1
const bars = { open: 'bg-accent', ok: 'bg-ink-3', error: 'bg-bad', stopped: 'bg-ink-3' } as const

interface Props {
  readonly id: string
  readonly row: TraceRow
  readonly spans: ReadonlyMap<string, TraceSpan>
  readonly frame: TraceFrame
  readonly nowMs: number
  readonly isSelected: boolean
  /** Whose page this is. */
  readonly isHere: boolean
  readonly style: CSSProperties
  readonly onSelect: () => void
  readonly onTurn: () => void
}

export function TraceRowView({ id, row, spans, frame, nowMs, isSelected, isHere, style, onSelect, onTurn }: Props) {
  const { span, level, hasInside, isOpen, place, siblings } = row
  const { left, width } = placeIn(span, frame, nowMs)
  const handoffs = span.handoffs.map((one) => handoffText(one, spans)).join(', ')
  const isThisRun = isHere && span.kind === 'run'
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree holds the focus and the keys for its items
    // biome-ignore lint/a11y/useFocusableInteractive: items of a tree are reached through it
    <div
      id={id}
      role="treeitem"
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={isSelected}
      {...(hasInside ? { 'aria-expanded': isOpen } : {})}
      onClick={onSelect}
      style={style}
      className={`absolute inset-x-0 top-0 cursor-pointer items-center border-b border-line transition-colors hover:bg-hover aria-selected:shadow-[inset_2px_0_0_var(--accent)] group-focus/tree:aria-selected:bg-accent-soft/60 ${traceGrid}`}
    >
      <span data-said className="sr-only">
        {`${spanSentence(span, spans, nowMs)}${isThisRun ? ', this run' : ''}`}
      </span>
      <span aria-hidden className="flex min-w-0 items-center gap-1.5" style={{ paddingLeft: `${(level - 1) * indentRem}rem` }}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys do the same */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys do the same */}
        <span
          className="flex size-4 shrink-0 items-center justify-center text-ink-3"
          onClick={(event) => {
            event.stopPropagation()
            if (hasInside) onTurn()
          }}
        >
          {hasInside && <Chevron aria-hidden className="size-3.5" />}
        </span>
        <span className={`truncate ${span.kind === 'tool' ? 'font-mono text-small' : span.kind === 'run' ? 'font-medium' : ''}`}>
          {spanTitle(span)}
        </span>
        {isThisRun && <Chip tone="info">this run</Chip>}
        {handoffs !== '' && <span className="min-w-0 truncate text-small text-ink-3">{handoffs}</span>}
      </span>
      <span aria-hidden className="relative h-2">
        <span
          className={`absolute inset-y-0 min-w-0.75 rounded-full ${bars[span.status]}`}
          style={{ left: `min(${left * 100}%, calc(100% - 3px))`, width: `${width * 100}%` }}
        />
      </span>
      <span aria-hidden className="flex min-w-0 items-center justify-end gap-2">
        {span.status !== 'ok' && (
          <Chip tone={statusTones[span.status]} title={statusText(span)}>
            {statusWords[span.status]}
          </Chip>
        )}
        <span className="text-small text-ink-2 tabular">{formatDuration(lastsMs(span, nowMs))}</span>
      </span>
    </div>
  )
}
