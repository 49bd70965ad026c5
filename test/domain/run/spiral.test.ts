import { expect, test } from 'vitest'
import { nothing } from '../../../main/domain/budget.ts'
import type { RunEvent } from '../../../main/domain/run/events.ts'
import { fold } from '../../../main/domain/run/evolve.ts'
import { spiralOf } from '../../../main/domain/run/spiral.ts'
import type { Step } from '../../../main/domain/run/state.ts'
import { after, body, historyOf, id, outcome, toolDispatched } from './scenario.ts'

const minute = 60_000
/** One call of a tool that is over. `input` names its arguments. */
const called = (
  n: number,
  isOk: boolean,
  { tool = 'search', input = n, atMs = n }: { tool?: string; input?: number; atMs?: number } = {},
): readonly RunEvent[] => [
  {
    type: 'tool.proposed',
    stepId: id('stp', n),
    ordinal: n - 1,
    tool,
    effect: 'read',
    risk: 'read',
    input: body(input),
    reserved: nothing,
    atMs,
  },
  toolDispatched(n),
  isOk
    ? { type: 'tool.succeeded', stepId: id('stp', n), output: body(), settled: nothing, atMs }
    : {
        type: 'tool.failed',
        stepId: id('stp', n),
        failure: { code: 'tool.failed' },
        output: null,
        isBeforeEffect: false,
        settled: nothing,
        atMs,
      },
]
const sameAs = (step: Step) => step.input.body
const spiral = (events: readonly RunEvent[], atMs = 20) => {
  const run = fold([...historyOf.active, ...events])
  return run.status === 'absent' ? null : spiralOf(run, sameAs, atMs)
}
const times = (count: number, make: (n: number) => readonly RunEvent[]) => Array.from({ length: count }, (_, i) => make(i + 1)).flat()

test('SAF-03 three failures in a row are a spiral, and a success between them is not', () => {
  expect(spiral(times(2, (n) => called(n, false)))).toBeNull()
  expect(spiral(times(3, (n) => called(n, false)))).toBe('failures')
  expect(spiral(times(5, (n) => called(n, n === 3)))).toBeNull()
  expect(spiral(times(6, (n) => called(n, n === 3)))).toBe('failures')
})

test('SAF-03 refused proposals count as failures: a model that only talks nonsense is stopped', () => {
  const refused = (n: number): readonly RunEvent[] => [
    {
      ...{ type: 'model.requested', stepId: id('stp', n), ordinal: n - 1, tier: 'edge', modelId: null, modelDigest: null, input: body() },
      ...{ seed: 0, reserved: nothing, atMs: n },
    },
    {
      ...{ type: 'model.answered', stepId: id('stp', n), output: body(), stop: 'end', device: 'cpu', settled: nothing, atMs: n },
      usage: { promptTokens: 1, reusedTokens: 0, completionTokens: 1, contextTokens: 9, firstTokenMs: null, totalMs: 1 },
    },
    { type: 'proposal.refused', stepId: id('stp', n), tool: null, failure: { code: 'tool.malformed' }, atMs: n },
  ]
  expect([spiral(times(2, refused)), spiral(times(3, refused))]).toEqual([null, 'failures'])
})

test('SAF-03 the same call five times within ten minutes is a spiral, though each succeeds', () => {
  const same = (n: number) => called(n, true, { input: 7 })
  expect([spiral(times(4, same)), spiral(times(5, same))]).toEqual([null, 'repetition'])
  expect(spiral(times(5, (n) => called(n, true)))).toBeNull()
  expect(spiral(times(5, (n) => called(n, true, { input: 7, tool: n === 3 ? 'read' : 'search' })))).toBeNull()
  const spread = times(5, (n) => called(n, true, { input: 7, atMs: n === 1 ? 0 : 5 * minute }))
  expect([spiral(spread, 10 * minute), spiral(spread, 10 * minute + 1)]).toEqual(['repetition', null])
})

test('SAF-03 a spiral holds the run for a person, and whoever lets it go on begins the count anew', () => {
  const failures = [...historyOf.active, ...times(3, (n) => called(n, false))]
  const report = { type: 'spiral.report', epoch: 1, cause: 'failures', holdId: id('hld') } as const
  expect(outcome(failures, report, 'runtime')).toEqual(['spiral.detected', 'hold.opened', 'run.held'])
  const held = [
    ...failures,
    { type: 'hold.opened', holdId: id('hld'), kind: 'spiral', atMs: 20, stepId: null, expiresAtMs: null },
    { type: 'run.held', from: 'active', reason: 'spiral', atMs: 20 },
  ] as const
  for (const issuer of ['model', 'runtime', 'scheduler'] as const)
    expect(outcome(held, { type: 'hold.release', holdId: id('hld') }, issuer)).toBe('run.not_permitted')
  const released = after(held, { type: 'hold.release', holdId: id('hld') }, 'operator')
  if (released.status === 'absent') throw new Error('there is no run')
  expect([released.status, spiralOf(released, sameAs, 20)]).toEqual(['queued', null])
})
