/** What a pause does to work that is under way, and what becomes of a run whose work was stopped for a reason that is gone. */
import { afterAll, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import { systemClock } from '../../main/platform/clock.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { createReconciler } from '../../main/runs/reconcile.ts'
import { createHolds } from '../../main/store/holds.ts'
import { manyTurns } from '../support/many-turns.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const done = ok({ text: '{}', label: unclassified })

function withReconciler(agent: Agent) {
  const runs = openRunStore(temporaryFolder(), { agents: { agent } })
  afterAll(runs.stop)
  const { journal, loop, db, labels } = runs
  const reconciler = createReconciler({
    ...{ journal, newId, isExecuting: loop.isExecuting, interrupt: loop.interrupt, wake: loop.wake },
    runsWith: runs.runs.withStatus,
    openHolds: createHolds(db, labels, 'station').open,
    rungDue: () => 0,
    clock: systemClock,
    onDefect: (_where, error) => {
      throw error
    },
  })
  return { ...runs, reconciler }
}

test('RUN-11 a pause waits for the call under way, keeps its result, and repeats nothing after it', async () => {
  const answer = Promise.withResolvers<void>()
  let calls = 0
  const { start, send, run, settle, loop, reconciler } = withReconciler(async (session) => {
    const found = await session.tool('search_holdings', 'pump', async () => {
      calls += 1
      await Promise.race([answer.promise, new Promise((resolve) => session.signal.addEventListener('abort', resolve))])
      return session.signal.aborted ? fail('tool.cancelled', 'Stopped.', 'Again.') : ok({ text: 'found', label: null })
    })
    return found.ok ? done : found
  })
  const runId = start({ agent: 'agent' })
  loop.wake()
  await waitUntil(() => calls === 1, 'the call is under way')
  const holdId = newId('hld')
  expect(send(runId, 'operator', { type: 'run.pause', holdId })).toBe('ok')
  reconciler.look()
  await manyTurns()
  expect(run(runId).steps.map(({ phase }) => phase)).toEqual(['dispatched'])
  answer.resolve()
  expect((await settle(runId)).status).toBe('held')
  expect(run(runId).steps.map(({ phase }) => phase)).toEqual(['succeeded'])
  expect(send(runId, 'operator', { type: 'hold.release', holdId })).toBe('ok')
  expect([(await settle(runId)).status, calls]).toEqual(['complete', 1])
})

test('RUN-05 a run that was stopped for a hold which is gone by then goes on, and does not fail', async () => {
  let executions = 0
  const { start, run, settle, loop } = withReconciler(async ({ signal }) => {
    executions += 1
    if (executions > 1) return done
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return fail('run.stopped', 'The run was stopped.', 'Start it again.')
  })
  const runId = start({ agent: 'agent' })
  loop.wake()
  await waitUntil(() => executions === 1 && run(runId).status === 'active', 'it is under way')
  loop.interrupt(runId)
  expect([(await settle(runId)).status, executions]).toEqual(['complete', 2])
})
