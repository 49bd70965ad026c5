/** The window's one subscription: folds live work, appends events to timelines that are open, and has stale answers read again. */
import type { QueryClient } from '@tanstack/react-query'
import type { CallName } from '../main/contract/calls.ts'
import type { FeedItem } from '../main/contract/runs.ts'
import type { RecordedEvent } from '../main/domain/recorded-event.ts'
import type { Bridge } from './bridge.ts'
import { advance } from './feed-stream.ts'
import { foldFeed, type Live, nothingLive } from './live.ts'
import { staleAfter } from './stale.ts'

const limits = { coalesceMs: 120, frameMs: 32 } as const

export interface RunFeed {
  readonly get: () => Live
  readonly watch: (listen: () => void) => () => void
  readonly close: () => void
}

/** Where the events of a run lie in the query cache. */
export const eventsKey = (runId: string) => ['runs.events', { runId }] as const

/**
 * Has answers read again that are shown. One that is read for the first time just now may have been made before what was told, and the cache
 * takes it for the new one: it is read once more when it has arrived.
 */
async function readAgain(client: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  const first = client.getQueryCache().findAll({ queryKey, fetchStatus: 'fetching', predicate: ({ state }) => state.data === undefined })
  const again = first.map(({ queryKey: exactly, promise }) => {
    const read = () => client.invalidateQueries({ queryKey: exactly, exact: true })
    return promise?.then(read, read)
  })
  await Promise.all([client.invalidateQueries({ queryKey }), ...again])
}

/** Adds an event to a timeline that is open; a gap has it read again instead. */
function appendEvent(client: QueryClient, recorded: RecordedEvent) {
  const key = eventsKey(recorded.stream)
  const shown = client.getQueryData<readonly RecordedEvent[]>(key)
  if (shown === undefined) return void readAgain(client, key)
  if (shown.some((event) => event.version === recorded.version)) return
  if (recorded.version === shown.length + 1) client.setQueryData(key, [...shown, recorded])
  else void readAgain(client, key)
}

export function openRunFeed(bridge: Bridge, client: QueryClient): RunFeed {
  const watchers = new Set<() => void>()
  const stale = new Set<CallName>()
  const underWay = new Set<CallName>()
  let live = nothingLive
  let last: number | null = null
  let stop: () => void = () => undefined
  let isTelling = false
  let isRefreshing = false

  // Tokens arrive faster than a screen is drawn: one notice a frame is enough.
  const tell = () => {
    if (isTelling) return
    isTelling = true
    setTimeout(() => {
      isTelling = false
      for (const watch of watchers) watch()
    }, limits.frameMs)
  }

  const refresh = (names: readonly CallName[]) => {
    for (const name of names) stale.add(name)
    if (isRefreshing) return
    isRefreshing = true
    setTimeout(() => {
      isRefreshing = false
      for (const name of stale) read(name)
    }, limits.coalesceMs)
  }

  // A reading that is under way is let come to its end, or where events never pause none ever would.
  const read = (name: CallName) => {
    if (underWay.has(name)) return
    stale.delete(name)
    underWay.add(name)
    void readAgain(client, [name]).finally(() => {
      underWay.delete(name)
      if (stale.has(name)) refresh([name])
    })
  }

  const receive = (item: FeedItem) => {
    const next = advance(last, item)
    const isReconnect = item.kind === 'snapshot' && last !== null
    last = next.last
    if (!next.isNew) return
    const folded = foldFeed(live, item)
    if (folded === 'gap') return resync()
    live = folded
    if (item.kind === 'event') {
      appendEvent(client, item.event)
      refresh(staleAfter(item.event))
    } else if (item.kind === 'import') refresh(['imports.list', 'imports.get', 'imports.files'])
    else if (isReconnect) void client.invalidateQueries()
    tell()
  }

  const resync = () => {
    stop()
    stop = bridge.subscribe(last, receive)
  }

  resync()
  return {
    get: () => live,
    watch: (listen) => {
      watchers.add(listen)
      return () => watchers.delete(listen)
    },
    close: () => stop(),
  }
}
