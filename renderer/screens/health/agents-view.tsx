/** How agents do: a list of those that ran, and of the one that is chosen its runs, failures, times and the use of its window. */
import { Activity } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useCall } from '../../api.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { formatCount, plural } from '../../format.ts'
import { agentWords } from '../runs/run-words.ts'
import { AgentFiguresView } from './agent-figures.tsx'
import { type AgentFigures, readMetrics } from './read-metrics.ts'

const limits = { rowPx: 56 } as const

const failedOf = ({ byStatus }: AgentFigures): number => byStatus.find(({ name }) => name === 'failed')?.count ?? 0

function Row({ figures }: { figures: AgentFigures }) {
  const failed = failedOf(figures)
  return (
    <div className="flex h-full flex-col justify-center px-4">
      <span className="truncate font-medium">{agentWords(figures.agent)}</span>
      <span className="truncate text-small text-ink-2 tabular">
        {figures.executions === 0 ? 'no run is over yet' : `${plural(figures.executions, 'run')}, ${formatCount(failed)} failed`}
      </span>
    </div>
  )
}

export function AgentsView() {
  const metrics = useCall('station.metrics', {})
  const [chosen, setChosen] = useState<string | null>(null)
  const agents = useMemo(() => readMetrics(metrics.data?.text ?? ''), [metrics.data])
  if (metrics.isPending) return <SkeletonRows label="Reading what was measured" />
  if (metrics.isError)
    return (
      <div className="flex h-full">
        <FailurePanel failure={metrics.error.failure} onRetry={() => void metrics.refetch()} />
      </div>
    )
  const shown = agents.find(({ agent }) => agent === chosen) ?? agents[0]
  if (shown === undefined)
    return (
      <div className="flex h-full">
        <EmptyState icon={Activity} title="No agent has run yet">
          <p>Of each agent stands here how its runs ended, what failed, how long they took, and how full its model’s window was.</p>
        </EmptyState>
      </div>
    )
  return (
    <div className="flex h-full min-h-0">
      <div className="flex w-72 shrink-0 flex-col border-r border-line max-wide:w-60">
        <VirtualList
          label="Agents that ran"
          items={agents}
          rowPx={limits.rowPx}
          keyOf={({ agent }) => agent}
          following={{ key: shown.agent, onMove: ({ agent }) => setChosen(agent) }}
          onOpen={({ agent }) => setChosen(agent)}
          render={(figures) => <Row figures={figures} />}
        />
      </div>
      <AgentFiguresView key={shown.agent} figures={shown} />
    </div>
  )
}
