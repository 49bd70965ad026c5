import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import { grammarOf } from '../../main/models/schema-grammar.ts'
import { parseArguments } from '../../main/tools/arguments.ts'
import { toJsonSchema } from '../../main/tools/model-schema.ts'
import { findTool, tools } from '../../main/tools/registry.ts'

interface Schema {
  readonly [key: string]: unknown
}

/** Values that the grammar lets a model write. */
function values(schema: Schema): Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map(values))
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties as Record<string, Schema>).map(([key, value]) => [key, values(value)])),
      )
    case 'array':
      return fc.array(values(schema.items as Schema), {
        minLength: Number(schema.minItems),
        maxLength: Math.min(3, Number(schema.maxItems)),
      })
    case 'string':
      return fc.string({
        minLength: Math.max(1, Number(schema.minLength ?? 0)),
        maxLength: Math.min(50, Number(schema.maxLength)),
        unit: fc.constantFrom('a', 'b', '7'),
      })
    case 'integer':
      return fc.integer({ min: Number(schema.minimum), max: Number(schema.maximum) })
    case 'null':
      return fc.constant(null)
    default:
      return fc.boolean()
  }
}

const all = tools.map((tool) => [tool.name, tool] as const)
/** Names, ids and the rules between fields are beyond a grammar; the tool's own schema refuses what breaks them. */
const beyond: readonly string[] = ['read_passage', 'read_document', 'table_query', 'write_file', 'ask_human']

test.each(all)('TOL-07 %s has a form that the grammar of models holds', (_name, tool) => {
  expect(grammarOf(toJsonSchema(tool))).toMatchObject({ ok: true })
})

test.each(all.filter(([name]) => !beyond.includes(name)))(
  'TOL-07 %s takes whatever a model can write under that grammar',
  (_name, tool) => {
    fc.assert(
      fc.property(values(toJsonSchema(tool)), (written) => parseArguments(tool, written).ok),
      { numRuns: 100 },
    )
  },
)

test('TOL-07 a model writes every key, in the order of the schema', () => {
  const tool = findTool('search_holdings')
  expect(tool && toJsonSchema(tool)).toEqual({
    type: 'object',
    properties: {
      query: { type: 'string', minLength: 1, maxLength: 500 },
      collection: { anyOf: [{ type: 'string', minLength: 1, maxLength: 120 }, { type: 'null' }] },
      count: { type: 'integer', minimum: 1, maximum: 10 },
    },
    required: ['query', 'collection', 'count'],
    additionalProperties: false,
  })
})

test('TOL-07 a model cannot set a schema for the answer, which no grammar could hold', () => {
  const tool = findTool('ask_human')
  expect(tool && toJsonSchema(tool)).toMatchObject({ properties: { schema: { type: 'null' } } })
})
