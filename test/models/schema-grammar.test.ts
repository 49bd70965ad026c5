import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { DraftAnswer } from '../../main/domain/claim.ts'
import { grammarOf } from '../../main/models/schema-grammar.ts'

function grammar(schema: unknown): string {
  const result = grammarOf(schema)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** A rule's alternatives of digit classes as a regular expression: the grammar's own notation is nearly one. */
function matcher(schema: unknown): RegExp {
  const body = grammar(schema)
    .split('\n')
    .find((line) => line.startsWith('r0 ::= '))
    ?.slice('r0 ::= '.length)
  return new RegExp(`^(?:${body?.replaceAll(/["\s]/g, '')})$`)
}

describe('MOD-09 a schema of our own becomes a grammar', () => {
  test('the schema of answers is enforced in full', () => {
    const text = grammar(z.toJSONSchema(DraftAnswer))
    expect(text).toContain('char{0,1200}')
    expect(text).toContain('{0,11}')
    expect(text.startsWith('root ::= ')).toBe(true)
  })

  test('integers keep exactly to their range', () => {
    for (const [minimum, maximum] of [
      [0, 99],
      [0, 0],
      [1, 7],
      [5, 123],
      [98, 1_205],
      [0, 10_000],
    ] as const) {
      const pattern = matcher({ type: 'integer', minimum, maximum })
      for (let n = 0; n <= maximum + 250; n++)
        expect(pattern.test(String(n)), `${n} in ${minimum}–${maximum}`).toBe(n >= minimum && n <= maximum)
      expect(pattern.test('007')).toBe(false)
    }
  })

  test('constants, choices and nothing are written as JSON writes them', () => {
    const text = grammar({
      type: 'object',
      properties: { kind: { enum: ['a"b', 3, null] }, sure: { type: 'boolean' }, none: { type: 'null' } },
      required: ['kind', 'sure', 'none'],
      additionalProperties: false,
    })
    expect(text).toContain(String.raw`"\"a\\\"b\"" | "3" | "null"`)
    expect(text).toContain('boolean ::= "true" | "false"')
  })

  test('whatever could not be enforced is refused, by name', () => {
    const refused: ReadonlyArray<readonly [unknown, RegExp]> = [
      [{ type: 'string', pattern: '^a+$' }, /pattern/],
      [{ type: 'string', maxLength: 5_000 }, /maxLength/],
      [{ type: 'number' }, /type/],
      [{ type: 'integer', minimum: -1 }, /minimum/],
      [{ type: 'integer', multipleOf: 3 }, /multipleOf/],
      [{ type: 'array', items: { type: 'string' }, maxItems: 10_000 }, /maxItems/],
      [{ type: 'object', properties: { a: { type: 'string' } }, required: [], additionalProperties: false }, /optional/],
      [{ type: 'object', properties: {}, additionalProperties: true }, /additional/],
      [{ $ref: '#/x' }, /\$ref/],
    ]
    for (const [schema, reason] of refused) {
      const result = grammarOf(schema)
      expect(!result.ok && result.error.code, String(reason)).toBe('model.schema')
      expect(!result.ok && result.error.message).toMatch(reason)
    }
    let deep: unknown = { type: 'null' }
    for (let depth = 0; depth < 40; depth++) deep = { type: 'array', items: deep, maxItems: 1 }
    expect(grammarOf(deep).ok).toBe(false)
  })
})
