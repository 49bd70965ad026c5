import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { DraftAnswer } from '../../main/domain/claim.ts'
import { PassageId } from '../../main/domain/ids.ts'
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
  return new RegExp(`^(?:${body?.replaceAll('"."', '\\.').replaceAll(/["\s]/g, '')})$`)
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

  test('integers and fractions of both signs keep to their range', () => {
    for (const [minimum, maximum] of [
      [-7, 12],
      [-120, -5],
      [-30, 0],
      [0, 45],
    ] as const) {
      const [whole, parts] = ['integer', 'number'].map((type) => matcher({ type, minimum, maximum }))
      for (let n = -300; n <= 300; n++) {
        const isInside = n >= minimum && n <= maximum
        expect(whole?.test(String(n)), `${n} in ${minimum} to ${maximum}`).toBe(isInside)
        expect(parts?.test(String(n)), `${n} in ${minimum} to ${maximum}`).toBe(isInside)
        for (const value of [n + 0.25, n + 0.999_999])
          if (parts?.test(String(value))) expect(value >= minimum && value <= maximum, `${value} in ${minimum} to ${maximum}`).toBe(true)
      }
      const middle = (minimum + maximum) / 2 + 0.25
      expect(parts?.test(String(middle)), `${middle}`).toBe(true)
    }
    expect(matcher({ type: 'integer', minimum: -999_999_999_999, maximum: 999_999_999_999 }).test('-123456789012')).toBe(true)
  })

  test('optional properties come after the required ones, each there or not', () => {
    const object = (required: readonly string[]) => {
      const text = grammar({
        type: 'object',
        properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } },
        required,
        additionalProperties: false,
      })
      const rules = new Map(text.split('\n').map((line): [string, string] => [line.split(' ::= ')[0] ?? '', line.split(' ::= ')[1] ?? '']))
      let body = rules.get('root') ?? ''
      for (let i = 0; i < 6; i++) body = body.replaceAll(/\br\d+\b/g, (name) => rules.get(name) ?? '')
      return new RegExp(
        `^(?:${body.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (_all, inner: string) => inner.replaceAll('\\"', '"').replaceAll(/[{}]/g, '\\$&')).replaceAll(' ', '')})$`,
      )
    }
    const some = object(['b'])
    for (const good of ['{"b":2}', '{"b":2,"a":1}', '{"b":2,"c":3}', '{"b":2,"a":1,"c":3}']) expect(some.test(good), good).toBe(true)
    for (const bad of ['{}', '{"a":1}', '{"b":2,}', '{,"b":2}', '{"b":2,"c":3,"a":1}']) expect(some.test(bad), bad).toBe(false)
    const none = object([])
    for (const good of ['{}', '{"a":1}', '{"b":2}', '{"a":1,"c":3}', '{"a":1,"b":2,"c":3}', '{"b":2,"c":3}'])
      expect(none.test(good), good).toBe(true)
    for (const bad of ['{,}', '{"a":1,}', '{"c":3,"a":1}']) expect(none.test(bad), bad).toBe(false)
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
      [{ type: 'string', maxLength: 1.5 }, /maxLength/],
      [{ type: 'integer', minimum: 0.5 }, /minimum/],
      [{ type: 'number', maximum: 1e300 }, /maximum/],
      [{ type: 'money' }, /type/],
      [{ type: 'integer', multipleOf: 3 }, /multipleOf/],
      [{ type: 'array', items: { type: 'string' }, maxItems: 10_000 }, /maxItems/],
      [
        {
          type: 'object',
          properties: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`p${i}`, { type: 'null' }])),
          additionalProperties: false,
        },
        /optional/,
      ],
      [{ type: 'object', properties: {}, additionalProperties: true }, /additional/],
      [{ $ref: '#/x' }, /\$ref/],
    ]
    for (const [schema, reason] of refused) {
      const result = grammarOf(schema)
      expect(!result.ok && result.error.code, String(reason)).toBe('model.schema')
      expect(!result.ok && result.error.message).toMatch(reason)
    }
    // Ids are the one pattern that it holds.
    const pattern = z.toJSONSchema(PassageId).pattern
    expect(grammarOf({ type: 'string', pattern })).toMatchObject({
      ok: true,
      value: expect.stringMatching(/"doc_" \[[0-9A-Z]+\]\{26\} "\." \[0-9\]\{1,7\}/),
    })
    for (const other of ['^a+$', '(a+)+$', '^doc_[0-9A-Z]{26}', '^doc_.{26}$', 7])
      expect(grammarOf({ type: 'string', pattern: other })).toMatchObject({ ok: false, error: { code: 'model.schema' } })
    const long = Array.from({ length: 60 }, (_, i) => ({ type: 'string', maxLength: 1_900 - i }))
    expect(grammarOf({ anyOf: long })).toMatchObject({ ok: false, error: { message: expect.stringContaining('its size') } })
    expect(grammarOf({ anyOf: Array.from({ length: 60 }, () => ({ type: 'string', maxLength: 1_900 })) }).ok).toBe(true)
    let deep: unknown = { type: 'null' }
    for (let depth = 0; depth < 40; depth++) deep = { type: 'array', items: deep, maxItems: 1 }
    expect(grammarOf(deep).ok).toBe(false)
  })
})
