/** The documents held, as a table of any length of which only what is seen exists. J and K move from row to row, Enter opens. */
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Trash2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { DocumentSummary } from '../../main/contract/holdings.ts'
import { IconButton } from '../components/button.tsx'
import { LabelMark } from '../components/level.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { TimeAgo } from '../components/time-ago.tsx'
import { formatCount } from '../format.ts'
import { useShortcut } from '../frame/shortcuts.tsx'
import { formatNames } from './format-names.ts'
import { MissingParts } from './missing-parts.tsx'
import { SourceText } from './source-text.tsx'
import { visibleString } from './visible-text.ts'

const rowPx = 48
const rowsBeside = 10

const columns = [
  'grid items-center gap-x-4 px-6 grid-cols-[minmax(0,1fr)_9rem_5rem_9rem_3.5rem_4.5rem_6rem_1.75rem]',
  'max-wide:grid-cols-[minmax(0,1fr)_4.5rem_7rem_3rem_4.25rem_5.5rem_1.75rem]',
].join(' ')
const rowLook = `${columns} absolute inset-x-0 top-0 border-b border-line transition-colors focus-within:bg-hover hover:bg-hover`

interface Props {
  readonly total: number
  readonly at: (index: number) => DocumentSummary | undefined
  readonly onSee: (first: number, last: number) => void
  readonly onRemove: (document: DocumentSummary) => void
}

function Head() {
  return (
    <thead className="sticky top-0 z-10 block bg-ground text-small text-ink-2">
      <tr className={`${columns} h-8 border-b border-line text-left [&>th]:font-medium`}>
        <th scope="col">File</th>
        <th scope="col" className="max-wide:hidden">
          Collection
        </th>
        <th scope="col">Format</th>
        <th scope="col">Label</th>
        <th scope="col" className="text-right">
          Pages
        </th>
        <th scope="col" className="text-right">
          Passages
        </th>
        <th scope="col" className="text-right">
          Imported
        </th>
        <th scope="col">
          <span className="sr-only">Actions</span>
        </th>
      </tr>
    </thead>
  )
}

function Cells({ document, onRemove }: { readonly document: DocumentSummary; readonly onRemove: Props['onRemove'] }) {
  return (
    <>
      <td className="flex min-w-0 items-center gap-2">
        <Link
          to="/documents/$documentId"
          params={{ documentId: document.id }}
          title={visibleString(document.title ?? document.file)}
          className="min-w-0 truncate rounded-sm font-medium after:absolute after:inset-0 hover:underline"
        >
          <SourceText text={document.file} />
        </Link>
        <span className="relative shrink-0">
          <MissingParts missing={document.missing} />
        </span>
      </td>
      <td className="min-w-0 truncate text-ink-2 max-wide:hidden" title={visibleString(document.collection)}>
        <SourceText text={document.collection} />
      </td>
      <td className="text-ink-2">{formatNames[document.format]}</td>
      <td className="min-w-0 truncate">
        <LabelMark label={document.label} />
      </td>
      <td className="text-right text-ink-2 tabular">{document.pages > 0 ? formatCount(document.pages) : '–'}</td>
      <td className="text-right text-ink-2 tabular">{formatCount(document.passages)}</td>
      <td className="text-right text-small text-ink-2">
        <TimeAgo atMs={document.importedAt} />
      </td>
      <td className="relative">
        <IconButton label={`Remove ${visibleString(document.file)}…`} onClick={() => onRemove(document)}>
          <Trash2 strokeWidth={1.6} />
        </IconButton>
      </td>
    </>
  )
}

export function DocumentsTable({ total, at, onSee, onRemove }: Props) {
  const scroller = useRef<HTMLElement>(null)
  const [active, setActive] = useState({ row: 0, moves: 0 })
  const isMoving = useRef(false)
  const list = useVirtualizer<HTMLElement, HTMLTableRowElement>({
    ...{ count: total, overscan: rowsBeside, estimateSize: () => rowPx, getScrollElement: () => scroller.current },
    getItemKey: (index) => at(index)?.id ?? index,
  })
  const items = list.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onSee(first, last), [onSee, first, last])

  const move = (by: number) => {
    const isInside = scroller.current?.contains(window.document.activeElement) === true
    const row = isInside || active.moves > 0 ? active.row + by : active.row
    setActive({ row: Math.min(Math.max(row, 0), total - 1), moves: active.moves + 1 })
  }
  useShortcut('list.next', () => move(1))
  useShortcut('list.previous', () => move(-1))

  useEffect(() => {
    if (active.moves === 0) return
    list.scrollToIndex(active.row)
    // Once the row exists. Focus that was moved by key tells nothing new about where the reader is.
    const frame = requestAnimationFrame(() => {
      isMoving.current = true
      scroller.current?.querySelector<HTMLElement>(`[data-index="${active.row}"] a`)?.focus()
      isMoving.current = false
    })
    return () => cancelAnimationFrame(frame)
  }, [active, list])

  return (
    <section ref={scroller} aria-label="Documents" className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto">
      <table className="block" aria-rowcount={total + 1}>
        <Head />
        <tbody className="relative block" style={{ height: list.getTotalSize() }}>
          {items.map((item) => {
            const document = at(item.index)
            return (
              <tr
                key={item.key}
                data-index={item.index}
                aria-rowindex={item.index + 2}
                onFocus={() => !isMoving.current && setActive((was) => (was.row === item.index ? was : { row: item.index, moves: 0 }))}
                className={rowLook}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
              >
                {document === undefined ? (
                  <td className="col-span-full">
                    <Skeleton className="h-3.5 w-2/5" />
                  </td>
                ) : (
                  <Cells document={document} onRemove={onRemove} />
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
