/** Every run there was, newest first; found by state, agent and what was asked. A run is started or brought in from here. */
import { Link, useNavigate } from '@tanstack/react-router'
import { ListTree } from 'lucide-react'
import { useMemo, useRef } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { useApi } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { LabelMark } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { Skeleton, SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useListInView } from '../../components/use-list-in-view.ts'
import { VirtualList } from '../../components/virtual-list.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { formatCount, formatDuration, plural } from '../../format.ts'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { agentWords, statusText, statusTones } from './run-words.ts'
import { RunsFilters } from './runs-filters.tsx'
import { type RunsSearch, stateGroups } from './runs-search.ts'
import { StartDialog } from './start-dialog.tsx'
import { useRunImport } from './use-run-import.ts'

const rowPx = 60

function useRuns({ state, agent, q }: RunsSearch) {
  const api = useApi()
  const input = useMemo(
    () => ({
      ...(state === undefined ? {} : { statuses: [...stateGroups[state].statuses] }),
      ...(agent === undefined ? {} : { agent }),
      ...(q === undefined ? {} : { contains: q }),
    }),
    [state, agent, q],
  )
  return useListInView({
    ...{ name: 'runs.list', input },
    load: (page) => api.call('runs.list', { ...input, ...page }),
    keyOf: (run: RunSummary) => run.id,
  })
}

/** Keeps the shape of a row that is on its way. */
const Unread = () => (
  <div className="flex h-full flex-col justify-center gap-2 px-6">
    <Skeleton className="h-3.5 w-2/5" />
    <Skeleton className="h-2.5 w-24" />
  </div>
)

function Row({ run }: { run: RunSummary }) {
  useShowsLabel(run.label)
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)_11rem_5rem_7rem_6rem] items-center gap-4 px-6 max-wide:grid-cols-[minmax(0,1fr)_11rem_4rem_6rem]">
      <div className="min-w-0">
        <p className="truncate font-medium">{run.title === null ? 'A run whose text was purged' : visibleString(run.title)}</p>
        <p className="mt-0.5 flex items-center gap-2 text-small text-ink-2">
          {agentWords(run.agent)}
          {run.attempt > 1 && `, attempt ${run.attempt}`}
          <LabelMark label={run.label} />
          {run.forkedFrom !== null && 'forked'}
          {run.isImported && 'from another machine'}
        </p>
      </div>
      <span>
        <Chip tone={statusTones[run.status]}>{statusText(run)}</Chip>
      </span>
      <span className="text-right text-small text-ink-2 tabular">
        {run.endedAt === null ? '' : formatDuration(run.endedAt - run.createdAt)}
      </span>
      <span className="text-right text-small text-ink-2 tabular max-wide:hidden">
        {run.tokensUsed === 0 ? 'no model' : `${formatCount(run.tokensUsed)} tokens`}
      </span>
      <span className="text-right text-small text-ink-2">
        <TimeAgo atMs={run.createdAt} />
      </span>
    </div>
  )
}

const isNarrowed = ({ state, agent, q }: RunsSearch): boolean => state !== undefined || agent !== undefined || q !== undefined

function Nothing({ search }: { search: RunsSearch }) {
  if (isNarrowed(search)) {
    return (
      <EmptyState
        icon={ListTree}
        title="No run is like that"
        actions={
          <Link to="/runs" className={buttonLook({ size: 'medium' })}>
            Show every run
          </Link>
        }
      >
        <p>Look for other words, or for runs in another state.</p>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={ListTree}
      title="Nothing ran yet"
      actions={
        <>
          <Link to="/ask" className={buttonLook({ kind: 'main', size: 'medium' })}>
            Ask a question
          </Link>
          <Link to="/runs" search={{ start: true }} className={buttonLook({ size: 'medium' })}>
            Start an agent
          </Link>
        </>
      }
    >
      <p>
        Each question and each task of an agent becomes a run: what was searched, what a model was told, what it wrote, and who allowed
        what, event by event.
      </p>
    </EmptyState>
  )
}

function Content({ search, runs }: { search: RunsSearch; runs: ReturnType<typeof useRuns> }) {
  const navigate = useNavigate()
  if (runs.isPending) return <SkeletonRows label="Reading the runs" rows={10} rowClass="h-15" />
  if (runs.failure !== null) return <FailurePanel failure={runs.failure} onRetry={runs.retry} />
  if (runs.items.length === 0) return <Nothing search={search} />
  return (
    <VirtualList
      label="Runs"
      items={runs.items}
      rowPx={rowPx}
      keyOf={(run) => run.id}
      render={(run) => <Row run={run} />}
      onOpen={(run) => void navigate({ to: '/runs/$runId', params: { runId: run.id } })}
      onSee={runs.onSee}
      unread={<Unread />}
    />
  )
}

function ImportButton({ onChosen, isBusy }: { onChosen: (file: File) => void; isBusy: boolean }) {
  const picker = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={picker}
        type="file"
        accept=".json"
        aria-label="Run file"
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file !== undefined) onChosen(file)
        }}
      />
      <Button onClick={() => picker.current?.click()} disabled={isBusy}>
        {isBusy ? 'Importing…' : 'Import a run…'}
      </Button>
    </>
  )
}

export function RunsScreen({ search }: { search: RunsSearch }) {
  const navigate = useNavigate()
  const { keys } = usePreferences()
  const runs = useRuns(search)
  const taken = useRunImport((run) => void navigate({ to: '/runs/$runId', params: { runId: run.id } }))
  const { start: _start, ...kept } = search
  return (
    <Screen
      title="Runs"
      manual="runs"
      chips={runs.total > 0 ? <Chip>{plural(runs.total, 'run')}</Chip> : null}
      actions={
        <>
          <ImportButton onChosen={taken.take} isBusy={taken.state.phase === 'busy'} />
          <Button kind="main" onClick={() => void navigate({ to: '/runs', search: { ...kept, start: true } })}>
            Start a run <Kbd keys={printKey(keyOf('run.start', keys))} />
          </Button>
        </>
      }
    >
      <RunsFilters search={search} />
      {taken.state.phase === 'failed' && (
        <div className="shrink-0 border-b border-line px-6 py-3">
          <FailureNotice failure={taken.state.failure}>
            <Button className="mt-2" onClick={taken.dismiss}>
              Dismiss
            </Button>
          </FailureNotice>
        </div>
      )}
      <Content search={search} runs={runs} />
      <StartDialog
        isOpen={search.start === true}
        agent={search.agent}
        onClose={() => void navigate({ to: '/runs', search: kept, replace: true })}
      />
    </Screen>
  )
}
