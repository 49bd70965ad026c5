import { expect, test } from 'vitest'
import { arrowIn, frameOf, placeIn, revealed, type TraceSpan, traceFolds, traceRows } from '../../../renderer/screens/trace/trace-tree.ts'
import { handoffText, spanSentence } from '../../../renderer/screens/trace/trace-words.ts'

const span = (id: string, parentId: string | null, kind: TraceSpan['kind'], startMs = 0, endMs: number | null = 10): TraceSpan => ({
  ...{ id, parentId, kind, name: kind === 'run' ? 'research' : 'edge', startMs, endMs, status: endMs === null ? 'open' : 'ok', code: null },
  handoffs: [],
})
const tree = [
  span('m', null, 'mission', 0, null),
  span('p', 'm', 'phase'),
  span('r', 'p', 'run'),
  span('s', 'r', 'model'),
  span('t', 'r', 'tool'),
  span('q', 'm', 'phase'),
]
const none: ReadonlySet<string> = new Set()
const idsOf = (rows: ReturnType<typeof traceRows>) => rows.map(({ span: { id } }) => id)

test('OBS-05 a trace is one tree: each span under the one that it lies in, with its level and its place', () => {
  const rows = traceRows(tree, none)
  expect(rows.map(({ span: { id }, level, place, siblings, isOpen }) => [id, level, `${place} of ${siblings}`, isOpen])).toEqual([
    ['m', 1, '1 of 1', true],
    ['p', 2, '1 of 2', true],
    ['r', 3, '1 of 1', true],
    ['s', 4, '1 of 2', false],
    ['t', 4, '2 of 2', false],
    ['q', 2, '2 of 2', false],
  ])
  expect(idsOf(traceRows(tree, new Set(['p'])))).toEqual(['m', 'p', 'q'])
})

test('OBS-05 right opens and then goes in, left closes and then goes out', () => {
  const rows = traceRows(tree, new Set(['r']))
  expect(idsOf(rows)).toEqual(['m', 'p', 'r', 'q'])
  expect([arrowIn(rows, 0, 'ArrowRight'), arrowIn(rows, 2, 'ArrowRight'), arrowIn(rows, 3, 'ArrowRight')]).toEqual([1, 'turn', 3])
  expect([arrowIn(rows, 1, 'ArrowLeft'), arrowIn(rows, 2, 'ArrowLeft'), arrowIn(rows, 3, 'ArrowLeft')]).toEqual(['turn', 1, 0])
})

test('OBS-05 of a large trace the calls of runs are folded until somebody opens them, and what is looked for is opened', () => {
  const large = [
    span('m', null, 'mission'),
    ...Array.from({ length: 20 }, (_, i) => [
      span(`r${i}`, 'm', 'run'),
      ...Array.from({ length: 20 }, (_, n) => span(`s${i}.${n}`, `r${i}`, 'tool')),
    ]).flat(),
  ]
  expect(large.length).toBeGreaterThan(traceFolds.spansMin)
  expect(traceRows(large, none)).toHaveLength(21)
  const byId = new Map(large.map((one) => [one.id, one]))
  const open = revealed(byId, none, 's3.4')
  expect(idsOf(traceRows(large, open))).toContain('s3.4')
  expect(traceRows(large, open)).toHaveLength(41)
  expect(idsOf(traceRows(tree, revealed(new Map(tree.map((one) => [one.id, one])), new Set(['m', 'p']), 'r')))).toContain('r')
})

test('OBS-05 bars lie where their spans were in time; what goes on reaches to now', () => {
  const frame = frameOf(tree, 40)
  expect(frame).toEqual({ startMs: 0, lastsMs: 40 })
  expect(placeIn(span('x', null, 'run', 10, 30), frame, 40)).toEqual({ left: 0.25, width: 0.5 })
  expect(placeIn(span('x', null, 'run', 10, null), frame, 40)).toEqual({ left: 0.25, width: 0.75 })
  // A clock that went back makes no bar run backwards.
  expect(placeIn(span('x', null, 'run', 40, null), frame, 30).width).toBe(0)
})

test('OBS-05 a span says who it took over from, also where that lies in another tree', () => {
  const run: TraceSpan = { ...span('r2', 'p', 'run'), status: 'error', code: 'model.deadline', handoffs: [{ from: 'r', reason: 'after' }] }
  const spans = new Map([...tree, run].map((one) => [one.id, one]))
  expect(spanSentence(run, spans, 10)).toBe('Run Research, model.deadline, 0.01 s, after Research')
  expect(spanSentence({ ...run, status: 'stopped', code: null }, spans, 10)).toBe('Run Research, stopped, 0.01 s, after Research')
  expect(handoffText({ from: 'gone', reason: 'fork' }, spans)).toBe('forked from a run outside of this trace')
})
