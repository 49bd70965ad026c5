/** The official client of the OpenAI protocol against a whole station: its store, its audit log, and llama.cpp with tiny models of its own. */
import OpenAI, { APIError, APIUserAbortError } from 'openai'
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { ServeStatus } from '../../main/contract/serve.ts'
import { unclassified } from '../../main/domain/label.ts'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const models = tinyModels(folder)
let app: OpenApp
let client: OpenAI
let keyId: string
let opened: NonNullable<ServeStatus['open']>
const recorded: RecordedEvent[] = []
const ids = { chat: '', embed: '' }

beforeAll(async () => {
  app = await openApp(`${folder}/data`)
  app.app.subscribe(null, (item) => {
    if (item.kind === 'event') recorded.push(item.event)
  })
  ids.chat = (await app.call('models.import', { source: { path: models.decoder } })).id
  ids.embed = (await app.call('models.import', { source: { path: models.embedder } })).id
  const status = await app.call('serve.open', {})
  if (status.open === null) throw new Error('closed')
  opened = status.open
  const added = await app.call('serve.addKey', { name: 'The official client', ceiling: unclassified, tokensMax: 200_000 })
  keyId = added.key.id
  client = new OpenAI({ apiKey: added.secret, baseURL: opened.url, maxRetries: 0 })
})

const messages = [{ role: 'user' as const, content: 'Where is the pump?' }]
const ask = (more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) =>
  client.chat.completions.create({ model: ids.chat, messages, max_tokens: 24, seed: 3, ...more })
const failure = async (asking: Promise<unknown>): Promise<APIError> => {
  const error = await asking.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof APIError)) throw new Error(`no error of the protocol: ${String(error)}`)
  return error
}
/** Of every test before the one that counts them. */
const callsOfAll = 28
const called = () =>
  recorded.flatMap(({ event, label, actor }) => (event.type === 'serve.called' ? [{ ...event, label, by: actor.account }] : []))

const Call = {
  type: 'function' as const,
  function: {
    name: 'find_pump',
    description: 'Finds a pump.',
    parameters: {
      type: 'object',
      properties: { gate: { enum: ['north', 'south'] }, depth: { type: 'number', minimum: 0, maximum: 9 } },
      required: ['gate', 'depth'],
      additionalProperties: false,
    },
  },
}

describe('MOD-10 the official client', () => {
  test('models: those that are admitted, each by its id', async () => {
    const list = (await client.models.list()).data
    expect(list.map(({ id }) => id).sort()).toEqual([ids.chat, ids.embed].sort())
    expect(await client.models.retrieve(ids.chat)).toMatchObject({ id: ids.chat, object: 'model', owned_by: 'holdfast' })
  })

  test('chat: an answer with its usage, the same again for the same seed, another for another', async () => {
    const [first, again, other] = [await ask(), await ask(), await ask({ seed: 4 })]
    const text = first.choices[0]?.message.content
    expect(text).toMatch(/\w/)
    expect(first.choices[0]?.finish_reason).toBe('length')
    expect(first.usage?.completion_tokens).toBe(24)
    expect(again.choices[0]?.message.content).toBe(text)
    expect(other.choices[0]?.message.content).not.toBe(text)
    expect(first.system_fingerprint).toBe(again.system_fingerprint)
  })

  test('chat as a stream: the same words, and usage in the last piece', async () => {
    const whole = (await ask()).choices[0]?.message.content
    const stream = await client.chat.completions.create({
      model: ids.chat,
      messages,
      max_tokens: 24,
      seed: 3,
      stream: true,
      stream_options: { include_usage: true },
    })
    let text = ''
    let usage: OpenAI.CompletionUsage | null | undefined
    for await (const piece of stream) {
      text += piece.choices[0]?.delta.content ?? ''
      usage = piece.usage
    }
    expect(text).toBe(whole)
    expect(usage).toMatchObject({ completion_tokens: 24 })
  })

  test('stop: the text ends before the word', async () => {
    const whole = (await ask()).choices[0]?.message.content ?? ''
    const word = whole.trim().split(/\s+/)[3] ?? ''
    const cut = await ask({ stop: [word] })
    expect(cut.choices[0]?.message.content).toBe(whole.slice(0, whole.indexOf(word)))
    expect(cut.choices[0]?.finish_reason).toBe('stop')
  })

  test('MOD-09 tools: random weights under the grammar make calls that fit the schema; their results are taken back', async () => {
    const forced = await ask({ tools: [Call], tool_choice: 'required', max_tokens: 200 })
    const [call] = forced.choices[0]?.message.tool_calls ?? []
    if (call?.type !== 'function') throw new Error('no call')
    expect(call.function.name).toBe('find_pump')
    const arguments_ = z
      .strictObject({ gate: z.enum(['north', 'south']), depth: z.number().min(0).max(9) })
      .parse(JSON.parse(call.function.arguments))
    expect(arguments_.gate).toMatch(/north|south/)
    const message = forced.choices[0]?.message
    if (message === undefined) throw new Error('no message')
    const next = await ask({
      messages: [...messages, message, { role: 'tool', tool_call_id: call.id, content: 'At the gate.' }],
      tools: [Call],
    })
    expect(['stop', 'length', 'tool_calls']).toContain(next.choices[0]?.finish_reason)
    const streamed = await client.chat.completions
      .stream({ model: ids.chat, messages, max_tokens: 200, seed: 3, tools: [Call], tool_choice: 'required' })
      .finalChatCompletion()
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: call.function })
  })

  test('MOD-09 a JSON schema of the caller is kept to', async () => {
    const schema = {
      type: 'object',
      properties: { answer: { type: 'string', maxLength: 20 }, sure: { type: 'boolean' } },
      required: ['answer', 'sure'],
      additionalProperties: false,
    }
    const shaped = await ask({
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
      max_tokens: 100,
    })
    z.strictObject({ answer: z.string().max(20), sure: z.boolean() }).parse(JSON.parse(shaped.choices[0]?.message.content ?? ''))
  })

  test('MOD-09 no schema of a caller brings the model’s process down: it is kept to, or refused by name', async () => {
    const many = (count: number, value: (i: number) => unknown) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, value(i)]))
    const nested = (depth: number): unknown =>
      depth === 0
        ? { type: 'number' }
        : {
            anyOf: [
              nested(depth - 1),
              { type: 'array', items: nested(depth - 1), maxItems: 2 },
              { type: 'object', properties: { a: nested(0) } },
            ],
          }
    const schemas: readonly unknown[] = [
      { type: 'object', properties: many(32, () => ({ type: ['string', 'null'] })) },
      {
        type: 'object',
        properties: many(60, (i) => ({ type: 'string', maxLength: 1_900 - i })),
        required: Array.from({ length: 60 }, (_, i) => `p${i}`),
      },
      {
        type: 'object',
        properties: { ' $.-': { enum: ['"', '\\', '\n', '\u0000', '\ud800', '東京', '\u2028', '::= |', '{0,9}', ''] } },
        required: [' $.-'],
      },
      { type: 'object', properties: many(30, (i) => ({ type: 'integer', minimum: -(10 ** (i % 10)) - i, maximum: 10 ** (i % 9) + i })) },
      { type: 'object', properties: { a: nested(4) }, required: ['a'] },
      {
        type: 'object',
        properties: { a: { $ref: '#/$defs/a' } },
        $defs: { a: { type: 'array', items: { const: 'x' }, minItems: 64, maxItems: 64 } },
        required: ['a'],
      },
      { enum: Array.from({ length: 100 }, (_, i) => `${'x'.repeat(190)}${i}`) },
      { type: 'object', properties: {} },
    ]
    const outcomes: unknown[] = []
    for (const schema of schemas) {
      const asking = ask({
        response_format: { type: 'json_schema', json_schema: { name: 'any', schema: schema as Record<string, unknown> } },
        max_tokens: 30,
        temperature: 1.5,
      })
      outcomes.push(
        await asking.then(
          () => 'kept to',
          (error: unknown) => (error instanceof APIError ? error.code : error),
        ),
      )
    }
    expect(outcomes).toEqual(['kept to', 'invalid_schema', 'kept to', 'kept to', 'kept to', 'kept to', 'kept to', 'kept to'])
    expect((await app.call('station.doctor', {})).checks.find(({ id }) => id === 'inference')?.detail).toMatch(/^Loaded/)
  })

  test('embeddings: unit vectors, as bytes and as numbers the same', async () => {
    const input = ['the pump failed after the inspection', 'after inspection the pump failed']
    const [bytes, numbers] = [
      // The client asks for bytes by itself.
      await client.embeddings.create({ model: ids.embed, input }),
      await client.embeddings.create({ model: ids.embed, input, encoding_format: 'float' }),
    ]
    expect(bytes.data).toHaveLength(2)
    for (const [i, { embedding }] of bytes.data.entries()) {
      expect(embedding.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 4)
      expect(embedding).toEqual(numbers.data[i]?.embedding)
    }
    expect(bytes.usage.prompt_tokens).toBeGreaterThan(8)
  })

  test('errors have the codes that the client knows', async () => {
    expect(await failure(ask({ model: 'gone' }))).toMatchObject({ status: 404, code: 'model_not_found' })
    expect(await failure(ask({ n: 2 }))).toMatchObject({ status: 400, code: 'unsupported_value', param: 'n' })
    expect(await failure(ask({ messages: [{ role: 'user', content: 'the pump failed '.repeat(4_000) }] }))).toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    })
    expect(await failure(client.embeddings.create({ model: ids.embed, input: 'pump '.repeat(2_000) }))).toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    })
    const stranger = new OpenAI({ apiKey: 'key_none', baseURL: opened.url, maxRetries: 0 })
    expect(await failure(stranger.models.list())).toMatchObject({ status: 401, code: 'invalid_api_key' })
    const above = { headers: { 'X-Holdfast-Label': JSON.stringify({ ...unclassified, level: 'secret' }) } }
    expect(await failure(client.chat.completions.create({ model: ids.chat, messages }, above))).toMatchObject({
      status: 403,
      code: 'label_above_ceiling',
    })
  })

  test('a client that goes away stops llama.cpp within a second, and what it used is booked', async () => {
    const stopping = new AbortController()
    const stream = await client.chat.completions.create(
      { model: ids.chat, messages, max_tokens: 6_000, seed: 1, stream: true },
      { signal: stopping.signal },
    )
    const ended = app.next((item) =>
      item.kind === 'event' && item.event.event.type === 'serve.called' && item.event.event.code === 'gone' ? item.event.event : null,
    )
    let pieces = 0
    let stoppedAt = 0
    try {
      for await (const _ of stream) {
        pieces += 1
        if (pieces === 3) {
          stoppedAt = performance.now()
          stopping.abort()
        }
      }
    } catch (error) {
      expect(error).toBeInstanceOf(APIUserAbortError)
    }
    const event = await ended
    expect(performance.now() - stoppedAt).toBeLessThan(1_000)
    expect(event).toMatchObject({ keyId, endpoint: 'chat', modelId: ids.chat, status: 499 })
    expect(event.type === 'serve.called' && event.completionTokens).toBeLessThan(6_000)
    // The process lives on.
    expect((await ask()).choices[0]?.finish_reason).toBe('length')
  })

  test('every call is in the audit log, with its key, its label and its tokens, and no word of it', async () => {
    const spent = () => called().reduce((sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens, 0)
    const ofKey = async () => (await app.call('serve.keys', {})).items.find(({ id }) => id === keyId)
    // A call goes on record once its caller has the answer.
    await expect.poll(async () => [called().length, (await ofKey())?.tokensSpent === spent()]).toEqual([callsOfAll, true])
    const calls = called()
    expect(calls.every(({ by, label }) => by === keyId && label.level === 'unclassified')).toBe(true)
    expect(await ofKey()).toMatchObject({ tokensSpent: spent(), tokensMax: 200_000 })
    expect(recorded.some(({ event }) => event.type === 'serve.denied' && event.code === 'label_above_ceiling')).toBe(true)
    expect(JSON.stringify(recorded)).not.toMatch(/pump|find_pump|official/)
    expect(await app.call('audit.verify', {})).toMatchObject({ fault: null })
  })

  test('a revoked key is over at once, and a closed door answers nobody', async () => {
    await app.call('serve.revokeKey', { keyId })
    expect(await failure(client.models.list())).toMatchObject({ status: 401, code: 'key_revoked' })
    expect(await app.call('serve.close', {})).toMatchObject({ open: null })
    await expect(client.models.list()).rejects.toThrow(/[Cc]onnection/)
  })
})
