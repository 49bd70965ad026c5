import { statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { FeedItem } from '../../main/contract/runs.ts'
import type { Core } from '../../main/core.ts'
import { connectCore, serveCore } from '../../main/core-link.ts'
import { socketLimits } from '../../main/platform/socket-lines.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createTestCore, type TestCore, testId } from '../support/test-core.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const cleanups: Array<() => Promise<unknown> | unknown> = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
let nextSocket = 0

async function serve(core: TestCore = createTestCore()) {
  const address = join(folder, `s${nextSocket++}`, 'core.sock')
  const server = await serveCore(core, address, 'tester', {
    'shell.console_url': async () => ({ ok: true, value: { url: 'http://127.0.0.1:1/' } }),
  })
  if (!server.ok) throw new Error(server.error.code)
  cleanups.push(() => server.value.close().catch(() => undefined))
  return { core, address, server: server.value }
}

async function reach(address: string): Promise<Core> {
  const core = await connectCore([join(folder, 'nobody', 'core.sock'), address], 'cli')
  if (!core.ok) throw new Error(core.error.code)
  cleanups.push(() => core.value.close())
  return core.value
}

/** A connection that sends what it is told and keeps what it hears. */
async function raw(address: string) {
  const socket = connect(address)
  let heard = ''
  socket.on('data', (chunk) => {
    heard += chunk.toString()
  })
  socket.on('error', () => undefined)
  cleanups.push(() => socket.destroy())
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return { socket, heard: () => heard, ended: new Promise<void>((resolve) => socket.once('close', () => resolve())) }
}

test('the socket is for this account alone', async () => {
  const { address } = await serve()
  expect(statSync(address).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(address)).mode & 0o777).toBe(0o700)
})

test('a call goes through the one door, under the account of the core', async () => {
  const { core, address } = await serve()
  const remote = await reach(address)
  const caller = { account: 'someone else', shell: 'console' } as const
  expect(await remote.dispatch('collections.list', {}, caller)).toEqual({ ok: true, value: { items: [] } })
  expect(core.callers).toEqual([{ account: 'tester', shell: 'cli' }])
})

test('what the shell around the core answers is asked for by its own names', async () => {
  const { address } = await serve()
  const remote = await reach(address)
  const caller = { account: '', shell: 'cli' } as const
  expect(await remote.dispatch('shell.console_url', {}, caller)).toMatchObject({ ok: true })
  for (const name of ['shell.other', 'shell.toString', 'shell.__proto__'])
    expect(await remote.dispatch(name, {}, caller)).toMatchObject({ ok: false, error: { code: 'shell.absent' } })
})

test('without a core there is a clear failure', async () => {
  expect(await connectCore([join(folder, 'nobody', 'core.sock')], 'cli')).toMatchObject({
    ok: false,
    error: { code: 'core.not_running' },
  })
})

test('a socket file left behind is no core, and the next core takes its place', async () => {
  const { address, server } = await serve()
  await server.close()
  const stale = createServer()
  await new Promise<void>((resolve) => stale.listen(address, resolve))
  // A killed process leaves its socket file: closing the handle without unlinking does the same.
  const copy = `${address}.kept`
  const { linkSync, renameSync } = await import('node:fs')
  linkSync(address, copy)
  await new Promise((resolve) => stale.close(resolve))
  renameSync(copy, address)
  expect(await connectCore([address], 'cli')).toMatchObject({ ok: false, error: { code: 'core.not_running' } })
  const again = await serveCore(createTestCore(), address, 'tester')
  expect(again.ok).toBe(true)
  if (again.ok) await again.value.close()
})

test('a file in the place of the socket is not deleted', async () => {
  const address = join(folder, 'core.sock')
  writeFileSync(address, 'mine')
  expect(await serveCore(createTestCore(), address, 'tester')).toMatchObject({ ok: false, error: { code: 'core.socket_taken' } })
  expect(await connectCore([address], 'cli')).toMatchObject({ ok: false })
})

test.each([
  ['no JSON', 'hello'],
  ['a number', '7'],
  ['an extra key', '{"id":1,"name":"a","input":{},"shell":"cli","more":1}'],
  ['a negative number', '{"id":-1,"subscribe":null}'],
  ['another shell', '{"id":1,"name":"a","input":{},"shell":"console"}'],
  ['an HTTP request', 'POST / HTTP/1.1'],
])('a line that is %s is refused, and the connection ended', async (_what, line) => {
  const { address } = await serve()
  const peer = await raw(address)
  peer.socket.write(`${line}\n`)
  await peer.ended
  expect(JSON.parse(peer.heard())).toEqual({ refused: expect.any(String) })
})

test('a line without end is cut off at the limit', async () => {
  const { address } = await serve()
  const peer = await raw(address)
  const piece = Buffer.alloc(1024 * 1024, 'a')
  for (let i = 0; i <= socketLimits.lineBytesMax / piece.length; i++) peer.socket.write(piece)
  await peer.ended
  expect(peer.heard()).toContain('longer')
})

test('an input too long for a line is refused before it is sent', async () => {
  const { address } = await serve()
  const remote = await reach(address)
  const caller = { account: '', shell: 'cli' } as const
  const input = { documentId: 'x'.repeat(socketLimits.lineBytesMax) }
  expect(await remote.dispatch('documents.remove', input, caller)).toMatchObject({ ok: false, error: { code: 'call.too_long' } })
  expect(await remote.dispatch('collections.list', {}, caller)).toMatchObject({ ok: true })
})

test('a subscriber that does not read is dropped before the core holds more than its limit', async () => {
  const { core, address } = await serve()
  const peer = await raw(address)
  peer.socket.pause()
  peer.socket.write('{"id":1,"subscribe":null}\n')
  await waitUntil(() => core.listeners === 1, 'the subscription')
  const text = 'x'.repeat(1024 * 1024)
  let sent = 0
  while (core.listeners === 1 && sent < 100) {
    core.emit({ kind: 'delta', runId: testId('run', 1), offset: sent, text })
    sent += 1
  }
  expect(core.listeners).toBe(0)
  expect(sent).toBeLessThan(20)
  peer.socket.resume()
  await waitUntil(() => peer.heard().includes('"dropped":true'), 'word of the drop')
})

test('a slow shell goes on with a snapshot, and misses no durable event', async () => {
  const { core, address } = await serve()
  const remote = await reach(address)
  const items: FeedItem[] = []
  remote.subscribe(null, (item) => items.push(item))
  await waitUntil(() => items.length === 1, 'the snapshot')
  core.append(3)
  const text = 'x'.repeat(1024 * 1024)
  // One turn of the event loop: nothing is read meanwhile, so that the subscription overflows.
  for (let i = 0; i < 40; i++) core.emit({ kind: 'delta', runId: testId('run', 1), offset: i, text })
  core.append(3)
  await waitUntil(() => items.filter((item) => item.kind === 'event').length === 6, 'all events')
  const seqs = items.flatMap((item) => (item.kind === 'event' ? [item.event.seq] : []))
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6])
  expect(items.filter((item) => item.kind === 'snapshot')).toHaveLength(2)
})

test('the feed finds a core that came again at the same address', async () => {
  const { core, address, server } = await serve()
  const remote = await reach(address)
  const seqs: number[] = []
  remote.subscribe(null, (item) => {
    if (item.kind === 'event') seqs.push(item.event.seq)
  })
  await waitUntil(() => core.listeners === 1, 'the subscription')
  core.append(2)
  await waitUntil(() => seqs.length === 2, 'two events')
  await server.close()
  const caller = { account: '', shell: 'cli' } as const
  expect(await remote.dispatch('collections.list', {}, caller)).toMatchObject({ ok: false, error: { code: 'core.gone' } })
  core.append(2)
  const again = await serveCore(core, address, 'tester')
  if (!again.ok) throw new Error(again.error.code)
  cleanups.push(() => again.value.close())
  await waitUntil(() => seqs.length === 4, 'the missed events')
  expect(seqs).toEqual([1, 2, 3, 4])
  expect(await remote.dispatch('collections.list', {}, caller)).toMatchObject({ ok: true })
})

test('unsubscribing ends the subscription in the core', async () => {
  const { core, address } = await serve()
  const remote = await reach(address)
  const stop = remote.subscribe(null, () => undefined)
  await waitUntil(() => core.listeners === 1, 'the subscription')
  stop()
  await waitUntil(() => core.listeners === 0, 'the end of it')
})

test('a shell that goes away leaves no subscription', async () => {
  const { core, address } = await serve()
  const remote = await reach(address)
  remote.subscribe(null, () => undefined)
  await waitUntil(() => core.listeners === 1, 'the subscription')
  await remote.close()
  await waitUntil(() => core.listeners === 0, 'the end of it')
})
