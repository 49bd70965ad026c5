import { expect, test } from 'vitest'
import type { AgentSummary } from '../../../main/contract/agents.ts'
import type { MissionShardView } from '../../../main/contract/missions.ts'
import { defaultBudget } from '../../../main/domain/budget.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { readLesson } from '../../../renderer/screens/missions/board-lesson.ts'
import {
  draftsOf,
  faultsAfter,
  namesOf,
  newDraft,
  placeFaults,
  planOf,
  problemAt,
  withoutDraft,
} from '../../../renderer/screens/missions/plan-drafts.ts'

const [one, two, three] = [1, 2, 3].map((n) => `doc_${'0'.repeat(25)}${n}`) as [string, string, string]
const compare: AgentSummary = {
  ...{ name: 'compare', title: 'Compare', responsibility: 'x', summary: 'x', level: 3, output: 'findings', origin: 'product' },
  ...{ label: unclassified, isNarrowed: false, tools: [], budget: { ...defaultBudget, tokensMax: 500 }, stepsMax: 4 },
  input: [
    { name: 'topic', title: 'Topic', kind: 'text', isRequired: true, charsMax: 500 },
    { name: 'first', title: 'First', kind: 'document', isRequired: true, charsMax: 255 },
  ],
}
const shard = (key: string, more: Partial<MissionShardView> = {}): MissionShardView => ({
  ...{ key, title: key, agent: 'compare', after: [], input: { topic: 'x', first: one }, tokensMax: 700, tokensUsed: 0, status: 'waiting' },
  ...{ askedBy: null, runs: [], check: null, skippedFor: null, documents: [{ field: 'first', documentId: one, file: 'a.md' }] },
  ...more,
})
const looked = (documentId: string, file: string, isWithin = true) => ({ documentId, file, passages: 1, isWithin })

test('HUM-03 a document stands in the form under a name that is its own, and is sent by its id', () => {
  const names = namesOf([looked(two, 'b.md'), looked(three, 'b.md'), looked(three, 'c.md', false)], [shard('s1')])
  expect([...names]).toEqual([['a.md', one]])
  const drafts = draftsOf([shard('s1'), shard('s2', { input: { topic: 'x', first: two } })], names)
  expect(drafts.map(({ input }) => input.first)).toEqual(['a.md', two])
  expect(planOf(drafts, [compare], names).shards.map(({ input }) => input)).toEqual([
    { topic: 'x', first: one },
    { topic: 'x', first: two },
  ])
  // What is written otherwise is sent as it is written: the core says what it stands for.
  const other = drafts.map((draft) => ({ ...draft, input: { topic: ' ', first: ' b.md ', stray: 'y' } }))
  expect(planOf(other, [compare], names).shards[0]?.input).toEqual({ first: 'b.md' })
})

test('HUM-03 a plan that is not changed is sent as it is', () => {
  const shards = [shard('s1'), shard('s2', { after: ['s1'] })]
  const names = namesOf([], shards)
  expect(planOf(draftsOf(shards, names), [compare], names).shards).toEqual(
    shards.map(({ key, title, agent, input, after, tokensMax }) => ({ key, title, agent, input, after, budget: { tokensMax } })),
  )
})

test('a shard that is taken out is waited for by none, and a new one takes the first key that is free', () => {
  const drafts = draftsOf([shard('s1'), shard('s2'), shard('s4', { after: ['s1', 's2'] })], new Map())
  const left = withoutDraft(drafts, 's2')
  expect(left.map(({ key, after }) => [key, after])).toEqual([
    ['s1', []],
    ['s4', ['s1']],
  ])
  expect(newDraft(left, compare)).toMatchObject({ key: 's2', agent: 'compare', tokens: '500' })
  expect(newDraft(left, undefined)).toMatchObject({ agent: '', tokens: '' })
})

test('a fault stays with its shard, at its field, whatever is taken out before it', () => {
  const drafts = draftsOf([shard('s1'), shard('s2')], new Map())
  const faults = placeFaults(
    [
      { code: 'plan.missing_input', at: 'shards[1].input.topic' },
      { code: 'plan.unknown_shard', at: 'shards[1].after[0]' },
      { code: 'plan.malformed', at: 'shards[0].title' },
      { code: 'plan.over_budget', at: 'shards' },
    ],
    drafts,
  )
  expect(faults.map(({ key, field }) => [key, field])).toEqual([
    ['s2', 'input.topic'],
    ['s2', 'after'],
    ['s1', 'title'],
    [null, ''],
  ])
  expect([problemAt(faults, 's2', 'input.topic'), problemAt(faults, 's1', 'title'), problemAt(faults, 's1', 'after')]).toEqual([
    'Is missing, and this agent needs it.',
    'Is missing, or too long.',
    undefined,
  ])
})

test('MEM-03 a lesson is read back part by part, and other words stay as they are', () => {
  expect(readLesson('context: Pumps\nof the gate\nlearning: Look at\ncontext: is no part here\nimpact: none')).toEqual([
    { part: 'context', words: 'Pumps\nof the gate' },
    { part: 'learning', words: 'Look at\ncontext: is no part here' },
    { part: 'impact', words: 'none' },
  ])
  expect(readLesson('Look at the log first.')).toBeNull()
})

test('HUM-03 what was said of a field is taken back once that field is changed, and of no other', () => {
  const fault = (key: string | null, field: string) => ({ code: 'plan.malformed' as const, at: `${key} ${field}`, key, field })
  const faults = [
    ...[fault(null, ''), fault('s1', 'title'), fault('s1', 'input.topic'), fault('s1', 'input.first'), fault('s1', 'budget.tokensMax')],
    fault('s2', 'input.topic'),
  ]
  const left = (fields: readonly string[]) => faultsAfter(faults, 's1', fields).map(({ at }) => at)
  const other = 's2 input.topic'
  expect(left(['input.topic'])).toEqual(['s1 title', 's1 input.first', 's1 budget.tokensMax', other])
  expect(left(['budget.tokensMax'])).toEqual(['s1 title', 's1 input.topic', 's1 input.first', other])
  expect(left(['agent', 'input'])).toEqual(['s1 title', 's1 budget.tokensMax', other])
  expect(faultsAfter([fault('s1', 'input')], 's1', ['input.topic'])).toEqual([])
})
