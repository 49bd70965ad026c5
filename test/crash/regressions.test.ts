/** What other engines lose in a crash, by name, over a whole core that is killed at exactly that moment. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPaths } from '../../main/platform/paths.ts'
import { faultsOf } from '../support/check-store.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { childrenOf } from './child-kills.ts'
import { agentName, topicOf } from './crash-agent.ts'
import { ownerless, wrongModelCalls } from './invariants.ts'
import { createStarter, type KillableCore } from './killable-core.ts'
import { lookOutside } from './look-outside.ts'
import { approve, dieAt, effectsOf, isWaiting, request, seenRun, startRun, until } from './one-run.ts'
import { ModelLine, modelCallsFile, readLines } from './outside-world.ts'
import { copyStation, type Prepared, prepare, type Station } from './station.ts'

const folder = temporaryFolder()
const starter = createStarter()
const held: { prepared: Prepared | null } = { prepared: null }
let stations = 0
beforeAll(async () => {
  held.prepared = await prepare(starter, folder)
})
afterAll(() => starter.close())

function newStation(): Station {
  if (held.prepared === null) throw new Error('nothing is prepared')
  stations += 1
  return copyStation(held.prepared, join(folder, `station-${stations}`))
}

async function finish(core: KillableCore, station: Station, runId: string): Promise<void> {
  // Where the model here broke, it first asks whether the call may go to another machine.
  for (let tool = ''; tool !== 'write_file'; ) {
    const asked = await request(core, runId)
    await approve(core, asked)
    tool = asked.tool
  }
  expect((await until(core, runId, ({ endedAt }) => endedAt !== null)).status).toBe('complete')
  expect(faultsOf(core.paths)).toEqual([])
  expect(existsSync(join(createPaths(station.data).runs, runId, 'report.md'))).toBe(true)
  await core.close()
}

/** What an agent of the crash cases is given, for runs that are put into the store from outside. */
const input = ({ table, modelId }: Station) =>
  JSON.stringify({
    title: topicOf('outside', ['search'], table),
    fields: { topic: topicOf('outside', ['search'], table), memo: 'outside' },
    modelId,
  })

test('HUM-14 HUM-15 regression: an approval is not consumed by a run that never started', async () => {
  const station = newStation()
  const first = await starter.begin(station)
  const runId = await startRun(first, station, ['search', 'charge'])
  const asked = await request(first, runId)
  await dieAt(first, { name: 'journal.before_commit', count: 1 }, () => approve(first, asked))

  // Not committed: it waits as it did, and nothing was done.
  // Nothing but the approval wakes its loop.
  const second = await starter.begin({ ...station, lookMs: 600_000 })
  expect(await request(second, runId)).toEqual(asked)
  expect(effectsOf(station, asked.stepId)).toBe(0)
  await dieAt(second, { name: 'loop.before_wake', count: 1 }, () => approve(second, asked))

  // Committed, and nobody was told: the decision stands, and the run goes on with it.
  expect(seenRun(station, runId).state.status).toBe('queued')
  const third = await starter.begin(station)
  const next = await request(third, runId)
  expect(next.tool).toBe('write_file')
  expect(effectsOf(station, asked.stepId)).toBe(1)
  await finish(third, station, runId)
})

test.for([
  ['choice of a call', 2],
  ['draft', 4],
] as const)(
  'RUN-05 DUR-07 regression: a run that was killed in the %s is not shown as complete, and repeats no finished call',
  async ([, count]) => {
    const station = newStation()
    const first = await starter.begin(station)
    await first.arm({ name: 'model.after_call', count })
    const runId = await startRun(first, station, ['search', 'note'])
    await first.exited
    await first.kill()
    const before = seenRun(station, runId)
    expect(before.state.status).toBe('active')

    const second = await starter.begin(station)
    expect((await second.call('runs.get', { runId }))?.status).not.toBe('complete')
    await until(second, runId, isWaiting)
    const { steps } = seenRun(station, runId).state
    const finished = before.state.steps.filter(({ phase }) => phase === 'succeeded')
    expect(steps.slice(0, finished.length)).toEqual(finished)
    expect(steps.filter(({ kind, phase }) => kind === 'model' && phase === 'failed')).toHaveLength(1)
    // Four calls of the model, and the one that was killed.
    expect(steps.filter(({ kind }) => kind === 'model').map(({ name }) => name)).toEqual(Array(5).fill('edge'))
    expect(wrongModelCalls(lookOutside(second.paths), readLines(modelCallsFile(station.outside), ModelLine))).toEqual([])
    await finish(second, station, runId)
  },
)

test('RUN-11 regression: a pause is not lost in a crash, nor in the next one', async () => {
  const station = newStation()
  const first = await starter.begin({ ...station, thinkMs: 200 })
  const runId = await startRun(first, station, ['search', 'note'])
  await until(first, runId, ({ status }) => status === 'active')
  await first.call('runs.pause', { runId })
  await first.kill()
  for (let life = 0; life < 2; life++) {
    const core = await starter.begin(station)
    expect(await core.call('runs.get', { runId })).toMatchObject({ status: 'held', holds: ['operator'] })
    const { length } = seenRun(station, runId).events
    await sleep(250)
    expect(seenRun(station, runId).events).toHaveLength(length)
    await core.kill()
  }
  const last = await starter.begin(station)
  await last.call('runs.resume', { runId })
  await finish(last, station, runId)
})

for (const [moment, effects] of [
  ['tool.before_effect', 0],
  ['tool.after_effect', 1],
] as const) {
  test(`DUR-06 an unsafe call that was under way at ${moment} is unknown, held for a person, and never made again`, async () => {
    const station = newStation()
    const first = await starter.begin(station)
    const runId = await startRun(first, station, ['search', 'charge'])
    const asked = await request(first, runId)
    await dieAt(first, { name: moment, count: 1 }, () => approve(first, asked))
    for (let life = 0; life < 2; life++) {
      const core = await starter.begin(station)
      expect(await core.call('runs.get', { runId })).toMatchObject({ status: 'held', holds: ['outcome_unknown'] })
      await core.kill()
    }
    const last = await starter.begin(station)
    await last.call('runs.resume', { runId })
    expect((await request(last, runId)).tool).toBe('write_file')
    expect(seenRun(station, runId).state.steps.find(({ id }) => id === asked.stepId)?.phase).toBe('unknown')
    expect(effectsOf(station, asked.stepId)).toBe(effects)
    await finish(last, station, runId)
  })
}

test('DUR-08 a run that kills its core each time is held after three, and the core stays', async () => {
  const station = newStation()
  const first = await starter.begin(station)
  await first.arm({ name: 'tool.before_effect', count: 1 })
  const runId = await startRun(first, station, ['search'])
  await first.exited
  await first.kill()
  const arm = { name: 'tool.before_effect', count: 1 } as const
  for (let loss = 1; loss < 3; loss++) {
    const core = await starter.start({ ...station, arm })
    await core?.exited
    await core?.kill()
  }
  const core = await starter.begin({ ...station, arm })
  expect(await core.call('runs.get', { runId })).toMatchObject({ status: 'held', holds: ['spiral'], reason: 'recovery_limit' })
  await sleep(250)
  expect(await core.call('runs.get', { runId })).toMatchObject({ status: 'held' })
  await core.kill()
})

test('DUR-02 an executor whose process id belongs to somebody else by now is gone, and so is such a child', async () => {
  const station = newStation()
  const runs = openRunStore(station.data)
  const runId = runs.start({ agent: agentName, input: input(station) })
  const executor = { boot: newId('boot'), pid: process.pid, startedAt: 'another boot:1' }
  runs.journal.send(runId, () => [{ type: 'run.launch', executor, epoch: 1 }], { issuer: 'scheduler', account: 'holdfast' })
  runs.journal.send(runId, () => [{ type: 'run.activate', epoch: 1 }], { issuer: 'runtime', account: 'holdfast' })
  expect(runs.run(runId).status).toBe('active')
  runs.close()
  const { children } = createPaths(station.data)
  mkdirSync(children, { recursive: true })
  writeFileSync(join(children, String(process.pid)), 'another boot:1')
  const core = await starter.begin(station)
  expect(seenRun(station, runId).recorded.map(({ event }) => event.type)).toContain('run.queued')
  await until(core, runId, isWaiting)
  expect(existsSync(join(children, String(process.pid)))).toBe(false)
  await finish(core, station, runId)
})

test('DUR-10 a core that is killed with the lock in its hands does not keep the next one out', async () => {
  const station = newStation()
  const first = await starter.begin(station)
  await expect(starter.begin(station)).rejects.toThrow('core.already_running')
  await first.kill()
  const second = await starter.begin(station)
  expect(await second.call('station.status')).not.toBeNull()
  await second.close()
})

test('DUR-03 a run of which nobody was told is taken up by the timed look alone', async () => {
  const station = newStation()
  const core = await starter.begin(station)
  // Written beside the core: it hears of nothing.
  const beside = openRunStore(station.data)
  const runId = beside.start({ agent: agentName, input: input(station) })
  beside.close()
  await until(core, runId, isWaiting)
  await finish(core, station, runId)
})

test('DUR-04 a reconciler that is killed at each of its steps leaves nothing that the next one does not settle', async () => {
  const station = { ...newStation(), thinkMs: 100 }
  let core = await starter.begin(station)
  const waiting = await startRun(core, station, ['search', 'charge'], 'waiting')
  const asked = await request(core, waiting)
  const lost: string[] = []
  for (const name of ['before_runs', 'after_run', 'before_holds', 'after_hold', 'before_wake'] as const) {
    const runId = await startRun(core, station, ['search'], name)
    lost.push(runId)
    await until(core, runId, ({ status }) => status === 'active')
    await core.kill()
    const killed = await starter.start({ ...station, arm: { name: `reconcile.${name}`, count: 1 } })
    await killed?.exited
    await killed?.kill()
    core = await starter.begin(station)
    expect(ownerless(lookOutside(core.paths), core.pid)).toEqual([])
    // It makes room for the next one.
    await until(core, runId, isWaiting)
    await core.call('runs.cancel', { runId })
  }
  expect((await core.call('approvals.get', { holdId: asked.holdId }))?.decision).toBeNull()
  expect(effectsOf(station, asked.stepId)).toBe(0)
  for (const runId of lost) expect((await core.call('runs.get', { runId }))?.status).toBe('aborted')
  await core.close()
  expect(faultsOf(createPaths(station.data))).toEqual([])
})

test('a model that dies in the middle of a call ends that call, and neither the run nor the core', async () => {
  const station = newStation()
  const core = await starter.begin(station)
  const started = await core.call('runs.start', { agent: 'report-writer', input: { topic: 'The pump at the north gate' } })
  const runId = started?.runId ?? ''
  const endsAt = performance.now() + 20_000
  for (;;) {
    const steps = await core.call('steps.list', { runId })
    if (steps?.items.some(({ kind, phase }) => kind === 'model' && phase === 'dispatched')) break
    if (performance.now() > endsAt) throw new Error('the model was never asked')
    await sleep(2)
  }
  for (const pid of childrenOf(core.paths.children, 'inference')) process.kill(pid, 'SIGKILL')
  await until(core, runId, ({ status, endedAt }) => status === 'held' || endedAt !== null)
  const { state } = seenRun(station, runId)
  expect(state.steps.filter(({ kind, phase }) => kind === 'model' && phase === 'failed').map(({ failureCode }) => failureCode)).toEqual([
    'child.crash',
  ])
  expect(state.status).toBe('held')
  expect(state.epoch).toBe(1)
  await finish(core, station, runId)
})
