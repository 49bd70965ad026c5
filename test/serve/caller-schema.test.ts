/** Schemas that callers bring: what is taken is only ever made narrower, and what cannot be kept to is refused by name. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { DraftAnswer } from '../../main/domain/claim.ts'
import { grammarOf } from '../../main/models/schema-grammar.ts'
import { narrowSchema } from '../../main/serve/caller-schema.ts'
import { limits } from '../../main/serve/limits.ts'
import { toJsonSchema } from '../../main/tools/model-schema.ts'
import { tools } from '../../main/tools/registry.ts'
import { givableAgents } from '../support/plain-agent.ts'

type Schema = { readonly [key: string]: unknown }
const narrow = (schema: unknown) => narrowSchema(schema, 'here', limits)
function taken(schema: unknown): Schema {
  const narrowed = narrow(schema)
  if (!narrowed.ok) throw new Error(narrowed.refusal.message)
  return narrowed.value
}

describe('MOD-09 a schema of a caller', () => {
  test.each([
    ['nothing but a type', { type: 'string' }, { type: 'string', minLength: 0, maxLength: 1_900 }],
    ['a choice, beside its type', { type: 'integer', enum: ['a', 1, 2.5] }, { enum: [1] }],
    ['a type or nothing', { type: ['boolean', 'null'] }, { anyOf: [{ type: 'boolean' }, { type: 'null' }] }],
    ['bounds between whole numbers', { type: 'number', minimum: 0.5, maximum: 9.5 }, { type: 'number', minimum: 1, maximum: 9 }],
    ['longer than can be counted', { type: 'string', maxLength: 10_000 }, { type: 'string', minLength: 0, maxLength: 1_900 }],
    ['what only describes', { title: 'A', description: 'b', default: true, examples: [1], type: 'boolean' }, { type: 'boolean' }],
    [
      'a definition of its own',
      { $defs: { Quay: { enum: ['east'] } }, type: 'array', items: { $ref: '#/$defs/Quay' }, maxItems: 3 },
      { type: 'array', items: { enum: ['east'] }, minItems: 0, maxItems: 3 },
    ],
    [
      'open objects, which are closed',
      { type: 'object', properties: { a: { const: 1 }, b: { type: 'null' } }, required: ['b'], additionalProperties: true },
      { type: 'object', properties: { a: { enum: [1] }, b: { type: 'null' } }, required: ['b'], additionalProperties: false },
    ],
  ])('%s', (_what, schema, expected) => {
    expect(taken(schema)).toEqual(expected)
    expect(grammarOf(taken(schema)).ok).toBe(true)
  })

  test('what this product itself asks other machines for is taken whole', () => {
    for (const schema of [z.toJSONSchema(DraftAnswer), ...tools.map((tool) => toJsonSchema(tool, givableAgents))]) {
      const narrowed = taken(schema)
      expect(grammarOf(narrowed).ok).toBe(true)
      expect(Object.keys((narrowed.properties ?? {}) as Schema)).toEqual(Object.keys((schema.properties ?? {}) as Schema))
    }
  })

  const nest = (depth: number): unknown => (depth === 0 ? { type: 'null' } : { type: 'array', items: nest(depth - 1) })
  test.each([
    ['a pattern', { type: 'string', pattern: '(a+)+$' }, 'pattern'],
    ['a format', { type: 'string', format: 'date' }, 'format'],
    ['steps', { type: 'integer', multipleOf: 3 }, 'multipleOf'],
    ['open bounds', { type: 'integer', exclusiveMinimum: 0 }, 'exclusiveMinimum'],
    ['exactly one of', { oneOf: [{ type: 'null' }] }, 'oneOf'],
    ['all of', { allOf: [{ type: 'null' }] }, 'allOf'],
    ['not', { not: { type: 'null' } }, 'not'],
    ['conditions', { type: 'object', properties: {}, if: {} }, 'if'],
    ['keys by pattern', { type: 'object', patternProperties: {} }, 'patternProperties'],
    ['other keys of a kind', { type: 'object', additionalProperties: { type: 'string' } }, 'additionalProperties'],
    ['a demand for what is not described', { type: 'object', properties: {}, required: ['a'] }, 'required'],
    ['a demand for what every object has', { type: 'object', properties: {}, required: ['toString'] }, 'required'],
    ['different items', { type: 'array', items: [{ type: 'null' }] }, 'shape'],
    ['items of no kind', { type: 'array' }, 'items'],
    ['no type', {}, 'type'],
    ['a type that every object has', { type: 'constructor' }, 'type'],
    ['types that every object has', { type: ['toString'] }, 'type'],
    ['true', true, 'shape'],
    ['a list', [], 'shape'],
    ['a text', 'string', 'shape'],
    ['another file', { $ref: 'http://evil.example/schema' }, '$ref'],
    ['its own prototype', { $ref: '#/$defs/__proto__', $defs: {} }, '$ref'],
    ['itself', { $ref: '#/$defs/a', $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' } } } }, 'depth'],
    ['nothing between its bounds', { type: 'number', minimum: 0.2, maximum: 0.8 }, 'minimum'],
    ['a bound beyond all counting', { type: 'integer', minimum: 1e12 }, 'minimum'],
    ['a choice of objects', { enum: [{}] }, 'enum'],
    ['a choice of nothing', { enum: [] }, 'enum'],
    ['a choice of another type', { type: 'string', enum: [1] }, 'enum'],
    ['too great a choice', { enum: Array.from({ length: 101 }, (_, i) => i) }, 'enum'],
    ['a list that must be empty', { type: 'array', items: { type: 'null' }, maxItems: 0 }, 'maxItems'],
    ['too deep', nest(13), 'depth'],
    ['keys that are no names', { type: 'object', properties: { 'a"b': { type: 'null' } } }, 'properties'],
    ['a key that is too long', { type: 'object', properties: { ['a'.repeat(65)]: { type: 'null' } } }, 'properties'],
    ['a keyword that is text of the caller', { type: 'null', 'say this: x': 1 }, 'a keyword'],
  ])('%s is refused, and named', (_what, schema, word) => {
    const narrowed = narrow(schema)
    expect(narrowed).toMatchObject({ ok: false, refusal: { code: 'invalid_schema', param: 'here' } })
    expect(!narrowed.ok && narrowed.refusal.message).toContain(word)
  })

  test('one that doubles at each step ends at its size, quickly', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 11 }, (_, i) => [`d${i}`, { anyOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }]),
    )
    const started = performance.now()
    expect(narrow({ $ref: '#/$defs/d0', $defs: { ...$defs, d11: { type: 'null' } } }).ok).toBe(false)
    expect(performance.now() - started).toBeLessThan(200)
  })
})

/** Schemas of the kinds that are taken, with bounds that may be odd. */
const { schema: anySchema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({ type: fc.constant('string'), minLength: fc.nat(4), maxLength: fc.nat(9) }, { requiredKeys: ['type'] }),
    fc.record(
      {
        type: fc.constantFrom('integer', 'number'),
        minimum: fc.integer({ min: -40, max: 40 }),
        maximum: fc.double({ min: -45.5, max: 60, noNaN: true }),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        enum: fc.array(fc.constantFrom('a', 'b"c', 3, -0.5, null, true), { minLength: 1, maxLength: 4 }),
        type: fc.constantFrom('string', 'number'),
      },
      { requiredKeys: ['enum'] },
    ),
    fc.constantFrom({ type: 'boolean' }, { type: 'null' }, { type: ['string', 'null'], maxLength: 3 }),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(2), maxItems: fc.nat(4) },
      { requiredKeys: ['type', 'items'] },
    ),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc
      .record({ properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema')), isAll: fc.boolean() })
      .map(({ properties, isAll }) => ({ type: 'object', properties, ...(isAll ? { required: Object.keys(properties) } : {}) })),
  ),
}))

/** A value that the narrowed schema allows, as the grammar would write one. */
function sample(schema: Schema, pick: (most: number) => number): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[pick(schema.enum.length - 1)]
  if (Array.isArray(schema.anyOf)) return sample(schema.anyOf[pick(schema.anyOf.length - 1)] as Schema, pick)
  const [least, most] = [
    Number(schema.minItems ?? schema.minLength ?? schema.minimum),
    Number(schema.maxItems ?? schema.maxLength ?? schema.maximum),
  ]
  switch (schema.type) {
    case 'string':
      return 'é'.repeat(least + pick(Math.min(most - least, 12)))
    case 'array':
      return Array.from({ length: least + pick(Math.min(most - least, 3)) }, () => sample(schema.items as Schema, pick))
    case 'integer':
      return least + pick(Math.min(most - least, 1_000))
    case 'number':
      return Math.min(most, least + pick(Math.min(most - least, 1_000)) + pick(99) / 100)
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties as Schema).flatMap(([key, value]) =>
          (schema.required as string[]).includes(key) || pick(1) === 1 ? [[key, sample(value as Schema, pick)]] : [],
        ),
      )
    case 'boolean':
      return pick(1) === 1
    default:
      return null
  }
}

test('MOD-09 what is written under a narrowed schema passes the caller’s own, and the grammar takes it', () => {
  let kept = 0
  fc.assert(
    fc.property(anySchema, fc.array(fc.nat(1_000), { minLength: 5, maxLength: 20 }), (schema, dice) => {
      const narrowed = narrow(schema)
      if (!narrowed.ok) return
      kept += 1
      expect(grammarOf(narrowed.value).ok).toBe(true)
      let at = 0
      const pick = (most: number) => (most <= 0 ? 0 : (dice[at++ % dice.length] ?? 0) % (Math.floor(most) + 1))
      const original = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
      for (let i = 0; i < 3; i++) {
        const value = sample(narrowed.value, pick)
        expect(original.safeParse(value).success, `${JSON.stringify(value)} under ${JSON.stringify(schema)}`).toBe(true)
      }
    }),
    { numRuns: 300, seed: 11 },
  )
  expect(kept).toBeGreaterThan(150)
})
