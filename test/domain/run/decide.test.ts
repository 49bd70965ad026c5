import fc from 'fast-check'
import { expect, test } from 'vitest'
import { issuers } from '../../../main/domain/actor.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { mayIssue, type RunCommandType } from '../../../main/domain/run/commands.ts'
import { RunEvent } from '../../../main/domain/run/events.ts'
import { fold } from '../../../main/domain/run/evolve.ts'
import { runStatuses } from '../../../main/domain/run/transitions.ts'
import { after, body, executor, historyOf, id, operatorHold, outcome, toolDispatched, toolProposed } from './scenario.ts'

const step = { stepId: id('stp'), epoch: 1 } as const
const { active, queued } = historyOf

test('RUN-07 every event that moves a run names where from and why', () => {
  for (const option of RunEvent.options) {
    const name = option.shape.type.value
    const isMove = /^run\.(queued|held|launching|activated|completed|failed|aborted)$/.test(name)
    expect('from' in option.shape && 'reason' in option.shape, name).toBe(isMove)
  }
})

test('HUM-12 a model may propose a tool call and nothing else', () => {
  const allowed = (Object.entries(mayIssue) as ReadonlyArray<[RunCommandType, readonly string[]]>).filter(([, who]) =>
    who.includes('model'),
  )
  expect(allowed.map(([name]) => name)).toEqual(['tool.propose'])
})

test('HUM-12 only a person decides an approval or releases a hold', () => {
  for (const name of ['tool.approve', 'tool.reject', 'hold.release'] as const) expect(mayIssue[name]).toEqual(['operator'])
  const waiting = [
    ...active,
    toolProposed('unsafe'),
    { type: 'tool.approval_requested', stepId: id('stp'), holdId: id('hld'), request: null, atMs: 1 } as const,
  ]
  for (const issuer of issuers.filter((who) => who !== 'operator')) {
    expect(outcome(waiting, { type: 'tool.approve', stepId: id('stp'), holdId: id('hld'), commitment: body(2).commitment }, issuer)).toBe(
      'run.not_permitted',
    )
  }
})

test('RUN-11 a pause between choosing a tool and using it stops the use until the run is resumed', () => {
  const chosen = [...active, toolProposed('read')]
  const paused = [...chosen, operatorHold]
  expect(outcome(chosen, { type: 'tool.dispatch', ...step }, 'runtime')).toEqual(['tool.dispatched'])
  expect(outcome(paused, { type: 'tool.dispatch', ...step }, 'runtime')).toBe('run.has_open_hold')
  expect(outcome(paused, { type: 'run.yield', epoch: 1 }, 'runtime')).toEqual(['run.held'])
})

test('a result of what was already dispatched is taken although a hold is open', () => {
  const paused = [...active, toolProposed('read'), toolDispatched(), operatorHold]
  expect(outcome(paused, { type: 'tool.succeed', ...step, output: body(3), bytesWritten: 0 }, 'runtime')).toEqual(['tool.succeeded'])
  expect(outcome(paused, { type: 'run.yield', epoch: 1 }, 'runtime')).toBe('run.step_open')
})

test('a run leaves held only when no hold is open, so that a pause and an approval compose', () => {
  const proposed = [...active, toolProposed('unsafe')]
  const requested = after(
    proposed,
    { type: 'tool.request_approval', ...step, holdId: id('hld', 2), request: null, expiresAtMs: null },
    'runtime',
  )
  expect(requested.status).toBe('held')
  const waiting = [
    ...proposed,
    { type: 'tool.approval_requested', stepId: id('stp'), holdId: id('hld', 2), request: null, atMs: 1 },
    { type: 'hold.opened', holdId: id('hld', 2), kind: 'approval', atMs: 1, stepId: id('stp'), expiresAtMs: null },
    { type: 'run.held', from: 'active', reason: 'approval', atMs: 1 },
    operatorHold,
  ] as const
  const approve = { type: 'tool.approve', stepId: id('stp'), holdId: id('hld', 2), commitment: body(2).commitment } as const
  expect(outcome(waiting, approve, 'operator')).toEqual(['tool.approved', 'hold.closed'])
  const closed = [
    ...waiting,
    { type: 'tool.approved', stepId: id('stp'), holdId: id('hld', 2), atMs: 2 },
    { type: 'hold.closed', holdId: id('hld', 2), atMs: 2, decision: 'released' },
  ] as const
  expect(outcome(closed, { type: 'hold.release', holdId: id('hld') }, 'operator')).toEqual(['hold.closed', 'run.queued'])
})

test('HUM-11 an approval is bound to its own call', () => {
  const waiting = [
    ...active,
    toolProposed('unsafe'),
    { type: 'tool.approval_requested', stepId: id('stp'), holdId: id('hld', 2), request: null, atMs: 1 },
    { type: 'hold.opened', holdId: id('hld', 2), kind: 'approval', atMs: 1, stepId: id('stp'), expiresAtMs: null },
    { type: 'run.held', from: 'active', reason: 'approval', atMs: 1 },
  ] as const
  expect(
    outcome(waiting, { type: 'tool.approve', stepId: id('stp', 8), holdId: id('hld', 2), commitment: body(2).commitment }, 'operator'),
  ).toBe('run.wrong_hold')
  expect(outcome(waiting, { type: 'hold.release', holdId: id('hld', 2) }, 'operator')).toBe('run.wrong_hold')
})

test('TOL-03 an unsafe call is never dispatched without an approval', () => {
  expect(outcome([...active, toolProposed('unsafe')], { type: 'tool.dispatch', ...step }, 'runtime')).toBe('run.wrong_phase')
  expect(outcome([...active, toolProposed('idempotent')], { type: 'tool.dispatch', ...step }, 'runtime')).toEqual(['tool.dispatched'])
})

test('HUM-13 a rejected call is never dispatched, before or after a recovery', () => {
  const rejected = [
    ...active,
    toolProposed('unsafe'),
    { type: 'tool.rejected', stepId: id('stp'), holdId: id('hld'), feedback: null, isRevision: false, atMs: 2 },
  ] as const
  expect(outcome(rejected, { type: 'tool.dispatch', ...step }, 'runtime')).toBe('run.wrong_phase')
})

test('DUR-06 an unsafe call whose outcome is unknown holds the run for a person', () => {
  const approved = { type: 'tool.approved', stepId: id('stp'), holdId: id('hld', 3), atMs: 2 } as const
  const history = [...active, toolProposed('unsafe'), approved, toolDispatched()]
  const recovered = after(history, { type: 'run.recover', holdId: id('hld', 4), reason: 'executor_lost' }, 'scheduler')
  expect(recovered).toMatchObject({ status: 'held', holds: [{ kind: 'outcome_unknown' }], steps: [{ phase: 'unknown' }] })
})

test('DUR-01 a run whose executor is gone goes back to the queue, and a read will be made again', () => {
  const recovered = after(
    [...active, toolProposed('read'), toolDispatched()],
    { type: 'run.recover', holdId: id('hld', 4), reason: 'executor_lost' },
    'scheduler',
  )
  expect(recovered).toMatchObject({ status: 'queued', recoveries: 1, holds: [], steps: [{ phase: 'proposed' }] })
})

test('DUR-08 a run that keeps losing its executor is held after three times', () => {
  const again = [
    { type: 'run.queued', from: 'active', reason: 'executor_lost', atMs: 1 },
    { type: 'run.launching', from: 'queued', reason: 'scheduler', atMs: 1, executor, epoch: 2 },
    { type: 'run.activated', from: 'launching', reason: 'agent_ready', atMs: 1 },
    { type: 'run.queued', from: 'active', reason: 'executor_lost', atMs: 1 },
    { type: 'run.launching', from: 'queued', reason: 'scheduler', atMs: 1, executor, epoch: 3 },
    { type: 'run.activated', from: 'launching', reason: 'agent_ready', atMs: 1 },
  ] as const
  const recover = { type: 'run.recover', holdId: id('hld', 4) } as const
  expect(after([...active, ...again], { ...recover, reason: 'executor_lost' }, 'scheduler')).toMatchObject({
    status: 'held',
    holds: [{ kind: 'spiral' }],
  })
  expect(after([...active, ...again], { ...recover, reason: 'scheduler' }, 'scheduler')).toMatchObject({ status: 'queued', holds: [] })
})

test('a cancelled run that lost its executor is aborted, not repeated', () => {
  const cancelled = [...active, { type: 'run.cancel_requested', atMs: 3, reason: 'user_request' }] as const
  expect(after(cancelled, { type: 'run.recover', holdId: id('hld', 4), reason: 'executor_lost' }, 'scheduler').status).toBe('aborted')
  expect(
    outcome(
      cancelled,
      {
        type: 'run.complete',
        epoch: 1,
        result: body(),
        label: unclassified,
      },
      'runtime',
    ),
  ).toBe('run.cancelled')
})

test('a write of an older epoch is refused', () => {
  expect(outcome(active, { type: 'run.fail', epoch: 0, code: 'child.crash', reason: 'failure' }, 'runtime')).toBe('run.stale_epoch')
  expect(outcome(queued, { type: 'run.launch', executor, epoch: 3 }, 'scheduler')).toBe('run.stale_epoch')
})

test('a run with a step under way is not complete', () => {
  expect(
    outcome(
      [...active, toolProposed('read'), toolDispatched()],
      { type: 'run.complete', epoch: 1, result: body(), label: unclassified },
      'runtime',
    ),
  ).toBe('run.step_open')
})

test('CTX-02 a context above its limit is refused before any model call', () => {
  const context = { type: 'context.record', ...step, prompt: body(), passages: [], limitTokens: 100, contextTokens: 250 } as const
  expect(outcome(active, { ...context, promptTokens: 101 }, 'runtime')).toBe('run.context_too_large')
  expect(outcome(active, { ...context, promptTokens: 100 }, 'runtime')).toEqual(['context.built', 'context.near_limit'])
  expect(outcome(active, { ...context, promptTokens: 87 }, 'runtime')).toEqual(['context.built'])
  expect(outcome(active, { ...context, promptTokens: 101, limitTokens: 200 }, 'runtime')).toBe('run.context_over_share')
  const lifted = { ...context, limitTokens: 200, exemptionId: id('exm') }
  expect(outcome(active, { ...lifted, promptTokens: 150 }, 'runtime')).toEqual(['context.built', 'context.near_limit'])
  expect(outcome(active, { ...lifted, promptTokens: 151 }, 'runtime')).toBe('run.context_over_share')
})

test('RUN-14 the same events give the same state, and folding in pieces gives it too', () => {
  fc.assert(
    fc.property(fc.constantFrom(...runStatuses), fc.nat(8), (status, cut) => {
      const history = historyOf[status]
      expect(fold(history)).toEqual(fold([...history]))
      expect(structuredClone(fold(history.slice(0, cut + 1)))).toEqual(fold(history.slice(0, cut + 1)))
    }),
  )
})

test('a log that contradicts itself stops the program', () => {
  expect(() => fold([...historyOf.complete, operatorHold, { type: 'run.queued', from: 'held', reason: 'scheduler', atMs: 1 }])).toThrow(
    /Invariant/,
  )
  expect(() => fold([operatorHold])).toThrow(/the log begins with/)
  expect(() => fold([...active, toolDispatched(5)])).toThrow(/unknown step/)
})
