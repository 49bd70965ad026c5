/** Error budgets: how much of what may fail within a week has failed, by agent and by tier. Enter leads to the failed runs of an agent. */
import { useNavigate } from '@tanstack/react-router'
import { Gauge as GaugeIcon } from 'lucide-react'
import type { IncidentList } from '../../../main/contract/telemetry.ts'
import { objectiveLimits } from '../../../main/domain/objective.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { formatCount, formatShare, plural } from '../../format.ts'
import { subjectWords } from './health-words.ts'

type Budget = IncidentList['budgets'][number]

const limits = { rowPx: 64, nearShare: 0.8 } as const

const columns = 'grid grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_9rem] items-center gap-5 px-6'

function Row({ budget: { kind, subject, tries, failures, objective, burnt, isBreached } }: { budget: Budget }) {
  const bar = burnt >= 1 ? 'bg-bad' : burnt >= limits.nearShare ? 'bg-warn' : 'bg-accent'
  return (
    <div className={`h-full ${columns}`}>
      <span className="min-w-0">
        <span className="block truncate font-medium">{subjectWords({ subject, cause: 'budget' })}</span>
        <span className="block truncate text-small text-ink-2 tabular">
          {kind === 'agent' ? 'agent' : 'tier'}, {formatCount(failures)} of {plural(tries, kind === 'agent' ? 'run' : 'call')} failed
        </span>
      </span>
      <span className="min-w-0">
        <span className="block text-small tabular">
          <b className="font-semibold">{formatShare(burnt)}</b>{' '}
          <span className="text-ink-2">of what may fail; {formatShare(objective)} must succeed</span>
        </span>
        <span aria-hidden className="mt-1 block h-1.5 rounded-full bg-sunken">
          <span className={`block h-full rounded-full ${bar}`} style={{ width: `${Math.min(100, burnt * 100)}%` }} />
        </span>
      </span>
      <span className="flex justify-end">
        {isBreached ? (
          <Chip tone="bad">used up</Chip>
        ) : tries < objectiveLimits.triesMin ? (
          <Chip title={`Of few tries one failure says little: it counts from ${objectiveLimits.triesMin} on.`}>too few to judge</Chip>
        ) : (
          <Chip tone={burnt >= limits.nearShare ? 'warn' : 'ok'}>{burnt >= limits.nearShare ? 'nearly used' : 'kept'}</Chip>
        )}
      </span>
    </div>
  )
}

export function BudgetsView() {
  const navigate = useNavigate()
  const list = useCall('incidents.list', { limit: 1, isOpen: true })
  if (list.isPending) return <SkeletonRows label="Reading the error budgets" rowClass="h-16" />
  if (list.isError)
    return (
      <div className="flex h-full">
        <FailurePanel failure={list.error.failure} onRetry={() => void list.refetch()} />
      </div>
    )
  const budgets = list.data.budgets.toSorted((a, b) => b.burnt - a.burnt || a.subject.localeCompare(b.subject))
  if (budgets.length === 0)
    return (
      <div className="flex h-full">
        <EmptyState icon={GaugeIcon} title="Nothing was tried within a week">
          <p>
            Of each agent’s runs, and of each tier’s model calls, so many at least must succeed; the policy says how many. How much of what
            may fail has failed stands here.
          </p>
        </EmptyState>
      </div>
    )
  // Which runs a tier failed in is not a way to narrow them.
  const open = ({ kind, subject }: Budget) => {
    if (kind === 'agent') void navigate({ to: '/runs', search: { state: 'failed', agent: subject } })
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <p className="shrink-0 border-b border-line px-6 py-2 text-small text-ink-2">
        The most used first, over a week. Open an agent to see its runs that failed. The policy sets how many must succeed.
      </p>
      <VirtualList
        label="Error budgets"
        items={budgets}
        rowPx={limits.rowPx}
        keyOf={({ kind, subject }) => `${kind} ${subject}`}
        onOpen={open}
        render={(budget) => <Row budget={budget} />}
      />
    </div>
  )
}
