/**
 * Shows a file of rows as a table: numbered rows, the names of the columns always in sight, read as far as one scrolls,
 * opened at the quoted row.
 */
import './viewer.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useMemo, useRef } from 'react'
import type { Block } from '../../main/domain/document.ts'
import type { Span } from '../../main/domain/quote.ts'
import { FailurePanel } from '../components/failure-notice.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import type { Quoted } from './quoted.ts'
import { SourceText } from './source-text.tsx'
import { CellsInLine, CellText, placedCells } from './table-cells.tsx'
import { gridColumns, layTable, type TableLayout } from './table-layout.ts'
import { useBlocks } from './use-blocks.ts'
import { useLanding, useMarks } from './use-landing.ts'
import { useWidth } from './use-width.ts'

const rowHeightPx = 34
const rowLook = 'absolute inset-x-0 top-0 grid items-baseline gap-x-4 border-b border-line py-1.5 pr-6'
const rowsBeside = 12
const endPaddingPx = 32
/** What the row's number and the edges take. */
const numberPx = 104
const noMarks: readonly Span[] = []

interface Props {
  readonly documentId: string
  readonly rowCount: number
  readonly quoted: Quoted | null
  readonly shown: number
  readonly tools: ReactNode
}

const columnsOf = (layout: TableLayout): string => `4rem ${layout.widths.length === 0 ? 'minmax(0, 1fr)' : gridColumns(layout)}`

function Row({ row, layout, marks }: { readonly row: Block; readonly layout: TableLayout; readonly marks: readonly Span[] }) {
  const placed = placedCells(row, layout)
  return (
    <>
      <th scope="row" className="pr-4 text-right font-mono text-small font-normal text-ink-3 tabular select-none">
        {row.locator.kind === 'row' ? row.locator.row : ''}
      </th>
      {placed === null ? (
        <td className="col-span-full col-start-2 min-w-0">
          <CellsInLine row={row} marks={marks} />
        </td>
      ) : (
        placed.map((cell, column) => (
          <td key={layout.names?.[column] ?? column} className="min-w-0 wrap-anywhere">
            {cell !== null && <CellText row={row} cell={cell} marks={marks} />}
          </td>
        ))
      )}
    </>
  )
}

function Waiting() {
  return (
    <>
      <th scope="row" />
      <td className="col-span-full col-start-2">
        <Skeleton className="h-3.5 w-3/5" />
      </td>
    </>
  )
}

function ColumnNames({ layout }: { readonly layout: TableLayout }) {
  if (layout.names === null || layout.widths.length === 0) return null
  return (
    <thead className="sticky top-0 z-10 block bg-sunken font-sans text-small text-ink-2">
      <tr className="grid gap-x-4 border-b border-line-strong py-2 pr-6 text-left" style={{ gridTemplateColumns: columnsOf(layout) }}>
        <th scope="col" className="pr-4 text-right font-normal text-ink-3">
          Row
        </th>
        {layout.names.map((name) => (
          <th key={name} scope="col" className="min-w-0 font-semibold wrap-anywhere">
            <SourceText text={name} />
          </th>
        ))}
      </tr>
    </thead>
  )
}

export default function RowsView({ documentId, rowCount, quoted, shown, tools }: Props) {
  const scroller = useRef<HTMLElement>(null)
  const marks = useMarks(quoted)
  const list = useVirtualizer<HTMLElement, HTMLTableRowElement>({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: rowsBeside,
    paddingEnd: endPaddingPx,
  })
  const items = list.getVirtualItems()
  const rows = useBlocks(documentId, items[0]?.index ?? 0, items.at(-1)?.index ?? 0)
  const room = useWidth(scroller) - numberPx
  const layout = useMemo(() => layTable(rows.read, room), [rows.read, room])
  useLanding(scroller, list, quoted, shown, !rows.isWaiting)

  if (rows.failure !== null)
    return (
      <>
        {tools}
        <FailurePanel failure={rows.failure} onRetry={rows.retry} />
      </>
    )
  return (
    <>
      {tools}
      <section
        aria-label="Rows of the file"
        aria-busy={rows.isWaiting}
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the rows scroll by keyboard
        tabIndex={0}
        className="source-voice min-h-0 flex-1 overflow-x-hidden overflow-y-auto bg-surface"
      >
        <table className="block" aria-rowcount={rowCount}>
          <ColumnNames layout={layout} />
          <tbody className="relative block" style={{ height: list.getTotalSize() }}>
            {items.map((item) => {
              const row = rows.at(item.index)
              const marked = marks.get(item.index)
              return (
                <tr
                  key={item.key}
                  ref={list.measureElement}
                  data-index={item.index}
                  data-block={item.index}
                  aria-rowindex={item.index + 1}
                  {...(marked === undefined ? {} : { tabIndex: -1 })}
                  className={`${rowLook} ${marked === undefined ? '' : 'quote-pulse bg-warn-soft'}`}
                  style={{ transform: `translateY(${item.start}px)`, gridTemplateColumns: columnsOf(layout) }}
                >
                  {row === undefined ? <Waiting /> : <Row row={row} layout={layout} marks={marked ?? noMarks} />}
                </tr>
              )
            })}
          </tbody>
        </table>
      </section>
    </>
  )
}
