/** What is said of a step, from what both definitions want at its place. */
import { describe, expect, test } from 'vitest'
import { judgeEnd, judgeStep, type StepFacts, summarise, type Want } from '../../main/domain/agent-trial.ts'

const stepId = `stp_${'0'.repeat(26)}`
const call: Want = { kind: 'call', tool: 'write_file', input: '{}', tainted: [] }
const model = (prompt: string, tier = 'edge'): Want => ({ kind: 'model', tier, prompt, rule: null })
const size = (tokens: number, isOver = false) => ({
  tokens,
  contextTokens: 1_000,
  share: tokens / 1_000,
  band: 'good' as const,
  isOver,
  leftOut: 0,
})
const facts = (before: Want, now: Want, more: Partial<StepFacts> = {}): StepFacts => ({
  ...{
    step: {
      ordinal: 2,
      stepId,
      ...(before.kind === 'model' ? { kind: 'model', name: before.tier } : { kind: 'tool', name: 'write_file' }),
    },
    unjudged: null,
    first: [],
    gates: null,
    documents: 0,
    denied: 0,
    isWider: false,
  },
  ...{ before: { want: before, size: null }, now: { want: now, size: null }, recorded: null, isEstimated: false, isAtStepsMax: false },
  ...more,
})

describe('PRM-02 a step is', () => {
  test('the same where both want the same, and shows the size of then', () => {
    const judged = judgeStep(
      facts(model('a'), model('a'), { recorded: size(100), now: { want: model('a'), size: size(104) }, isEstimated: true }),
    )
    expect(judged).toMatchObject({ state: 'same', says: [], context: { before: size(100), now: size(100), isEstimated: false } })
  })
  test('another where a model would read other words, whatever comes of them', () => {
    const judged = judgeStep(
      facts(model('a'), model('b'), { recorded: size(100), now: { want: model('b'), size: size(300) }, isEstimated: true }),
    )
    expect(judged).toMatchObject({ state: 'differs', context: { before: { tokens: 100 }, now: { tokens: 300 }, isEstimated: true } })
    const over = judgeStep(facts(model('a'), call, { now: { want: call, size: size(500, true) } }))
    expect(over.says[0]).toContain('does not fit')
  })
  test('another where a person would be asked now, or no longer', () => {
    const gates = (now: Want, neededPerson: boolean) => ({ before: now, now, neededPerson, wasMade: true })
    const make: Want = { kind: 'make', tool: 'write_file' }
    const person: Want = { kind: 'person', tool: 'write_file' }
    expect(judgeStep(facts(call, call, { gates: gates(person, true) }))).toMatchObject({ state: 'same', call: { needsPerson: true } })
    expect(judgeStep(facts(call, call, { gates: gates(person, false) })).says).toEqual(['A person would be asked before it.'])
    expect(judgeStep(facts(call, call, { gates: gates(make, true) })).says).toEqual(['No person would be asked before it any more.'])
  })
  test('not to be said where what it rests on is gone, or was done elsewhere', () => {
    expect(judgeStep(facts({ kind: 'stop', code: 'run.prompt_purged' }, call))).toMatchObject({ state: 'unjudged', call: null })
    expect(judgeStep(facts(call, model('x'), { unjudged: 'Elsewhere.' }))).toMatchObject({ state: 'unjudged', says: ['Elsewhere.'] })
  })
  test('another where something else is called before it, though it is the same itself', () => {
    expect(judgeStep(facts(call, call, { first: ['list_documents'] }))).toMatchObject({
      ...{ state: 'differs', says: ['It would call list_documents first.'] },
    })
  })
  test('another where it may retrieve less, or more', () => {
    expect(judgeStep(facts(call, call, { documents: 3, denied: 1 })).says[0]).toContain('1 of the 3 documents')
    expect(judgeStep(facts(call, call, { isWider: true })).state).toBe('differs')
  })
  test('said in words, also where a code has none', () => {
    expect(judgeStep(facts(call, { kind: 'stop', code: 'some.code' })).says).toEqual(['It would stop here: the core says some.code.'])
  })
})

test('PRM-02 one sentence tells the first of what differs, and how much cannot be said', () => {
  const same = judgeStep(facts(call, call))
  const gone = judgeStep(facts(call, call, { unjudged: 'Elsewhere.' }))
  const other = { ...judgeStep(facts(call, model('x'))), ordinal: 6 }
  const end = judgeEnd({ kind: 'end', text: 'a' }, { kind: 'end', text: 'b' }, null)
  expect(summarise([same, gone, other], null)).toMatchObject({ verdict: 'differs', differsAt: 6, unjudged: 1 })
  expect(summarise([same, gone, other], null).summary).toBe(
    'It differs at step 7: It would ask a model here. Nothing can be said of 1 of 3 steps.',
  )
  expect(summarise([same], end)).toMatchObject({
    verdict: 'differs',
    differsAt: null,
    summary: 'It differs at its end: It would leave another result.',
  })
  expect(summarise([same, gone], judgeEnd(call, call, 'run.failed')).summary).toBe(
    'It would have done the same in its one step. Nothing can be said of 1 of 2 steps.',
  )
})

describe('PRM-02 nothing is called the same', () => {
  const stop: Want = { kind: 'stop', code: 'role.above_clearance' }
  const end: Want = { kind: 'end', text: 'a' }

  test('where its own agent does not want now what is on record', () => {
    const other: Want = { kind: 'call', tool: 'delegate', input: '{}', tainted: [] }
    for (const want of [stop, other, model('a')]) {
      const step = { ordinal: 2, stepId, kind: 'tool' as const, name: 'write_file' }
      expect(judgeStep(facts(want, want, { step }))).toMatchObject({ state: 'unjudged', call: null })
    }
    expect(judgeStep(facts(model('a'), call, { step: { ordinal: 2, stepId, kind: 'tool', name: 'write_file' } })).state).toBe('unjudged')
    const gates = { before: stop, now: stop, neededPerson: false }
    expect(judgeStep(facts(call, call, { gates: { ...gates, wasMade: true } })).state).toBe('unjudged')
    expect(judgeStep(facts(call, call, { gates: { ...gates, wasMade: false } })).state).toBe('same')
  })
  test('where it does not end now as it did', () => {
    expect([judgeEnd(stop, stop, null).state, judgeEnd(end, end, null).state, judgeEnd(end, end, 'run.spiral').state]).toEqual([
      ...['unjudged', 'same', 'unjudged'],
    ])
    expect(judgeEnd(stop, stop, 'role.above_clearance').state).toBe('same')
  })
  test('where not one step could be judged', () => {
    const gone = judgeStep(facts(stop, stop))
    expect(summarise([gone], judgeEnd(stop, stop, null))).toMatchObject({ verdict: 'unjudged', differsAt: null, unjudged: 1 })
    expect(summarise([], null).verdict).toBe('unjudged')
    expect(summarise([], judgeEnd(end, end, null)).verdict).toBe('same')
    expect(summarise([judgeStep(facts(call, call))], judgeEnd(stop, stop, null)).summary).toContain('Nothing can be said of its end.')
  })
})
