/** What became of each file of an import, live, for any number of files. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Import, ImportedFile } from '../../main/contract/holdings.ts'
import { useApi, useLive } from '../api.tsx'
import { Chip } from '../components/chip.tsx'
import { FailurePanel } from '../components/failure-notice.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { stretchesFor, useStretches } from '../components/use-stretches.ts'
import type { FileMove, Live } from '../live.ts'
import { type OutcomeGroup, outcomeDetail, outcomeWords } from './outcome-words.ts'
import { SourceText } from './source-text.tsx'
import { visibleString } from './visible-text.ts'

const limits = { stretch: 100, beside: 8, rowPx: 44 } as const

function readingText(move: FileMove | undefined): string {
  if (move === undefined) return 'Opening'
  return move.total === null ? `${move.done} read` : `${move.done} of ${move.total} read`
}

function Row({ file, move }: { readonly file: ImportedFile; readonly move: FileMove | undefined }) {
  const { title, tone } = outcomeWords[file.outcome]
  const detail = file.outcome === 'reading' ? readingText(move) : outcomeDetail(file)
  return (
    <>
      <div className="min-w-0 flex-1">
        <p className="truncate" title={visibleString(file.file)}>
          <SourceText text={file.file} />
        </p>
        {detail !== '' && <p className="mt-0.5 text-small wrap-anywhere text-ink-2">{detail}</p>}
      </div>
      {file.code !== null && <span className="shrink-0 font-mono text-note text-ink-3">{file.code}</span>}
      <Chip tone={tone}>{title}</Chip>
    </>
  )
}

export function ImportFiles({ of, group }: { readonly of: Import; readonly group: OutcomeGroup }) {
  const api = useApi()
  const scroller = useRef<HTMLElement>(null)
  const [{ from, to }, setSeen] = useState({ from: 0, to: 0 })
  const wanted = useMemo(() => stretchesFor(from, to, limits.stretch), [from, to])
  const importId = of.id
  const files = useStretches<ImportedFile>(wanted, {
    name: 'imports.files',
    input: { importId, group: group.key },
    size: limits.stretch,
    load: (offset, limit) =>
      api.call('imports.files', { importId, limit, offset, ...(group.outcomes === null ? {} : { outcomes: [...group.outcomes] }) }),
  })
  const list = useVirtualizer<HTMLElement, HTMLLIElement>({
    ...{ count: files.total ?? 0, overscan: limits.beside, estimateSize: () => limits.rowPx, getScrollElement: () => scroller.current },
  })
  const items = list.getVirtualItems()
  const first = Math.floor((items[0]?.index ?? 0) / limits.stretch) * limits.stretch
  const last = Math.floor((items.at(-1)?.index ?? 0) / limits.stretch) * limits.stretch
  useEffect(() => setSeen({ from: first, to: last }), [first, last])
  const reading = useLive(useCallback((live: Live) => live.reading.get(importId), [importId]))
  if (files.failure !== null) return <FailurePanel failure={files.failure} onRetry={files.retry} />
  if (files.total === null) return <p className="p-5 text-ink-2">Reading the list…</p>
  if (files.total === 0) return <p className="p-5 text-ink-2">None.</p>
  return (
    <section
      ref={scroller}
      aria-label={`Files: ${group.title}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the list scrolls by keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto -outline-offset-2!"
    >
      <ul className="relative" style={{ height: list.getTotalSize() }}>
        {items.map((item) => {
          const file = files.at(item.index)
          return (
            <li
              key={item.key}
              ref={list.measureElement}
              data-index={item.index}
              aria-setsize={files.total ?? 0}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0 flex min-h-11 items-center gap-4 border-b border-line px-5 py-2"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {file === undefined ? (
                <Skeleton className="h-3.5 w-2/5" />
              ) : (
                <Row file={file} move={group.outcomes === null ? reading?.get(item.index) : undefined} />
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
