/** Context bundles over a real store: when they are made, that a crash loses none, what they go on from, and when they go. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, test } from 'vitest'
import { ContextBundle } from '../../main/domain/context-bundle.ts'
import { type Label, labelFromName, permits, unclassified } from '../../main/domain/label.ts'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { Artifact } from '../../main/domain/tool.ts'
import { type Bundler, carriedInto, chainOf, createBundler } from '../../main/runs/context-bundles.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { retryRun } from '../../main/runs/retry.ts'
import { shownTo } from '../../main/runs/shown-to.ts'
import { createContextBundles } from '../../main/store/context-bundles.ts'
import { createLabels } from '../../main/store/labels.ts'
import { migrations } from '../../main/store/migrate.ts'
import { openStore } from '../../main/store/open.ts'
import { createTransaction } from '../../main/store/transaction.ts'
import { newId, openRunStore, person } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const completing: Agent = async (session) => {
  const done = await session.tool('look', 'x', async () => ok({ text: 'What was found.', label: labelFromName('secret') }))
  return done.ok ? ok({ text: '{"claims":[{"text":"It failed.","supported":true,"citations":[]}]}', label: session.label() }) : done
}
const failing: Agent = async () => fail('child.crash', 'It is gone.', 'Try again.')

function open(agent: Agent = completing, at = join(folder, newId('boot')), isTold = true) {
  const heard: { bundler: Bundler | null } = { bundler: null }
  const hooks = { onRecorded: (events: readonly RecordedEvent[]) => isTold && heard.bundler?.recorded(events) }
  const store = openRunStore(at, { agents: { test: agent }, ...hooks })
  const bundles = createContextBundles(store.db, store.labels, 'station')
  const defects: unknown[] = []
  const read: string[] = []
  let crash = false
  const bundler = createBundler({
    ...{ bundles, bodies: store.bodies, runs: store.runs, clock: Date.now },
    readStream: (stream) => {
      read.push(stream)
      return store.log.readStream(stream)
    },
    transaction: createTransaction(store.db),
    failpoint: (name) => {
      if (crash && name === 'context_bundle.before_commit') throw new Error('killed')
    },
    onDefect: (_where, error) => defects.push(error),
  })
  heard.bundler = bundler
  const ofRun = (runId: string) => bundles.list({ runId, labels: null }, 50, 0).items.toReversed()
  return {
    ...{ ...store, at, bundles, bundler, ofRun, defects, read },
    crashing: (isCrashing: boolean) => {
      crash = isCrashing
    },
    said: (id: string) => ContextBundle.parse(JSON.parse(store.bodies.read(bundles.get(id)?.body?.body ?? '') ?? 'null')),
    made: (runId: string, count: number) => waitUntil(() => ofRun(runId).length === count, `${count} bundles`),
  }
}
const opened = (...given: Parameters<typeof open>) => {
  const core = open(...given)
  afterAll(core.stop)
  return core
}

describe('BND-04 a bundle is made by itself', () => {
  test.each([
    ['completes', completing, 'complete'],
    ['fails', failing, 'failed'],
  ] as const)('when a run %s', async (_what, agent, trigger) => {
    const core = opened(agent)
    const runId = core.start()
    await core.settle(runId)
    await core.made(runId, 1)
    const [row] = core.ofRun(runId)
    const version = core.log
      .readStream(runId)
      .findLast(({ event }) => event.type === `run.${trigger === 'complete' ? 'completed' : trigger}`)?.version
    expect(row).toMatchObject({ trigger, number: 1, atVersion: version, id: `${runId}.${version}`, continues: null, isPurged: false })
    expect(core.said(row?.id ?? '')).toMatchObject({ trigger, agent: 'test', id: row?.id })
  })

  test('when a queued run is held, once for each time; and its end goes on from that', async () => {
    const core = opened()
    const runId = core.start()
    for (const n of [1, 2]) {
      core.must(runId, 'operator', { type: 'run.pause', holdId: newId('hld') })
      await core.made(runId, n)
      const [hold] = core.run(runId).holds
      core.must(runId, 'operator', { type: 'hold.release', holdId: hold?.id ?? '' })
    }
    await core.settle(runId)
    await core.made(runId, 3)
    const rows = core.ofRun(runId)
    expect(rows.map(({ trigger, number }) => [trigger, number])).toEqual([
      ['held', 1],
      ['held', 2],
      ['complete', 3],
    ])
    expect(rows.map(({ continues }) => continues)).toEqual([null, rows[0]?.id, rows[1]?.id])
    expect(core.said(rows[0]?.id ?? '').nextSteps).toEqual(['Let it go on: a person has paused it.'])
  })

  test('when a crash fell between, at the next start, and only once however often that is', async () => {
    const core = open()
    const at = core.at
    core.crashing(true)
    const [runId, held] = [core.start(), core.start()]
    core.must(held, 'operator', { type: 'run.pause', holdId: newId('hld') })
    await core.settle(runId)
    core.bundler.close()
    expect(core.bundles.list({ runId: null, labels: null }, 9, 0).total).toBe(0)
    await core.stop()
    for (let start = 0; start < 3; start++) {
      const again = open(completing, at, false)
      again.bundler.recover()
      again.bundler.close()
      expect([again.ofRun(runId), again.ofRun(held)].map((rows) => rows.map(({ trigger }) => trigger))).toEqual([['complete'], ['held']])
      await again.stop()
    }
  })

  test('and those that have theirs never stand before those that lack one, nor is a stream read that needs not be', async () => {
    const core = opened()
    const held = [core.start(), core.start(), core.start()]
    for (const runId of held) core.must(runId, 'operator', { type: 'run.pause', holdId: newId('hld') })
    for (const runId of held) await core.made(runId, 1)
    expect(core.bundles.unmade(9)).toEqual([])
    core.crashing(true)
    // What was made for an earlier hold says nothing of the one that stands now.
    const [first = '', , last = ''] = held
    core.must(first, 'operator', { type: 'hold.release', holdId: core.run(first).holds[0]?.id ?? '' })
    core.must(first, 'operator', { type: 'run.pause', holdId: newId('hld') })
    const late = core.start()
    core.must(late, 'operator', { type: 'run.pause', holdId: newId('hld') })
    await core.bundler.idle()
    const versionOf = (runId: string) => core.log.readStream(runId).findLast(({ event }) => event.type === 'run.held')?.version
    expect(core.bundles.unmade(9)).toEqual([first, late].map((runId) => ({ runId, atVersion: versionOf(runId) })))
    expect(core.bundles.unmade(1)).toEqual([{ runId: first, atVersion: versionOf(first) }])
    core.crashing(false)
    const before = core.read.length
    core.bundler.recover()
    // They are read one in a turn, and nothing is read while the core starts.
    expect(core.read.length).toBe(before)
    await core.bundler.idle()
    expect(core.read.slice(before)).toEqual([first, late])
    expect([first, late, last].map((runId) => core.ofRun(runId).length)).toEqual([2, 1, 1])
  })

  test('the same event told twice makes one', async () => {
    const core = opened()
    const runId = core.start()
    await core.settle(runId)
    await core.made(runId, 1)
    core.bundler.recorded(core.log.readStream(runId))
    core.bundler.close()
    expect([core.ofRun(runId).length, core.defects]).toEqual([1, []])
  })
})

test('BND-05 three sessions of work stand in a chain, with all their decisions', async () => {
  const core = opened(failing)
  const first = core.start({ input: '{"title":"The pump"}' })
  const ids = [first]
  await core.settle(first)
  await core.made(first, 1)
  for (let n = 0; n < 2; n++) {
    const retried = retryRun(core.parts, ids.at(-1) ?? '', person)
    if (!retried.ok) throw new Error(retried.error.code)
    await core.settle(retried.value)
    await core.made(retried.value, 1)
    ids.push(retried.value)
  }
  const [last] = core.ofRun(ids[2] ?? '')
  const chain = chainOf(core.bundles, last?.id ?? '')
  expect(chain.map(({ runId }) => runId)).toEqual(ids.toReversed())
  expect(chain.at(-1)?.continues).toBe(null)
  // A chain that bites its own tail, or whose link is missing, ends.
  const rows = new Map(chain.map((row) => [row.id, row]))
  const [newest, , oldest] = chain
  if (newest === undefined || oldest === undefined) throw new Error('no chain')
  rows.set(oldest.id, { ...oldest, continues: newest.id })
  expect(chainOf({ get: (id) => rows.get(id) ?? null }, newest.id)).toHaveLength(3)
  rows.delete(oldest.id)
  expect(chainOf({ get: (id) => rows.get(id) ?? null }, newest.id)).toHaveLength(2)
})

test('LBL-02 a bundle bears the label of everything that its run had read by then, and whoever may not see that does not find it', async () => {
  const core = opened()
  const runId = core.start()
  core.must(runId, 'operator', { type: 'run.pause', holdId: newId('hld') })
  await core.made(runId, 1)
  core.must(runId, 'operator', { type: 'hold.release', holdId: core.run(runId).holds[0]?.id ?? '' })
  await core.settle(runId)
  await core.made(runId, 2)
  const [before, after] = core.ofRun(runId)
  expect([before?.label.level, after?.label.level]).toEqual(['unclassified', 'secret'])
  expect(core.bodies.labelOf(after?.body?.body ?? '')?.level).toBe('secret')
  const low = core.bundles.list({ runId, labels: core.labels.idsWithin(unclassified) }, 9, 0)
  expect(low.items.map(({ id }) => id)).toEqual([before?.id])
})

describe('LBL-02 what was raised since raises what an earlier attempt hands on, and who may not see it any more does not read it', () => {
  const [passageId, documentId, cited] = [`${newId('doc')}.0`, newId('doc'), `${newId('doc')}.3`]
  const usage = { promptTokens: 3, reusedTokens: 0, completionTokens: 2, contextTokens: 100, firstTokenMs: 1, totalMs: 2 }
  const drafted = { citations: [{ n: 1, passageId: cited }], claims: [{ text: 'It failed.', supported: true, citations: [1] }] }
  let isFirst = true
  /** Only the first attempt reads; what it read stands with each source of its own. */
  const reading: Agent = async (session) => {
    if (!isFirst) return failing(session)
    isFirst = false
    const reply = {
      ...{ ok: true, error: null, output: null, artifacts: [{ kind: 'document', documentId }], label: null },
      metrics: { durationMs: 1, bytesWritten: 0 },
    }
    await session.tool('look', 'x', async () => ok({ text: JSON.stringify(reply), label: null }))
    await session.model(
      {
        ...{ tier: 'edge', modelId: null, modelDigest: null, seed: 7, prompt: 'p', tokensMax: 10, label: unclassified },
        context: { passages: [passageId], promptTokens: 3, limitTokens: 10, contextTokens: 100 },
      },
      async () => ok({ text: JSON.stringify(drafted), stop: 'end', device: 'test', usage }),
    )
    return failing(session)
  }
  const idOf = (artifact: Artifact): string =>
    artifact.kind === 'passage' ? artifact.passageId : artifact.kind === 'document' ? artifact.documentId : ''

  test.each([
    ['a passage that stood in its context', passageId],
    ['a document that a call of it read', documentId],
    ['a passage that a finding rests on', cited],
  ])('%s', async (_what, raised) => {
    isFirst = true
    const core = opened(reading)
    const ids = [core.start()]
    for (let n = 0; n < 2; n++) {
      await core.settle(ids.at(-1) ?? '')
      await core.made(ids.at(-1) ?? '', 1)
      const retried = retryRun(core.parts, ids.at(-1) ?? '', person)
      if (!retried.ok) throw new Error(retried.error.code)
      ids.push(retried.value)
    }
    const carried = (labelOfHeld: (artifact: Artifact) => Label | null, ceiling: Label) => {
      const { bundles, runs, bodies, log } = core
      const shown = (runId: string) => shownTo(runId, { readStream: (stream) => log.readStream(stream), readBody: bodies.read })
      const mayRead = (label: Label) => permits(ceiling, label)
      const handed = carriedInto(ids[2] ?? '', { bundles, runs, bodies, mayRead, shownTo: shown, labelOfHeld })
      return handed.map(({ bundle, label }) => [bundle.id.split('.')[0], label.level])
    }
    const [first, second] = ids
    const now = (artifact: Artifact) => (idOf(artifact) === raised ? labelFromName('secret') : unclassified)
    expect(carried(() => unclassified, unclassified)).toEqual([second, first].map((id) => [id, 'unclassified']))
    // The second attempt read nothing itself, and was shown what the first handed on.
    expect(carried(now, labelFromName('secret'))).toEqual([second, first].map((id) => [id, 'secret']))
    expect(carried(now, unclassified)).toEqual([])
    expect(carried(() => null, unclassified)).toHaveLength(2)
  })
})

test('BND-03 a bundle goes with the texts that it was made from, and says that it did', async () => {
  const core = open()
  const { at } = core
  const runId = core.start()
  await core.settle(runId)
  await core.made(runId, 1)
  const [row] = core.ofRun(runId)
  const { input } = core.run(runId)
  core.db.transaction(() => core.bodies.drop(input.body))()
  expect(core.bundles.get(row?.id ?? '')?.isPurged).toBe(true)
  await core.stop()
  const again = open(completing, at, false)
  afterAll(again.stop)
  expect(again.bodies.read(row?.body?.body ?? '')).not.toBe(null)
  again.bundler.recover()
  again.bundler.close()
  expect(again.bodies.read(row?.body?.body ?? '')).toBe(null)
  expect(again.ofRun(runId)).toMatchObject([{ id: row?.id, isPurged: true }])
})

test('rows of bundles can neither be changed nor removed', async () => {
  const core = opened()
  const runId = core.start()
  await core.settle(runId)
  await core.made(runId, 1)
  expect(() => core.db.exec("UPDATE context_bundles SET trigger = 'failed'")).toThrow(/kept/)
  expect(() => core.db.exec('DELETE FROM context_bundles')).toThrow(/kept/)
})

test('runs that ended before there were bundles get none, and are not listed', () => {
  const file = join(folder, 'before.db')
  const before = new Database(file)
  for (const { version, sql } of migrations().filter(({ name }) => name < '017')) {
    before.exec(sql)
    before.pragma(`user_version = ${version}`)
  }
  before.exec(`INSERT INTO labels (json) VALUES ('${JSON.stringify(unclassified)}');
    INSERT INTO shards (id, tenant_id, agent, task, input, retries_max, timeout_ms, label_id, created_at, created_by)
      VALUES ('shd', 'station', 'test', 't', 'bdy', 0, 0, 1, 0, 'tester');`)
  const insert =
    before.prepare(`INSERT INTO runs (id, tenant_id, shard_id, agent, attempt, status, reason, label_id, version, epoch, created_at,
    moved_at, tokens_used) VALUES (?, 'station', 'shd', 'test', ?, ?, 'completion', 1, 5, 1, 0, 0, 0)`)
  for (const [index, status] of ['complete', 'failed', 'held', 'aborted'].entries()) insert.run(`run_${index}`, index + 1, status)
  before.close()
  const db = openStore(file)
  const bundles = createContextBundles(db, createLabels(db), 'station')
  const append = db.prepare(`INSERT INTO events (stream, version, type, at_ms, tenant_id, actor, label_id, body, previous, hash)
    VALUES (?, ?, ?, 0, 'station', '{}', 1, '{}', '', '')`)
  for (const [index, type] of ['completed', 'failed', 'held', 'aborted'].entries()) append.run(`run_${index}`, 5, `run.${type}`)
  const unmade = [{ runId: 'run_2', atVersion: 5 }]
  expect([bundles.unmade(9), bundles.list({ runId: null, labels: null }, 9, 0).total]).toEqual([unmade, 0])
  expect([bundles.newest('run_0'), bundles.get('run_0.5')?.refusal]).toEqual([null, 'context_bundle.before'])
  db.close()
})
