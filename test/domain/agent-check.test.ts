import { describe, expect, test } from 'vitest'
import { installedAgents } from '../../main/composition/read-agents.ts'
import { AgentDefinition } from '../../main/domain/agent.ts'
import { type AgentSurroundings, checkAgent, promptLengthFaults, workflowFaults } from '../../main/domain/agent-check.ts'
import { narrowAgent } from '../../main/domain/agent-override.ts'
import { findTool } from '../../main/tools/registry.ts'

const research = installedAgents().find(({ definition }) => definition.name === 'research')?.definition
const writer = installedAgents().find(({ definition }) => definition.name === 'report-writer')?.definition
if (research === undefined || writer === undefined) throw new Error('the product has both')
const surroundings: AgentSurroundings = { tool: findTool, prompt: () => ({ tokens: 400, isEstimated: false }) }
const check = (agent: AgentDefinition, change: object, around = surroundings) =>
  checkAgent(AgentDefinition.parse({ ...agent, ...change }), around).map(({ code, severity, field }) => `${severity} ${code} ${field}`)

test('AGT-01 nothing blocks or warns of an agent of the product', () => {
  for (const { definition, prompts } of installedAgents()) {
    const prompt: AgentSurroundings['prompt'] = (_use, reference) =>
      prompts[reference] === undefined ? null : { tokens: Math.ceil(prompts[reference].length / 4), isEstimated: true }
    const heavy = checkAgent(definition, { tool: findTool, prompt }).filter(({ severity }) => severity !== 'advises')
    expect(heavy, definition.name).toEqual([])
  }
})

describe('AGT-01 what speaks against an agent', () => {
  test.each([
    ['blocks agent.several_responsibilities responsibility', { responsibility: 'Finds and writes.' }],
    ['blocks agent.several_responsibilities responsibility', { responsibility: 'Finds. Writes.' }],
    ['blocks agent.no_runbook runbook', { runbook: '  ' }],
    ['blocks agent.unknown_tool tools', { tools: [...research.tools, 'fly'] }],
    ['blocks agent.offered_not_allowed offers', { offers: ['append_note'] }],
    ['warns agent.effect_offered offers', { tools: [...research.tools, 'append_note'], offers: ['append_note'] }],
    ['blocks agent.effect_offered offers', { tools: [...research.tools, 'write_file'], offers: ['write_file'], writes: ['*.md'] }],
    ['blocks agent.tool_not_allowed prefetch.0', { prefetch: [{ tool: 'append_note', arguments: {} }] }],
    ['blocks agent.undeclared_input prefetch.0', { prefetch: [{ tool: 'search_holdings', arguments: { query: '$input.subject' } }] }],
    ['blocks agent.undeclared_input titleFrom', { titleFrom: 'subject' }],
    ['blocks agent.double_input input', { input: [...research.input, ...research.input] }],
    ['blocks agent.no_delivery deliver', { output: 'report' }],
    ['blocks agent.needless_delivery deliver', { deliver: { tool: 'search_holdings', arguments: {} } }],
    ['blocks agent.no_write_domain writes', { tools: [...research.tools, 'write_file'] }],
    ['blocks agent.no_gather_prompt prompts.gather', { prompts: { draft: 'draft' } }],
    ['blocks agent.no_playbook playbook', { prefetch: [], playbook: [] }],
    ['blocks agent.budget_too_small budget.toolCallsMax', { budget: { toolCallsMax: 0 } }],
    ['warns agent.budget_too_small budget.modelCallsMax', { budget: { modelCallsMax: 0 } }],
    ['warns agent.steps_too_few stepsMax', { stepsMax: 3, playbook: Array.from({ length: 3 }, () => research.prefetch[0]) }],
  ])('%s', (fault, change) => {
    expect(check(research, change)).toEqual([fault])
  })
  test('a delivery by a tool that it may not use, and one that writes nothing', () => {
    expect(check(writer, { tools: writer.tools.filter((name) => name !== 'write_file') })).toEqual([
      'blocks agent.delivery_not_allowed deliver',
    ])
    expect(check(writer, { budget: { bytesWrittenMax: 0 } })).toEqual(['blocks agent.budget_too_small budget.bytesWrittenMax'])
  })
  test('a prompt that nobody has published', () => {
    const around = { ...surroundings, prompt: () => null }
    expect(check(research, { prompts: { gather: 'gather' } }, around)).toEqual(['blocks agent.unknown_prompt prompts.gather'])
  })
})

describe('PRM-03 how long a prompt is', () => {
  const codes = (tokens: number) =>
    promptLengthFaults('draft', { tokens, isEstimated: false }).map(({ code, severity }) => `${severity} ${code}`)
  test('300 to 800 tokens are recommended, more than 2,000 are flagged', () => {
    expect([299, 300, 800, 801, 2_000, 2_001].map((tokens) => codes(tokens))).toEqual([
      ...[['advises agent.prompt_short'], [], [], ['advises agent.prompt_long']],
      ...[['advises agent.prompt_long'], ['warns agent.prompt_too_long']],
    ])
  })
  test('an estimate is called one', () => {
    const [about] = promptLengthFaults('draft', { tokens: 3_000, isEstimated: true })
    expect(about?.message).toContain('about 3000 tokens')
  })
  test('a workflow has two to seven agents', () => {
    expect([1, 2, 7, 8].map((agents) => workflowFaults(agents).length)).toEqual([1, 0, 0, 1])
  })
})

describe('PKG-01 what a site takes away from an agent', () => {
  test('fewer tools take the calls with them that used them', () => {
    const narrow = narrowAgent(research, { tools: ['list_documents'], budget: { tokensMax: 1_000 }, deniedDataSources: ['secret'] })
    expect(narrow).toMatchObject({
      tools: ['list_documents'],
      offers: ['list_documents'],
      prefetch: [],
      budget: { tokensMax: 1_000, toolCallsMax: 14 },
    })
    expect(narrow).toMatchObject({ deniedDataSources: ['secret'] })
  })
  test.each([
    ['tools', { tools: [...research.tools, 'write_file'] }],
    ['offers', { offers: ['append_note'] }],
    ['writes', { writes: ['*'] }],
    ['stepsMax', { stepsMax: 20 }],
    ['budget.toolCallsMax', { budget: { toolCallsMax: 15 } }],
    ['budget.tokensMax', { budget: { tokensMax: 200_001 } }],
  ])('and never gives anything: %s', (widens, override) => {
    expect(narrowAgent(research, override)).toEqual({ widens })
  })
})
