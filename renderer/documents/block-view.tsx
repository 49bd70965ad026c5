/**
 * Shows a running text by its structure: headings, paragraphs, lists, tables, numbered lines. Read as far as one scrolls,
 * opened at the quoted passage.
 */
import './viewer.css'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useMemo, useRef } from 'react'
import type { Block } from '../../main/domain/document.ts'
import type { Span } from '../../main/domain/quote.ts'
import { FailurePanel } from '../components/failure-notice.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { BlockRow, Column, columnRoomPx } from './block-row.tsx'
import type { Quoted } from './quoted.ts'
import type { TableLayout } from './table-layout.ts'
import { headerAbove, layTables, TableRow } from './text-table.tsx'
import { useBlocks } from './use-blocks.ts'
import { useLanding, useMarks } from './use-landing.ts'

const estimatePx = 84
const blocksBeside = 8
const paddingPx = { start: 28, end: 64 } as const

const noMarks: readonly Span[] = []

interface Props {
  readonly documentId: string
  readonly blockCount: number
  /** Plain text: lines with their numbers, over the whole width. */
  readonly isText: boolean
  readonly quoted: Quoted | null
  readonly shown: number
  readonly tools: ReactNode
}

function Waiting() {
  return (
    <Column>
      <span className="flex flex-col gap-2 pb-4">
        <Skeleton className="h-3.5 w-full" />
        <Skeleton className="h-3.5 w-4/5" />
      </span>
    </Column>
  )
}

function Content({
  block,
  layout,
  marks,
}: {
  readonly block: Block | undefined
  readonly layout: TableLayout | undefined
  readonly marks: readonly Span[]
}) {
  if (block === undefined) return <Waiting />
  if (block.kind === 'row' && layout !== undefined) return <TableRow row={block} layout={layout} marks={marks} />
  return <BlockRow block={block} marks={marks} />
}

export default function BlockView({ documentId, blockCount, isText, quoted, shown, tools }: Props) {
  const scroller = useRef<HTMLElement>(null)
  const marks = useMarks(quoted)
  const list = useVirtualizer<HTMLElement, HTMLElement>({
    count: blockCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimatePx,
    overscan: blocksBeside,
    paddingStart: paddingPx.start,
    paddingEnd: paddingPx.end,
  })
  const items = list.getVirtualItems()
  const blocks = useBlocks(documentId, items[0]?.index ?? 0, items.at(-1)?.index ?? 0)
  const layouts = useMemo(() => layTables(blocks.read, columnRoomPx), [blocks.read])
  useLanding(scroller, list, quoted, shown, !blocks.isWaiting)

  if (blocks.failure !== null)
    return (
      <>
        {tools}
        <FailurePanel failure={blocks.failure} onRetry={blocks.retry} />
      </>
    )

  const onTop = items.find((item) => item.end > (list.scrollOffset ?? 0))?.index ?? 0
  const header = headerAbove(blocks.at, onTop)
  const headerLayout = header === null ? undefined : layouts.get(header.table)
  return (
    <>
      {tools}
      <section
        aria-label="Text of the document"
        aria-busy={blocks.isWaiting}
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the text scrolls by keyboard
        tabIndex={0}
        className={`source-voice min-h-0 flex-1 overflow-x-hidden overflow-y-auto bg-surface text-read ${isText ? 'px-2' : ''}`}
      >
        {header !== null && headerLayout !== undefined && (
          <div aria-hidden className="sticky top-0 z-10 h-0">
            <div className="bg-surface shadow-card">
              <TableRow row={header} layout={headerLayout} marks={noMarks} />
            </div>
          </div>
        )}
        <div className="relative" style={{ height: list.getTotalSize() }}>
          {items.map((item) => {
            const block = blocks.at(item.index)
            const marked = marks.get(item.index)
            const inside = { block, layout: layouts.get(block?.table ?? 0), marks: marked ?? noMarks }
            const place = {
              ref: list.measureElement,
              'data-index': item.index,
              'data-block': item.index,
              style: { transform: `translateY(${item.start}px)` },
            }
            return marked === undefined ? (
              <div key={item.key} {...place} className="absolute inset-x-0 top-0">
                <Content {...inside} />
              </div>
            ) : (
              <section
                key={item.key}
                {...place}
                tabIndex={-1}
                aria-label={quoted?.announcement ?? ''}
                className={`quote-pulse absolute inset-x-0 top-0 rounded-sm outline-offset-0 ${isText ? '' : 'mx-auto max-w-180'}`}
              >
                <Content {...inside} />
              </section>
            )
          })}
        </div>
      </section>
    </>
  )
}
