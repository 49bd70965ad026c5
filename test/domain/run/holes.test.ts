/** Ways in which a run could have been stuck, or a limit passed, that are closed now. */
import { expect, test } from 'vitest'
import { defaultBudget, noQuota, nothing } from '../../../main/domain/budget.ts'
import { unclassified } from '../../../main/domain/label.ts'
import type { RunCommand } from '../../../main/domain/run/commands.ts'
import { decide } from '../../../main/domain/run/decide.ts'
import type { RunEvent } from '../../../main/domain/run/events.ts'
import { fold } from '../../../main/domain/run/evolve.ts'
import { after, body, created, historyOf, id, operatorHold, outcome, toolDispatched, toolProposed } from './scenario.ts'

const { active } = historyOf
const step = { stepId: id('stp'), epoch: 1 } as const
const cancelled: RunEvent = { type: 'run.cancel_requested', atMs: 3, reason: 'user_request' }
const modelRequest: Extract<RunCommand, { type: 'model.request' }> = {
  ...{ type: 'model.request', ...step, tier: 'edge', modelId: null, modelDigest: null, input: body(), seed: 0 },
  ...{ tokensMax: 10, costMicrosMax: 0, left: noQuota },
}

test('a cancelled run is never held: it would wait for a release and then never be launched', () => {
  expect(outcome([...active, cancelled, operatorHold], { type: 'run.yield', epoch: 1 }, 'runtime')).toBe('run.cancelled')
  const report = { type: 'spiral.report', epoch: 1, cause: 'failures', holdId: id('hld', 4) } as const
  expect(outcome([...active, cancelled], report, 'runtime')).toBe('run.cancelled')
  expect(outcome([...historyOf.launching, cancelled, operatorHold], { type: 'run.yield', epoch: 1 }, 'runtime')).toBe('run.cancelled')
})

test('a run is not held as a spiral while a call of it is under way: its result would be lost', () => {
  const report = { type: 'spiral.report', epoch: 1, cause: 'repetition', holdId: id('hld', 4) } as const
  expect(outcome([...active, toolProposed('read'), toolDispatched()], report, 'runtime')).toBe('run.step_open')
  expect(outcome([...active, toolProposed('read')], report, 'runtime')).toEqual(['spiral.detected', 'hold.opened', 'run.held'])
})

test('a step or a hold that exists is not begun again under the same id', () => {
  const done = [...active, toolProposed('read'), toolDispatched()]
  const history = [...done, { type: 'tool.succeeded', stepId: id('stp'), output: body(3), settled: nothing, atMs: 12 } as const]
  const propose = { type: 'tool.propose', ...step, tool: 'a', effect: 'read', risk: 'read', input: body(2), bytesMax: 0 } as const
  expect(outcome(history, propose, 'runtime')).toBe('run.step_exists')
  expect(outcome(history, modelRequest, 'runtime')).toBe('run.step_exists')
  const hold = { type: 'hold.open', holdId: id('hld'), kind: 'policy', reason: 'policy', expiresAtMs: null } as const
  expect(outcome([...active, operatorHold], hold, 'runtime')).toBe('run.hold_exists')
})

test('a hold that wants an answer is only opened with its call', () => {
  for (const kind of ['approval', 'question', 'gate'] as const) {
    const open = { type: 'hold.open', holdId: id('hld', 2), kind, reason: 'gate', expiresAtMs: null } as const
    expect(outcome(active, open, 'runtime')).toBe('run.wrong_hold')
  }
})

test('HUM-07 a hold is called out three times at most, as many as the log knows', () => {
  const rung = (n: number): RunEvent => ({ type: 'hold.escalated', holdId: id('hld'), rung: n, atMs: 6 })
  const thrice = [...historyOf.held, rung(1), rung(2), rung(3)]
  expect(outcome(thrice, { type: 'hold.escalate', holdId: id('hld'), rung: 4 }, 'scheduler')).toBe('run.escalated')
  expect(outcome(thrice.slice(0, -1), { type: 'hold.escalate', holdId: id('hld'), rung: 3 }, 'scheduler')).toEqual(['hold.escalated'])
})

test('RUN-07 a run that stops at a safe point says what held it', () => {
  const spending: RunEvent = { type: 'hold.opened', holdId: id('hld', 2), kind: 'budget', atMs: 5, stepId: null, expiresAtMs: 9 }
  const reasonOf = (hold: RunEvent) => {
    const decided = decide(fold([...active, hold]), { type: 'run.yield', epoch: 1 }, 'runtime', 20)
    return decided.ok ? decided.value.map((event) => 'reason' in event && event.reason) : decided.error.code
  }
  expect([reasonOf(spending), reasonOf(operatorHold)]).toEqual([['quota_exceeded'], ['user_request']])
})

test('what was done elsewhere is not undone here', () => {
  const copied: RunEvent = {
    ...{ type: 'step.copied', stepId: id('stp'), ordinal: 0, from: { runId: id('run', 2), stepId: id('stp', 2) }, kind: 'tool' },
    ...{ name: 'write_file', effect: 'idempotent', risk: 'write', input: body(), phase: 'succeeded', output: body(2), feedback: null },
    ...{ refusal: null, failure: null, served: null, startedAtMs: 1, endedAtMs: 2 },
  }
  const fork = [created, copied, { type: 'run.aborted', from: 'prep', reason: 'user_request', atMs: 3 } as const]
  expect(outcome(fork, { type: 'tool.undo', stepId: id('stp') }, 'operator')).toBe('run.not_done_here')
  const done = [...active, toolProposed('read'), toolDispatched()]
  const own = [
    ...done,
    { type: 'tool.succeeded', stepId: id('stp'), output: body(3), settled: nothing, atMs: 12 },
    { type: 'run.completed', from: 'active', reason: 'completion', atMs: 13, result: body(9), label: unclassified },
  ] as const
  expect(outcome(own, { type: 'tool.undo', stepId: id('stp') }, 'operator')).toEqual(['tool.undone'])
  const imported = [...own, { type: 'run.imported', file: { alg: 'sha256', value: '0'.repeat(64) }, atMs: 14 }] as const
  expect(outcome(imported, { type: 'tool.undo', stepId: id('stp') }, 'operator')).toBe('run.ended')
})

test('BUD-06 a paid call that failed without saying its cost is taken to have cost all that was set aside', () => {
  const paid = { type: 'model.requested', stepId: id('stp'), ordinal: 0, tier: 'frontier', modelId: null, modelDigest: null } as const
  const asked = { ...paid, input: body(), seed: 0, reserved: { ...nothing, tokens: 10, costMicros: 7 }, atMs: 2 }
  const fail = { type: 'model.fail', ...step, code: 'child.crash' } as const
  expect(after([...active, asked], fail, 'runtime')).toMatchObject({ usage: { costMicros: 7, tokens: 10 } })
  expect(after([...active, { ...asked, tier: 'edge' }], fail, 'runtime')).toMatchObject({ usage: { costMicros: 0, tokens: 0 } })
})

test('BUD-03 a limit that only alerts hides neither another limit nor what all runs share', () => {
  const budget = { ...defaultBudget, tokensMax: 5, modelCallsMax: 0, onBreach: { tokens: 'alert' } } as const
  const events = (limits: typeof defaultBudget): readonly RunEvent[] => [{ ...created, budget: limits } as RunEvent, ...active.slice(1)]
  expect(outcome(events(budget), modelRequest, 'runtime')).toBe('budget.model_calls')
  const open = events({ ...budget, modelCallsMax: 9 })
  expect(outcome(open, { ...modelRequest, left: { tokens: 9, costMicros: null } }, 'runtime')).toBe('budget.tokens')
  expect(outcome(open, { ...modelRequest, tokensMax: null }, 'runtime')).toBe('budget.tokens')
  expect(outcome(open, modelRequest, 'runtime')).toEqual(['budget.exceeded', 'model.requested'])
  const once = after(open, modelRequest, 'runtime')
  expect(once).toMatchObject({ exceeded: ['tokens'] })
})
