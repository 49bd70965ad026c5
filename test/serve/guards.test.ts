/** Who gets no answer at the door for programs elsewhere, and what is on record of it. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { labelFromName } from '../../main/domain/label.ts'
import { limits } from '../../main/serve/limits.ts'
import { chatBody, goodKey, openTestDoor, type TestDoor } from '../support/serve-core.ts'
import { testId } from '../support/test-core.ts'
import { waitUntil } from '../support/wait-until.ts'

const path = '/v1/chat/completions'
let door: TestDoor
beforeAll(async () => {
  door = await openTestDoor()
})
const keyId = testId('key', 1)

/** What a refused call leaves: its code, nothing asked of the model, nothing that a page could read. */
async function refused(asking: Promise<Awaited<ReturnType<TestDoor['ask']>>>, status: number, code: string, who: string | null = null) {
  const before = door.asked.length
  const seen = door.record.length
  const answer = await asking
  expect([answer.status, answer.code], answer.text).toEqual([status, code])
  expect(JSON.parse(answer.text)).toEqual({
    error: {
      message: expect.stringMatching(/\.$/),
      type: expect.any(String),
      param: expect.toSatisfy((p) => p === null || typeof p === 'string'),
      code,
    },
  })
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', connection: 'close' })
  expect(door.asked.length).toBe(before)
  expect(door.record.slice(seen)).toEqual([{ denied: code, keyId: who }])
}

describe('MOD-10 a key is required', () => {
  test('none, a wrong one, one in another form', async () => {
    await refused(door.ask({ path, body: chatBody(), key: null }), 401, 'no_api_key')
    await refused(door.ask({ path, body: chatBody(), key: 'key_wrong.secret' }), 401, 'invalid_api_key')
    await refused(door.ask({ path, body: chatBody(), key: null, headers: { authorization: `Basic ${goodKey}` } }), 401, 'invalid_api_key')
    await refused(door.ask({ path, body: chatBody(), key: 'x'.repeat(300) }), 401, 'invalid_api_key')
    await refused(door.ask({ path: '/v1/models', key: '' }), 401, 'invalid_api_key')
  })

  test('revoked or over', async () => {
    const base = { id: testId('key', 2), ceiling: labelFromName('unclassified'), models: null, expiresAt: null, revokedAt: null }
    door.keys.set('key_revoked.s', { ...base, revokedAt: 1 })
    door.keys.set('key_over.s', { ...base, expiresAt: Date.now() })
    await refused(door.ask({ path, body: chatBody(), key: 'key_revoked.s' }), 401, 'key_revoked')
    await refused(door.ask({ path, body: chatBody(), key: 'key_over.s' }), 401, 'key_expired')
  })

  test('a flood of wrong keys is slowed down, and the right one still works', async () => {
    const flooded = await openTestDoor({ wrongKeysMax: 3 })
    const codes: Array<string | null> = []
    for (let i = 0; i < 5; i++) codes.push((await flooded.ask({ path: '/v1/models', key: `key_${i}.x` })).code)
    expect(codes).toEqual(['invalid_api_key', 'invalid_api_key', 'invalid_api_key', 'too_many_wrong_keys', 'too_many_wrong_keys'])
    expect((await flooded.ask({ path: '/v1/models' })).status).toBe(200)
  })
})

describe('MOD-10 no page of a browser is served', () => {
  test.each([
    ['another host', { host: 'evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['no port', { host: '127.0.0.1' }],
    ['a name that was made to stand for this machine', { host: 'rebound.example:PORT' }],
    ['a number', { host: '2130706433:PORT' }],
    ['a user', { host: 'user@127.0.0.1:PORT' }],
  ])('%s in Host', async (_what, headers) => {
    const host = headers.host.replace('PORT', String(door.opening.port))
    await refused(door.ask({ path, body: chatBody(), headers: { host } }), 403, 'wrong_host')
  })

  test.each([
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['a page of this very machine', { origin: 'http://127.0.0.1:PORT' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a same-origin fetch', { 'sec-fetch-site': 'same-origin' }],
  ])('%s', async (_what, headers) => {
    const named = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(door.opening.port))]),
    )
    await refused(door.ask({ path, body: chatBody(), headers: named }), 403, 'wrong_origin')
  })

  test('a preflight is refused, with and without a key', async () => {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    }
    for (const key of [null, goodKey]) await refused(door.ask({ path, method: 'OPTIONS', key, headers }), 403, 'wrong_origin')
    await refused(door.ask({ path, method: 'OPTIONS' }), 405, 'method_not_allowed', keyId)
  })

  test('its own names are answered, as the address and as localhost', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST'])
      expect((await door.ask({ path: '/v1/models', headers: { host: `${name}:${door.opening.port}` } })).status).toBe(200)
  })
})

describe('MOD-10 what is no call', () => {
  test.each([
    ['GET', path, 405, 'method_not_allowed'],
    ['DELETE', '/v1/models', 405, 'method_not_allowed'],
    ['POST', '/v1/completions', 404, 'not_found'],
    ['POST', '/v1/../v1/chat/completions', 404, 'not_found'],
    ['GET', '/v1/models/%2e%2e', 404, 'not_found'],
    ['GET', '/', 404, 'not_found'],
    ['GET', '//evil.example/v1/models', 400, 'malformed_request'],
  ])('%s %s', async (method, at, status, code) => {
    await refused(door.ask({ path: at, method }), status, code, status === 400 ? null : keyId)
  })

  test.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text, which a page can send without asking', { 'content-type': 'text/plain' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
  ])('%s is 415, and on record', async (_what, headers) => {
    const answer = await door.ask({ path, body: chatBody(), headers })
    expect([answer.status, answer.code]).toEqual([415, 'unsupported_media_type'])
    expect(door.record.at(-1)).toEqual({ called: 'chat', keyId, status: 415, code: 'unsupported_media_type' })
  })

  test('a body over the limit is refused, announced or not, and is not held', async () => {
    const small = await openTestDoor({ bodyBytesMax: 1_000 })
    const body = JSON.stringify(chatBody({ user: 'x'.repeat(2_000) }))
    expect((await small.ask({ path, body })).code).toBe('body_too_large')
    expect((await small.ask({ path, body, headers: { 'transfer-encoding': 'chunked' } })).code).toBe('body_too_large')
    expect((await small.ask({ path, body: chatBody() })).status).toBe(200)
    expect(small.asked).toHaveLength(1)
  })

  test.each(['{', 'null', '[]', '"x"', '1', '', '{"model":', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])])('no JSON object: %j', async (body) => {
    const answer = await door.ask({ path, body, headers: { 'content-length': String(Buffer.byteLength(body)) } })
    expect([answer.status, ['invalid_json', 'invalid_value'].includes(answer.code ?? '')]).toEqual([400, true])
  })

  test('a hundred thousand brackets are refused like anything else', async () => {
    expect((await door.ask({ path, body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` })).code).toBe('invalid_value')
    const deep = `{"model":"writer","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"a","parameters":${'{"items":'.repeat(50_000)}1${'}'.repeat(50_000)}}}]}`
    expect((await door.ask({ path, body: deep })).code).toBe('invalid_schema')
  })
})

describe('MOD-10 requests that two readers could read differently', () => {
  const head = (...lines: readonly string[]) =>
    [
      `POST ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${door.opening.port}`,
      `Authorization: Bearer ${goodKey}`,
      'Content-Type: application/json',
      ...lines,
      '',
      '',
    ].join('\r\n')
  const body = JSON.stringify(chatBody())
  const smuggled = () => `GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:${door.opening.port}\r\nAuthorization: Bearer ${goodKey}\r\n\r\n`

  test.each([
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6'], 'hello!'],
    ['two equal lengths', ['Content-Length: 5', 'Content-Length: 5'], 'hello'],
    ['lengths in a list', ['Content-Length: 5, 5'], 'hello'],
    ['a signed length', ['Content-Length: +5'], 'hello'],
    ['a negative length', ['Content-Length: -5'], ''],
    ['a length in hex', ['Content-Length: 0x5'], 'hello'],
    ['an unknown encoding', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['chunks not last', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['two encodings', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], '0\r\n\r\n'],
    ['a space before the colon', ['Content-Length : 5'], 'hello'],
    ['a folded header', ['X-Long: a', ' b: c', 'Content-Length: 0'], ''],
    ['a header without a name', [': x', 'Content-Length: 0'], ''],
    ['a null in a header', ['X-A: a\0b', 'Content-Length: 0'], ''],
    ['a bare carriage return', ['X-A: a\rTransfer-Encoding: chunked', 'Content-Length: 0'], ''],
    ['a chunk of a wrong size', ['Transfer-Encoding: chunked'], '5x\r\nhello\r\n0\r\n\r\n'],
    ['a chunk beyond all sizes', ['Transfer-Encoding: chunked'], 'fffffffffffffffff\r\n'],
    ['two hosts', ['Host: evil.example', 'Content-Length: 0'], ''],
    ['two keys', ['Authorization: Bearer other', 'Content-Length: 0'], ''],
    ['two labels', ['X-Holdfast-Label: {}', 'X-Holdfast-Label: {}', 'Content-Length: 0'], ''],
    ['an expectation', ['Expect: 200-maybe', 'Content-Length: 0'], ''],
  ])('%s: one refusal, the connection is closed, and what comes behind is not looked at', async (_what, lines, rest) => {
    const before = door.asked.length
    const seen = door.record.length
    const answer = await door.raw(head(...lines) + rest + smuggled())
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([expect.stringMatching(/ 4\d\d$/)])
    expect(answer).not.toContain('"object":"list"')
    expect(door.asked.length).toBe(before)
    expect(door.record.slice(seen)).toHaveLength(1)
  })

  test.each([
    ['a whole address as target', (port: number) => `GET http://evil.example/v1/models HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`],
    ['an older version', (port: number) => `GET /v1/models HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`],
    ['no version', () => 'GET /v1/models\r\n\r\n'],
    ['no host', () => 'GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['the target of a proxy', () => 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    [
      'another protocol',
      (port: number) => `GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    ],
    ['HTTP/2 at once', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a TLS greeting', () => Buffer.from('16030100a5010000a10303', 'hex')],
    ['no HTTP at all', () => '\0\0\0\0\r\n\r\n'],
  ])('%s gets a refusal or nothing', async (_what, bytes) => {
    const answer = await door.raw(bytes(door.opening.port))
    expect(answer === '' || / 4\d\d /.test(answer.split('\r\n')[0] ?? ''), answer).toBe(true)
  })

  test('what is well formed is answered twice on one connection', async () => {
    const once_ = `${head(`Content-Length: ${Buffer.byteLength(body)}`)}${body}`
    const answer = await door.raw(`${once_}${smuggled().replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`)
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
  })
})

describe('MOD-10 what comes slowly or never ends', () => {
  test('headers beyond the limit are refused, however many they are', async () => {
    const seen = door.record.length
    const many = Array.from({ length: 3_000 }, (_, i) => `X-${i}: ${'y'.repeat(20)}`).join('\r\n')
    expect(await door.raw(`GET /v1/models HTTP/1.1\r\nHost: x\r\n${many}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 .*headers_too_large/s)
    expect(door.record.slice(seen)).toEqual([{ denied: 'headers_too_large', keyId: null }])
  })

  test('a body that does not come is given up', async () => {
    const slow = await openTestDoor({ requestMs: 400, headersMs: 400, lookEveryMs: 50 })
    const start = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${slow.opening.port}\r\nAuthorization: Bearer ${goodKey}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n`
    expect(await slow.raw(`${start}{"model`)).toMatch(/^(HTTP\/1\.1 408 .*request_timeout.*)?$/s)
    expect(await slow.raw('GET /v1/mod')).toMatch(/^(HTTP\/1\.1 408 .*request_timeout.*)?$/s)
    await waitUntil(() => slow.door.callsUnderWay() === 0, 'the end of the call')
    expect(slow.record.length).toBeGreaterThan(0)
    expect(slow.asked).toEqual([])
  })

  test('connections beyond the limit are closed, and others are served again after them', async () => {
    const few = await openTestDoor({ connectionsMax: 3 })
    const sockets = Array.from({ length: 8 }, () => connect(few.opening.port, '127.0.0.1').on('error', () => undefined))
    await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])))
    await waitUntil(
      () =>
        sockets.filter(({ destroyed, readyState }) => destroyed || readyState === 'closed').length >= 5 ||
        sockets.filter((s) => s.readableEnded).length >= 5,
      'the refused ones',
    )
    for (const socket of sockets) socket.destroy()
    await expect
      .poll(async () =>
        few.ask({ path: '/v1/models' }).then(
          ({ status }) => status,
          () => null,
        ),
      )
      .toBe(200)
  })

  test('one key has so many calls at once, and no more', async () => {
    const busy = await openTestDoor({ callsPerKeyMax: 2 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const plain = busy.onChat
    busy.onChat = async (wanted) => {
      await promise
      return plain(wanted)
    }
    const first = [1, 2].map(() => busy.ask({ path, body: chatBody() }))
    await waitUntil(() => busy.asked.length === 2, 'two calls')
    const third = await busy.ask({ path, body: chatBody() })
    expect([third.status, third.code, third.headers['retry-after']]).toEqual([429, 'busy', '1'])
    busy.keys.set('key_other.s', {
      id: testId('key', 3),
      ceiling: labelFromName('unclassified'),
      models: null,
      expiresAt: null,
      revokedAt: null,
    })
    resolve()
    expect((await busy.ask({ path, body: chatBody(), key: 'key_other.s' })).status).toBe(200)
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200])
    expect(busy.door.callsUnderWay()).toBe(0)
  })
})

test('the limits are those that the manual states', () => {
  expect(limits).toMatchObject({ bodyBytesMax: 4 * 1024 * 1024, headerBytesMax: 16 * 1024, connectionsMax: 128, callsPerKeyMax: 4 })
})
