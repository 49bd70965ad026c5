/** The client of endpoints against one that does everything wrong: it always comes back, within its limits, with an answer or a code. */
import { createServer as createSockets } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import type { Digest } from '../../main/domain/digest.ts'
import type { EndpointSecret } from '../../main/domain/endpoint.ts'
import { type Label, labelFromName, unclassified } from '../../main/domain/label.ts'
import { answerLimits } from '../../main/routing/answer-stream.ts'
import { composeRequest } from '../../main/routing/compose.ts'
import { type ClientLimits, createEndpointClient } from '../../main/routing/endpoint-client.ts'
import type { EgressTarget } from '../../main/world.ts'
import { createAuthority } from '../support/certificates.ts'
import {
  type Answer,
  done,
  event,
  finish,
  type HostileEndpoint,
  listen,
  piece,
  serve,
  stream,
  usage,
  wholeAnswer,
} from '../support/hostile-endpoint.ts'
import { endpointOf } from '../support/route-cases.ts'
import { testId } from '../support/test-core.ts'

const authority = createAuthority()
const own = authority.issue({ names: ['models.site'] })
const server = { key: own.key, cert: own.certificate }
/** Long enough for a busy machine where the time is not what is looked at. */
const patient: ClientLimits = { headersMs: 10_000, firstByteMs: 10_000, silenceMs: 10_000, totalMs: 20_000, headerBytesMax: 16 * 1024 }
const hurried: ClientLimits = { ...patient, headersMs: 400, firstByteMs: 400, silenceMs: 300, totalMs: 1_000 }
const slackMs = 2_500

const permitted: EgressTarget[] = []
const clientWith = (under: ClientLimits) =>
  createEndpointClient({
    permitEgress: (to, work) => {
      permitted.push(to)
      return work()
    },
    limits: under,
  })

const task = { messages: [{ role: 'user', text: 'How deep is the quay?' }], schema: null, tokensMax: 200, seed: 7, temperature: 0 } as const
const receipt = (endpointId: string, digest: Digest) => ({
  ...{ runId: testId('run', 1), stepId: testId('stp', 1), endpointId, digest, label: unclassified },
})

interface Asked {
  readonly port: number
  readonly endpoint?: Partial<Parameters<typeof endpointOf>[0]>
  readonly secret?: EndpointSecret | null
  readonly label?: Label
  readonly signal?: AbortSignal
  readonly limits?: ClientLimits
}

/** Asks, and says what came of it: the code or `ok`, the text that was streamed, the reply. */
async function ask({ port, endpoint: more = {}, secret = null, label = unclassified, signal, limits = patient }: Asked) {
  const endpoint = endpointOf({ host: '127.0.0.1', port, certificateAuthority: authority.certificate, firstTokenMsMax: 1, ...more })
  const request = composeRequest(endpoint, 'large', task)
  if (!request.ok) throw new Error(request.error.code)
  const pieces: string[] = []
  const startedAt = performance.now()
  const reply = await clientWith(limits).ask({
    ...{ endpoint, secret, request: request.value, receipt: receipt(endpoint.id, request.value.digest), label },
    options: { onText: (text) => pieces.push(text), ...(signal === undefined ? {} : { signal }) },
  })
  const tookMs = performance.now() - startedAt
  expect(tookMs).toBeLessThan(limits.totalMs + slackMs)
  return {
    code: reply.ok ? 'ok' : reply.error.code,
    pieces,
    reply: reply.ok ? reply.value : null,
    request: request.value,
  }
}
const answering = async (answer: Answer, more: Omit<Asked, 'port'> = {}) => {
  const { port } = await serve(server, answer)
  return ask({ port, ...more })
}

describe('a good answer', () => {
  test('EGR-03 exactly the composed bytes go to exactly that address, and the answer comes back with what it cost', async () => {
    const endpoint = await serve(server, (response) => void stream(response).end(wholeAnswer('Four metres — 4 m.')))
    const asked = await ask({ port: endpoint.port })
    expect(asked).toMatchObject({
      code: 'ok',
      reply: { text: 'Four metres — 4 m.', stop: 'end', label: null, device: 'datacenter: Rack 4 (large)' },
    })
    expect(asked.reply).toMatchObject({ promptTokens: expect.any(Number), completionTokens: 10, firstTokenMs: expect.any(Number) })
    expect(endpoint.seen).toMatchObject([{ method: 'POST', url: '/v1/chat/completions', body: asked.request.body }])
    expect(permitted.at(-1)).toEqual({
      ...{ host: '127.0.0.1', port: endpoint.port, part: 'endpoint', digest: asked.request.digest },
      ...{ runId: testId('run', 1), stepId: testId('stp', 1) },
    })
    expect(Object.keys(endpoint.seen[0]?.headers ?? {}).sort()).toEqual([
      ...['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'x-holdfast-label'],
    ])
    expect(JSON.parse(String(endpoint.seen[0]?.headers['x-holdfast-label']))).toEqual(unclassified)
  })

  test('one byte at a time it is the same answer', async () => {
    const bytes = Buffer.from(wholeAnswer('Zwölf €.'))
    const asked = await answering((response) => {
      stream(response)
      for (const byte of bytes) response.write(Buffer.from([byte]))
      response.end()
    })
    expect(asked).toMatchObject({ code: 'ok', reply: { text: 'Zwölf €.' } })
  })

  test('comments, other fields, line ends of another system and unknown keys are passed over', async () => {
    const text = `: hello\r\n\r\nevent: message\r\nid: 7\r\n${event({ id: 'x', system_fingerprint: null, choices: [{ index: 0, delta: { role: 'assistant', content: 'Yes' }, logprobs: null }] })}${finish('length')}${done}`
    expect(await answering((response) => void stream(response).end(text))).toMatchObject({
      code: 'ok',
      reply: { text: 'Yes', stop: 'length' },
    })
  })

  test('after its end nothing is waited for', async () => {
    const asked = await answering((response) => void stream(response).write(wholeAnswer('Done.')))
    expect(asked.reply?.totalMs).toBeLessThan(patient.silenceMs)
    expect(asked.code).toBe('ok')
  })

  test('what is charged is what it says, no less than what is seen, and no more than was set aside', async () => {
    const saying = async (line: string, text = 'x'.repeat(300)) => {
      const { reply, request } = await answering((response) => void stream(response).end(piece(text) + finish() + line + done))
      return { reply, reserved: request.reserved }
    }
    const lie = await saying(usage(1, 1))
    expect(lie.reply?.completionTokens).toBe(50)
    expect(lie.reply?.promptTokens).toBeGreaterThan(20)
    const greedy = await saying(usage(1e9, 1e9))
    expect(greedy.reply).toMatchObject(greedy.reserved)
    const silent = await saying('')
    expect(silent.reply).toMatchObject(silent.reserved)
  })
})

describe('a bad answer is a code', () => {
  const answers: Readonly<Record<string, readonly [code: string, answer: Answer]>> = {
    'a redirect': ['endpoint.redirected', (response) => void response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end()],
    'a permanent redirect': ['endpoint.redirected', (response) => void response.writeHead(308, { location: 'http://10.0.0.1/' }).end()],
    'a page instead of a stream': [
      'endpoint.bad_type',
      (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ],
    'a page that says it is a stream': ['endpoint.bad_answer', (response) => void stream(response).end('<!doctype html>\n<html>\n')],
    'JSON instead of a stream': [
      'endpoint.bad_type',
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    ],
    'no type at all': ['endpoint.bad_type', (response) => void response.writeHead(200).end(wholeAnswer('x'))],
    'a type that only begins like it': [
      'endpoint.bad_type',
      (response) => void stream(response, { 'content-type': 'text/event-streams' }).end(),
    ],
    'a packed stream': ['endpoint.bad_type', (response) => void stream(response, { 'content-encoding': 'gzip' }).end()],
    'no content': ['endpoint.bad_http', (response) => void response.writeHead(204).end()],
    'not authorised': ['endpoint.unauthorised', (response) => void response.writeHead(401).end()],
    forbidden: ['endpoint.unauthorised', (response) => void response.writeHead(403).end()],
    'not found': ['endpoint.refused', (response) => void response.writeHead(404).end('no')],
    'too many requests': ['endpoint.busy', (response) => void response.writeHead(429).end()],
    overloaded: ['endpoint.busy', (response) => void response.writeHead(503).end()],
    broken: ['endpoint.failed', (response) => void response.writeHead(500).end('stack trace')],
    'an error within the stream': [
      'endpoint.failed',
      (response) => void stream(response).end(piece('a') + event({ error: { message: 'CUDA' } })),
    ],
    'bytes that are no text': ['endpoint.bad_text', (response) => void stream(response).end(Buffer.from([0x64, 0x61, 0xff, 0xfe, 0x0a]))],
    'half a character at the end of a line': [
      'endpoint.bad_text',
      (response) => void stream(response).end(Buffer.from([0xe2, 0x82, 0x0a])),
    ],
    'no JSON': ['endpoint.bad_answer', (response) => void stream(response).end(event('{"choices": [') + done)],
    'deep JSON': ['endpoint.bad_answer', (response) => void stream(response).end(event(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) + done)],
    'JSON of another shape': ['endpoint.bad_answer', (response) => void stream(response).end(event({ choices: 'x' }) + done)],
    'a second choice': [
      'endpoint.bad_answer',
      (response) => void stream(response).end(event({ choices: [{ index: 1, delta: { content: 'b' } }] })),
    ],
    'text after its end': ['endpoint.bad_answer', (response) => void stream(response).end(finish() + piece('more') + done)],
    'an unknown end': ['endpoint.bad_answer', (response) => void stream(response).end(piece('a') + finish('eos') + done)],
    'negative usage': ['endpoint.bad_answer', (response) => void stream(response).end(usage(-1, 0) + done)],
    'usage in halves': [
      'endpoint.bad_answer',
      (response) => void stream(response).end(event({ usage: { prompt_tokens: 0.5, completion_tokens: 1 } }) + done),
    ],
    'a tool call': [
      'endpoint.tool_call',
      (response) =>
        void stream(response).end(event({ choices: [{ delta: { tool_calls: [{ id: 'x', function: { name: 'write_file' } }] } }] }) + done),
    ],
    'a tool call of the old kind': [
      'endpoint.tool_call',
      (response) => void stream(response).end(event({ choices: [{ delta: { function_call: { name: 'x' } } }] }) + done),
    ],
    'an end by a tool call': ['endpoint.tool_call', (response) => void stream(response).end(piece('a') + finish('tool_calls') + done)],
    'an answer held back': ['endpoint.withheld', (response) => void stream(response).end(piece('a') + finish('content_filter') + done)],
    'an answer without an end': ['endpoint.cut_short', (response) => void stream(response).end(piece('a'))],
    'an end without a reason': ['endpoint.cut_short', (response) => void stream(response).end(piece('a') + done)],
    'a reason without an end': ['endpoint.cut_short', (response) => void stream(response).end(piece('a') + finish())],
    nothing: ['endpoint.cut_short', (response) => void stream(response).end()],
    'a connection that breaks': ['endpoint.cut_short', (response) => void stream(response).write(piece('a'), () => response.destroy())],
    'a length that is not kept': [
      'endpoint.cut_short',
      (response) => void stream(response, { 'content-length': '999' }).write(piece('a'), () => response.destroy()),
    ],
    'a line without an end': [
      'endpoint.too_large',
      (response) => void stream(response).end(`data: ${'x'.repeat(answerLimits.lineCharsMax + 1)}`),
    ],
    'an event of many lines': [
      'endpoint.bad_answer',
      (response) => void stream(response).end('data: x\n'.repeat(answerLimits.eventLinesMax + 1)),
    ],
    'headers without an end': ['endpoint.too_large', (response) => void stream(response, { x: 'y'.repeat(patient.headerBytesMax) }).end()],
    'no answer': ['endpoint.slow', () => undefined],
    'headers alone': ['endpoint.slow', (response) => void stream(response).flushHeaders()],
    silence: ['endpoint.silent', (response) => void stream(response).write(piece('a'))],
  }
  test.each(Object.entries(answers))('%s', async (_what, [code, answer]) => {
    const asked = await answering(answer, ['endpoint.slow', 'endpoint.silent'].includes(code) ? { limits: hurried } : {})
    expect(asked.code).toBe(code)
  })

  /** Writes for ever, as fast as it is read. */
  const forEver =
    (bytes: string): Answer =>
    (response) => {
      stream(response)
      const more = () => {
        while (!response.destroyed && response.write(bytes));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
  test.each([
    ['of text', piece('x'.repeat(1_000))],
    ['of comments', `: ${'x'.repeat(1_000)}\n`],
    ['of empty lines', '\n'.repeat(1_000)],
    ['of empty pieces', piece('').repeat(20)],
  ])('a stream without an end, %s, is cut off where it has had its bytes', async (_what, bytes) => {
    const before = process.memoryUsage().rss
    const endpoint = await serve(server, forEver(bytes))
    const { code } = await ask({ port: endpoint.port })
    expect(code).toBe('endpoint.too_large')
    // What lies in buffers between the two is not held here.
    expect(endpoint.bytesWritten()).toBeLessThan(answerLimits.bytesMax + 8 * 1024 * 1024)
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024)
  })

  test('drop by drop it is ended when its time is over', async () => {
    const dripping: Answer = (response) => {
      stream(response)
      const drip = setInterval(() => (response.destroyed ? clearInterval(drip) : response.write(':')), 50)
      response.on('close', () => clearInterval(drip))
    }
    const { code } = await answering(dripping, { limits: hurried })
    expect(code).toBe('endpoint.too_long')
  })

  test('what is no HTTP', async () => {
    for (const text of [
      'SSH-2.0-OpenSSH\r\n',
      'HTTP/1.1 2000 OK\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      '\0\0\0\0',
    ]) {
      const { port } = await listen(createTls(server, (socket) => void socket.on('error', () => undefined).end(text)))
      expect(['endpoint.bad_http', 'endpoint.unreachable']).toContain((await ask({ port })).code)
    }
  })

  test('hints without an end', async () => {
    const { port } = await listen(
      createTls(server, (socket) => {
        const hints = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'), 20)
        socket.on('error', () => undefined).on('close', () => clearInterval(hints))
      }),
    )
    expect((await ask({ port, limits: hurried })).code).toBe('endpoint.slow')
  })
})

describe('labels of answers', () => {
  const header =
    (value: string | string[], text = wholeAnswer('Deep.')): Answer =>
    (response) =>
      void stream(response, { 'x-holdfast-label': value }).end(text)
  const secret = labelFromName('secret')
  const field = (value: unknown) => event({ choices: [], holdfast_label: value })
  const above = 'crossing.label_above_task'

  test('RTE-06 an answer above what was asked is dropped before any of it is told', async () => {
    const asked = await answering(header(JSON.stringify(secret)))
    expect([asked.code, asked.pieces]).toEqual([above, []])
    expect((await answering((response) => void stream(response).end(field(secret) + wholeAnswer('Deep.')))).pieces).toEqual([])
    expect((await answering((response) => void stream(response).end(piece('Deep.') + field(secret) + finish() + done))).code).toBe(above)
    expect((await answering(header(JSON.stringify({ ...unclassified, releasability: 'noforn' })))).code).toBe(above)
    expect((await answering(header(JSON.stringify(labelFromName('cui'))))).code).toBe(above)
  })

  test('RTE-06 at most what was asked passes, and both places are joined', async () => {
    const confidential = labelFromName('confidential')
    expect((await answering(header(JSON.stringify(confidential)), { label: secret })).reply?.label).toEqual(confidential)
    const both = header(JSON.stringify(confidential), field(secret) + wholeAnswer('Deep.'))
    expect((await answering(both, { label: secret })).reply?.label).toEqual(secret)
  })

  test.each([
    'secret',
    '"secret"',
    '{}',
    'null',
    '{"level":"secret"}',
    '[]',
    '{"level":"cosmic","categories":[],"dissemination":[],"releasability":"any"}',
  ])('RTE-06 the label %s cannot be read, and the answer is refused', async (text) => {
    expect((await answering(header(text))).code).toBe('endpoint.bad_label')
    if (text !== 'null' && text !== 'secret')
      expect((await answering((response) => void stream(response).end(field(JSON.parse(text)) + wholeAnswer('x')))).code).toBe(
        'endpoint.bad_label',
      )
  })

  test('RTE-06 two headers are no label', async () => {
    const one = JSON.stringify(unclassified)
    expect((await answering(header([one, one]))).code).toBe('endpoint.bad_label')
  })
})

describe('who it is', () => {
  const good: Answer = (response) => void stream(response).end(wholeAnswer('Yes.'))
  const day = 24 * 60 * 60_000
  const from = (days: number) => new Date(Date.now() + days * day)
  const withCertificate = async (made: { readonly key: string; readonly certificate: string }, endpoint: Asked['endpoint'] = {}) => {
    const { port, seen } = await serve({ key: made.key, cert: made.certificate }, good)
    const { code } = await ask({ port, endpoint })
    return { code, asked: seen.length }
  }

  test.each([
    ['another authority', createAuthority().issue({ names: ['models.site'] }), 'endpoint.wrong_certificate'],
    ['itself', createAuthority('models.site'), 'endpoint.wrong_certificate'],
    ['an authority of the same name', createAuthority('Test authority').issue({ names: ['models.site'] }), 'endpoint.wrong_certificate'],
    ['this authority, for another name', authority.issue({ names: ['other.site'] }), 'endpoint.wrong_name'],
    ['this authority, for an address', authority.issue({ addresses: ['127.0.0.1'] }), 'endpoint.wrong_name'],
    [
      'this authority, some time ago',
      authority.issue({ names: ['models.site'], from: from(-9), to: from(-1) }),
      'endpoint.certificate_expired',
    ],
    ['this authority, for later', authority.issue({ names: ['models.site'], from: from(1), to: from(9) }), 'endpoint.certificate_expired'],
  ])('EGR-03 a certificate by %s is refused before anything is sent', async (_what, made, code) => {
    expect(await withCertificate(made)).toEqual({ code, asked: 0 })
  })

  test('EGR-03 without a name the certificate must be for the address', async () => {
    expect(await withCertificate(authority.issue({ addresses: ['127.0.0.1'] }), { serverName: null })).toEqual({ code: 'ok', asked: 1 })
    expect((await withCertificate(own, { serverName: null })).code).toBe('endpoint.wrong_name')
    expect((await withCertificate(authority.issue({ addresses: ['10.0.0.5'] }), { serverName: null })).code).toBe('endpoint.wrong_name')
  })

  test('EGR-03 the environment adds no authority, switches no check off, and names no proxy', async () => {
    const proxy = await serve(null, (response) => void response.writeHead(200).end())
    const proxied = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']
    const before = { ...process.env }
    afterAll(() => void Object.assign(process.env, before))
    for (const name of proxied) process.env[name] = `http://127.0.0.1:${proxy.port}`
    process.env.NODE_USE_ENV_PROXY = '1'
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      expect((await withCertificate(createAuthority().issue({ names: ['models.site'] }))).code).toBe('endpoint.wrong_certificate')
      expect((await withCertificate(own)).code).toBe('ok')
      expect(proxy.connections()).toBe(0)
    } finally {
      for (const name of [...proxied, 'NODE_USE_ENV_PROXY', 'NODE_TLS_REJECT_UNAUTHORIZED']) delete process.env[name]
    }
  })

  test('a client certificate is shown where one is wanted, and only then', async () => {
    const clients = createAuthority('Clients')
    const mine = clients.issue()
    // A server may say why, or merely hang up.
    const refusals = ['endpoint.certificate_wanted', 'endpoint.unreachable']
    const { port } = await serve({ ...server, ca: clients.certificate, requestCert: true, rejectUnauthorized: true }, good)
    const endpoint = { clientCertificate: mine.certificate }
    expect((await ask({ port, endpoint, secret: { bearer: null, clientKey: mine.key } })).code).toBe('ok')
    expect((await ask({ port, endpoint })).code).toBe('endpoint.no_client_key')
    expect(refusals).toContain((await ask({ port })).code)
    const stranger = createAuthority().issue()
    const asked = await ask({
      ...{ port, endpoint: { clientCertificate: stranger.certificate }, secret: { bearer: null, clientKey: stranger.key } },
    })
    expect(refusals).toContain(asked.code)
  })

  test('TLS where there is none, none where there is TLS, and a handshake that never comes', async () => {
    const plain = await serve(null, good)
    expect((await ask({ port: plain.port })).code).toBe('endpoint.no_tls')
    const { port } = await serve(server, good)
    expect(['endpoint.bad_http', 'endpoint.unreachable']).toContain(
      (await ask({ port, endpoint: { isTls: false, certificateAuthority: null } })).code,
    )
    const mute = await listen(createSockets(() => undefined))
    expect(['endpoint.slow', 'endpoint.unreachable']).toContain((await ask({ port: mute.port, limits: hurried })).code)
  })

  test('nobody there', async () => {
    const gone: HostileEndpoint = await serve(server, good)
    await gone.close()
    expect((await ask({ port: gone.port })).code).toBe('endpoint.unreachable')
  })

  test('what is pinned on this machine may speak plain HTTP', async () => {
    const { port } = await serve(null, good)
    expect((await ask({ port, endpoint: { isTls: false, certificateAuthority: null, serverName: null } })).code).toBe('ok')
  })
})

describe('keys, permits and cancelling', () => {
  const bearer = 'sk-very-secret-0123456789'

  test('K3 a key is sent in one header and comes back in no form, also when the endpoint says it letter by letter', async () => {
    const forms = [bearer, Buffer.from(bearer).toString('base64'), Buffer.from(bearer).toString('hex'), JSON.stringify(bearer)]
    for (const form of forms) {
      const endpoint = await serve(server, (response) => void stream(response).end(wholeAnswer(`The key is ${form}, and sk-very is not.`)))
      const { pieces, reply } = await ask({ port: endpoint.port, secret: { bearer, clientKey: null } })
      expect(endpoint.seen[0]?.headers.authorization).toBe(`Bearer ${bearer}`)
      expect(reply?.text).toMatch(/^The key is "?\[secret\]=*"?, and sk-very is not\.$/)
      expect(pieces.join('')).toBe(reply?.text)
    }
  })

  test('a guard that lets nothing through ends it before anything is sent', async () => {
    const { port, connections } = await serve(server, () => undefined)
    const denied = createEndpointClient({
      permitEgress: () => Promise.reject(Object.assign(new Error('no'), { code: 'egress.denied' })),
    })
    const endpoint = endpointOf({ host: '127.0.0.1', port, certificateAuthority: authority.certificate })
    const request = composeRequest(endpoint, 'large', task)
    if (!request.ok) throw new Error(request.error.code)
    const reply = await denied.ask({ endpoint, secret: null, request: request.value, receipt: null, label: unclassified, options: {} })
    expect(reply).toMatchObject({ ok: false, error: { code: 'egress.denied' } })
    expect(connections()).toBe(0)
  })

  test('it can be cancelled, before and in the middle', async () => {
    const { port } = await serve(server, (response) => void stream(response).write(piece('a')))
    expect((await ask({ port, signal: AbortSignal.abort() })).code).toBe('endpoint.cancelled')
    expect((await ask({ port, signal: AbortSignal.timeout(100) })).code).toBe('endpoint.cancelled')
  })

  test('no connection is left behind', async () => {
    const endpoint = await serve(server, (response) => void stream(response).end(wholeAnswer('Yes.')))
    for (let i = 0; i < 3; i++) expect((await ask({ port: endpoint.port })).code).toBe('ok')
    expect(endpoint.connections()).toBe(3)
  })
})
