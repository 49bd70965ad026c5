/** Deadlines and lost executors, seen by the reconciler alone: no notification, and a clock that the test turns. */
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { attendedDeadline, rungDue, usualSchedule } from '../../main/domain/attended-time.ts'
import { defaultBudget } from '../../main/domain/budget.ts'
import { riskRules } from '../../main/domain/tool.ts'
import { createReconciler } from '../../main/runs/reconcile.ts'
import { createHolds } from '../../main/store/holds.ts'
import { createLabels } from '../../main/store/labels.ts'
import { faultsOf } from '../support/check-store.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const minute = 60_000
const hour = 60 * minute
/** A Monday at nine in the morning, in the hours that count. */
const monday = Date.UTC(2026, 10, 16, 9)
let now = monday

const store = openRunStore(join(temporaryFolder(), 'store'), { clock: () => now })
afterAll(() => store.close())

const executing = new Set<string>()
const interrupted: string[] = []
const defects: unknown[] = []
const reconciler = createReconciler({
  journal: store.journal,
  runsWith: store.runs.withStatus,
  openHolds: createHolds(store.db, createLabels(store.db), 'station').open,
  isExecuting: (runId) => executing.has(runId),
  interrupt: (runId) => interrupted.push(runId),
  wake: () => undefined,
  rungDue: (openedAt, at) => rungDue(openedAt, at, usualSchedule),
  newId,
  clock: () => now,
  onDefect: (_where, error) => defects.push(error),
})
beforeEach(() => {
  now = monday
  interrupted.length = 0
})

const statusOf = (runId: string) => [store.run(runId).status, store.run(runId).holds.map(({ kind }) => kind)]
/** What two looks in a row lead to; the second must change nothing. */
function look(): void {
  reconciler.look()
  const before = store.rows()
  reconciler.look()
  expect(store.rows()).toEqual(before)
  expect(defects).toEqual([])
}

function asking(effect: 'idempotent' | 'unsafe', risk: 'write' | 'command' | 'email' | 'deploy') {
  const runId = store.start()
  const epoch = store.launch(runId)
  const [stepId, holdId] = [newId('stp'), newId('hld')]
  const input = store.body('{}')
  store.must(runId, 'model', { type: 'tool.propose', epoch, stepId, tool: 'a_tool', effect, risk, input, bytesMax: 1 })
  const expiresAtMs = attendedDeadline(now, riskRules[risk].approvalTimeoutMs ?? 0, usualSchedule)
  store.must(runId, 'runtime', { type: 'tool.request_approval', epoch, stepId, holdId, request: null, expiresAtMs })
  return { runId, stepId, holdId, commitment: input.commitment }
}

describe('RUN-09 each deadline fires its own move once', () => {
  test('a run that is launched for more than 30 seconds fails', () => {
    const runId = store.start()
    store.must(runId, 'scheduler', { type: 'run.launch', executor: { boot: newId('boot'), pid: 1, startedAt: 'x' }, epoch: 1 })
    executing.add(runId)
    now += 30_000
    look()
    expect([statusOf(runId)[0], interrupted]).toEqual(['launching', []])
    now += 1
    look()
    expect(statusOf(runId)[0]).toBe('failed')
    expect(store.typesOf(runId).filter((type) => type === 'run.failed')).toHaveLength(1)
  })

  test('an active run that used its time is paused, and ends when nobody raises it for 30 minutes', () => {
    const runId = store.start({ budget: { ...defaultBudget, durationMsMax: 10 * minute } })
    const epoch = store.launch(runId)
    executing.add(runId)
    now += 8 * minute
    look()
    expect(store.typesOf(runId).filter((type) => type === 'budget.warned')).toHaveLength(1)
    now += 2 * minute + 1
    look()
    expect(statusOf(runId)).toEqual(['active', ['budget']])
    expect(interrupted).toContain(runId)
    store.must(runId, 'runtime', { type: 'run.yield', epoch })
    executing.delete(runId)
    now += 30 * minute - 2
    look()
    expect(statusOf(runId)[0]).toBe('held')
    now += 2
    look()
    expect(statusOf(runId)[0]).toBe('aborted')
  })

  test('waiting for a person costs no time of the budget', () => {
    const { runId, stepId, holdId } = asking('idempotent', 'write')
    const before = store.run(runId).usage.activeMs
    now += 20 * minute
    store.must(runId, 'operator', { type: 'tool.reject', stepId, holdId, feedback: null, isRevision: false })
    expect(store.run(runId).usage.activeMs).toBe(before)
  })
})

describe('HUM-07 nobody answers', () => {
  test.each([
    ['write', hour],
    ['command', 30 * minute],
    ['email', 2 * hour],
    ['deploy', 4 * hour],
  ] as const)('a request to %s runs out after its attended time, is rejected by that, and never runs', (risk, timeoutMs) => {
    const { runId, stepId, holdId, commitment } = asking('unsafe', risk)
    now += timeoutMs - 1
    look()
    expect(statusOf(runId)).toEqual(['held', ['approval']])
    now += 1
    // Too late, although the reconciler has not looked yet.
    expect(store.send(runId, 'operator', { type: 'tool.approve', stepId, holdId, commitment })).toBe('run.expired')
    look()
    expect(statusOf(runId)).toEqual(['queued', []])
    expect(store.run(runId).steps[0]?.phase).toBe('expired')
    const epoch = store.launch(runId)
    executing.add(runId)
    expect(store.send(runId, 'runtime', { type: 'tool.dispatch', epoch, stepId })).toBe('run.wrong_phase')
    expect(store.typesOf(runId).filter((type) => type === 'tool.expired')).toHaveLength(1)
  })

  test('hours in which nobody is there do not count', () => {
    now = Date.UTC(2026, 10, 20, 17, 30)
    const { runId } = asking('unsafe', 'write')
    now = Date.UTC(2026, 10, 23, 8, 29)
    look()
    expect(statusOf(runId)).toEqual(['held', ['approval']])
    now += minute
    look()
    expect(statusOf(runId)[0]).toBe('queued')
  })

  test('a question waits for ever, and is called out three times', () => {
    const runId = store.start()
    const epoch = store.launch(runId)
    const [stepId, holdId] = [newId('stp'), newId('hld')]
    const about = { tool: 'ask_human', effect: 'read', risk: 'human', input: store.body('{}'), bytesMax: 0 } as const
    store.must(runId, 'model', { type: 'tool.propose', epoch, stepId, ...about })
    store.must(runId, 'runtime', { type: 'tool.ask', epoch, stepId, holdId, kind: 'question' })
    const rungs: number[] = []
    for (const day of [0, 1, 2, 3, 30]) {
      now = monday + day * 24 * hour + 5 * hour
      reconciler.look()
      reconciler.look()
      reconciler.look()
      rungs.push(store.run(runId).holds[0]?.rung ?? -1)
    }
    expect(rungs).toEqual([1, 2, 3, 3, 3])
    expect(store.run(runId).steps[0]?.phase).toBe('awaiting_answer')
  })
})

test('a clock that jumps a year forward and back expires what it must, repeats nothing and holds the fold', () => {
  const { runId } = asking('unsafe', 'write')
  const active = store.start()
  store.launch(active)
  executing.add(active)
  now += 365 * 24 * hour
  look()
  expect(statusOf(runId)[0]).toBe('queued')
  now = monday - 365 * 24 * hour
  look()
  const seen = store.typesOf(runId).filter((type) => type === 'tool.expired')
  expect(seen).toHaveLength(1)
  const late = asking('unsafe', 'write')
  look()
  expect(statusOf(late.runId)).toEqual(['held', ['approval']])
  expect(faultsOf(store)).toEqual([])
})

test('DUR-03 a run whose executor is gone goes back to the queue within one look, though nobody said so', () => {
  const runId = store.start()
  store.launch(runId)
  look()
  expect(statusOf(runId)).toEqual(['queued', []])
  expect(store.run(runId).recoveries).toBe(1)
})
