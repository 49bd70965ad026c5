/** A core with two calls and a feed that a test drives by hand: for tests of the shells alone, where the real core's work would only be noise. */
import type { FeedItem } from '../../main/contract/runs.ts'
import type { Caller, Core } from '../../main/core.ts'
import { createDispatch, type Handlers } from '../../main/dispatch.ts'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
export const testId = (kind: string, n: number): string =>
  `${kind}_${'0'.repeat(24)}${crockford[Math.floor(n / 32) % 32]}${crockford[n % 32]}`

/** A durable event with this sequence number. */
export const testEvent = (seq: number): FeedItem => ({
  kind: 'event',
  event: {
    seq,
    stream: 'station',
    version: seq,
    at: 0,
    tenant: 'local',
    actor: { issuer: 'operator', account: 'tester' },
    label: unclassified,
    event: { type: 'import.started', importId: testId('imp', 1), files: 1 },
    previous: '',
    hash: '',
  },
})

export interface TestCore extends Core {
  /** Appends durable events with the next sequence numbers, and delivers them. */
  append(count: number): void
  emit(item: FeedItem): void
  readonly listeners: number
  readonly callers: readonly Caller[]
  /** What the window told of refused requests. */
  readonly reports: readonly unknown[]
  isClosed: boolean
}

export function createTestCore(): TestCore {
  const listeners = new Set<(item: FeedItem) => void>()
  const callers: Caller[] = []
  const reports: unknown[] = []
  let seq = 0
  // Only the few calls of these tests are handled; the dispatch before them is the real one.
  const handlers = {
    'collections.list': (_input: unknown, caller: Caller) => {
      callers.push(caller)
      return ok({ items: [] })
    },
    'egress.report': (input: unknown) => {
      reports.push(input)
      return ok({})
    },
    'documents.remove': async (input: { documentId: string }) => ok(input),
  } as unknown as Handlers
  const emit = (item: FeedItem) => {
    for (const listen of [...listeners]) listen(item)
  }
  const core: TestCore = {
    isClosed: false,
    callers,
    reports,
    get listeners() {
      return listeners.size
    },
    dispatch: createDispatch(
      handlers,
      () => null,
      () => undefined,
    ),
    subscribe: (after, listen) => {
      listen({ kind: 'snapshot', seq: after ?? seq, boot: testId('boot', 1), live: [], imports: [] })
      for (let at = (after ?? seq) + 1; at <= seq; at++) listen(testEvent(at))
      listeners.add(listen)
      return () => {
        listeners.delete(listen)
      }
    },
    append: (count) => {
      for (let i = 0; i < count; i++) {
        seq += 1
        emit(testEvent(seq))
      }
    },
    emit,
    close: async () => {
      core.isClosed = true
    },
  }
  return core
}
