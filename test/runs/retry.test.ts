/** Another attempt at the same shard: a new run, as often as the shard permits, and nothing else changes. */
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { retryRun } from '../../main/runs/retry.ts'
import { faultsOf } from '../support/check-store.ts'
import { newId, openRunStore, person, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const opened: RunStore[] = []
afterAll(() => Promise.all(opened.map((store) => store.stop())))
function open(name: string, test: Agent): RunStore {
  const store = openRunStore(join(folder, name), { agents: { test } })
  opened.push(store)
  return store
}
const down = fail('test.down', 'It is down.', 'Try again.')
const done = ok({ text: '"done"', label: unclassified })
const codeOf = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? null : result.error?.code)

/** An agent that fails so often, then succeeds. */
function failing(times: number) {
  let calls = 0
  return async () => (++calls <= times ? down : done)
}

test('RUN-02 a task that fails twice and succeeds the third time is three runs of one shard', async () => {
  const core = open('thrice', failing(2))
  const first = core.start({ input: '{"n":1}' })
  const before = core.shardRow(first)
  await core.settle(first)
  const tried = [first]
  for (let i = 0; i < 2; i++) {
    const again = retryRun(core.parts, tried.at(-1) ?? '', person)
    if (!again.ok) throw new Error(again.error.code)
    tried.push(again.value)
    await core.settle(again.value)
  }
  expect(tried.map((id) => core.run(id).status)).toEqual(['failed', 'failed', 'complete'])
  const rows = core.db.prepare('SELECT id, shard_id, attempt FROM runs ORDER BY attempt').all()
  const { shardId, input } = core.run(first)
  expect(rows).toEqual(tried.map((id, i) => ({ id, shard_id: shardId, attempt: i + 1 })))
  expect(core.db.prepare('SELECT count(*) AS n FROM shards').get()).toEqual({ n: 1 })
  expect(core.shardRow(first)).toEqual(before)
  for (const id of tried) expect([core.run(id).shardId, core.run(id).input]).toEqual([shardId, input])
  expect(faultsOf(core)).toEqual([])
})

test('RUN-03 with three retries there is never a fifth run, whichever attempt is tried again', async () => {
  const core = open('bounded', async () => down)
  const first = core.start()
  await core.settle(first)
  for (let i = 0; i < 3; i++) {
    const again = retryRun(core.parts, first, person)
    if (!again.ok) throw new Error(again.error.code)
    expect(core.run(again.value).attempt).toBe(i + 2)
    await core.settle(again.value)
  }
  const attempts = core.runs.attemptsOf(core.run(first).shardId)
  expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
  for (const { id } of attempts) expect(codeOf(retryRun(core.parts, id, person))).toBe('run.no_retries')
  expect(core.runs.attemptsOf(core.run(first).shardId)).toEqual(attempts)
})

test('RUN-03 two requests in the same moment make one more run, not two', async () => {
  const core = open('twice', async () => down)
  const first = core.start()
  await core.settle(first)
  expect([retryRun(core.parts, first, person), retryRun(core.parts, first, person)].map(codeOf)).toEqual([null, 'run.not_ended'])
  expect(core.runs.attemptsOf(core.run(first).shardId)).toHaveLength(2)
})

test('RUN-03 only a run that is there and has ended is tried again', async () => {
  const core = open('ended', async () => done)
  const queued = core.start()
  expect(codeOf(retryRun(core.parts, queued, person))).toBe('run.not_ended')
  expect(codeOf(retryRun(core.parts, newId('run'), person))).toBe('run.unknown')
  await core.settle(queued)
  const { version } = core.journal.read(queued)
  expect(codeOf(retryRun(core.parts, queued, person))).toBeNull()
  expect(core.journal.read(queued).version).toBe(version)
})

test('RUN-03 what was carried here from elsewhere is never tried again', async () => {
  const core = open('imported', async () => done)
  const runId = core.start()
  await core.settle(runId)
  core.send(runId, 'operator', { type: 'run.import', file: { alg: 'sha256', value: '0'.repeat(64) } })
  expect(codeOf(retryRun(core.parts, runId, person))).toBe('run.imported')
})

test('RUN-01 no column of a shard can be changed, and no shard deleted', () => {
  const core = open('immutable', failing(0))
  const runId = core.start()
  const before = core.shardRow(runId)
  const columns = core.db.prepare<[], { name: string }>("SELECT name FROM pragma_table_info('shards')").all()
  expect(columns.length).toBeGreaterThan(10)
  for (const { name } of columns) expect(() => core.db.exec(`UPDATE shards SET ${name} = ${name}`), name).toThrow(/immutable/)
  expect(() => core.db.exec('DELETE FROM shards')).toThrow(/immutable/)
  expect(core.shardRow(runId)).toEqual(before)
})
