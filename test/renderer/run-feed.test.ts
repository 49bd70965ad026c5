/** What the feed tells while an answer is on its way: one that may be older than what was told must not stay, and none must be put off for ever. */
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, onTestFinished, test } from 'vitest'
import type { FeedItem } from '../../main/contract/runs.ts'
import type { Bridge } from '../../renderer/bridge.ts'
import { eventsKey, openRunFeed } from '../../renderer/run-feed.ts'
import { testId } from '../support/test-core.ts'

const runId = testId('run', 1)
const event = (version: number) =>
  ({ kind: 'event', event: { seq: version, stream: runId, version, event: { type: 'run.completed' } } }) as unknown as FeedItem

/** A screen that shows one query, with a feed that a test speaks on. */
function open(queryKey: readonly unknown[], read: () => Promise<unknown>) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } } })
  let tell: (item: FeedItem) => void = () => undefined
  const bridge = {
    subscribe: (_after: number | null, listen: (item: FeedItem) => void) => {
      tell = listen
      return () => undefined
    },
  } as unknown as Bridge
  const feed = openRunFeed(bridge, client)
  const stop = new QueryObserver(client, { queryKey, queryFn: read }).subscribe(() => undefined)
  onTestFinished(() => {
    stop()
    feed.close()
    client.clear()
  })
  return { tell: (item: FeedItem) => tell(item), shown: () => client.getQueryData(queryKey) }
}

test.each([
  ['a run', ['runs.get', { runId }]],
  ['the events of a run', eventsKey(runId)],
])('%s that was asked for before it moved, and arrives after that was told, is read again', async (_what, queryKey) => {
  const first = Promise.withResolvers<unknown>()
  let reads = 0
  const { tell, shown } = open(queryKey, () => {
    reads += 1
    return reads === 1 ? first.promise : Promise.resolve(['new'])
  })
  await expect.poll(() => reads).toBe(1)
  tell(event(1))
  // Longer than the feed waits before it has anything read again.
  await new Promise((resolve) => setTimeout(resolve, 300))
  first.resolve(['old'])
  await expect.poll(shown).toEqual(['new'])
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('UI a slow list comes to its end however fast events follow each other, and what came last is in the last reading', async () => {
  const client = new QueryClient()
  const listeners: ((item: FeedItem) => void)[] = []
  const bridge: Bridge = {
    call: () => Promise.reject(new Error('nothing is called here')),
    subscribe: (_after, listen) => {
      listeners.push(listen)
      return () => undefined
    },
    watchConnection: () => () => undefined,
    pathOf: null,
  }
  const feed = openRunFeed(bridge, client)
  onTestFinished(feed.close)
  let state = 0
  /** What a screen was given. */
  const shown: number[] = []
  const observer = new QueryObserver(client, {
    queryKey: ['missions.list', {}],
    queryFn: async () => {
      const seen = state
      await pause(250)
      return seen
    },
  })
  onTestFinished(
    observer.subscribe(({ data }) => {
      if (data !== undefined && data !== shown.at(-1)) shown.push(data)
    }),
  )
  for (state = 1; state <= 40; state++) {
    const event = { type: 'mission.paused', atMs: 0 } as const
    const at = { seq: state, stream: 'msn_1', version: state, at: 0 }
    for (const listen of listeners) listen({ kind: 'event', event: { ...at, event } } as FeedItem)
    await pause(30)
  }
  expect(shown.length).toBeGreaterThanOrEqual(3)
  await expect.poll(() => shown.at(-1), { timeout: 5_000 }).toBeGreaterThanOrEqual(40)
})
