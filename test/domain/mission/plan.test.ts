import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkPlan, explainPlanFault, orderOf, type PlannableAgent, tellFaults } from '../../../main/domain/mission/check-plan.ts'
import { planLimits, planToChange } from '../../../main/domain/mission/plan.ts'
import { findAmong } from '../../../main/domain/mission/plan-documents.ts'

const agents: readonly PlannableAgent[] = [
  {
    name: 'reader',
    budget: { tokensMax: 1_000 },
    input: [
      { name: 'first', title: 'First', kind: 'document', isRequired: true, charsMax: 255, default: null },
      { name: 'second', title: 'Second', kind: 'document', isRequired: false, charsMax: 255, default: null },
    ],
  },
  {
    name: 'worker',
    budget: { tokensMax: 1_000 },
    input: [
      { name: 'topic', title: 'Topic', kind: 'text', isRequired: true, charsMax: 20, default: null },
      { name: 'file', title: 'File', kind: 'text', isRequired: true, charsMax: 20, default: 'report.md' },
    ],
  },
]
const shard = (key: string, more: object = {}) => ({ key, title: 'Find it', agent: 'worker', input: { topic: 'quay' }, after: [], ...more })
const documents = [
  { documentId: 'doc_1', file: 'log.md', isWithin: true },
  { documentId: 'doc_2', file: 'memo.md', isWithin: true },
  { documentId: 'doc_3', file: 'memo.md', isWithin: true },
  { documentId: 'doc_4', file: 'closed.md', isWithin: false },
]
const find = findAmong(documents)
const reading = (input: object) => shard('a', { agent: 'reader', input })
const faultsOf = (shards: readonly unknown[], tokensMax = 10_000) =>
  checkPlan({ shards }, agents, tokensMax, { find }).faults.map(({ code, at }) => `${code} ${at}`)

test('a plan whose shards are known, reachable and affordable has no fault', () => {
  const { plan, faults } = checkPlan({ shards: [shard('a'), shard('b', { after: ['a'] })] }, agents, 2_000)
  expect([plan?.shards.map(({ key }) => key), faults]).toEqual([['a', 'b'], []])
})

test('AGT-02 a document is named by its file or its id, and stands in the plan by its id, so that no other can take its name', () => {
  const { plan, faults } = checkPlan({ shards: [reading({ first: ' log.md', second: 'doc_3' })] }, agents, 2_000, { find })
  expect([plan?.shards[0]?.input, faults]).toEqual([{ first: 'doc_1', second: 'doc_3' }, []])
  // Where nobody says which documents there are, none can be named.
  expect(checkPlan({ shards: [reading({ first: 'log.md' })] }, agents, 2_000).faults).toEqual([
    { code: 'plan.unknown_document', at: 'shards[0].input.first' },
  ])
})

test('HUM-03 a plan that is taken up to be changed is the same plan', () => {
  const shown = [{ key: 'a', title: 'Find it', agent: 'worker', input: { topic: 'quay' }, after: [], tokensMax: 700, status: 'waiting' }]
  const taken = planToChange(shown)
  expect(taken).toEqual({ shards: [shard('a', { budget: { tokensMax: 700 } })] })
  expect(checkPlan(taken, agents, 700).faults).toEqual([])
})

test('many faults are told as one sentence that is read to its end', () => {
  const { faults } = checkPlan({ shards: Array.from({ length: 12 }, (_, i) => shard(`s${i}`, { agent: 'stranger' })) }, agents, 1)
  expect(tellFaults(faults)).toMatch(/^shards\[0\]\.agent names an agent that is not here; .*; and 2 more$/)
})

test.each([
  ['plan.malformed shards', []],
  ['plan.malformed shards[0]', [shard('a', { approved: true })]],
  ['plan.malformed shards[0].key', [shard('A b')]],
  ['plan.malformed shards[0].title', [shard('a', { title: ' ' })]],
  ['plan.duplicate_key shards[1].key', [shard('a'), shard('a')]],
  ['plan.unknown_agent shards[0].agent', [shard('a', { agent: 'stranger' })]],
  ['plan.unknown_shard shards[0].after[0]', [shard('a', { after: ['b'] })]],
  ['plan.cycle shards', [shard('a', { after: ['b'] }), shard('b', { after: ['a'] })]],
  ['plan.cycle shards', [shard('a', { after: ['a'] })]],
  ['plan.unknown_field shards[0].input[1]', [shard('a', { input: { topic: 'x', secret: 'y' } })]],
  ['plan.missing_input shards[0].input.topic', [shard('a', { input: { topic: '  ' } })]],
  ['plan.input_too_long shards[0].input.topic', [shard('a', { input: { topic: 'x'.repeat(21) } })]],
  ['plan.over_budget shards', [shard('a', { budget: { tokensMax: 10_001 } })]],
  ['plan.over_budget shards', Array.from({ length: 11 }, (_, at) => shard(`s${at}`))],
  ['plan.unknown_document shards[0].input.first', [reading({ first: 'nothing.md' })]],
  ['plan.ambiguous_document shards[0].input.second', [reading({ first: 'log.md', second: 'memo.md' })]],
  ['plan.document_above shards[0].input.first', [reading({ first: 'closed.md' })]],
  ['plan.same_document shards[0].input.second', [reading({ first: 'log.md', second: 'doc_1' })]],
  ['plan.missing_input shards[0].input.first', [reading({ second: 'log.md' })]],
  ['plan.malformed shards', Array.from({ length: planLimits.shardsMax + 1 }, (_, at) => shard(`s${at}`))],
])('a plan is refused with what is wrong and where: %s', (wanted, shards) => {
  expect(faultsOf(shards)).toEqual([wanted])
})

test('where a plan is wrong is said in our own words, whatever a stranger wrote', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const { code, at } of checkPlan(value, agents, 1).faults) {
        expect(at).toMatch(/^(?:(?:shards|key|title|agent|input|after|budget|tokensMax|topic|file|\[\d+\])\.?)*$/)
        expect(explainPlanFault[code]).toBeTypeOf('string')
      }
    }),
    { seed: 20261129, numRuns: 2_000 },
  )
})

test('an order puts every shard after all that it waits for, and there is one exactly where no shards wait for each other', () => {
  const graph = fc
    .integer({ min: 1, max: 12 })
    .chain((size) => fc.array(fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }), { minLength: size, maxLength: size }))
  fc.assert(
    fc.property(graph, (edges) => {
      const shards = edges.map((after, at) => ({ key: `s${at}`, after: after.map((other) => `s${other}`) }))
      const order = orderOf(shards)
      const reaches = (from: number, to: number, seen: ReadonlySet<number> = new Set()): boolean =>
        (edges[from] ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, new Set([...seen, next]))))
      expect(order === null).toBe(edges.some((_, at) => reaches(at, at)))
      for (const { key, after } of order === null ? [] : shards)
        for (const before of after) expect(order?.indexOf(before)).toBeLessThan(order?.indexOf(key) ?? 0)
    }),
    { seed: 20261129, numRuns: 1_000 },
  )
})
