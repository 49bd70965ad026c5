/** Everything that waits for a person, the most pressing first, beside the one request that is open. The same after a restart: it is read from the store. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouter } from '@tanstack/react-router'
import { Stamp } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Approval, ApprovalItem } from '../../../main/contract/approvals.ts'
import { CallFailed, useApi, useCall } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { Segments } from '../../components/segments.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { plural } from '../../format.ts'
import { performAction } from '../../frame/shortcuts.tsx'
import { ApprovalDetail, ApprovalHeader } from './approval-detail.tsx'
import { ApprovalRow } from './approval-row.tsx'
import { decisionWords, isToolCall } from './approval-words.ts'

const limits = { page: 100, rowPx: 84 } as const

function useApprovals(isOpen: boolean) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: ['approvals.list', { isOpen, isPaged: true }],
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ pageParam }) => {
      const page = await api.call('approvals.list', { isOpen, limit: limits.page, offset: pageParam })
      if (page.ok) return page.value
      throw new CallFailed(page.error)
    },
    getNextPageParam: (last, pages) => {
      const read = pages.reduce((sum, page) => sum + page.items.length, 0)
      return last.items.length === 0 || read >= last.total ? undefined : read
    },
  })
}

function Which({ isOpen }: { isOpen: boolean }) {
  const navigate = useNavigate()
  return (
    <Segments
      label="Which requests"
      value={isOpen ? 'open' : 'decided'}
      choices={[
        { value: 'open', title: 'Waiting' },
        { value: 'decided', title: 'Decided' },
      ]}
      onChoose={(chosen) => void navigate({ to: '/approvals', search: chosen === 'decided' ? { show: 'decided' } : {} })}
    />
  )
}

/** The other kind of request: an act that wants a second person. */
function TwoPersons() {
  const waiting = useCall('acts.list', { limit: 1 }).data?.total ?? 0
  if (waiting === 0) return null
  return (
    <Link to="/acts" className={buttonLook()}>
      {plural(waiting, 'act')} for two persons
    </Link>
  )
}

function Nothing({ isOpen }: { isOpen: boolean }) {
  if (!isOpen) {
    return (
      <EmptyState icon={Stamp} title="Nothing was decided yet">
        <p>Every decision stays on record here: what was asked, who decided, when, and in which words.</p>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={Stamp}
      title="Nothing waits for you"
      actions={
        <Button kind="main" size="medium" onClick={() => performAction('run.start')}>
          Start a run
        </Button>
      }
    >
      <p>
        When an agent wants to write, delete, run or send something, it stops here first. You see exactly what it would do, and one decision
        lets exactly that happen, once. Questions and proposals of agents come here too. Nobody but a person can answer them.
      </p>
    </EmptyState>
  )
}

/** The request in full. Until its texts are here nothing can be decided; the list tells meanwhile what it is. */
function Chosen({
  holdId,
  item,
  ...props
}: { holdId: string; item: ApprovalItem | undefined } & Omit<Parameters<typeof ApprovalDetail>[0], 'approval'>) {
  const request = useCall('approvals.get', { holdId })
  if (request.data !== undefined) return <ApprovalDetail approval={request.data} {...props} />
  if (request.isError) return <FailurePanel failure={request.error.failure} onRetry={() => void request.refetch()} />
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      {item !== undefined && <ApprovalHeader approval={item} />}
      <SkeletonRows label="Reading the request" />
    </div>
  )
}

export function ApprovalsScreen({ holdId, isOpen }: { holdId: string | null; isOpen: boolean }) {
  const navigate = useNavigate()
  const router = useRouter()
  const list = useApprovals(isOpen)
  const [said, setSaid] = useState<string | null>(null)
  const [focusOn, setFocusOn] = useState<string | null>(null)
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const open = list.data?.pages.at(-1)?.open ?? 0
  const shownId = holdId ?? items[0]?.holdId ?? null
  const search = isOpen ? {} : ({ show: 'decided' } as const)
  const go = (approval: ApprovalItem) =>
    void navigate({ to: '/approvals/$holdId', params: { holdId: approval.holdId }, search, replace: holdId !== null })
  const onDecided = (decided: Approval) => {
    const at = items.findIndex((item) => item.holdId === decided.holdId)
    const next = items[at + 1] ?? items[at - 1] ?? null
    setSaid(`${isToolCall(decided) ? decided.tool : 'Request'} ${decided.decision === null ? 'decided' : decisionWords[decided.decision]}.`)
    // Who went elsewhere while the decision was on its way is not brought back.
    if (!['/approvals', `/approvals/${decided.holdId}`].includes(router.latestLocation.pathname)) return
    setFocusOn(next?.holdId ?? null)
    if (next === null) void navigate({ to: '/approvals', replace: true })
    else void navigate({ to: '/approvals/$holdId', params: { holdId: next.holdId }, replace: true })
  }
  useEffect(() => {
    if (said !== null && items.length === 0) document.getElementById('main')?.focus({ preventScroll: true })
  }, [said, items.length])
  const failure = list.error instanceof CallFailed ? list.error.failure : null
  return (
    <Screen
      title="Approvals"
      manual="runs"
      chips={
        <>
          {open > 0 && <Chip tone="warn">{open} waiting</Chip>}
          <span role="status" className="truncate text-small text-ink-2">
            {said !== null && `${said} ${open > 0 ? `${plural(open, 'request')} left.` : 'Nothing else waits.'}`}
          </span>
        </>
      }
      actions={
        <>
          <TwoPersons />
          <Which isOpen={isOpen} />
        </>
      }
    >
      {list.isPending ? (
        <SkeletonRows label="Reading the requests" rowClass="h-21" />
      ) : failure !== null && list.data === undefined ? (
        <FailurePanel failure={failure} onRetry={() => void list.refetch()} />
      ) : shownId === null ? (
        <Nothing isOpen={isOpen} />
      ) : (
        <div className="flex min-h-0 flex-1">
          <div className="flex w-80 shrink-0 flex-col border-r border-line max-wide:w-66">
            <VirtualList
              label={isOpen ? 'Requests that wait' : 'Requests that were decided'}
              items={items}
              rowPx={limits.rowPx}
              keyOf={(approval) => approval.holdId}
              render={(approval) => <ApprovalRow approval={approval} />}
              onOpen={go}
              following={{ key: shownId, onMove: go }}
              onReach={(index) => {
                if (index >= items.length - limits.page / 4 && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
              }}
            />
          </div>
          <Chosen
            key={shownId}
            holdId={shownId}
            item={items.find((item) => item.holdId === shownId)}
            shouldFocus={focusOn === shownId}
            onDecided={onDecided}
          />
        </div>
      )}
    </Screen>
  )
}
