/** What the feed tells while an answer is on its way: one that may be older than what was told must not stay, and none must be put off for ever. */
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { FeedItem } from '../../main/contract/runs.ts'
import type { Bridge } from '../../renderer/bridge.ts'
import { eventsKey, openRunFeed } from '../../renderer/run-feed.ts'
import { testId } from '../support/test-core.ts'

// What waits here waits for a clock that only the test moves.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

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
  await pass(0)
  expect(reads).toBe(1)
  tell(event(1))
  // Longer than the feed waits before it has anything read again.
  await pass(1_000)
  first.resolve(['old'])
  await pass(1_000)
  expect(shown()).toEqual(['new'])
})

test('UI a slow list comes to its end however fast events follow each other, and what came last is in the last reading', async () => {
  let state = 0
  const { tell, shown } = open(['missions.list', {}], async () => {
    const seen = state
    await new Promise((resolve) => setTimeout(resolve, 250))
    return seen
  })
  /** What a screen was given. */
  const given = new Set<unknown>()
  for (state = 1; state <= 40; state++) {
    const moved = { seq: state, stream: testId('msn', 1), version: state, event: { type: 'mission.paused', atMs: 0 } }
    tell({ kind: 'event', event: moved } as unknown as FeedItem)
    await pass(30)
    given.add(shown())
  }
  expect(given.size).toBeGreaterThan(3)
  await pass(1_000)
  expect(shown()).toBeGreaterThanOrEqual(40)
})
