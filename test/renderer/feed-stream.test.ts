/** The reconnecting stream, against a real HTTP server on this machine. */
import { createServer, type ServerResponse } from 'node:http'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import type { FeedItem } from '../../main/contract/runs.ts'
import type { Connection } from '../../renderer/bridge.ts'
import { openFeed } from '../../renderer/feed-stream.ts'
import { id } from '../browser/screens/fixture-ids.ts'
import { manyTurns } from '../support/many-turns.ts'

const boot = id('boot', 1)
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

interface Asked {
  readonly after: string | null
  readonly bearer: string | undefined
}

/** Answers each connection by the next of `replies`, the last one again and again. */
async function serve(replies: readonly ((response: ServerResponse) => void)[]): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    asked.push({ after: url.searchParams.get('after'), bearer: request.headers.authorization })
    const reply = replies[Math.min(asked.length, replies.length) - 1]
    reply?.(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api/feed`, asked }
}

const stream = (items: readonly object[], isEnded: boolean) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const item of items) response.write(`data: ${JSON.stringify(item)}\n\n`)
  if (isEnded) response.end()
}

const snapshot = (seq: number) => ({ kind: 'snapshot', seq, boot, live: [], imports: [] })
const event = (seq: number) => ({ kind: 'event', event: { seq } })

const until = async (isTrue: () => boolean) => {
  for (let i = 0; i < 200 && !isTrue(); i++) await new Promise((resolve) => setTimeout(resolve, 25))
}

test('RUN a broken stream is opened again after the last event, without gap or duplicate', async () => {
  const { url, asked } = await serve([
    stream([snapshot(4), event(5), event(6)], true),
    (response) => response.writeHead(503).end(),
    stream([snapshot(8), event(6), event(7), event(8)], false),
  ])
  const items: FeedItem[] = []
  const states: Connection[] = []
  closers.push(openFeed({ url, bearer: 'secret', after: null, onItem: (item) => items.push(item), onState: (state) => states.push(state) }))
  await until(() => items.length >= 6)
  expect(items.map((item) => (item.kind === 'event' ? item.event.seq : item.kind))).toEqual(['snapshot', 5, 6, 'snapshot', 7, 8])
  expect(asked.map((one) => one.after)).toEqual([null, '6', '6'])
  expect(asked.every((one) => one.bearer === 'Bearer secret')).toBe(true)
  expect(states).toEqual(['open', 'lost', 'lost', 'open'])
})

test('RUN a refused bearer ends it: a signed-out window does not hammer the core', async () => {
  const { url, asked } = await serve([(response) => response.writeHead(401).end()])
  const states: Connection[] = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { promise, resolve } = Promise.withResolvers<void>()
  const onState = (state: Connection) => {
    states.push(state)
    resolve()
  }
  closers.push(openFeed({ url, bearer: 'old', after: 3, onItem: () => undefined, onState }))
  await promise
  // Whatever it waited for before it asked again is over.
  await vi.advanceTimersByTimeAsync(60_000)
  await manyTurns()
  expect(states).toEqual(['refused'])
  expect(asked).toEqual([{ after: '3', bearer: 'Bearer old' }])
})
