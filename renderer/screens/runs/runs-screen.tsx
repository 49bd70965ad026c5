/** Every run there was, newest first. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ListTree } from 'lucide-react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { CallFailed, useApi } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { LabelMark } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { formatCount, formatDuration, plural } from '../../format.ts'
import { agentWords, statusText, statusTones } from './run-words.ts'
import type { RunsSearch } from './runs-search.ts'

const limits = { page: 100, rowPx: 60 } as const

function useRuns() {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['runs.list'],
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) => {
      const page = await api.call('runs.list', { limit: limits.page, offset: pageParam })
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

function Content() {
  const navigate = useNavigate()
  const runs = useRuns()
  if (runs.isPending) return <SkeletonRows label="Reading the runs" rows={10} rowClass="h-15" />
  if (runs.isError && runs.data === undefined) {
    const failure =
      runs.error instanceof CallFailed ? runs.error.failure : { code: 'runs.unreadable', message: runs.error.message, hint: 'Try again.' }
    return <FailurePanel failure={failure} onRetry={() => void runs.refetch()} />
  }
  const items = runs.data.pages.flatMap((page) => page.items)
  if (items.length === 0) {
    return (
      <EmptyState
        icon={ListTree}
        title="Nothing ran yet"
        actions={
          <Link to="/ask" className={buttonLook({ kind: 'main', size: 'medium' })}>
            Ask a question
          </Link>
        }
      >
        <p>
          Each question becomes a run: what was searched, what a model was told, what it wrote, and how every quote was checked, event by
          event.
        </p>
      </EmptyState>
    )
  }
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

export function RunsScreen({ search: _ }: { search: RunsSearch }) {
  const runs = useRuns()
  const total = runs.data?.pages.at(-1)?.total
  return (
    <Screen title="Runs" chips={total !== undefined && total > 0 ? <Chip>{plural(total, 'run')}</Chip> : null}>
      <Content />
    </Screen>
  )
}
