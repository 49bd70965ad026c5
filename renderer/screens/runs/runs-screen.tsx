/** Every run there was, newest first; found by state, agent and what was asked. A run is started or brought in from here. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ListTree } from 'lucide-react'
import { useRef } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { CallFailed, useApi } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { LabelMark } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { formatCount, formatDuration, plural } from '../../format.ts'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { agentWords, statusText, statusTones } from './run-words.ts'
import { RunsFilters } from './runs-filters.tsx'
import { type RunsSearch, stateGroups } from './runs-search.ts'
import { StartDialog } from './start-dialog.tsx'
import { useRunImport } from './use-run-import.ts'

const limits = { page: 100, rowPx: 60 } as const

function useRuns({ state, agent, q }: RunsSearch) {
  const api = useApi()
  const narrowed = {
    ...(state === undefined ? {} : { statuses: [...stateGroups[state].statuses] }),
    ...(agent === undefined ? {} : { agent }),
    ...(q === undefined ? {} : { contains: q }),
  }
  return useInfiniteQuery({
    queryKey: ['runs.list', { ...narrowed, isPaged: true }],
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) => {
      const page = await api.call('runs.list', { ...narrowed, limit: limits.page, offset: pageParam })
      if (page.ok) return page.value
      throw new CallFailed(page.error)
    },
    getNextPageParam: (last, pages) => {
      const read = pages.reduce((sum, page) => sum + page.items.length, 0)
      return last.items.length === 0 || read >= last.total ? undefined : read
    },
  })
}

function Row({ run }: { run: RunSummary }) {
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)_11rem_5rem_7rem_6rem] items-center gap-4 px-6 max-wide:grid-cols-[minmax(0,1fr)_11rem_4rem_6rem]">
      <div className="min-w-0">
        <p className="truncate font-medium">{run.title ?? 'A run whose text was purged'}</p>
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

function Content({ search }: { search: RunsSearch }) {
  const navigate = useNavigate()
  const runs = useRuns(search)
  if (runs.isPending) return <SkeletonRows label="Reading the runs" rows={10} rowClass="h-15" />
  if (runs.isError && runs.data === undefined) {
    const failure =
      runs.error instanceof CallFailed ? runs.error.failure : { code: 'runs.unreadable', message: runs.error.message, hint: 'Try again.' }
    return <FailurePanel failure={failure} onRetry={() => void runs.refetch()} />
  }
  const items = runs.data.pages.flatMap((page) => page.items)
  if (items.length === 0) return <Nothing search={search} />
  return (
    <VirtualList
      label="Runs"
      items={items}
      rowPx={limits.rowPx}
      keyOf={(run) => run.id}
      render={(run) => <Row run={run} />}
      onOpen={(run) => void navigate({ to: '/runs/$runId', params: { runId: run.id } })}
      onReach={(index) => {
        if (index >= items.length - limits.page / 4 && runs.hasNextPage && !runs.isFetchingNextPage) void runs.fetchNextPage()
      }}
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
  const total = runs.data?.pages.at(-1)?.total
  const { start: _start, ...kept } = search
  return (
    <Screen
      title="Runs"
      manual="runs"
      chips={total !== undefined && total > 0 ? <Chip>{plural(total, 'run')}</Chip> : null}
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
      <Content search={search} />
      <StartDialog
        isOpen={search.start === true}
        agent={search.agent}
        onClose={() => void navigate({ to: '/runs', search: kept, replace: true })}
      />
    </Screen>
  )
}
