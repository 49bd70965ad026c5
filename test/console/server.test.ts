import { mkdirSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Console, startConsole } from '../../main/console/server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createTestCore, testId } from '../support/test-core.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const page = join(folder, 'page')
mkdirSync(page)
writeFileSync(join(page, 'index.html'), '<title>the page</title>')
const core = createTestCore()
let shell: Console
let bearer: string
let tokensUsed = 0

beforeAll(async () => {
  const started = await startConsole(
    {
      core,
      page,
      account: 'tester',
      clock: Date.now,
      onTokenUsed: () => {
        tokensUsed += 1
      },
    },
    0,
  )
  if (!started.ok) throw new Error(started.error.code)
  shell = started.value
  bearer = await exchange()
})
afterAll(() => shell.close())

interface Ask {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}
interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly json: unknown
}

/** fetch would set Host and Origin by itself; here they are what the test says. */
function ask({ path, method = 'POST', headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: shell.port, path, method, headers, agent: false }, (answer) => {
      let text = ''
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => {
        const isJson = answer.headers['content-type']?.startsWith('application/json') === true
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: isJson ? JSON.parse(text) : null })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
const json = { 'content-type': 'application/json' }
const signedIn = () => ({ ...json, authorization: `Bearer ${bearer}` })
const call = (name: unknown, input: unknown, headers: Record<string, string> = signedIn()) =>
  ask({ path: '/api/call', headers, body: JSON.stringify({ name, input }) })
const token = () => new URL(shell.link(60_000)).hash.slice('#token='.length)
async function exchange(): Promise<string> {
  const answer = await ask({ path: '/api/session', headers: json, body: JSON.stringify({ token: token() }) })
  return (answer.json as { bearer: string }).bearer
}
const refused = (code: string) => ({ ok: false, error: { code, message: expect.any(String), hint: expect.any(String) } })

test('it listens on the loopback address alone, and its plain address holds no token', () => {
  expect(shell.url).toBe(`http://127.0.0.1:${shell.port}/`)
})

test('the page needs no session; it holds nothing', async () => {
  const answer = await ask({ path: '/', method: 'GET' })
  expect([answer.status, answer.text]).toEqual([200, '<title>the page</title>'])
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
})

test('a token is exchanged once for a bearer, and no cookie is ever set', async () => {
  const once = token()
  const usedBefore = tokensUsed
  const body = JSON.stringify({ token: once })
  const first = await ask({ path: '/api/session', headers: json, body })
  expect(first.json).toEqual({ bearer: expect.stringMatching(/^[\w-]{43}$/) })
  expect(first.headers['set-cookie']).toBeUndefined()
  expect(first.headers['cache-control']).toBe('no-store')
  expect(tokensUsed).toBe(usedBefore + 1)
  const second = await ask({ path: '/api/session', headers: json, body })
  expect([second.status, second.json]).toEqual([401, refused('console.wrong_token')])
})

test('a call reaches the core as the account that runs it', async () => {
  const answer = await call('collections.list', {})
  expect([answer.status, answer.json]).toEqual([200, { ok: true, value: { items: [] } }])
  expect(core.callers.at(-1)).toEqual({ account: 'tester', shell: 'console' })
})

test.each([
  ['no bearer', {}],
  ['an empty bearer', { authorization: 'Bearer ' }],
  ['a wrong bearer', { authorization: `Bearer ${'A'.repeat(43)}` }],
  ['a wrong scheme', { authorization: 'Basic dGVzdGVyOng=' }],
  ['a bearer in a cookie', { cookie: 'bearer=x' }],
])('with %s nothing is answered', async (_what, headers) => {
  for (const path of ['/api/call', '/api/feed', '/api/other']) {
    const answer = await ask({ path, headers: { ...json, ...headers }, body: '{"name":"collections.list","input":{}}' })
    expect([answer.status, answer.json]).toEqual([401, refused('console.no_session')])
  }
})

test.each(['/metrics', '/api/metrics', '/metrics/'])('OBS-01 nothing is measured for whoever asks %s', async (path) => {
  const answer = await ask({ path, method: 'GET' })
  // The page knows all addresses but those of the interface.
  expect([answer.status, answer.text]).toEqual(
    path === '/api/metrics' ? [401, expect.not.stringContaining('agent_')] : [200, '<title>the page</title>'],
  )
})

test('a token is no bearer, and a bearer no token', async () => {
  expect((await call('collections.list', {}, { ...json, authorization: `Bearer ${token()}` })).status).toBe(401)
  expect((await ask({ path: '/api/session', headers: json, body: JSON.stringify({ token: bearer }) })).status).toBe(401)
})

test.each([
  'evil.example',
  'localhost',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.0.0.1.evil.example:PORT',
  'localhost.evil.example:PORT',
  'localhost.:PORT',
  'LOCALHOST:PORT',
  'rebind.network:PORT',
  '0.0.0.0:PORT',
  '[::1]:PORT',
  '127.1:PORT',
  '2130706433:PORT',
  '127.0.0.1:PORT@evil.example',
  'evil.example@127.0.0.1:PORT',
])('a request for the host %j is refused, so that no name can be rebound to this address', async (name) => {
  const host = name.replace('PORT', String(shell.port))
  for (const path of ['/', '/api/call', '/api/feed', '/api/session']) {
    const answer = await ask({ path, headers: { ...signedIn(), host }, body: '{}' })
    expect.soft([400, 403], `${path} ${answer.text}`).toContain(answer.status)
    expect.soft(answer.text).not.toContain('the page')
  }
})

test.each(['GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'])(
  'a request without a host is refused',
  async (head) => {
    const socket = connect(shell.port, '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.write(head)
    await waitUntil(() => heard.includes('\r\n\r\n'), 'an answer')
    socket.destroy()
    expect(heard).toMatch(/^HTTP\/1\.1 40[03]/)
    expect(heard).not.toContain('the page')
  },
)

test.each([
  ['another site', { origin: 'https://evil.example' }],
  ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['a sandboxed frame', { origin: 'null' }],
  ['a secure twin', { origin: 'https://127.0.0.1:PORT' }],
  ['the other loopback name', { origin: 'http://localhost:PORT' }],
  ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
  ['a same-site fetch', { 'sec-fetch-site': 'same-site' }],
  ['a typed address', { 'sec-fetch-site': 'none' }],
])('a call from %s is refused, even with a bearer', async (_what, headers) => {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(shell.port))]))
  const answer = await call('collections.list', {}, { ...signedIn(), ...named })
  expect([answer.status, answer.json]).toEqual([403, refused('console.wrong_origin')])
  const session = await ask({ path: '/api/session', headers: { ...json, ...named }, body: JSON.stringify({ token: token() }) })
  expect(session.status).toBe(403)
})

test('the page itself may call under either of its names, and no other origin is ever named as allowed', async () => {
  for (const name of ['127.0.0.1', 'localhost']) {
    const host = `${name}:${shell.port}`
    const headers = { ...signedIn(), host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
    const answer = await call('collections.list', {}, headers)
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.headers).filter((header) => header.startsWith('access-control'))).toEqual([])
  }
  const preflight = await ask({
    path: '/api/call',
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  })
  expect(preflight.status).toBe(403)
})

test('a navigation from elsewhere may open the page', async () => {
  expect((await ask({ path: '/', method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
})

test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s is no way to call', async (method) => {
  const answer = await ask({ path: '/api/call', method, headers: signedIn() })
  expect([answer.status, answer.json]).toEqual([404, refused('console.no_such_door')])
})

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonp', ''])(
  'a body of type %j is refused: a form of another site can send it without asking',
  async (type) => {
    const headers = { ...signedIn(), 'content-type': type }
    const answer = await call('collections.list', {}, headers)
    expect([answer.status, answer.json]).toEqual([400, refused('console.bad_request')])
  },
)

test('a body over the limit is refused, announced or not', async () => {
  const body = Buffer.alloc(4 * 1024 * 1024 + 1, 'a')
  const announced = await ask({ path: '/api/call', headers: signedIn(), body })
  expect([announced.status, announced.json]).toEqual([413, refused('console.body_too_large')])
  const chunked = await ask({ path: '/api/call', headers: { ...signedIn(), 'transfer-encoding': 'chunked' }, body })
  expect(chunked.status).toBe(413)
  expect((await call('collections.list', {})).status).toBe(200)
})

test('keys that would reach into prototypes are refused and change nothing', async () => {
  const bodies = [
    '{"name":"collections.list","input":{"__proto__":{"polluted":1}}}',
    '{"name":"collections.list","input":{"constructor":{"prototype":{"polluted":1}}}}',
    '{"__proto__":{"polluted":1},"name":"collections.list","input":{}}',
    '{"constructor":{"prototype":{"polluted":1}},"name":"collections.list","input":{}}',
    '{"name":"__proto__","input":{}}',
    '{"name":"constructor","input":{}}',
    '{"name":"toString","input":{}}',
  ]
  for (const body of bodies) {
    const answer = await ask({ path: '/api/call', headers: signedIn(), body })
    expect.soft(answer.json, body).toMatchObject({ ok: false })
  }
  expect('polluted' in {}).toBe(false)
})

/** Small numbers that repeat with their seed. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % sides
  }
}

test('1,000 malformed requests get typed errors, and the console lives', async () => {
  const dice = createDice(20_261_120)
  const pieces = [
    '{',
    '}',
    '"',
    'name',
    ':',
    'input',
    '[',
    ']',
    'null',
    '1e999',
    '\\u0000',
    '__proto__',
    ',',
    'collections.list',
    '\u{1f600}',
    '-',
  ]
  const names = ['collections.list', 'documents.remove', '', '.', 'a'.repeat(200), '../x', 'collections.list\u0000', 'hasOwnProperty']
  const values = [null, 1, 'x', [], {}, { documentId: 1 }, { documentId: { $gt: '' } }, [[[[]]]], { a: { b: { c: {} } } }, true]
  for (let i = 0; i < 1_000; i++) {
    const pick = <T>(list: readonly T[]) => list[dice(list.length)]
    const isShaped = dice(2) === 0
    const body = isShaped
      ? JSON.stringify({ name: pick([...names, ...values]), input: pick(values), ...(dice(3) === 0 ? { extra: pick(values) } : {}) })
      : Array.from({ length: dice(40) }, () => pick(pieces)).join('')
    const answer = await ask({ path: dice(5) === 0 ? '/api/session' : '/api/call', headers: signedIn(), body })
    const isGood = body === '{"name":"collections.list","input":{}}'
    if (!isGood) expect.soft(answer.json, body).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^[a-z]+\.[a-z_]+$/) } })
    expect.soft(answer.status, body).toBeLessThan(500)
  }
  expect((await call('collections.list', {})).json).toMatchObject({ ok: true })
})

test('whatever path is asked for, there is the page or nothing', async () => {
  const paths = [
    '/../server.test.ts',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
    '/api/../../etc/passwd',
    'http://evil.example/',
    '*',
    '/..%2fserver.ts',
  ]
  for (const path of paths) {
    const answer = await ask({ path, method: 'GET' })
    if (answer.status === 200) expect.soft(answer.text, path).toBe('<title>the page</title>')
    else expect.soft([400, 403, 404], path).toContain(answer.status)
  }
})

test('a small body of unannounced length is taken', async () => {
  const headers = { ...signedIn(), 'transfer-encoding': 'chunked' }
  expect((await call('collections.list', {}, headers)).json).toMatchObject({ ok: true })
})

test('a port that is taken is a failure with a code', async () => {
  const second = await startConsole({ core, page, account: 'tester', clock: Date.now }, shell.port)
  expect(second).toEqual(refused('console.port_taken'))
})

async function readFeed(after: string, until: (text: string) => boolean): Promise<{ headers: Headers; text: string }> {
  const stop = new AbortController()
  const answer = await fetch(`${shell.url}api/feed${after}`, { headers: { authorization: `Bearer ${bearer}` }, signal: stop.signal })
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (until(text)) break
  }
  stop.abort()
  return { headers: answer.headers, text }
}

test('the feed is a snapshot, then events; only durable events have an id', async () => {
  core.append(2)
  const first = await readFeed('?after=0', (text) => text.includes('id: 2'))
  expect(first.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const frames = first.text.trim().split('\n\n')
  expect(frames.map((frame) => frame.split('\n')[0]?.split(':')[0])).toEqual(['data', 'id', 'id'])
  expect(JSON.parse(frames[0]?.slice('data: '.length) ?? '')).toMatchObject({ kind: 'snapshot', seq: 0 })
  await waitUntil(() => core.listeners === 0, 'the end of the subscription when the page went away')
})

test.each(['?after=-1', '?after=1.5', '?after=x', '?after=1e3', `?after=${'9'.repeat(30)}`])('the place %s is refused', async (after) => {
  const answer = await ask({ path: `/api/feed${after}`, method: 'GET', headers: signedIn() })
  expect([answer.status, answer.json]).toEqual([400, refused('console.bad_request')])
})

test('a page that does not read is cut off before the console holds more than its limit', async () => {
  const socket = connect(shell.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.pause()
  socket.write(`GET /api/feed HTTP/1.1\r\nHost: 127.0.0.1:${shell.port}\r\nAuthorization: Bearer ${bearer}\r\n\r\n`)
  await waitUntil(() => core.listeners === 1, 'the subscription')
  const text = 'x'.repeat(1024 * 1024)
  let sent = 0
  for (; core.listeners === 1 && sent < 100; sent++) {
    core.emit({ kind: 'delta', runId: testId('run', 1), offset: sent, text })
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(core.listeners).toBe(0)
  expect(sent).toBeLessThan(40)
  socket.destroy()
})

test('closing the console ends its feeds', async () => {
  const started = await startConsole({ core, page, account: 'tester', clock: Date.now }, 0)
  if (!started.ok) throw new Error(started.error.code)
  const own = started.value
  const opened = await fetch(`${own.url}api/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ token: own.link(1_000).split('#token=')[1] }),
  })
  const session = (await opened.json()) as { bearer: string }
  const feed = await fetch(`${own.url}api/feed`, { headers: { authorization: `Bearer ${session.bearer}` } })
  await waitUntil(() => core.listeners === 1, 'the subscription')
  await own.close()
  expect(core.listeners).toBe(0)
  await feed.text().catch(() => undefined)
  await expect(fetch(own.url)).rejects.toThrow()
})

test('a HEAD for the feed opens none: nobody would read it, and it would never end', async () => {
  const before = core.listeners
  const headers = { authorization: `Bearer ${bearer}` }
  for (let i = 0; i < 3; i++) expect((await fetch(`${shell.url}api/feed`, { method: 'HEAD', headers })).status).toBe(400)
  expect(core.listeners).toBe(before)
})
