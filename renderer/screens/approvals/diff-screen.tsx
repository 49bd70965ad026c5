/** The whole diff of one request, for those too long to stand beside the decision. Only the lines in view exist. */
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { FileDiff } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useCall } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { plural } from '../../format.ts'
import { countChanges, type DiffLine, diffLines } from './diff-lines.ts'
import { DiffRow } from './diff-view.tsx'

const limits = { rowPx: 20, overscan: 20 } as const

function Lines({ lines }: { lines: readonly DiffLine[] }) {
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

export function DiffScreen({ holdId }: { holdId: string }) {
  const request = useCall('approvals.get', { holdId })
  const diff = request.data?.preview?.diff ?? null
  const lines = useMemo(() => (diff === null ? [] : diffLines(diff)), [diff])
  const { added, removed } = useMemo(() => countChanges(lines), [lines])
  const back = (
    <Link to="/approvals/$holdId" params={{ holdId }} className={buttonLook()}>
      Back to the request
    </Link>
  )
  return (
    <Screen
      title={request.data === undefined ? 'Diff' : `Diff of ${request.data.tool}`}
      chips={
        lines.length > 0 && (
          <>
            <Chip>{plural(lines.length, 'line')}</Chip>
            <Chip tone="ok">+{added}</Chip>
            <Chip tone="bad">−{removed}</Chip>
            {request.data !== undefined && <LabelChip label={request.data.label} />}
          </>
        )
      }
      actions={
        <>
          {diff !== null && <CopyButton text={() => diff} title="Copy the diff" />}
          {back}
        </>
      }
    >
      {request.isPending ? (
        <SkeletonRows label="Reading the diff" />
      ) : request.isError ? (
        <FailurePanel failure={request.error.failure} onRetry={() => void request.refetch()} />
      ) : diff === null ? (
        <EmptyState icon={FileDiff} title="No file would change">
          <p>This request comes without a diff.</p>
        </EmptyState>
      ) : (
        <Lines lines={lines} />
      )}
    </Screen>
  )
}
