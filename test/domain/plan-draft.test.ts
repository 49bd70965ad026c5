import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { installedAgents } from '../../main/composition/read-agents.ts'
import { PlanDraft, partsOf, planFault, plannable, playbookPlan, readPlan } from '../../main/domain/plan-draft.ts'

const agents = plannable(installedAgents().map(({ definition }) => definition))
const shard = (key: string, after: readonly string[] = [], more: object = {}) => ({
  ...{ key, title: key, agent: 'research', input: { topic: 'Pumps' }, after, ...more },
})
const codeOf = (...shards: readonly object[]): string | null => {
  const read = readPlan('Pumps', JSON.stringify({ shards }), agents)
  return typeof read === 'string' ? read : null
}

describe('what a model plans is checked', () => {
  test('a plan that can be carried out is taken as it is', () => {
    expect(codeOf(shard('s1'), shard('s2', ['s1']))).toBeNull()
  })
  test.each([
    ['plan.malformed', [{ key: 's1' }]],
    ['plan.malformed', []],
    ['plan.malformed', [shard('s1', [], { budget: { tokensMax: -1 } })]],
    ['plan.double_key', [shard('s1'), shard('s1')]],
    ['plan.unknown_agent', [shard('s1', [], { agent: 'nobody' })]],
    ['plan.unknown_agent', [shard('s1', [], { agent: 'plan', input: { goal: 'x' } })]],
    ['plan.missing_input', [shard('s1', [], { input: {} })]],
    ['plan.missing_input', [shard('s1', [], { input: { topic: '  ' } })]],
    ['plan.bad_input', [shard('s1', [], { input: { topic: 'x', file: 'y' } })]],
    ['plan.bad_input', [shard('s1', [], { input: { topic: 'x'.repeat(501) } })]],
    ['plan.unknown_key', [shard('s1', ['s9'])]],
    ['plan.circle', [shard('s1', ['s2']), shard('s2', ['s1'])]],
    ['plan.circle', [shard('s1', ['s1'])]],
  ])('%s', (code, shards) => {
    expect(codeOf(...shards)).toBe(code)
  })
  test('agents that want a document, which only a person knows, are not planned with', () => {
    expect(agents.map(({ name }) => name)).toEqual(['ask', 'research', 'extract-table', 'report-writer'])
  })
})

describe('a plan without a model', () => {
  test('researches each part of the goal, and reports after all of them', () => {
    const plan = playbookPlan('Why did the pump fail? Who repaired it; and also what did it cost')
    expect(plan.shards.map(({ key, agent, input, after }) => [key, agent, input.topic, after])).toEqual([
      ['s1', 'research', 'Why did the pump fail?', []],
      ['s2', 'research', 'Who repaired it', []],
      ['s3', 'research', 'what did it cost', []],
      ['s4', 'report-writer', 'Why did the pump fail? Who repaired it; and also what did it cost', ['s1', 's2', 's3']],
    ])
  })
  test('of many parts the last ones stay together: nothing of the goal is lost', () => {
    expect(partsOf('One. Two. Three. Four. Five.')).toEqual(['One.', 'Two.', 'Three.', 'Four. Five.'])
  })
  test('of any goal it can be carried out', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 3_000, unit: 'binary' }).filter((text) => text.trim() !== ''),
        (goal) => {
          const plan = PlanDraft.parse(playbookPlan(goal.trim()))
          expect(planFault(plan, agents)).toBeNull()
        },
      ),
    )
  })
})
