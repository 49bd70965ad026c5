/** What others in this field got wrong, held against a real store by name. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { issuers } from '../../main/domain/actor.ts'
import { unclassified } from '../../main/domain/label.ts'
import { mayIssue, type RunCommand } from '../../main/domain/run/commands.ts'
import { RunEvent } from '../../main/domain/run/events.ts'
import { fold } from '../../main/domain/run/evolve.ts'
import { type RunStatus, runStatuses } from '../../main/domain/run/transitions.ts'
import type { Risk } from '../../main/domain/tool.ts'
import { faultsOf } from '../support/check-store.ts'
import { newId, openRunStore, type RunStore, type RunStoreOptions, testExecutor } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: RunStore[] = []
afterAll(() => {
  for (const store of opened) if (store.db.open) store.close()
})
function open(options: RunStoreOptions = {}, at = join(folder, newId('boot'))): RunStore {
  mkdirSync(at, { recursive: true })
  const store = openRunStore(at, options)
  opened.push(store)
  return store
}
/** The same folder as a later core finds it: nothing but what was committed. */
function reopen(store: RunStore): RunStore {
  store.close()
  return open({}, join(store.database, '..'))
}

const lost = (): RunCommand => ({ type: 'run.recover', holdId: newId('hld'), reason: 'executor_lost' })

/** A run that is held because a person must decide on its one unsafe call. */
function waiting(store: RunStore, argumentsText = '{"name":"a"}', risk: Risk = 'write') {
  const runId = store.start()
  const epoch = store.launch(runId)
  const stepId = newId('stp')
  const holdId = newId('hld')
  const input = store.body(argumentsText)
  const about = { tool: 'write_file', effect: 'unsafe', risk, input, bytesMax: 10 } as const
  store.must(runId, 'model', { type: 'tool.propose', epoch, stepId, ...about })
  store.must(runId, 'runtime', { type: 'tool.request_approval', epoch, stepId, holdId, request: null, expiresAtMs: null })
  return { runId, epoch, stepId, holdId, commitment: input.commitment, ofHold: { stepId, holdId } }
}
const dispatchesOf = (store: RunStore, runId: string) => store.typesOf(runId).filter((type) => type === 'tool.dispatched').length

test('HUM-11 regression: approving B does not run A', () => {
  const store = open()
  const a = waiting(store, '{"name":"a"}')
  const b = waiting(store, '{"name":"b"}')
  const before = store.rows()
  const cross = [
    { type: 'tool.approve', stepId: a.stepId, holdId: b.holdId, commitment: b.commitment },
    { type: 'tool.approve', stepId: b.stepId, holdId: b.holdId, commitment: b.commitment },
    { type: 'tool.approve', stepId: a.stepId, holdId: a.holdId, commitment: b.commitment },
    { type: 'hold.release', holdId: a.holdId },
  ] as const
  expect(cross.map((command) => store.send(a.runId, 'operator', command))).toEqual([
    'run.unknown_hold',
    'run.unknown_hold',
    'run.other_arguments',
    'run.wrong_hold',
  ])
  expect(store.rows()).toEqual(before)
  store.must(b.runId, 'operator', { type: 'tool.approve', ...b.ofHold, commitment: b.commitment })
  expect([store.run(a.runId).status, store.run(b.runId).status]).toEqual(['held', 'queued'])
  expect(store.send(a.runId, 'runtime', { type: 'tool.dispatch', stepId: a.stepId, epoch: a.epoch })).toBe('run.not_active')
  expect(store.run(a.runId).steps[0]?.phase).toBe('awaiting_approval')
})

test('HUM-11 regression: changed arguments need an approval of their own', () => {
  const store = open()
  const { runId, ofHold, commitment } = waiting(store)
  store.must(runId, 'operator', { type: 'tool.reject', ...ofHold, feedback: store.body('name it b'), isRevision: true })
  const epoch = store.launch(runId)
  const stepId = newId('stp')
  const again = { tool: 'write_file', effect: 'unsafe', risk: 'write', input: store.body('{"name":"b"}'), bytesMax: 10 } as const
  store.must(runId, 'model', { type: 'tool.propose', epoch, stepId, ...again })
  expect(store.send(runId, 'runtime', { type: 'tool.dispatch', stepId, epoch })).toBe('run.wrong_phase')
  expect(store.send(runId, 'operator', { type: 'tool.approve', ...ofHold, commitment })).toBe('run.unknown_hold')
})

test('HUM-13 regression: a declined call is not made after a restart', () => {
  const first = open()
  const { runId, stepId, ofHold, commitment } = waiting(first)
  first.must(runId, 'operator', { type: 'tool.reject', ...ofHold, feedback: first.body('no'), isRevision: false })
  const store = reopen(first)
  expect(store.send(runId, 'operator', { type: 'tool.approve', ...ofHold, commitment })).toBe('run.unknown_hold')
  const epoch = store.launch(runId)
  expect(store.send(runId, 'runtime', { type: 'tool.dispatch', stepId, epoch })).toBe('run.wrong_phase')
  store.must(runId, 'scheduler', lost())
  const next = store.launch(runId)
  expect(store.send(runId, 'runtime', { type: 'tool.dispatch', stepId, epoch: next })).toBe('run.wrong_phase')
  expect([store.run(runId).steps[0]?.phase, dispatchesOf(store, runId)]).toEqual(['rejected', 0])
})

test('HUM-12 regression: a model that writes "approved: true" approves nothing', () => {
  const store = open()
  const { runId, stepId, epoch, ofHold, commitment } = waiting(store, '{"name":"a","approved":true}')
  const before = store.rows()
  const decisions: readonly RunCommand[] = [
    { type: 'tool.approve', ...ofHold, commitment },
    { type: 'tool.answer', ...ofHold, output: store.run(runId).input },
    { type: 'hold.release', holdId: ofHold.holdId },
    { type: 'tool.dispatch', stepId, epoch },
    { type: 'budget.change', budget: store.run(runId).budget },
  ]
  for (const command of decisions) {
    for (const issuer of issuers.filter((who) => !mayIssue[command.type].includes(who)))
      expect(store.send(runId, issuer, command), `${issuer} ${command.type}`).toBe('run.not_permitted')
  }
  expect(store.rows()).toEqual(before)
  expect(store.run(runId)).toMatchObject({ status: 'held', steps: [{ phase: 'awaiting_approval' }] })
})

test('HUM-12 a call that asks a person is never made, and no one but a person answers it', () => {
  const store = open()
  const runId = store.start()
  const epoch = store.launch(runId)
  const stepId = newId('stp')
  const holdId = newId('hld')
  const about = { tool: 'ask_human', effect: 'read', risk: 'human', input: store.body('{}'), bytesMax: 0 } as const
  store.must(runId, 'model', { type: 'tool.propose', epoch, stepId, ...about })
  expect(store.send(runId, 'runtime', { type: 'tool.dispatch', stepId, epoch })).toBe('run.not_permitted')
  store.must(runId, 'runtime', { type: 'tool.ask', epoch, stepId, holdId, kind: 'question' })
  const answer = { type: 'tool.answer', stepId, holdId, output: store.body('"yes"') } as const
  for (const issuer of ['model', 'runtime', 'scheduler'] as const) expect(store.send(runId, issuer, answer)).toBe('run.not_permitted')
  store.must(runId, 'operator', answer)
  expect(store.run(runId)).toMatchObject({ status: 'queued', steps: [{ phase: 'succeeded' }] })
})

describe('HUM-14 regression: an approval is not consumed while the run never starts', () => {
  test('when the decision cannot be committed, the hold is still open and takes it the next time', () => {
    let isBroken = false
    const first = open({
      failpoint: (name) => {
        if (isBroken && name === 'journal.before_commit') throw new Error('the disk is gone')
      },
    })
    const { runId, ofHold, commitment } = waiting(first)
    isBroken = true
    expect(() => first.send(runId, 'operator', { type: 'tool.approve', ...ofHold, commitment })).toThrow(/disk/)
    const store = reopen(first)
    expect(store.run(runId)).toMatchObject({ status: 'held', holds: [{ id: ofHold.holdId }], steps: [{ phase: 'awaiting_approval' }] })
    expect(store.send(runId, 'operator', { type: 'tool.approve', ...ofHold, commitment })).toBe('ok')
  })

  test('when it is committed the run is queued with it, and a core that dies in launching loses neither', () => {
    const first = open()
    const { runId, stepId, ofHold, commitment } = waiting(first)
    first.must(runId, 'operator', { type: 'tool.approve', ...ofHold, commitment })
    expect(first.typesOf(runId).slice(-3)).toEqual(['tool.approved', 'hold.closed', 'run.queued'])
    first.must(runId, 'scheduler', { type: 'run.launch', executor: testExecutor, epoch: first.run(runId).epoch + 1 })
    const store = reopen(first)
    store.must(runId, 'scheduler', lost())
    expect(store.run(runId)).toMatchObject({ status: 'queued', steps: [{ phase: 'approved' }] })
    const epoch = store.launch(runId)
    const dispatch = { type: 'tool.dispatch', stepId, epoch } as const
    expect([store.send(runId, 'runtime', dispatch), store.send(runId, 'runtime', dispatch)]).toEqual(['ok', 'run.wrong_phase'])
  })
})

test('RUN-05 regression: an interrupted run is not shown as complete', () => {
  const first = open()
  const runId = first.start()
  const epoch = first.launch(runId)
  const stepId = newId('stp')
  const about = { tool: 'search', effect: 'read', risk: 'read', input: first.body('{}'), bytesMax: 0 } as const
  first.must(runId, 'runtime', { type: 'tool.propose', epoch, stepId, ...about })
  first.must(runId, 'runtime', { type: 'tool.dispatch', epoch, stepId })
  const complete = { type: 'run.complete', result: first.body('half'), label: unclassified } as const
  expect(first.send(runId, 'runtime', { ...complete, epoch })).toBe('run.step_open')
  const store = reopen(first)
  store.must(runId, 'scheduler', lost())
  expect(store.send(runId, 'runtime', { ...complete, epoch })).toBe('run.not_active')
  const next = store.launch(runId)
  expect(store.send(runId, 'runtime', { ...complete, epoch })).toBe('run.stale_epoch')
  expect(store.send(runId, 'runtime', { ...complete, epoch: next })).toBe('run.step_open')
  store.must(runId, 'operator', { type: 'run.cancel', reason: 'user_request' })
  expect(store.send(runId, 'runtime', { ...complete, epoch: next })).toBe('run.cancelled')
  expect(store.db.prepare("SELECT count(*) AS n FROM runs WHERE status = 'complete' OR result IS NOT NULL").get()).toEqual({ n: 0 })
})

test.each(['queued', 'launching', 'active', 'held'] as const)(
  'DUR-08 regression: a pause of a run that is %s is not lost on recovery',
  (status) => {
    const first = open()
    const runId = status === 'held' ? waiting(first).runId : first.start()
    if (status === 'launching') first.must(runId, 'scheduler', { type: 'run.launch', executor: testExecutor, epoch: 1 })
    if (status === 'active') first.launch(runId)
    const holdId = newId('hld')
    first.must(runId, 'operator', { type: 'run.pause', holdId })
    const store = reopen(first)
    if (status === 'launching' || status === 'active') store.must(runId, 'scheduler', lost())
    const { holds, epoch } = store.run(runId)
    expect([store.run(runId).status, holds.some(({ id }) => id === holdId)]).toEqual(['held', true])
    expect(store.send(runId, 'scheduler', { type: 'run.launch', executor: testExecutor, epoch: epoch + 1 })).toBe('run.has_open_hold')
    expect(store.send(runId, 'scheduler', { type: 'hold.release', holdId })).toBe('run.not_permitted')
    store.must(runId, 'operator', { type: 'hold.release', holdId })
    expect(store.run(runId).status).toBe(status === 'held' ? 'held' : 'queued')
  },
)

test('RUN-11 a pause between choosing a tool and using it holds, also over a restart, until it is resumed', () => {
  const first = open()
  const runId = first.start()
  const epoch = first.launch(runId)
  const stepId = newId('stp')
  const holdId = newId('hld')
  const about = { tool: 'search', effect: 'read', risk: 'read', input: first.body('{}'), bytesMax: 0 } as const
  first.must(runId, 'runtime', { type: 'tool.propose', epoch, stepId, ...about })
  first.must(runId, 'operator', { type: 'run.pause', holdId })
  expect(first.send(runId, 'runtime', { type: 'tool.dispatch', epoch, stepId })).toBe('run.has_open_hold')
  const store = reopen(first)
  store.must(runId, 'scheduler', lost())
  expect([store.run(runId).status, dispatchesOf(store, runId)]).toEqual(['held', 0])
  store.must(runId, 'operator', { type: 'hold.release', holdId })
  store.must(runId, 'runtime', { type: 'tool.dispatch', epoch: store.launch(runId), stepId })
  expect(dispatchesOf(store, runId)).toBe(1)
})

test('DUR-06 an unsafe call that was under way in a crash is unknown, holds for a person, and is never made again', () => {
  const first = open()
  const { runId, stepId, ofHold, commitment } = waiting(first)
  first.must(runId, 'operator', { type: 'tool.approve', ...ofHold, commitment })
  first.must(runId, 'runtime', { type: 'tool.dispatch', epoch: first.launch(runId), stepId })
  const store = reopen(first)
  store.must(runId, 'scheduler', lost())
  expect(store.run(runId)).toMatchObject({ status: 'held', holds: [{ kind: 'outcome_unknown' }], steps: [{ phase: 'unknown' }] })
  const [hold] = store.run(runId).holds
  store.must(runId, 'operator', { type: 'hold.release', holdId: hold?.id ?? '' })
  expect(store.send(runId, 'runtime', { type: 'tool.dispatch', epoch: store.launch(runId), stepId })).toBe('run.wrong_phase')
  expect(dispatchesOf(store, runId)).toBe(1)
})

test('DUR-07 a step that finished stays finished, whatever becomes of its executor', () => {
  const first = open()
  const runId = first.start()
  const epoch = first.launch(runId)
  const stepId = newId('stp')
  const about = { tool: 'search', effect: 'read', risk: 'read', input: first.body('{}'), bytesMax: 0 } as const
  first.must(runId, 'runtime', { type: 'tool.propose', epoch, stepId, ...about })
  first.must(runId, 'runtime', { type: 'tool.dispatch', epoch, stepId })
  first.must(runId, 'runtime', { type: 'tool.succeed', epoch, stepId, output: first.body('found'), bytesWritten: 0 })
  const store = reopen(first)
  store.must(runId, 'scheduler', lost())
  const next = store.launch(runId)
  expect(store.send(runId, 'runtime', { type: 'tool.dispatch', epoch: next, stepId })).toBe('run.wrong_phase')
  expect(store.send(runId, 'runtime', { type: 'tool.propose', epoch: next, stepId, ...about })).toBe('run.step_exists')
  expect(store.run(runId).steps.map(({ phase }) => phase)).toEqual(['succeeded'])
})

test('DUR-08 a run that kills its core each time is held after three', () => {
  let store = open()
  const runId = store.start()
  for (let times = 1; times <= 3; times++) {
    expect(store.run(runId).status).toBe('queued')
    store.launch(runId)
    store = reopen(store)
    store.must(runId, 'scheduler', lost())
  }
  expect(store.run(runId)).toMatchObject({ status: 'held', holds: [{ kind: 'spiral' }], recoveries: 3 })
})

test('what could not be read back is not written: the run stays readable', () => {
  const first = open()
  const runId = first.start()
  const epoch = first.launch(runId)
  const stepId = newId('stp')
  const about = { tool: 'search', effect: 'read', risk: 'read', input: first.body('{}'), bytesMax: 0 } as const
  first.must(runId, 'runtime', { type: 'tool.propose', epoch, stepId, ...about })
  first.must(runId, 'runtime', { type: 'tool.dispatch', epoch, stepId })
  const before = first.rows()
  const failed = (code: string, bytesWritten: number) => () =>
    first.send(runId, 'runtime', { type: 'tool.fail', epoch, stepId, code, isBeforeEffect: false, output: null, bytesWritten })
  expect(failed('x'.repeat(81), 0)).toThrow(/80/)
  expect(failed('tool.failed', 0.5)).toThrow(/int/)
  expect(failed('tool.failed', -1)).toThrow()
  expect(first.rows()).toEqual(before)
  const store = reopen(first)
  store.must(runId, 'runtime', {
    type: 'tool.fail',
    epoch,
    stepId,
    code: 'tool.failed',
    isBeforeEffect: false,
    output: null,
    bytesWritten: 0,
  })
  expect(store.run(runId).steps[0]?.phase).toBe('failed')
})

/** Brings a run of a real store to each status. */
const bring: Readonly<Record<Exclude<RunStatus, 'prep'>, (store: RunStore) => string>> = {
  queued: (store) => store.start(),
  held: (store) => waiting(store).runId,
  launching: (store) => {
    const runId = store.start()
    store.must(runId, 'scheduler', { type: 'run.launch', executor: testExecutor, epoch: 1 })
    return runId
  },
  active: (store) => {
    const runId = store.start()
    store.launch(runId)
    return runId
  },
  complete: (store) => {
    const runId = store.start()
    const epoch = store.launch(runId)
    store.must(runId, 'runtime', { type: 'run.complete', epoch, result: store.body('x'), label: unclassified })
    return runId
  },
  failed: (store) => {
    const runId = store.start()
    const epoch = store.launch(runId)
    store.must(runId, 'runtime', { type: 'run.fail', epoch, code: 'child.crash', reason: 'failure' })
    return runId
  },
  aborted: (store) => {
    const runId = store.start()
    store.must(runId, 'operator', { type: 'run.cancel', reason: 'user_request' })
    return runId
  },
}

test('RUN-05 in a real store a refused command writes nothing, and an accepted one leaves rows that are the fold', () => {
  const store = open()
  const body = store.body('x')
  const commands = (epoch: number): readonly RunCommand[] => [
    { type: 'run.queue', reason: 'scheduler' },
    { type: 'run.launch', executor: testExecutor, epoch: epoch + 1 },
    { type: 'run.activate', epoch },
    { type: 'run.yield', epoch },
    { type: 'run.complete', epoch, result: body, label: unclassified },
    { type: 'run.fail', epoch, code: 'child.crash', reason: 'failure' },
    { type: 'run.abort', epoch, reason: 'user_request' },
    { type: 'run.pause', holdId: newId('hld') },
    { type: 'run.cancel', reason: 'user_request' },
    lost(),
  ]
  let refused = 0
  for (const status of runStatuses) {
    if (status === 'prep') continue
    for (const [index] of commands(0).entries()) {
      for (const issuer of issuers) {
        const runId = bring[status](store)
        expect(store.run(runId).status).toBe(status)
        const command = commands(store.run(runId).epoch)[index]
        if (command === undefined) throw new Error('no command')
        const before = store.db.prepare('SELECT total_changes() AS n').get()
        const code = store.send(runId, issuer, command)
        if (code === 'ok') continue
        refused += 1
        expect(store.db.prepare('SELECT total_changes() AS n').get(), `${status} ${command.type}`).toEqual(before)
        expect(fold(store.log.readStream(runId).map(({ event }) => RunEvent.parse(event))).status).toBe(status)
      }
    }
  }
  expect(refused).toBeGreaterThan(200)
  expect(faultsOf(store)).toEqual([])
})
