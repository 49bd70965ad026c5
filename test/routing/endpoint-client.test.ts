/** The client of endpoints against one that does everything wrong: it always comes back, within its limits, with an answer or a code. */
import { createServer as createTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { answerLimits } from '../../main/routing/answer-stream.ts'
import { answering, ask, hurried, patient, permitted, server } from '../support/asked-endpoint.ts'
import { type Answer, done, event, finish, listen, piece, serve, stream, usage, wholeAnswer } from '../support/hostile-endpoint.ts'
import { testId } from '../support/test-core.ts'

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
