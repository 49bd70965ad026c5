/** A mission, or a run, as it went: phases, runs and calls over time, and who handed over to whom. What is under way goes on as it is looked at. */
import { useNavigate } from '@tanstack/react-router'
import { ListTree } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { TraceView as Trace } from '../../../main/contract/telemetry.ts'
import { traceLimits } from '../../../main/domain/trace.ts'
import { useCall } from '../../api.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { useNow } from '../../components/use-now.ts'
import { formatCount } from '../../format.ts'
import { TraceDetails } from './trace-details.tsx'
import { frameOf, revealed, type TraceSpan, traceRows } from './trace-tree.ts'
import { TraceTree } from './tree-view.tsx'

const limits = { liveMs: 1_000, restMs: 60_000 } as const

function Spans({ trace: { spans, isCut }, hereId }: { trace: Trace; hereId: string }) {
  const navigate = useNavigate()
  const isLive = spans.some(({ endMs }) => endMs === null)
  const nowMs = useNow(isLive ? limits.liveMs : limits.restMs)
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set())
  const [chosen, setChosen] = useState(hereId)
  const byId = useMemo(() => new Map(spans.map((span) => [span.id, span])), [spans])
  const rows = useMemo(() => traceRows(spans, turned), [spans, turned])
  const selected = rows.find(({ span }) => span.id === chosen)?.span ?? rows[0]?.span
  const turn = (id: string) => {
    const next = new Set(turned)
    if (!next.delete(id)) next.add(id)
    setTurned(next)
    setChosen(id)
  }
  const reveal = (id: string) => {
    setTurned(revealed(byId, turned, id))
    setChosen(id)
  }
  const open = (span: TraceSpan) => {
    if (span.kind === 'run' && span.id !== hereId) void navigate({ to: '/runs/$runId', params: { runId: span.id } })
    else if (span.kind === 'model' && span.parentId !== null)
      void navigate({ to: '/runs/$runId/context/$stepId', params: { runId: span.parentId, stepId: span.id } })
    else if (span.kind === 'tool' && span.parentId !== null) void navigate({ to: '/runs/$runId', params: { runId: span.parentId } })
    else turn(span.id)
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border border-line bg-surface">
      {isCut && (
        <p className="shrink-0 border-b border-line bg-warn-soft px-4 py-2 text-small">
          There is more than is shown: the first {formatCount(traceLimits.spansMax)} parts stand here, the rest was left out.
        </p>
      )}
      <TraceTree
        {...{ rows, nowMs, hereId }}
        spans={byId}
        frame={frameOf(spans, nowMs)}
        selected={selected?.id ?? null}
        onSelect={setChosen}
        onTurn={turn}
        onOpen={open}
      />
      {selected !== undefined && (
        <TraceDetails span={selected} spans={byId} nowMs={nowMs} isHere={selected.id === hereId} onSelect={reveal} />
      )}
    </div>
  )
}

export function TraceView({ of }: { of: { readonly runId: string } | { readonly missionId: string } }) {
  const trace = useCall('traces.get', of)
  if (trace.data === undefined) {
    return trace.isError ? (
      <FailurePanel failure={trace.error.failure} onRetry={() => void trace.refetch()} />
    ) : (
      <SkeletonRows label="Reading the trace" rowClass="h-8" />
    )
  }
  if (trace.data.spans.length === 0) {
    return (
      <EmptyState icon={ListTree} title="Nothing has begun yet">
        <p>Phases, runs and calls stand here in their order as soon as the first one begins, each with how long it took.</p>
      </EmptyState>
    )
  }
  return <Spans trace={trace.data} hereId={'runId' in of ? of.runId : of.missionId} />
}
