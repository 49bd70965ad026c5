/** Tries the text on a run that has ended: no model is asked, no call is made, nothing is kept. */
import { Link } from '@tanstack/react-router'
import { ListTree } from 'lucide-react'
import { useMemo } from 'react'
import { joinAll } from '../../../../main/domain/label.ts'
import { isTerminal, runStatuses } from '../../../../main/domain/run/transitions.ts'
import { useCall } from '../../../api.tsx'
import { Button, buttonLook } from '../../../components/button.tsx'
import { ChoiceMenu } from '../../../components/choice-menu.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { FailureNotice, FailurePanel } from '../../../components/failure-notice.tsx'
import { Skeleton } from '../../../components/skeleton.tsx'
import { useMay } from '../../../components/use-may.ts'
import { useNow } from '../../../components/use-now.ts'
import { formatAgo } from '../../../format.ts'
import { useShowsLabel } from '../../../frame/shown-label.ts'
import { agentWords, statusWords } from '../../runs/run-words.ts'
import { TrialResult } from './trial-result.tsx'
import type { Trial } from './use-trial.ts'

const limits = { runsMax: 20 } as const

interface Props {
  readonly file: string
  readonly text: string
  /** Whose runs are offered; null = those of any agent. */
  readonly agent: string | null
  readonly trial: Trial
}

export function TrialPanel({ file, text, agent, trial }: Props) {
  const may = useMay('runs.read')
  const now = useNow(60_000)
  const ended = { limit: limits.runsMax, statuses: runStatuses.filter(isTerminal) }
  const own = useCall('runs.list', { ...ended, ...(agent === null ? {} : { agent }) }, { enabled: may.isAllowed })
  // One that is new has no runs: those of others show as well what it would do.
  const hasOwn = agent !== null && own.data?.items.length !== 0
  const others = useCall('runs.list', ended, { enabled: may.isAllowed && !hasOwn })
  const runs = hasOwn ? own : others
  useShowsLabel(useMemo(() => joinAll(runs.data?.items.map(({ label }) => label) ?? []), [runs.data]))
  if (!may.isAllowed) return <p className="p-5 text-ink-2">{may.why}</p>
  if (runs.isPending) return <Skeleton className="m-5 h-12" />
  if (runs.isError) return <FailurePanel failure={runs.error.failure} onRetry={() => void runs.refetch()} />
  const { items } = runs.data
  if (items.length === 0)
    return (
      <EmptyState
        icon={ListTree}
        title="No run has ended yet"
        actions={
          <Link to="/runs" search={{ start: true }} className={buttonLook({ size: 'medium' })}>
            Start a run
          </Link>
        }
      >
        <p>A dry run goes through a run that has ended, and says step by step what this text would have made of it.</p>
      </EmptyState>
    )
  const chosen = items.find(({ id }) => id === trial.runId) ?? items[0]
  if (chosen === undefined) return null
  return (
    <div>
      <div className="space-y-2.5 p-5">
        <p className="text-ink-2">
          Goes through a run that has ended. No model is asked, no call is made, and nothing is kept.
          {agent !== null && !hasOwn && ' It has none of its own yet; these are of other agents.'}
        </p>
        <div className="flex flex-wrap items-center gap-2">
          <ChoiceMenu
            label="On the run"
            value={chosen.id}
            choices={items.map((run) => ({
              value: run.id,
              title: run.title ?? 'A run whose text was purged',
              detail: `${agentWords(run.agent)}, ${statusWords[run.status]}, ${formatAgo(run.createdAt, now)}`,
            }))}
            onChoose={trial.choose}
          />
          <Button disabled={trial.isRunning} onClick={() => trial.start({ file, text, runId: chosen.id })}>
            {trial.isRunning ? 'Trying…' : trial.done === null ? 'Try it' : 'Try it again'}
          </Button>
        </div>
        {trial.failure !== null && <FailureNotice failure={trial.failure} />}
      </div>
      {trial.done !== null && (
        <TrialResult trial={trial.done.trial} isStale={trial.done.text !== text || trial.done.trial.runId !== chosen.id} />
      )}
    </div>
  )
}
