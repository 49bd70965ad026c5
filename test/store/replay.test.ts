/** Replay finds what was changed in a run's rows, events or texts, and says it; where nothing was, it says nothing. */
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { replayRun } from '../../main/store/replay.ts'
import { newId, openRunStore, type RunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let count = 0
const opened: RunStore[] = []
afterAll(() => Promise.all(opened.map((store) => store.stop())))
function open(name: string, agents: Readonly<Record<string, Agent>> = {}): RunStore {
  const store = openRunStore(join(folder, name), { agents })
  opened.push(store)
  return store
}

/** A run with one call and one hold, ended. */
async function endedRun() {
  const core = open(String(count++), {
    test: async (session) => {
      const found = await session.tool('search_holdings', 'nightjar', async () => ok({ text: 'found', label: null }))
      return found.ok ? ok({ text: '"done"', label: unclassified }) : found
    },
  })
  const runId = core.start()
  core.send(runId, 'operator', { type: 'run.pause', holdId: newId('hld') })
  const [hold] = core.run(runId).holds
  core.send(runId, 'operator', { type: 'hold.release', holdId: hold?.id ?? '' })
  await core.settle(runId)
  return { ...core, runId, replay: () => replayRun(core.db, 'station', core.blobs, runId) }
}

test('RUN-12 a run that nobody touched replays to its rows', async () => {
  const core = await endedRun()
  const { version } = core.journal.read(core.runId)
  expect(core.replay()).toEqual({ events: version, firstBreak: null, differences: [], status: 'complete' })
})

test('RUN-12 a run that is under way replays to its rows as well', () => {
  const core = open('under-way')
  const runId = core.start()
  expect(replayRun(core.db, 'station', core.blobs, runId)).toMatchObject({ status: 'queued', differences: [] })
  core.send(runId, 'operator', { type: 'run.pause', holdId: newId('hld') })
  expect(replayRun(core.db, 'station', core.blobs, runId)).toMatchObject({ status: 'held', differences: [] })
})

test('there is no replay of a run that is not there', () => {
  const core = open('absent')
  expect(replayRun(core.db, 'station', core.blobs, newId('run'))).toBeNull()
})

describe('RUN-12 replay names what differs', () => {
  test.each<[what: string, change: string, said: string]>([
    ['a status', "UPDATE runs SET status = 'failed'", 'The run: status is failed, and the events say complete.'],
    ['what was used', 'UPDATE runs SET tokens_used = 9', 'The run: tokens used is 9, and the events say 0.'],
    ['a result', 'UPDATE runs SET result = NULL', 'The run: result is nothing'],
    ['the phase of a call', "UPDATE steps SET phase = 'failed'", 'phase is failed, and the events say succeeded.'],
    ['a call that is gone', 'DELETE FROM steps', 'it is missing.'],
    ['who let a hold go', "UPDATE holds SET decision = 'approved'", 'decision is approved, and the events say released.'],
    [
      'a hold of nobody',
      "INSERT INTO holds (id, run_id, kind, opened_at) SELECT 'hld_X', id, 'operator', 1 FROM runs",
      'Hold hld_X: no event tells of it.',
    ],
    [
      'a text',
      "UPDATE blobs SET bytes = CAST('other' AS BLOB) WHERE CAST(bytes AS TEXT) = 'nightjar'",
      'is not the one that was recorded.',
    ],
  ])('%s', async (_what, change, said) => {
    const core = await endedRun()
    core.db.exec(change)
    const replayed = core.replay()
    expect(replayed?.differences.join('\n')).toContain(said)
    expect(replayed?.firstBreak).toBeNull()
    expect(JSON.stringify(replayed)).not.toContain('nightjar')
  })
})

describe('RUN-12 replay names the first event that was changed', () => {
  const allow = 'DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted;'
  test.each<[what: string, change: string, firstBreak: number, said: string]>([
    ['its time', 'UPDATE events SET at_ms = at_ms + 1 WHERE version = 4', 4, ''],
    ['it is gone', 'DELETE FROM events WHERE version = 3', 4, 'it cannot follow the events before it.'],
    ['it is no event', "UPDATE events SET body = '{}' WHERE version = 5", 5, 'Event 5: it cannot be read.'],
    ['it is no JSON', "UPDATE events SET body = 'x' WHERE version = 5", 5, 'Event 5: it cannot be read.'],
  ])('%s', async (_what, change, firstBreak, said) => {
    const core = await endedRun()
    core.db.exec(`${allow}${change}`)
    const replayed = core.replay()
    expect([replayed?.firstBreak, replayed?.status]).toEqual([firstBreak, 'complete'])
    expect(replayed?.differences.join('\n')).toContain(said)
  })
})

test('a purged text is no difference', async () => {
  const core = await endedRun()
  const { result } = core.runs.get(core.runId) ?? {}
  core.db.prepare('DELETE FROM bodies WHERE id = ?').run(result)
  expect(core.replay()?.differences).toEqual([])
})
