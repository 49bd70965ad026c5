import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { installedAgents } from '../../../main/composition/read-agents.ts'
import { checkPlan } from '../../../main/domain/mission/check-plan.ts'
import { findAmong } from '../../../main/domain/mission/plan-documents.ts'
import { partsOf, plannable, planSchema, playbookPlan, readPlan } from '../../../main/domain/mission/plan-draft.ts'

const agents = plannable(installedAgents().map(({ definition }) => definition))
const shard = (more: object = {}) => ({ key: 's1', title: 's1', agent: 'research', input: { topic: 'Pumps' }, after: [], ...more })

describe('what a model plans', () => {
  test('is taken as it is where it can be carried out', () => {
    const plan = { shards: [shard(), shard({ key: 's2', after: ['s1'] })] }
    expect(readPlan(JSON.stringify(plan), agents)).toEqual(plan)
  })
  test.each([
    ['no JSON', '{'],
    ['a shard without words', JSON.stringify({ shards: [{ key: 's1' }] })],
    ['shards that wait for each other', JSON.stringify({ shards: [shard({ after: ['s1'] })] })],
    ['a planner planned', JSON.stringify({ shards: [shard({ agent: 'plan', input: { goal: 'x' } })] })],
    ['more than a plan', JSON.stringify({ shards: [shard()], approved: true })],
  ])('is none with %s', (_what, text) => {
    expect(readPlan(text, agents)).toBeNull()
  })
  test('has agents that leave findings: what others leave cannot be checked again and joined', () => {
    expect(agents.map(({ name }) => name).toSorted()).toEqual(['compare', 'redact-review', 'research', 'summarise'])
  })
  test('AGT-02 names documents that were shown and no others, and an agent is offered only where there are enough of them', () => {
    const compare = (second: string) =>
      JSON.stringify({ shards: [shard({ agent: 'compare', input: { topic: 'x', first: 'a.md', second } })] })
    expect(readPlan(compare('b.md'), agents, ['a.md', 'b.md'])?.shards[0]?.input).toEqual({ topic: 'x', first: 'a.md', second: 'b.md' })
    for (const other of ['c.md', 'a.md', '']) expect(readPlan(compare(other), agents, ['a.md', 'b.md']), other).toBeNull()
    const offered = (names: readonly string[]) =>
      planSchema(agents, names).properties.shards.items.anyOf.map(({ properties }) => [properties.agent.const, properties.input.properties])
    expect(offered([]).map(([name]) => name)).toEqual(['research'])
    expect(offered(['a.md']).map(([name]) => name)).not.toContain('compare')
    expect(offered(['a.md', 'b.md'])).toContainEqual(['compare', expect.objectContaining({ first: { enum: ['a.md', 'b.md'] } })])
  })
})

describe('a plan without a model', () => {
  test('researches each part of the goal, then all of it from what they found', () => {
    const plan = playbookPlan('Why did the pump fail? Who repaired it; and also what did it cost')
    expect(plan.shards.map(({ key, agent, input, after }) => [key, agent, input.topic, after])).toEqual([
      ['s1', 'research', 'Why did the pump fail?', []],
      ['s2', 'research', 'Who repaired it', []],
      ['s3', 'research', 'what did it cost', []],
      ['s4', 'research', 'Why did the pump fail? Who repaired it; and also what did it cost', ['s1', 's2', 's3']],
    ])
  })
  test('is one task where the goal is one question', () => {
    expect(playbookPlan('Why did the pump fail?').shards).toHaveLength(1)
  })
  test('HUM-03 takes up what a person said about the plan before', () => {
    expect(playbookPlan('Why did the pump fail?', { wishes: ['Look at the valves, too.'] }).shards.map(({ input }) => input.topic)).toEqual(
      ['Why did the pump fail?', 'Look at the valves, too.', 'Why did the pump fail?'],
    )
  })
  test('of many parts the last ones stay together: nothing of the goal is lost', () => {
    expect(partsOf('One. Two. Three. Four. Five.')).toEqual(['One.', 'Two.', 'Three.', 'Four. Five.'])
  })
  test('of any goal it can be carried out', () => {
    const words = fc.string({ minLength: 1, maxLength: 3_000, unit: 'binary' }).filter((text) => text.trim() !== '')
    const names = ['a.md', 'two words.pdf', '07.csv']
    const find = findAmong(names.map((file) => ({ documentId: file, file, isWithin: true })))
    const asking = fc
      .array(fc.constantFrom(...names, 'compare', 'summarise', 'redact', 'the weather', 'with', '. ', '?'), { minLength: 1, maxLength: 12 })
      .map((parts) => parts.join(' '))
    fc.assert(
      fc.property(fc.oneof(words, asking), fc.array(fc.oneof(words, asking), { maxLength: 20 }), (goal, wishes) => {
        const plan = playbookPlan(goal.trim(), { wishes, names, agents })
        expect(checkPlan(plan, agents, Number.MAX_SAFE_INTEGER, { find }).faults).toEqual([])
        expect(plan.shards.length).toBeLessThanOrEqual(8)
      }),
      { seed: 20261129 },
    )
  })
})
