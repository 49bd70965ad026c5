/** What a call may ask at the door for programs elsewhere, what it is refused with, and what it gets, over a model of the test. */
import { once } from 'node:events'
import { request } from 'node:http'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { fail } from '../../main/domain/result.ts'
import type { ChatRequest } from '../../main/world.ts'
import { chatBody, openTestDoor, reply, servedModels, type TestDoor } from '../support/serve-core.ts'
import { testId } from '../support/test-core.ts'
import { waitUntil } from '../support/wait-until.ts'

const path = '/v1/chat/completions'
const keyId = testId('key', 1)
const [writer, vectors] = servedModels.map(({ id }) => id)
let door: TestDoor
let plain: TestDoor['onChat']
beforeAll(async () => {
  door = await openTestDoor()
  plain = door.onChat
})
beforeEach(() => {
  door.onChat = plain
  door.quotaTokens = 100_000
  door.contextTokens = 1_000
  door.record.length = 0
  door.asked.length = 0
})

const ask = (more: Readonly<Record<string, unknown>> = {}, headers: Readonly<Record<string, string>> = {}) =>
  door.ask({ path, body: chatBody(more), headers })
const asked = async (more: Readonly<Record<string, unknown>> = {}): Promise<ChatRequest> => {
  const answer = await ask(more)
  expect(answer.status, answer.text).toBe(200)
  const last = door.asked.at(-1)
  if (last === undefined) throw new Error('not asked')
  return last
}
const events = (text: string) =>
  text
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map(
      (line) =>
        JSON.parse(line.slice('data: '.length)) as {
          choices: Array<{ delta: Record<string, unknown>; finish_reason: string | null }>
        } & Record<string, unknown>,
    )
const tool = (name: string, parameters?: unknown) => ({
  type: 'function',
  function: { name, description: `Does ${name}.`, ...(parameters === undefined ? {} : { parameters }) },
})
const depth = { type: 'object', properties: { quay: { enum: ['east', 'west'] }, exact: { type: 'boolean' } }, required: ['quay'] }

describe('MOD-10 chat', () => {
  test('an answer has the shape of the protocol, the label, and one line on record with what it used', async () => {
    const answer = await ask({}, { 'x-holdfast-label': JSON.stringify(unclassified) })
    expect(JSON.parse(answer.text)).toEqual({
      id: expect.stringMatching(/^chatcmpl-[0-9a-f]{24}$/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: writer,
      system_fingerprint: 'aa',
      choices: [{ index: 0, message: { role: 'assistant', content: 'yes', refusal: null }, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 0 } },
    })
    expect(JSON.parse(String(answer.headers['x-holdfast-label']))).toEqual(unclassified)
    expect(door.record).toEqual([{ did: 'chat', label: unclassified, promptTokens: 10, completionTokens: 5, status: 200, code: null }])
  })

  test('work of people at this station goes first, and limits and choices arrive at the model as they were given', async () => {
    expect(await asked()).toMatchObject({ modelId: writer, isBackground: true, schema: null, temperature: 1, tokensMax: 4_096, stop: [] })
    expect(await asked()).not.toHaveProperty('topP')
    expect(await asked({ seed: 7, temperature: 0, top_p: 0.5, max_tokens: 9, stop: 'END' })).toMatchObject({
      seed: 7,
      temperature: 0,
      topP: 0.5,
      tokensMax: 9,
      stop: ['END'],
    })
    expect(await asked({ max_completion_tokens: 9, max_tokens: 9, stop: ['a', 'b', 'c', 'd'] })).toMatchObject({
      tokensMax: 9,
      stop: ['a', 'b', 'c', 'd'],
    })
    expect((await asked({ seed: -1 })).seed).toBe(2 ** 32 - 1)
    expect((await asked({ seed: Number.MAX_SAFE_INTEGER })).seed).toBeLessThan(2 ** 32)
    const any = [(await asked()).seed, (await asked()).seed, (await asked()).seed]
    expect(new Set(any).size).toBeGreaterThan(1)
  })

  test('what changes nothing is passed over', async () => {
    await asked({
      user: 'u',
      metadata: { a: 'b' },
      service_tier: 'auto',
      parallel_tool_calls: true,
      store: false,
      n: 1,
      presence_penalty: 0,
      logit_bias: {},
      logprobs: false,
      modalities: ['text'],
      top_p: null,
      seed: null,
      stop: null,
    })
  })

  test.each([
    ['n', 2, 'unsupported_value'],
    ['presence_penalty', 0.5, 'unsupported_value'],
    ['frequency_penalty', -1, 'unsupported_value'],
    ['logit_bias', { 50256: -100 }, 'unsupported_value'],
    ['logprobs', true, 'unsupported_value'],
    ['store', true, 'unsupported_value'],
    ['modalities', ['text', 'audio'], 'unsupported_value'],
    ['functions', [], 'unsupported_parameter'],
    ['reasoning_effort', 'high', 'unsupported_parameter'],
    ['web_search_options', {}, 'unsupported_parameter'],
    ['top_k', 5, 'unsupported_parameter'],
    ['min_p', 0.1, 'unsupported_parameter'],
    ['grammar', 'root ::= "x"', 'unsupported_parameter'],
    ['__proto__x', 1, 'unsupported_parameter'],
    ['temperature', 3, 'invalid_value'],
    ['top_p', 0, 'invalid_value'],
    ['seed', 1.5, 'invalid_value'],
    ['stop', ['a', 'b', 'c', 'd', 'e'], 'invalid_value'],
    ['stop', '', 'invalid_value'],
    ['max_tokens', 0, 'invalid_value'],
    ['stream', 'yes', 'invalid_value'],
    ['messages', [], 'invalid_value'],
    ['model', 'nobody', 'model_not_found'],
    ['model', vectors, 'model_not_found'],
    ['model', '', 'invalid_value'],
    ['tool_choice', 'required', 'invalid_value'],
  ])('%s: %j is refused as %s, and named', async (param, value, code) => {
    const answer = await ask({ [param]: value })
    expect([answer.status, answer.code], answer.text).toEqual([code === 'model_not_found' ? 404 : 400, code])
    expect(JSON.parse(answer.text)).toMatchObject({ error: { param } })
    expect(door.asked).toEqual([])
    expect(door.record).toEqual([{ called: 'chat', keyId, status: answer.status, code }])
  })

  test('two limits that differ are refused', async () => {
    expect((await ask({ max_tokens: 5, max_completion_tokens: 6 })).code).toBe('invalid_value')
  })

  test('no word of a request comes back in a refusal, nor any on record', async () => {
    const secret = 'THE-SECRET-WORD'
    const tries = [
      { [secret]: 1 },
      { model: secret },
      { messages: [{ role: secret, content: 'x' }] },
      { messages: [{ role: 'user', content: { [secret]: 1 } }] },
      { tools: [tool('a', { type: 'object', properties: { [`${secret}!`]: { [secret]: 1 } } })] },
      { response_format: { type: secret } },
      { stop: [secret.repeat(20)] },
    ]
    for (const more of tries)
      expect.soft((await ask(more)).text.replace(`"param":"${secret}"`, ''), JSON.stringify(more)).not.toContain(secret)
    expect(JSON.stringify(door.record)).not.toContain(secret)
  })

  test('a context that is too small is a 400 that clients know, and nothing is spent', async () => {
    door.contextTokens = 10
    const answer = await ask({ stream: true })
    expect([answer.status, answer.code, answer.headers['content-type']]).toEqual([
      400,
      'context_length_exceeded',
      'application/json; charset=utf-8',
    ])
    expect(door.record).toEqual([{ called: 'chat', keyId, status: 400, code: 'context_length_exceeded' }])
  })

  test('a quota that would not suffice for the longest answer refuses the call before it is evaluated', async () => {
    door.quotaTokens = 1_000 - 1
    expect((await ask()).code).toBe('insufficient_quota')
    expect(door.record).toEqual([{ denied: 'insufficient_quota', keyId }])
    expect((await ask({ max_tokens: 10 })).status).toBe(200)
  })

  test.each([
    ['child.crash', 503, 'model_unavailable'],
    ['model.breaker_open', 503, 'model_unavailable'],
    ['model.context_full', 400, 'context_length_exceeded'],
    ['model.schema', 400, 'invalid_schema'],
  ])('a failure of the model, %s, is %i %s, and what was set aside is booked', async (code, status, told) => {
    door.onChat = async () => fail(code, 'It failed.', 'Try again.')
    const answer = await ask({ max_tokens: 7 })
    expect([answer.status, answer.code]).toEqual([status, told])
    expect(door.record).toEqual([{ did: 'chat', label: unclassified, promptTokens: null, completionTokens: null, status, code: told }])
  })

  test('a defect is told as one, without its words, and the door goes on', async () => {
    door.onChat = async () => {
      throw new Error('the words of a document')
    }
    const answer = await ask()
    expect([answer.status, answer.code, answer.text.includes('document')]).toEqual([500, 'internal_error', false])
    expect(door.defects).toHaveLength(1)
    door.onChat = plain
    expect((await ask()).status).toBe(200)
    expect(door.door.callsUnderWay()).toBe(0)
  })
})

describe('MOD-10 messages', () => {
  test('every role and both forms of content arrive as text, neighbours joined, what the system says first', async () => {
    const { messages } = await asked({
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'One' },
            { type: 'text', text: 'two' },
          ],
          name: 'ana',
        },
        { role: 'user', content: 'three' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'depth', arguments: '{"quay":"east"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: '7 m' },
        { role: 'developer', content: 'Answer in English.' },
      ],
    })
    expect(messages).toEqual([
      { role: 'system', text: 'Be brief.\n\nAnswer in English.' },
      { role: 'user', text: 'One\ntwo\n\nthree' },
      { role: 'assistant', text: '{"name":"depth","arguments":{"quay":"east"}}' },
      { role: 'user', text: 'Result of depth:\n7 m' },
    ])
  })

  test.each([
    ['a picture', [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://x/' } }] }], 'unsupported_content'],
    ['sound', [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }] }], 'unsupported_content'],
    ['a file', [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }], 'unsupported_content'],
    ['no content', [{ role: 'user' }], 'unsupported_content'],
    ['an unknown role', [{ role: 'function', name: 'a', content: 'x' }], 'invalid_value'],
    ['an unknown key', [{ role: 'user', content: 'x', weight: 1 }], 'invalid_value'],
    ['a result of nothing', [{ role: 'tool', tool_call_id: 'c9', content: 'x' }], 'invalid_value'],
    [
      'an answer to go on with',
      [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: 'y' },
      ],
      'unsupported_value',
    ],
    ['the system alone', [{ role: 'system', content: 'x' }], 'unsupported_value'],
  ])('%s is refused', async (_what, messages, code) => {
    const answer = await ask({ messages })
    expect([answer.status, answer.code], answer.text).toEqual([400, code])
    expect(door.asked).toEqual([])
  })
})

describe('MOD-09 MOD-10 tools and formats', () => {
  const call = '{"name":"depth","arguments":{"quay":"east"}}'
  const saying =
    (text: string, pieces: readonly string[] = [text], more = {}): TestDoor['onChat'] =>
    async ({ onText }) => {
      for (const piece of pieces) onText?.(piece)
      return reply(text, more)
    }

  test('tools are described to the model, and its answer is forced to be text or one call of them', async () => {
    door.onChat = saying(call)
    const { messages, schema } = await asked({ tools: [tool('depth', depth), tool('now')] })
    expect(messages[0]?.role).toBe('system')
    expect(messages[0]?.text).toContain('- depth: Does depth.')
    expect(schema).toEqual({
      anyOf: [
        { type: 'text' },
        {
          type: 'object',
          properties: {
            name: { const: 'depth' },
            arguments: {
              type: 'object',
              properties: { quay: { enum: ['east', 'west'] }, exact: { type: 'boolean' } },
              required: ['quay'],
              additionalProperties: false,
            },
          },
          required: ['name', 'arguments'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: { name: { const: 'now' }, arguments: { type: 'object', properties: {}, required: [], additionalProperties: false } },
          required: ['name', 'arguments'],
          additionalProperties: false,
        },
      ],
    })
  })

  test('a call comes back as one, whole and in a stream', async () => {
    door.onChat = saying(` ${call}`, [' ', '{"na', `me":"depth","arguments":{"quay":"east"}}`])
    const whole = JSON.parse((await ask({ tools: [tool('depth', depth)] })).text) as { choices: unknown[] }
    const toolCall = {
      id: expect.stringMatching(/^call_[0-9a-f]{24}$/),
      type: 'function',
      function: { name: 'depth', arguments: '{"quay":"east"}' },
    }
    expect(whole.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, tool_calls: [toolCall] },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ])
    const stream = events((await ask({ tools: [tool('depth', depth)], stream: true })).text)
    expect(stream.map(({ choices: [one] }) => [one?.delta, one?.finish_reason])).toEqual([
      [{ role: 'assistant', content: '' }, null],
      [{ tool_calls: [{ index: 0, ...toolCall }] }, null],
      [{}, 'tool_calls'],
    ])
  })

  test('text beside tools comes back as text, as it is written', async () => {
    door.onChat = saying(' It is {7} m.', [' ', 'It is', ' {7} m.'])
    expect(JSON.parse((await ask({ tools: [tool('depth', depth)] })).text)).toMatchObject({
      choices: [{ message: { content: ' It is {7} m.' }, finish_reason: 'stop' }],
    })
    const stream = events((await ask({ tools: [tool('depth', depth)], stream: true })).text)
    expect(stream.flatMap(({ choices: [one] }) => one?.delta.content ?? [])).toEqual(['', ' It is', ' {7} m.'])
  })

  test('a call that was cut before its end is none', async () => {
    door.onChat = saying('{"name":"depth","argu', undefined, { stop: 'length' })
    expect(JSON.parse((await ask({ tools: [tool('depth', depth)] })).text)).toMatchObject({
      choices: [{ message: { content: null }, finish_reason: 'length' }],
    })
  })

  test('a tool may be required, chosen or forbidden', async () => {
    door.onChat = saying(call)
    const tools = [tool('depth', depth), tool('now')]
    const namesOf = ({ schema }: ChatRequest) =>
      ((schema as { anyOf?: Array<{ type: string; properties?: { name: { const: string } } }> } | null)?.anyOf ?? []).map(
        ({ properties, type }) => properties?.name.const ?? type,
      )
    expect(namesOf(await asked({ tools, tool_choice: 'auto' }))).toEqual(['text', 'depth', 'now'])
    expect(namesOf(await asked({ tools, tool_choice: 'required' }))).toEqual(['depth', 'now'])
    expect(namesOf(await asked({ tools, tool_choice: { type: 'function', function: { name: 'now' } } }))).toEqual(['now'])
    expect((await asked({ tools, tool_choice: 'none' })).schema).toBeNull()
    expect((await ask({ tools, tool_choice: { type: 'function', function: { name: 'other' } } })).code).toBe('invalid_value')
    expect((await ask({ tools: [tool('a'), tool('a')] })).code).toBe('invalid_value')
    expect((await ask({ tools: [{ type: 'web_search' }] })).code).toBe('invalid_value')
  })

  test('a format is a schema of the caller, or any object', async () => {
    const format = (schema: unknown) => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema, strict: true } } })
    expect((await asked(format(depth))).schema).toMatchObject({ type: 'object', additionalProperties: false })
    expect((await asked({ response_format: { type: 'json_object' } })).schema).toEqual({ type: 'json-object' })
    expect((await asked({ response_format: { type: 'text' } })).schema).toBeNull()
    const refused = await ask(format({ type: 'string', pattern: '^a+$' }))
    expect([refused.code, (JSON.parse(refused.text) as { error: unknown }).error]).toMatchObject([
      'invalid_schema',
      { param: 'response_format.json_schema.schema', message: expect.stringContaining('pattern') },
    ])
    expect((await ask({ ...format(depth), tools: [tool('a')] })).code).toBe('unsupported_value')
    expect((await ask({ ...format(depth), stop: ['x'] })).code).toBe('unsupported_value')
  })
})

describe('MOD-10 streams', () => {
  test('pieces, the reason for the end, usage only when asked, and the last line', async () => {
    door.onChat = async ({ onText }) => {
      for (const piece of ['It', ' is', ' so.']) onText?.(piece)
      return reply('It is so.')
    }
    const answer = await ask({ stream: true, stream_options: { include_usage: true } })
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    expect(answer.headers).toHaveProperty('x-holdfast-label')
    expect(answer.text.endsWith('data: [DONE]\n\n')).toBe(true)
    const chunks = events(answer.text)
    expect(chunks.flatMap(({ choices: [one] }) => one?.delta.content ?? []).join('')).toBe('It is so.')
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } })
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    const bare = events((await ask({ stream: true })).text)
    expect(bare.some((chunk) => 'usage' in chunk)).toBe(false)
  })

  test('a model that fails in the middle is told in the stream, which then ends without its last line', async () => {
    door.onChat = async ({ onText }) => {
      onText?.('It')
      return fail('child.crash', 'Gone.', 'Again.')
    }
    const answer = await ask({ stream: true })
    expect([answer.status, answer.text.includes('[DONE]')]).toEqual([200, false])
    expect(answer.text).toContain('"code":"model_unavailable"')
    expect(door.record).toMatchObject([{ did: 'chat', status: 503, code: 'model_unavailable' }])
  })

  /** A model that writes until it is stopped. */
  const endless: TestDoor['onChat'] = ({ onText, signal }) =>
    new Promise((resolve) => {
      const writing = setInterval(() => onText?.('word '), 5)
      signal?.addEventListener('abort', () => {
        clearInterval(writing)
        resolve(reply('word ', { stop: 'cancelled', completionTokens: 3 }))
      })
    })

  test('a caller that goes away ends the model’s work, and what was used is on record', async () => {
    door.onChat = endless
    for (const stream of [true, false]) {
      door.record.length = 0
      const asking = request({
        host: '127.0.0.1',
        port: door.opening.port,
        path,
        method: 'POST',
        headers: { authorization: 'Bearer key_good.secret', 'content-type': 'application/json' },
      })
      asking.on('error', () => undefined)
      asking.end(JSON.stringify(chatBody({ stream })))
      if (stream) await once((await once(asking, 'response'))[0], 'data')
      else await waitUntil(() => door.asked.length === 2, 'the call')
      const gone = performance.now()
      asking.destroy()
      await waitUntil(() => door.record.length > 0, 'the end of the work')
      expect(performance.now() - gone).toBeLessThan(1_000)
      expect(door.record).toEqual([{ did: 'chat', label: unclassified, promptTokens: 10, completionTokens: 3, status: 499, code: 'gone' }])
    }
    await waitUntil(() => door.door.callsUnderWay() === 0, 'no call')
  })

  test('a caller that does not read is cut off before this process holds more than its limit', async () => {
    const small = await openTestDoor({ unsentBytesMax: 64 * 1024 })
    small.onChat = ({ onText, signal }) =>
      new Promise((resolve) => {
        const writing = setInterval(() => onText?.('x'.repeat(200_000)), 1)
        signal?.addEventListener('abort', () => {
          clearInterval(writing)
          resolve(reply('', { stop: 'cancelled' }))
        })
      })
    const asking = request({
      host: '127.0.0.1',
      port: small.opening.port,
      path,
      method: 'POST',
      headers: { authorization: 'Bearer key_good.secret', 'content-type': 'application/json' },
    })
    asking.on('error', () => undefined)
    asking.end(JSON.stringify(chatBody({ stream: true })))
    const [response] = await once(asking, 'response')
    response.on('error', () => undefined)
    response.pause()
    await waitUntil(() => small.record.length > 0, 'the cut')
    expect(small.record).toMatchObject([{ status: 499, code: 'gone' }])
    asking.destroy()
  })

  test('a stream that has to wait begins all the same, and is never silent for long', async () => {
    const patient = await openTestDoor({ silenceMs: 30 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const evaluate = patient.onChat
    patient.onChat = async (wanted) => {
      await promise
      return evaluate(wanted)
    }
    const waiting = patient.ask({ path, body: chatBody({ stream: true }) })
    await waitUntil(() => patient.asked.length === 1, 'the call')
    setTimeout(resolve, 150)
    const answer = await waiting
    expect(answer.text.match(/^: waiting$/gm)?.length).toBeGreaterThan(1)
    expect(answer.text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('a call that is refused after its stream began is told in the stream', async () => {
    const patient = await openTestDoor({ silenceMs: 20 })
    patient.waitMs = 80
    patient.quotaTokens = 0
    const answer = await patient.ask({ path, body: chatBody({ stream: true }) })
    expect([answer.status, answer.text.includes('"code":"insufficient_quota"'), answer.text.includes('[DONE]')]).toEqual([200, true, false])
    expect(patient.record).toEqual([{ denied: 'insufficient_quota', keyId }])
    // The connection is good for another call.
    expect((await patient.ask({ path: '/v1/models' })).status).toBe(200)
  })

  test('a station that is damaged answers nobody, since nothing could go on record', async () => {
    const damaged = await openTestDoor()
    damaged.isReadOnly = true
    expect((await damaged.ask({ path, body: chatBody() })).code).toBe('model_unavailable')
    expect([damaged.asked, damaged.record]).toEqual([[], []])
  })

  test('closing the door ends the calls under way, tells their callers, and lets nobody in after', async () => {
    const own = await openTestDoor()
    own.onChat = endless
    const streaming = own.ask({ path, body: chatBody({ stream: true }) })
    const waiting = own.ask({ path, body: chatBody() })
    await waitUntil(() => own.asked.length === 2, 'both calls')
    await own.door.close()
    expect((await streaming).text).toContain('"code":"closing"')
    expect((await waiting).status).toBe(503)
    expect(own.record).toMatchObject([
      { status: 503, code: 'closing' },
      { status: 503, code: 'closing' },
    ])
    await expect(own.ask({ path: '/v1/models' })).rejects.toThrow()
  })
})

describe('LBL-01 labels of calls', () => {
  const secret = labelFromName('secret')
  const label = (value: unknown) => ({ 'x-holdfast-label': typeof value === 'string' ? value : JSON.stringify(value) })

  test('a call that says nothing has the ceiling of its key, and its answer the same', async () => {
    door.keys.set('key_high.s', { id: testId('key', 4), ceiling: secret, models: null, expiresAt: null, revokedAt: null })
    const answer = await door.ask({ path, body: chatBody(), key: 'key_high.s' })
    expect(JSON.parse(String(answer.headers['x-holdfast-label']))).toEqual(secret)
    expect(door.record).toMatchObject([{ label: secret }])
    const lower = await door.ask({ path, body: chatBody(), key: 'key_high.s', headers: label(unclassified) })
    expect(JSON.parse(String(lower.headers['x-holdfast-label']))).toEqual(unclassified)
  })

  test.each([
    ['a level above the key', secret],
    ['a compartment that the key has not', { ...unclassified, categories: ['SI'] }],
    ['no foreign release', { ...unclassified, releasability: 'noforn' }],
  ])('%s: 403, on record, nothing read and nothing evaluated', async (_what, value) => {
    const answer = await ask({}, label(value))
    expect([answer.status, answer.code]).toEqual([403, 'label_above_ceiling'])
    expect([door.asked, door.record]).toEqual([[], [{ denied: 'label_above_ceiling', keyId }]])
  })

  test('a key for more than the station may hold now is no way around the station', async () => {
    door.keys.set('key_top.s', {
      id: testId('key', 5),
      ceiling: labelFromName('top_secret'),
      models: null,
      expiresAt: null,
      revokedAt: null,
    })
    expect((await door.ask({ path, body: chatBody(), key: 'key_top.s' })).code).toBe('label_above_ceiling')
    expect((await door.ask({ path, body: chatBody(), key: 'key_top.s', headers: label(unclassified) })).status).toBe(200)
  })

  test.each([
    '',
    'SECRET',
    '{}',
    'null',
    '[]',
    '{"level":"secret"}',
    `{"level":"unclassified","categories":[${'"A",'.repeat(2_000)}"A"],"dissemination":[],"releasability":"any"}`,
  ])('what is no label is refused, never guessed: %j', async (value) => {
    const answer = await ask({}, label(value))
    expect([answer.status, answer.code]).toEqual([400, 'invalid_label'])
    expect(door.asked).toEqual([])
  })

  test('a model that is not admitted for the level is refused', async () => {
    door.keys.set('key_conf.s', {
      id: testId('key', 6),
      ceiling: labelFromName('confidential'),
      models: null,
      expiresAt: null,
      revokedAt: null,
    })
    expect((await door.ask({ path, body: chatBody(), key: 'key_conf.s' })).code).toBe('model_not_cleared')
    expect(door.record).toEqual([{ denied: 'model_not_cleared', keyId: testId('key', 6) }])
  })

  test('a key sees and uses its own models only', async () => {
    door.keys.set('key_one.s', { id: testId('key', 7), ceiling: unclassified, models: [vectors ?? ''], expiresAt: null, revokedAt: null })
    const ids = (text: string) => (JSON.parse(text) as { data: Array<{ id: string }> }).data.map(({ id }) => id)
    expect(ids((await door.ask({ path: '/v1/models' })).text)).toEqual([writer, vectors])
    expect(ids((await door.ask({ path: '/v1/models', key: 'key_one.s' })).text)).toEqual([vectors])
    expect((await door.ask({ path: `/v1/models/${writer}`, key: 'key_one.s' })).code).toBe('model_not_found')
    expect((await door.ask({ path, body: chatBody(), key: 'key_one.s' })).code).toBe('model_not_found')
  })
})

describe('MOD-10 embeddings', () => {
  const embed = (more: Readonly<Record<string, unknown>>) =>
    door.ask({ path: '/v1/embeddings', body: { model: 'vectors', input: 'a text', ...more } })

  test('one text or many, as numbers or as bytes', async () => {
    expect(JSON.parse((await embed({})).text)).toEqual({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [0, 0.5] }],
      model: vectors,
      usage: { prompt_tokens: 1, total_tokens: 1 },
    })
    const many = JSON.parse((await embed({ input: ['a', 'b'], encoding_format: 'base64' })).text) as { data: Array<{ embedding: string }> }
    const bytes = Buffer.from(many.data[1]?.embedding ?? '', 'base64')
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([1, 0.5])
    expect(door.embedded.at(-1)).toMatchObject({ texts: ['a', 'b'], isWhole: true, isBackground: true })
    expect(door.record.at(-1)).toMatchObject({ did: 'embeddings', promptTokens: 2, completionTokens: 0, status: 200 })
  })

  test.each([
    [{ input: '' }, 'invalid_value'],
    [{ input: [] }, 'invalid_value'],
    [{ input: ['a', ''] }, 'invalid_value'],
    [{ input: [1, 2] }, 'invalid_value'],
    [{ input: Array.from({ length: 257 }, () => 'x') }, 'invalid_value'],
    [{ encoding_format: 'hex' }, 'invalid_value'],
    [{ dimensions: 64 }, 'unsupported_parameter'],
    [{ model: 'writer' }, 'model_not_found'],
  ])('%j is refused', async (more, code) => {
    const before = door.embedded.length
    expect((await embed(more)).code).toBe(code)
    expect(door.embedded.length).toBe(before)
  })

  test('a text that would be cut is refused', async () => {
    const usual = door.onEmbed
    door.onEmbed = async () => fail('model.context_full', 'A text has 600 tokens.', 'Shorter.')
    expect((await embed({})).code).toBe('context_length_exceeded')
    door.onEmbed = usual
  })
})
