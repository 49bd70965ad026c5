/** Arguments and where they come from: what a person or the definition did not give is tainted, unless it equals that to the letter. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AgentDefinition } from '../../main/domain/agent.ts'
import { taintedArguments, trustedValues } from '../../main/domain/provenance.ts'
import { checkCall, type ToolParts } from '../../main/runs/tool-step.ts'
import { findTool, tools } from '../../main/tools/registry.ts'
import { plainAgent } from '../support/plain-agent.ts'
import { goodArguments } from '../support/tool-arguments.ts'

const names = tools.map(({ name }) => name)
const definition = AgentDefinition.parse({
  ...plainAgent,
  ...{ name: 'clerk', title: 'Clerk', summary: 'Does everything', titleFrom: 'topic', draftFrom: 'topic', stepsMax: 5, budget: {} },
  input: [{ name: 'topic', title: 'Topic', isRequired: true, charsMax: 100, default: null }],
  ...{ tools: names, offers: names },
  playbook: [{ tool: 'search_holdings', arguments: { query: '$input.topic', count: 10 } }],
  deliver: { tool: 'write_file', arguments: { name: '$input.file', text: '$draft' } },
})
const parts = { findTool, breakers: { admit: () => true } } as unknown as ToolParts
const codeOf = (
  call: Parameters<typeof checkCall>[2],
  fields: Readonly<Record<string, string>>,
  more: { readonly isPlanned?: boolean; readonly agent?: Pick<AgentDefinition, 'tools' | 'offers' | 'writes'> } = {},
): string => {
  const source = { isPlanned: more.isPlanned ?? false, trusted: trustedValues(definition, fields) }
  const checked = checkCall(parts, more.agent ?? definition, call, source)
  return 'code' in checked ? checked.code : `tainted: ${checked.tainted.join(' ')}`
}

describe('INJ-01 TOL-06 which arguments are tainted', () => {
  const write = (name: unknown, text = 'x') => ({ tool: 'write_file', arguments: { name, text } })

  test('a name that a model chose is refused, and one that the person gave is not', () => {
    expect(codeOf(write('report.md'), { topic: 'Pumps', file: 'report.md' })).toBe('tainted: text')
    for (const name of ['evil.md', 'Report.md', 'report.md.md', 'a report.md', '10'.concat('.md')])
      expect(codeOf(write(name), { topic: 'Pumps', file: 'report.md' })).toBe('tool.tainted_argument')
  })

  test('the plan is bound in the same way: a name taken from the draft is refused', () => {
    expect(codeOf(write('report.md'), { topic: 'Pumps', file: 'report.md' }, { isPlanned: true })).toBe('tainted: text')
    expect(codeOf(write('draft.md'), { topic: 'Pumps' }, { isPlanned: true })).toBe('tool.tainted_argument')
  })

  test('a constant of the definition is trusted, a name that stands for something is none, and a default of the tool is nobody’s', () => {
    const search = (more: object) => ({ tool: 'search_holdings', arguments: { query: 'Pumps', ...more } })
    expect(codeOf(search({ count: 10 }), { topic: 'Pumps' })).toBe('tainted: ')
    expect(codeOf(search({ count: 9 }), { topic: 'Pumps' })).toBe('tainted: count')
    expect(codeOf({ tool: 'search_holdings', arguments: { query: '$draft' } }, { topic: 'Pumps' })).toBe('tainted: query')
    expect(codeOf({ tool: 'search_holdings', arguments: { query: '$input.topic' } }, { topic: 'Pumps' })).toBe('tainted: query')
  })

  test('a model chooses among what it is offered, and the plan among what the agent has', () => {
    const agent = { tools: ['write_file'], offers: ['write_file', 'append_note'], writes: ['*'] }
    expect(codeOf({ tool: 'append_note', arguments: { text: 'x' } }, {}, { agent })).toBe('tool.not_allowed')
    const narrow = { tools: ['write_file', 'append_note'], offers: [], writes: ['*'] }
    expect(codeOf(write('a.md'), { file: 'a.md' }, { agent: narrow })).toBe('tool.not_allowed')
    expect(codeOf(write('a.md'), { file: 'a.md' }, { agent: narrow, isPlanned: true })).toBe('tainted: text')
  })

  test('every parameter that a tool wants trusted is one of its own, and every tool that writes a file by name wants the name trusted', () => {
    for (const tool of tools) {
      const known = Object.keys(goodArguments[tool.name] as object)
      expect(tool.trusted.filter((parameter) => !known.includes(parameter))).toEqual([])
      if (tool.risk === 'write' && known.includes('name')) expect(tool.trusted).toContain('name')
    }
  })
})

test('INJ-01 over all tools and values: nothing reaches a trusted parameter but what was given to the letter', () => {
  const value = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('a.md', 'b.md', 'report.md'), fc.integer(), fc.jsonValue())
  fc.assert(
    fc.property(fc.constantFrom(...tools), fc.array(value, { maxLength: 4 }), fc.dictionary(fc.string(), value), (tool, given, noise) => {
      const fields = Object.fromEntries(given.flatMap((one, i) => (typeof one === 'string' ? [[`f${i}`, one]] : [])))
      const trusted = trustedValues(definition, fields)
      const wanted = { ...(goodArguments[tool.name] as object), ...Object.fromEntries(tool.trusted.map((name, i) => [name, given[i]])) }
      const checked = checkCall(parts, definition, { tool: tool.name, arguments: { ...wanted, ...noise } }, { isPlanned: false, trusted })
      if ('code' in checked) return
      const done = JSON.parse(checked.input) as Readonly<Record<string, unknown>>
      for (const parameter of tool.trusted)
        expect([...Object.values(fields), undefined].includes(done[parameter] as string | undefined)).toBe(true)
    }),
    { seed: 20_261_127, numRuns: 3_000 },
  )
})

test('an argument that only every object has is not given', () => {
  expect(taintedArguments({ toString: 1 }, {}, new Set())).toEqual([])
  expect(taintedArguments({ a: { b: 1 } }, { a: { b: 1 } }, new Set(['{"b":1}']))).toEqual([])
})
