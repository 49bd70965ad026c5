/** What a chat may ask at the door for programs elsewhere, what it is refused with, and what it gets, over a model of the test. */
import { describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { fail } from '../../main/domain/result.ts'
import type { TestDoor } from '../support/serve-core.ts'
import { keyId, sharedDoor, tool, vectors, writer } from '../support/shared-door.ts'

let door: TestDoor
const { ask, asked } = sharedDoor((opened) => {
  door = opened
})

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
    const usual = door.onChat
    door.onChat = async () => {
      throw new Error('the words of a document')
    }
    const answer = await ask()
    expect([answer.status, answer.code, answer.text.includes('document')]).toEqual([500, 'internal_error', false])
    expect(door.defects).toHaveLength(1)
    door.onChat = usual
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
