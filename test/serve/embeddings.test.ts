/** Vectors at the door for programs elsewhere, over an embedder of the test. */
import { describe, expect, test } from 'vitest'
import { fail } from '../../main/domain/result.ts'
import type { TestDoor } from '../support/serve-core.ts'
import { sharedDoor, vectors } from '../support/shared-door.ts'

let door: TestDoor
sharedDoor((opened) => {
  door = opened
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
