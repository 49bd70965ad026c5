import { expect, test } from 'vitest'
import { usageAt } from '../../../main/domain/run/state.ts'
import { readAnswer, schemaFields } from '../../../renderer/screens/approvals/schema-hint.ts'
import { foldRun, requestsOf } from '../../../renderer/screens/runs/fold-run.ts'
import { runsSearch } from '../../../renderer/screens/runs/runs-search.ts'
import { foldSame, sideBySide } from '../../../renderer/screens/runs/side-by-side.ts'
import { writerDoneEvents, writerHeldEvents } from '../../browser/screens/fixture-writer.ts'

test('RUN-14 every moment of a run folds by itself, and one event more is one step of the same machine', () => {
  for (const events of [writerHeldEvents, writerDoneEvents]) {
    for (let at = 1; at <= events.length; at++) {
      const state = foldRun(events.slice(0, at))
      expect(state, `after event ${at}`).not.toBeNull()
      expect(state === null ? -1 : usageAt(state, events[at - 1]?.at ?? 0).activeMs).toBeGreaterThanOrEqual(0)
    }
    expect(foldRun(events)?.steps.length).toBeGreaterThan(foldRun(events.slice(0, 14))?.steps.length ?? 0)
  }
  expect(foldRun(writerHeldEvents)?.holds.map(({ kind }) => kind)).toEqual(['approval'])
})

test('RUN-14 events that cannot follow one another make no run instead of a wrong one', () => {
  expect(foldRun([])).toBeNull()
  expect(foldRun(writerHeldEvents.slice(1))).toBeNull()
  expect(foldRun(writerHeldEvents.filter((_, i) => i !== 3))).toBeNull()
})

test('HUM-01 what a run asked of people is told by its events alone', () => {
  expect(requestsOf(writerHeldEvents).map(({ holdId }) => holdId)).toEqual(
    writerHeldEvents.flatMap(({ event }) => (event.type === 'hold.opened' ? [event.holdId] : [])),
  )
})

test('RUN what differs between two texts stands at the same height, and nothing is lost', () => {
  const [a, b] = [
    ['1', '2', '3', '4'],
    ['1', 'two', '2b', '3', '5', '6'],
  ]
  const pairs = sideBySide(a, b)
  expect(pairs.flatMap((pair) => pair.a ?? [])).toEqual(a)
  expect(pairs.flatMap((pair) => pair.b ?? [])).toEqual(b)
  expect(pairs.filter(({ isSame }) => isSame).map((pair) => [pair.a, pair.b])).toEqual([
    ['1', '1'],
    ['3', '3'],
  ])
})

test('HUM-02 a schema is told field by field, and an answer is read as the value that was typed', () => {
  const schema = {
    type: 'object' as const,
    properties: {
      depth: { type: 'integer' as const, minimum: 1 },
      at: { type: 'object' as const, properties: { bay: { type: 'string' as const } } },
    },
    required: ['depth'],
  }
  expect(schemaFields(schema).map(({ name, form, isRequired }) => `${name}: ${form}${isRequired ? '!' : ''}`)).toEqual([
    ...['depth: a whole number, at least 1!', 'at: several fields', 'at.bay: text'],
  ])
  expect(readAnswer(schema, '{"depth":2}')).toEqual({ depth: 2 })
  expect(readAnswer(schema, '{"depth":')).toBeUndefined()
  expect(readAnswer(null, ' yes \n')).toBe('yes')
})

test('RUN an address narrows the list only as far as it makes sense', () => {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  expect(runsSearch({ state: 'held', agent: 'ask', q: 'x', start: true }, text)).toEqual({
    state: 'held',
    agent: 'ask',
    q: 'x',
    start: true,
  })
  expect(runsSearch({ state: 'asleep', agent: 7, q: '', start: 'yes' }, text)).toEqual({})
  expect(runsSearch({ q: 'y'.repeat(999) }, text).q).toHaveLength(200)
})

test('RUN what is the same far from any difference is counted instead of shown, and nothing else is', () => {
  const a = Array.from({ length: 20 }, (_, i) => `line ${i}`)
  const rows = foldSame(sideBySide(a, a.with(10, 'other')), 2)
  expect(rows.map((row) => ('same' in row ? row.same : row.isSame))).toEqual([8, true, true, false, true, true, 7])
  expect(foldSame(sideBySide(a, a), 2)).toHaveLength(20)
})
