import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { DraftAnswer } from '../../main/domain/claim.ts'
import { fail } from '../../main/domain/result.ts'
import type { ChatMessage, ChatRequest } from '../../main/world.ts'
import { tinyModels } from '../support/models.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { testInference } from '../support/test-inference.ts'

const folder = temporaryFolder()
const { decoder, embedder } = tinyModels(folder)
const inference = testInference()
const schema = z.toJSONSchema(DraftAnswer)

const evidence = Array.from(
  { length: 12 },
  (_, index) => `[${index + 1}] The pump at the north gate failed after inspection ${index}.`,
).join('\n')
const ask = (question: string): readonly ChatMessage[] => [
  { role: 'system', text: 'Answer only from the numbered passages.' },
  { role: 'user', text: `${evidence}\n\nQuestion: ${question}` },
]
const request = (change: Partial<ChatRequest> = {}): ChatRequest => ({
  modelId: decoder,
  messages: ask('What failed?'),
  schema,
  tokensMax: 1_500,
  seed: 1,
  temperature: 0.8,
  ...change,
})

async function value<T>(result: Promise<{ ok: true; value: T } | { ok: false; error: { code: string; message: string } }>): Promise<T> {
  const settled = await result
  if (!settled.ok) throw new Error(`${settled.error.code}: ${settled.error.message}`)
  return settled.value
}

describe('chat in a real process', () => {
  test('MOD-09 random weights under the grammar write answers that parse, ten seeds long', async () => {
    let claims = 0
    for (let seed = 1; seed <= 10; seed++) {
      const reply = await value(inference.chat(request({ seed })))
      expect(reply.stop).toBe('end')
      claims += DraftAnswer.parse(JSON.parse(reply.text)).claims.length
      expect(reply.device).toBe('cpu')
    }
    expect(claims).toBeGreaterThan(5)
  })

  test('the same seed writes the same text, another seed another', async () => {
    const [first, again, other] = [
      await value(inference.chat(request({ seed: 5 }))),
      await value(inference.chat(request({ seed: 5 }))),
      await value(inference.chat(request({ seed: 6 }))),
    ]
    expect(again.text).toBe(first.text)
    expect(other.text).not.toBe(first.text)
  })

  test('MOD-05 text streams in pieces that make up the reply', async () => {
    const pieces: string[] = []
    const free = { schema: null, tokensMax: 400, onText: (text: string) => void pieces.push(text) }
    const reply = await value(inference.chat(request(free)))
    expect(pieces.join('')).toBe(reply.text)
    expect(pieces.length).toBeGreaterThan(2)
    expect(reply.completionTokens).toBeGreaterThan(pieces.length)
    expect(reply.firstTokenMs).toBeLessThan(reply.totalMs)
  })

  test('a text ends before the first word that was to end it, and that word is not shown', async () => {
    const free = { schema: null, tokensMax: 200, seed: 3 }
    const whole = (await value(inference.chat(request(free)))).text
    const words = whole.trim().split(/\s+/)
    const last = words[8] ?? ''
    const pieces: string[] = []
    const cut = await value(inference.chat(request({ ...free, stop: ['nothing like it', last], onText: (text) => void pieces.push(text) })))
    expect(cut.text).toBe(whole.slice(0, whole.indexOf(last)))
    expect([pieces.join(''), cut.stop]).toEqual([cut.text, 'end'])
    expect(cut.completionTokens).toBeLessThan(200)
  })

  test('the share of probability that is sampled from is what was asked for', async () => {
    const free = { schema: null, tokensMax: 30, temperature: 1.5 }
    const [certain, greedy] = [
      await value(inference.chat(request({ ...free, topP: 0.000_1, seed: 7 }))),
      await value(inference.chat(request({ ...free, temperature: 0 }))),
    ]
    expect(certain.text).toBe(greedy.text)
    expect((await value(inference.chat(request({ ...free, topP: 1, seed: 7 })))).text).not.toBe(greedy.text)
  })

  test('what is told of the prompt can end the call before anything is evaluated', async () => {
    const told: unknown[] = []
    const reply = await inference.chat(
      request({
        onPrompt: (prompt) => {
          told.push(prompt)
          return fail('test.refused', 'No.', 'No.')
        },
        onText: () => told.push('text'),
      }),
    )
    expect(reply).toMatchObject({ ok: false, error: { code: 'test.refused' } })
    const { tokens, contextTokens } = await value(inference.countTokens(decoder, ask('What failed?')))
    expect(told).toEqual([{ tokens, contextTokens }])
    expect(inference.health().chat).toMatchObject({ failuresTotal: 0, breaker: 'closed' })
  })

  test('MOD-09 free text beside objects, any object, optional keys and numbers of both signs are written as asked', async () => {
    const call = { type: 'object', properties: { name: { const: 'x' } }, required: ['name'], additionalProperties: false }
    const either = await value(inference.chat(request({ schema: { anyOf: [{ type: 'text' }, call] }, tokensMax: 40 })))
    expect(either.text.trimStart()).not.toMatch(/^\{(?!"name":"x")/)
    const any = await value(inference.chat(request({ schema: { type: 'json-object' }, tokensMax: 300, seed: 4 })))
    if (any.stop === 'end') expect(typeof JSON.parse(any.text)).toBe('object')
    const shape = {
      type: 'object',
      properties: {
        a: { type: 'integer', minimum: -20, maximum: 5 },
        b: { type: 'number', minimum: -2, maximum: 3 },
        c: { type: 'boolean' },
      },
      required: ['a'],
      additionalProperties: false,
    }
    const seen = new Set<string>()
    for (let seed = 1; seed <= 8; seed++) {
      const { text } = await value(inference.chat(request({ schema: shape, seed, temperature: 1.5 })))
      const found = JSON.parse(text) as { a: number; b?: number; c?: boolean }
      expect(found.a >= -20 && found.a <= 5 && (found.b === undefined || (found.b >= -2 && found.b <= 3)), text).toBe(true)
      seen.add(Object.keys(found).join())
    }
    expect(seen.size).toBeGreaterThan(1)
  })

  test('an answer that is longer than permitted is cut and says so', async () => {
    const reply = await value(inference.chat(request({ tokensMax: 12, seed: 2 })))
    expect(reply.stop).toBe('length')
    expect(reply.completionTokens).toBe(12)
  })

  test('MOD-05 a stop takes effect within a second and keeps what was written', async () => {
    const controller = new AbortController()
    let stoppedAt = 0
    const endless = { type: 'array', minItems: 200, maxItems: 200, items: { type: 'string', minLength: 400, maxLength: 800 } }
    const reply = await inference.chat(
      request({
        schema: endless,
        tokensMax: 100_000,
        signal: controller.signal,
        onText: () => {
          stoppedAt ||= performance.now()
          controller.abort()
        },
      }),
    )
    expect(performance.now() - stoppedAt).toBeLessThan(1_000)
    expect(reply.ok && reply.value.stop).toBe('cancelled')
    expect(reply.ok && reply.value.text.length).toBeGreaterThan(0)
    // The process lives on.
    expect((await value(inference.chat(request()))).stop).toBe('end')
  })

  test('tokens are counted as the prompt will have them', async () => {
    const counted = await value(inference.countTokens(decoder, ask('What failed?')))
    const reply = await value(inference.chat(request()))
    expect(reply.promptTokens).toBe(counted.tokens)
    expect(reply.contextTokens).toBe(counted.contextTokens)
    expect(counted.contextTokens).toBe(8_192)
  })

  test('MOD-06 a shared prefix is not evaluated again', async () => {
    await value(inference.chat(request({ messages: ask('What failed at the north gate?') })))
    const next = await value(inference.chat(request({ messages: ask('When was the valve replaced?') })))
    expect(next.reusedTokens).toBeGreaterThan(next.promptTokens * 0.8)
    expect(next.reusedTokens).toBeLessThan(next.promptTokens)
    const unrelated = await value(inference.chat(request({ messages: [{ role: 'user', text: 'x' }] })))
    expect(unrelated.reusedTokens).toBeLessThan(8)
    // What was reused gives the same text as what was evaluated anew.
    const fresh = await value(inference.chat(request({ messages: ask('When was the valve replaced?') })))
    expect(fresh.reusedTokens).toBeLessThan(8)
    expect(fresh.text).toBe(next.text)
  })

  test('MOD-06 what was evaluated for one owner is not reused for another, who could tell by it what was asked', async () => {
    const asked = request({ messages: ask('What failed at the north gate?') })
    await value(inference.chat({ ...asked, owner: 'SECRET' }))
    expect((await value(inference.chat({ ...asked, owner: 'SECRET' }))).reusedTokens).toBeGreaterThan(8)
    expect((await value(inference.chat({ ...asked, owner: 'a key' }))).reusedTokens).toBe(0)
    expect((await value(inference.chat({ ...asked, owner: 'SECRET' }))).reusedTokens).toBe(0)
  })

  test('text of a document never becomes a control token', async () => {
    const plain = await value(inference.countTokens(decoder, [{ role: 'user', text: '<|im_end|>' }]))
    const empty = await value(inference.countTokens(decoder, [{ role: 'user', text: '' }]))
    // As a control token it would be one.
    expect(plain.tokens - empty.tokens).toBeGreaterThan(4)
  })

  test('a prompt beyond the context is refused with its size, and is no fault of the process', async () => {
    const long = await inference.chat(request({ messages: [{ role: 'user', text: 'the pump failed '.repeat(4_000) }] }))
    expect(!long.ok && long.error.code).toBe('model.context_full')
    expect(inference.health().chat).toMatchObject({ state: 'ready', failuresTotal: 0, breaker: 'closed' })
  })

  test('a person goes before background work that waits', async () => {
    const order: string[] = []
    const call = (name: string, isBackground: boolean) =>
      inference.chat(request({ isBackground, tokensMax: 40, schema: null })).then(() => order.push(name))
    await Promise.all([call('first', true), call('background', true), call('person', false)])
    expect(order).toEqual(['first', 'person', 'background'])
  })
})

describe('embedding in a real process', () => {
  test('a batch gives unit vectors, the same each time, near for texts that share words', async () => {
    const texts = [
      'the pump failed after the inspection',
      'after inspection the pump failed',
      'rain and wind over the river',
      '',
      'Größe 東京 🦊 '.repeat(900),
    ]
    const first = await value(inference.embed({ modelId: embedder, texts }))
    const again = await value(inference.embed({ modelId: embedder, texts }))
    expect(again).toEqual(first)
    const { vectors, tokens } = first
    expect(tokens).toBeGreaterThan(512)
    const [a, b, c, nothing, long] = vectors
    if (a === undefined || b === undefined || c === undefined || nothing === undefined || long === undefined) throw new Error('too few')
    const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, element, index) => sum + element * (y[index] ?? 0), 0)
    for (const vector of [a, b, c, long]) expect(dot(vector, vector)).toBeCloseTo(1, 5)
    expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.2)
    expect([...nothing].every((element) => element === 0)).toBe(true)
  })

  test('a text that is longer than the context is cut, or refused where it has to be whole', async () => {
    const texts = ['short', 'pump '.repeat(2_000)]
    expect(await inference.embed({ modelId: embedder, texts, isWhole: true })).toMatchObject({
      error: { code: 'model.context_full' },
    })
    expect((await value(inference.embed({ modelId: embedder, texts }))).vectors).toHaveLength(2)
    expect(inference.health().embed).toMatchObject({ state: 'ready', failuresTotal: 0 })
  })

  test('a chat model does not embed, and an embedder does not chat', async () => {
    const embedded = await inference.embed({ modelId: decoder, texts: ['x'] })
    expect(!embedded.ok && embedded.error.code).toBe('model.wrong_role')
    const chatted = await inference.chat(request({ modelId: embedder }))
    expect(!chatted.ok && chatted.error.code).toBe('model.wrong_role')
  })
})
