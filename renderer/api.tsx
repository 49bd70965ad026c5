/** How components reach the core: one hook to read a call, one to make one, one for what is live. */
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { CallInput, CallName, CallOutput } from '../main/contract/calls.ts'
import type { RecordedEvent } from '../main/domain/recorded-event.ts'
import type { Failure, Result } from '../main/domain/result.ts'
import type { Bridge, Connection } from './bridge.ts'
import type { Live } from './live.ts'
import { eventsKey, type RunFeed } from './run-feed.ts'

const limits = { eventsPage: 200, eventsMax: 5_000 } as const

/** A failure on its way through the query cache, which only knows thrown errors. */
export class CallFailed extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

const BridgeContext = createContext<{ readonly bridge: Bridge; readonly feed: RunFeed } | null>(null)

export function ApiProvider({ bridge, feed, children }: { bridge: Bridge; feed: RunFeed; children: ReactNode }) {
  return <BridgeContext value={{ bridge, feed }}>{children}</BridgeContext>
}

function useShell() {
  const shell = useContext(BridgeContext)
  if (shell === null) throw new Error('no bridge above this component')
  return shell
}

export const useApi = (): Bridge => useShell().bridge

async function unwrap<T>(result: Promise<Result<T>>): Promise<T> {
  const settled = await result
  if (settled.ok) return settled.value
  throw new CallFailed(settled.error)
}

export type CallQuery<N extends CallName> = UseQueryResult<CallOutput<N>, CallFailed>

interface CallOptions<N extends CallName> {
  readonly enabled?: boolean
  /** How often to ask again while this is shown, for what no event tells; null = not at all. */
  readonly everyMs?: (answer: CallOutput<N> | undefined) => number | null
}

/** Reads a call and keeps its answer fresh: the feed says when it went stale. */
export function useCall<N extends CallName>(name: N, input: CallInput<N>, options: CallOptions<N> = {}): CallQuery<N> {
  const api = useApi()
  return useQuery<CallOutput<N>, CallFailed>({
    queryKey: [name, input],
    queryFn: () => unwrap(api.call(name, input)),
    enabled: options.enabled ?? true,
    refetchInterval: ({ state }) => options.everyMs?.(state.data) ?? false,
  })
}

/** Makes a call that changes something. `mutateAsync` throws `CallFailed`; `error.failure` says what to show. */
export function useAct<N extends CallName>(name: N, options: { stales?: readonly CallName[] } = {}) {
  const api = useApi()
  const client = useQueryClient()
  return useMutation<CallOutput<N>, CallFailed, CallInput<N>>({
    mutationFn: (input) => unwrap(api.call(name, input)),
    onSuccess: () => Promise.all((options.stales ?? []).map((stale) => client.invalidateQueries({ queryKey: [stale] }))),
  })
}

/** Every event of a run, oldest first; new ones are appended as they happen. */
export function useRunEvents(runId: string | null): UseQueryResult<readonly RecordedEvent[], CallFailed> {
  const api = useApi()
  return useQuery<readonly RecordedEvent[], CallFailed>({
    queryKey: eventsKey(runId ?? ''),
    enabled: runId !== null,
    queryFn: async () => {
      const events: RecordedEvent[] = []
      while (events.length < limits.eventsMax) {
        const page = await unwrap(api.call('runs.events', { runId: runId ?? '', limit: limits.eventsPage, offset: events.length }))
        events.push(...page.items)
        if (page.items.length === 0 || events.length >= page.total) break
      }
      return events
    },
  })
}

/** One value out of what is live. `select` must return the same value for the same state. */
export function useLive<T>(select: (live: Live) => T): T {
  const { feed } = useShell()
  return useSyncExternalStore(
    feed.watch,
    useCallback(() => select(feed.get()), [feed, select]),
  )
}

export function useConnection(): Connection {
  const { bridge } = useShell()
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(() => bridge.watchConnection(setConnection), [bridge])
  return connection
}
