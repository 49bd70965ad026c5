import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { installedAgents } from '../../../main/composition/read-agents.ts'
import { checkPlan } from '../../../main/domain/mission/check-plan.ts'
import { partsOf, plannable, playbookPlan, readPlan } from '../../../main/domain/mission/plan-draft.ts'

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
  test('has agents that leave findings and want no document, which only a person knows', () => {
    expect(agents.map(({ name }) => name)).toEqual(['research'])
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
    expect(playbookPlan('Why did the pump fail?', ['Look at the valves, too.']).shards.map(({ input }) => input.topic)).toEqual([
      'Why did the pump fail?',
      'Look at the valves, too.',
      'Why did the pump fail?',
    ])
  })
  test('of many parts the last ones stay together: nothing of the goal is lost', () => {
    expect(partsOf('One. Two. Three. Four. Five.')).toEqual(['One.', 'Two.', 'Three.', 'Four. Five.'])
  })
  test('of any goal it can be carried out', () => {
    const words = fc.string({ minLength: 1, maxLength: 3_000, unit: 'binary' }).filter((text) => text.trim() !== '')
    fc.assert(
      fc.property(words, fc.array(words, { maxLength: 20 }), (goal, wishes) => {
        expect(checkPlan(playbookPlan(goal.trim(), wishes), agents, Number.MAX_SAFE_INTEGER).faults).toEqual([])
      }),
      { seed: 20261129 },
    )
  })
})
