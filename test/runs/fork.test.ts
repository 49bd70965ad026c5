/** A fork begins with what another run has done: copied and marked, never done again, and the other run does not notice. */
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { findBreak } from '../../main/domain/recorded-event.ts'
import { fail, ok } from '../../main/domain/result.ts'
import { forkRun } from '../../main/runs/fork.ts'
import type { Agent } from '../../main/runs/loop.ts'
import type { ModelCall } from '../../main/runs/session.ts'
import { sha256 } from '../../main/store/event-log.ts'
import { faultsOf } from '../support/check-store.ts'
import { newId, openRunStore, person } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const usage = { promptTokens: 3, reusedTokens: 0, completionTokens: 2, contextTokens: 100, firstTokenMs: 1, totalMs: 2 }
const codeOf = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? null : result.error?.code)
const call = (prompt: string): ModelCall => ({
  ...{ tier: 'edge', modelId: null, modelDigest: null, seed: 7, prompt, tokensMax: 10, label: unclassified },
  context: { passages: [], promptTokens: 3, limitTokens: 10, contextTokens: 100 },
})

/** Search, ask a model, search again, ask again; every call that is really made is told. */
function fourSteps(made: string[]): Agent {
  return async (session) => {
    const said: string[] = []
    for (const part of ['one', 'two']) {
      const found = await session.tool('search_holdings', part, async () => {
        made.push(`search ${part}`)
        return ok({ text: `found ${part}`, label: null })
      })
      if (!found.ok) return found
      const answered = await session.model(call(`prompt ${part}`), async () => {
        made.push(`model ${part}`)
        return ok({ text: `answer ${part}`, stop: 'end', device: 'test', usage })
      })
      if (!answered.ok) return answered
      said.push(answered.value.text)
    }
    return ok({ text: JSON.stringify(said), label: unclassified })
  }
}

async function openFour(name: string) {
  const made: string[] = []
  const core = openRunStore(join(folder, name), { agents: { test: fourSteps(made) } })
  afterAll(core.stop)
  const runId = core.start()
  await core.settle(runId)
  const fork = (at: number) => forkRun({ ...core.parts, isKept: (body) => core.bodies.read(body) !== null }, runId, at, person)
  return { ...core, made, runId, fork }
}

test.each([0, 1, 2, 3])('RUN-13 a fork at step %i copies the steps up to it and marks them, and calls only what follows', async (at) => {
  const core = await openFour(`at-${at}`)
  const before = core.log.readStream(core.runId)
  core.made.length = 0
  const forked = core.fork(at)
  if (!forked.ok) throw new Error(forked.error.code)
  const [created, ...copies] = core.log.readStream(forked.value).map(({ event }) => event)
  expect(created).toMatchObject({ type: 'run.created', attempt: 1, forkedFrom: { runId: core.runId, ordinal: at } })
  const original = core.run(core.runId).steps
  expect(copies.slice(0, -1).map((event) => event.type === 'step.copied' && [event.from.stepId, event.input, event.output])).toEqual(
    original.slice(0, at + 1).map((step) => [step.id, step.input, step.output]),
  )
  expect(copies.at(-1)).toMatchObject({ type: 'run.queued' })
  const ended = await core.settle(forked.value)
  expect(ended.status).toBe('complete')
  expect(core.made).toEqual(['search one', 'model one', 'search two', 'model two'].slice(at + 1))
  expect(ended.steps.map(({ copiedFrom }) => copiedFrom?.stepId ?? null)).toEqual(original.map(({ id }, i) => (i <= at ? id : null)))
  // What was taken over is not paid for again.
  expect(ended.usage.modelCalls).toBe(core.made.filter((what) => what.startsWith('model')).length)
  expect(core.log.readStream(core.runId)).toEqual(before)
  expect(findBreak(before, sha256)).toBeNull()
  expect(faultsOf(core)).toEqual([])
})

test('RUN-13 a fork of a fork copies what was copied', async () => {
  const core = await openFour('again')
  const first = core.fork(1)
  if (!first.ok) throw new Error(first.error.code)
  await core.settle(first.value)
  core.made.length = 0
  const parts = { ...core.parts, isKept: () => true }
  const second = forkRun(parts, first.value, 3, person)
  if (!second.ok) throw new Error(second.error.code)
  expect((await core.settle(second.value)).status).toBe('complete')
  expect(core.made).toEqual([])
})

test('RUN-13 the shard of the original is untouched, and the fork has one of its own', async () => {
  const core = await openFour('shard')
  const before = core.shardRow(core.runId)
  const forked = core.fork(0)
  if (!forked.ok) throw new Error(forked.error.code)
  expect(core.shardRow(core.runId)).toEqual(before)
  expect(core.run(forked.value).shardId).not.toBe(core.run(core.runId).shardId)
  expect(core.run(forked.value).input).toEqual(core.run(core.runId).input)
})

test('RUN-13 steps that are not finished are left out', async () => {
  const made: string[] = []
  const proposing: Agent = async (session) => {
    made.push('proposed')
    await session.propose({ tool: 'write_file', effect: 'unsafe', risk: 'write', input: '{}', bytesMax: 0, tainted: [] })
    const { steps } = session.run()
    const stepId = steps.at(-1)?.id ?? ''
    session.send(() => [
      { type: 'tool.request_approval', epoch: session.epoch, stepId, holdId: newId('hld'), request: null, expiresAtMs: null },
    ])
    return fail('run.has_open_hold', 'The run is held.', 'Release it.')
  }
  const core = openRunStore(join(folder, 'open'), { agents: { test: proposing } })
  afterAll(core.stop)
  const runId = core.start()
  expect((await core.settle(runId)).steps.map(({ phase }) => phase)).toEqual(['awaiting_approval'])
  const forked = forkRun({ ...core.parts, isKept: () => true }, runId, 0, person)
  if (!forked.ok) throw new Error(forked.error.code)
  expect(core.run(forked.value).steps).toEqual([])
})

test('RUN-13 what cannot be forked is refused, and nothing is written', async () => {
  const core = await openFour('refused')
  const count = () => core.db.prepare('SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM shards) AS shards').get()
  const before = count()
  expect(codeOf(core.fork(4))).toBe('run.unknown_step')
  expect(codeOf(forkRun({ ...core.parts, isKept: () => true }, newId('run'), 0, person))).toBe('run.unknown')
  expect(codeOf(forkRun({ ...core.parts, isKept: () => false }, core.runId, 0, person))).toBe('run.input_purged')
  core.send(core.runId, 'operator', { type: 'run.import', file: { alg: 'sha256', value: '0'.repeat(64) } })
  expect(codeOf(core.fork(0))).toBe('run.imported')
  expect(count()).toEqual(before)
})
