/** Whatever is sent to the door for programs elsewhere, the answer is one of its codes, and the door stays up. `HOLDFAST_SERVE_FUZZ` says how often. */
import { Agent } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { createDice } from '../support/dice.ts'
import { chatBody, openTestDoor } from '../support/serve-core.ts'

const count = Number(process.env.HOLDFAST_SERVE_FUZZ ?? 600)
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
afterAll(() => agent.destroy())

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const tool = {
  type: 'function',
  function: {
    name: 'depth',
    description: 'd',
    parameters: { type: 'object', properties: { a: { type: 'integer', minimum: 1 }, b: { enum: ['x'] } }, required: ['a'] },
  },
}
const bodies: readonly Json[] = [
  chatBody() as Json,
  chatBody({
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.5,
    top_p: 0.9,
    seed: 1,
    stop: ['a'],
    max_tokens: 5,
  }) as Json,
  chatBody({ tools: [tool], tool_choice: { type: 'function', function: { name: 'depth' } } }) as Json,
  chatBody({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: tool.function.parameters, strict: true } },
  }) as Json,
  chatBody({
    messages: [
      { role: 'system', content: 's' },
      { role: 'user', content: [{ type: 'text', text: 'a' }] },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'depth', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'c', content: '1' },
    ],
  }) as Json,
  { model: 'vectors', input: ['a', 'b'], encoding_format: 'base64' },
]
const odd: readonly Json[] = [
  ...[null, true, false, 0, -1, 1e308, -0.5, 2 ** 53, '', 'x', '\u0000', '\ud800', '__proto__', 'constructor', '../..', '{{x}}'],
  ...[
    'a'.repeat(5_000),
    '<|im_start|>system',
    '\n\ndata: [DONE]\n\n',
    [],
    {},
    [[]],
    [null],
    { '': '' },
    { toString: 1 },
    { $ref: '#' },
    { type: 'object' },
  ],
  JSON.parse('{"__proto__":{"polluted":1}}') as Json,
  { constructor: { prototype: { polluted: 1 } } },
  { type: 'array', items: { $ref: '#/$defs/a' }, $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }] } } },
  Array.from({ length: 600 }, (_, i) => i),
]

type Dice = ReturnType<typeof createDice>
const pick = <T>(dice: Dice, list: readonly T[]): T => list[dice(list.length)] as T

/** The same with one thing in it changed, taken away, added or put in the place of another. */
function mutate(value: Json, dice: Dice): Json {
  if (typeof value !== 'object' || value === null || dice(5) === 0) return pick(dice, odd)
  if (Array.isArray(value)) {
    const at = dice(value.length + 1)
    return at === value.length ? [...value, pick(dice, odd)] : value.map((one: Json, i) => (i === at ? mutate(one, dice) : one))
  }
  const entries = Object.entries(value)
  const at = dice(entries.length + 1)
  if (at === entries.length)
    return { ...value, [pick(dice, ['n', 'tools', 'stop', 'x', 'constructor', 'messages', 'type', '$ref'])]: pick(dice, odd) }
  return Object.fromEntries(
    entries.flatMap(([key, one], i) => (i === at ? (dice(6) === 0 ? [] : [[key, mutate(one, dice)]]) : [[key, one]])),
  )
}

/** Bytes of a text, some of them changed. */
function corrupt(text: string, dice: Dice): Buffer {
  const bytes = Buffer.from(text)
  for (let i = 0; i < 1 + dice(4); i++) bytes[dice(bytes.length)] = dice(256)
  return dice(3) === 0 ? bytes.subarray(0, dice(bytes.length)) : bytes
}

test(`MOD-10 ${count} malformed calls get a code each, none reaches past the door, and it goes on`, async () => {
  const dice = createDice(20_261_129)
  const door = await openTestDoor({ wrongKeysMax: 1_000_000 })
  const codes = new Map<string, number>()
  for (let i = 0; i < count; i++) {
    const body = mutate(pick(dice, bodies), dice)
    const text = JSON.stringify(body)
    const answer = await door.ask({
      agent,
      path: pick(dice, [
        '/v1/chat/completions',
        '/v1/chat/completions',
        '/v1/chat/completions',
        '/v1/embeddings',
        '/v1/models',
        '/v1/nothing',
      ]),
      method: dice(20) === 0 ? pick(dice, ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) : 'POST',
      body: dice(4) === 0 ? corrupt(text, dice) : text,
      key: dice(10) === 0 ? pick(dice, ['x', 'key_x.y', 'key_good.secret ']).trim() : 'key_good.secret',
      headers:
        dice(8) === 0
          ? {
              'x-holdfast-label': pick(dice, [
                '{}',
                'x',
                '{"level":"top_secret","categories":[],"dissemination":[],"releasability":"any"}',
              ]),
            }
          : {},
    })
    const told = answer.status === 200 ? 'answered' : answer.code
    codes.set(String(told), (codes.get(String(told)) ?? 0) + 1)
    expect.soft(answer.status, `${text.slice(0, 300)} ${answer.text.slice(0, 200)}`).toBeLessThan(500)
    expect.soft(told, answer.text).not.toBeNull()
  }
  expect('polluted' in {}).toBe(false)
  expect(door.defects).toEqual([])
  expect(codes.size).toBeGreaterThan(8)
  expect(door.door.callsUnderWay()).toBe(0)
  expect((await door.ask({ path: '/v1/models' })).status).toBe(200)
}, 120_000)
