import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grammarOf } from '../../main/models/schema-grammar.ts'
import { parseArguments } from '../../main/tools/arguments.ts'
import { toJsonSchema } from '../../main/tools/model-schema.ts'
import { findTool, tools } from '../../main/tools/registry.ts'
import { givableAgents } from '../support/plain-agent.ts'
import { values } from '../support/schema-values.ts'

const all = tools.map((tool) => [tool.name, tool] as const)
/** Names of files and the rules between fields are beyond a grammar; the tool's own schema refuses what breaks them. */
const beyond: readonly string[] = ['write_file', 'ask_human']

test.each(all)('TOL-07 %s has a form that the grammar of models holds', (_name, tool) => {
  expect(grammarOf(toJsonSchema(tool, givableAgents))).toMatchObject({ ok: true })
})

test.each(all.filter(([name]) => !beyond.includes(name)))(
  'TOL-07 %s takes whatever a model can write under that grammar',
  (_name, tool) => {
    fc.assert(
      fc.property(values(toJsonSchema(tool, givableAgents)), (written) => parseArguments(tool, written).ok),
      { numRuns: 100 },
    )
  },
)

test('TOL-07 a model writes every key, in the order of the schema', () => {
  const tool = findTool('search_holdings')
  expect(tool && toJsonSchema(tool, givableAgents)).toEqual({
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
  expect(tool && toJsonSchema(tool, givableAgents)).toMatchObject({
    anyOf: [{ properties: { schema: { type: 'null' } } }, { properties: { schema: { type: 'null' } } }],
  })
})
