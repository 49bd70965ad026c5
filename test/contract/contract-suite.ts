/** What every shell must keep, whatever carries it: one suite, run over each way into a real core. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../main/app.ts'
import { CallReply } from '../../main/contract/api.ts'
import { FeedItem, type RunSummary } from '../../main/contract/runs.ts'
import { testId } from '../support/test-core.ts'
import { waitUntil } from '../support/wait-until.ts'

/** One shell's way to the core. `subscribe` reconnects by itself; `interrupt` breaks its connection once, as a fault would. */
export interface Connection {
  call(name: string, input: unknown): Promise<unknown>
  subscribe(after: number | null, listen: (item: FeedItem) => void): () => void
  interrupt(): Promise<void>
  close(): Promise<void>
}

const caller = { account: 'tester', shell: 'cli' } as const
const limits = { settleMs: 200, recordedMs: 500 } as const

/** What a page has heard, each item parsed against the contract. */
function follow(connection: Connection, after: number | null) {
  const items: FeedItem[] = []
  const stop = connection.subscribe(after, (item) => items.push(FeedItem.parse(item)))
  return {
    items,
    stop,
    seqs: () => items.flatMap((item) => (item.kind === 'event' ? [item.event.seq] : [])),
    snapshots: () => items.flatMap((item) => (item.kind === 'snapshot' ? [item] : [])),
  }
}

export function describeContract(name: string, openApp: () => App, connect: () => Promise<Connection>): void {
  describe(name, () => {
    let connection: Connection
    beforeAll(async () => {
      connection = await connect()
    })
    afterAll(() => connection.close())

    /** Each makes exactly one durable event. */
    const append = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const done = await openApp().dispatch('station.configure', { ceiling: 'secret' }, caller)
        if (!done.ok) throw new Error(done.error.code)
      }
    }
    const call = async (callName: string, input: unknown) => CallReply.parse(await connection.call(callName, input))
    const refused = (code: string) => ({
      ok: false,
      error: { code, message: expect.stringMatching(/\.$/), hint: expect.stringMatching(/\.$/) },
    })

    test('a good call is answered with what the contract says', async () => {
      expect(await call('collections.list', {})).toEqual({ ok: true, value: { items: expect.any(Array) } })
      expect(await call('station.configure', { ceiling: 'secret' })).toMatchObject({ ok: true, value: { ceiling: { level: 'secret' } } })
      expect(await call('documents.list', {})).toEqual({ ok: true, value: { items: [], total: 0 } })
    })

    test.each(['', 'collections', 'collections.list ', 'COLLECTIONS.LIST', 'toString', '__proto__', 'constructor', 'shell.console_url'])(
      'the call %j is unknown',
      async (unknown) => {
        expect(await call(unknown, {})).toMatchObject({
          ok: false,
          error: { code: expect.stringMatching(/^(call\.unknown|shell\.absent)$/) },
        })
      },
    )

    test.each([
      ['an extra key', 'collections.list', { all: true }],
      ['an extra key deep inside', 'imports.start', { sources: [{ path: '/a', uploadId: 'b' }] }],
      ['a missing key', 'documents.get', {}],
      ['a wrong kind of id', 'documents.get', { documentId: testId('run', 1) }],
      ['an id with a path', 'documents.get', { documentId: 'doc_../../../../etc/passwd' }],
      ['a number for a text', 'search.query', { query: 7 }],
      ['a text too long', 'search.query', { query: 'x'.repeat(2_001) }],
      ['a text of white space', 'search.query', { query: ' \n ' }],
      ['a number out of range', 'runs.list', { limit: 0 }],
      ['a fraction', 'runs.list', { offset: 0.5 }],
      ['a list for an object', 'collections.list', []],
      ['null', 'collections.list', null],
      ['a text for an object', 'collections.list', '{}'],
      ['an unknown level', 'station.configure', { ceiling: 'cosmic' }],
    ])('%s is bad input', async (_what, callName, input) => {
      expect(await call(callName, input)).toEqual(refused('call.bad_input'))
    })

    test('keys that would reach into prototypes are bad input', async () => {
      for (const text of ['{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}', '{"prototype":1}'])
        expect(await call('collections.list', JSON.parse(text))).toEqual(refused('call.bad_input'))
      expect('x' in {}).toBe(false)
    })

    test('what a handler refuses arrives as it said it', async () => {
      expect(await call('documents.get', { documentId: testId('doc', 1) })).toEqual(refused('document.unknown'))
      expect(await call('runs.get', { runId: testId('run', 1) })).toEqual(refused('run.unknown'))
    })

    test('text arrives as it was sent, whatever is in it', async () => {
      for (const query of [
        'naïve façade',
        '漢字 と 仮名',
        'line\u2028 and paragraph\u2029 ends',
        '"quoted" \\ and \n\t spaced',
        '🙂 \u{1f9ea}',
        '</script><!--',
        'data: x\n\nid: 9',
      ]) {
        const reply = await call('search.query', { query })
        expect(reply).toMatchObject({ ok: true, value: { query: query.trim() } })
      }
    })

    test('many calls at once are each answered for themselves', async () => {
      const queries = Array.from({ length: 100 }, (_, i) => `question ${i}`)
      const replies = await Promise.all(queries.map((query) => call('search.query', { query })))
      expect(replies.map((reply) => (reply.ok ? (reply.value as { query: string }).query : reply.error.code))).toEqual(queries)
    })

    describe('RUN-10 a run is launched, looked at, paused, resumed and cancelled', () => {
      const value = async <T>(callName: string, input: unknown): Promise<T> => {
        const reply = await call(callName, input)
        if (!reply.ok) throw new Error(`${callName}: ${reply.error.code}`)
        return reply.value as T
      }
      const ask = () => value<{ runId: string }>('ask.start', { question: 'Who keeps the lamp?', modelId: null })
      const look = (runId: string) => value<RunSummary>('runs.get', { runId })
      const ended = async (runId: string): Promise<RunSummary> => {
        for (;;) {
          const run = await look(runId)
          if (run.endedAt !== null) return run
        }
      }
      /** Paused before its turn came: others are in front of it. Where a machine is so quick that it ended, another is tried. */
      const paused = async (): Promise<string> => {
        for (;;) {
          const started = await Promise.all(Array.from({ length: 16 }, ask))
          const runId = started.at(-1)?.runId ?? ''
          const reply = await call('runs.pause', { runId })
          if (!reply.ok && reply.error.code === 'run.ended') continue
          expect(reply).toMatchObject({ ok: true, value: { holds: ['operator'] } })
          if ((await look(runId)).status === 'held') return runId
        }
      }

      test('to its end', async () => {
        const { runId } = await ask()
        expect(await ended(runId)).toMatchObject({ id: runId, status: 'complete', title: 'Who keeps the lamp?' })
        const { items } = await value<{ items: RunSummary[] }>('runs.list', { contains: 'LAMP', statuses: ['complete'], agent: 'ask' })
        expect(items[0]?.id).toBe(runId)
        const events = await value<{ items: { event: { type: string } }[] }>('runs.events', { runId, limit: 200 })
        expect([events.items[0]?.event.type, events.items.at(-1)?.event.type]).toEqual(['run.created', 'run.completed'])
        expect(await value('runs.replay', { runId })).toMatchObject({ isChainWhole: true, isSame: true })
        expect(await call('runs.pause', { runId })).toEqual(refused('run.ended'))
      })

      test('held until it is let go', async () => {
        const runId = await paused()
        expect(await call('runs.pause', { runId })).toEqual(refused('run.already_paused'))
        expect((await value<RunSummary>('runs.resume', { runId })).holds).toEqual([])
        expect((await ended(runId)).status).toBe('complete')
      })

      test('for good', async () => {
        const runId = await paused()
        expect(await value('runs.cancel', { runId })).toMatchObject({ status: 'aborted', holds: [] })
        expect(await call('runs.resume', { runId })).toEqual(refused('run.not_paused'))
      })

      test('and tried again or forked', async () => {
        const { runId } = await ask()
        await ended(runId)
        const again = await value<RunSummary>('runs.retry', { runId })
        const forked = await value<RunSummary>('runs.fork', { runId, at: 1 })
        expect([again.attempt, forked.forkedFrom]).toEqual([2, { runId, ordinal: 1 }])
        for (const { id } of [again, forked]) expect((await ended(id)).status).toBe('complete')
        expect(await value('runs.diff', { a: runId, b: forked.id })).toMatchObject({ isSameInput: true, isSameResult: true })
      })
    })

    test('the feed begins with a snapshot and goes on with events in order', async () => {
      // What was searched and refused before is recorded a moment later.
      await new Promise((resolve) => setTimeout(resolve, limits.recordedMs))
      const page = follow(connection, null)
      await waitUntil(() => page.items.length > 0, 'the snapshot')
      expect(page.items[0]).toMatchObject({ kind: 'snapshot' })
      const start = page.snapshots()[0]?.seq ?? -1
      await append(5)
      await waitUntil(() => page.seqs().length === 5, 'five events')
      expect(page.seqs()).toEqual([1, 2, 3, 4, 5].map((n) => start + n))
      page.stop()
    })

    test('OBS-06 a page that comes back with its place gets what it missed, once', async () => {
      const before = follow(connection, null)
      await waitUntil(() => before.items.length > 0, 'the snapshot')
      await append(2)
      await waitUntil(() => before.seqs().length === 2, 'two events')
      before.stop()
      const place = before.seqs().at(-1) ?? 0
      await append(3)
      const after = follow(connection, place)
      await waitUntil(() => after.seqs().length === 3, 'the missed events')
      await append(1)
      await waitUntil(() => after.seqs().length === 4, 'the next event')
      expect(after.seqs()).toEqual([1, 2, 3, 4].map((n) => place + n))
      expect(after.items[0]).toMatchObject({ kind: 'snapshot', seq: place })
      expect(before.seqs()).toHaveLength(2)
      after.stop()
    })

    test('OBS-06 a broken connection is made anew, with a snapshot, without gap or duplicate', async () => {
      const page = follow(connection, null)
      await waitUntil(() => page.items.length > 0, 'the snapshot')
      await append(2)
      await waitUntil(() => page.seqs().length === 2, 'two events')
      const broken = connection.interrupt()
      await append(3)
      await broken
      await append(2)
      await waitUntil(() => page.seqs().length >= 7, 'all events')
      await append(1)
      await waitUntil(() => page.seqs().length >= 8, 'the last event')
      const first = page.seqs()[0] ?? 0
      expect(page.seqs()).toEqual(Array.from({ length: 8 }, (_, n) => first + n))
      expect(page.snapshots().length).toBeGreaterThan(1)
      expect(await call('collections.list', {})).toMatchObject({ ok: true })
      page.stop()
    })

    test('a place beyond the log begins at its end', async () => {
      const page = follow(connection, 1_000_000_000)
      await waitUntil(() => page.items.length > 0, 'the snapshot')
      const start = page.snapshots()[0]?.seq ?? 0
      expect(start).toBeLessThan(1_000_000_000)
      await append(1)
      await waitUntil(() => page.seqs().length === 1, 'the event')
      expect(page.seqs()).toEqual([start + 1])
      page.stop()
    })

    test('two pages hear the same, and one that stopped hears nothing more', async () => {
      const [left, right] = [follow(connection, null), follow(connection, null)]
      await waitUntil(() => left.items.length > 0 && right.items.length > 0, 'the snapshots')
      await append(1)
      await waitUntil(() => left.seqs().length === 1 && right.seqs().length === 1, 'the event')
      expect(left.seqs()).toEqual(right.seqs())
      left.stop()
      await append(1)
      await waitUntil(() => right.seqs().length === 2, 'the next event')
      await new Promise((resolve) => setTimeout(resolve, limits.settleMs))
      expect(left.seqs()).toHaveLength(1)
      right.stop()
    })
  })
}
