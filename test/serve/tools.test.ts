/** Tools and formats that a program elsewhere brings with its chat: what the model is told of them, and in which shape its answer comes back. */
import { describe, expect, test } from 'vitest'
import type { ChatRequest } from '../../main/world.ts'
import { reply, type TestDoor } from '../support/serve-core.ts'
import { depth, events, sharedDoor, tool } from '../support/shared-door.ts'

let door: TestDoor
const { ask, asked } = sharedDoor((opened) => {
  door = opened
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
