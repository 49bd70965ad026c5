/** Plans of a person's own over a real store, journal and loop: in place of the planner's, or of none, and never in passing. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import type { MissionCommand } from '../../main/domain/mission/commands.ts'
import { gatesOf } from '../../main/domain/mission/gates.ts'
import { ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { type MissionStore, openMissionStore, randomName, resultOf, shard } from '../support/mission-store.ts'
import { newId, person } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const done = (text: string) => ok({ text, label: unclassified })
const planner: Agent = async () => done(JSON.stringify({ shards: [shard('a'), shard('b')] }))
const worker: Agent = async (session) => done(resultOf(`Found ${JSON.parse(session.input).fields.topic}.`))

function open(agents: Readonly<Record<string, Agent>> = { plan: planner, worker }): MissionStore {
  const name = randomName()
  mkdirSync(join(folder, name), { recursive: true })
  const store = openMissionStore(join(folder, name), { agents })
  onTestFinished(() => store.stop())
  return store
}

type PutPlan = Extract<MissionCommand, { type: 'mission.put_plan' }>
const verdict: PutPlan['verdict'] = { need: 'optional', reasons: [], mayProceedAlone: false }

/** Sends a plan as a person does; the code of the refusal, or `ok`. */
function put(
  store: MissionStore,
  id: string,
  keys: readonly string[],
  instead: PutPlan['instead'],
  issuer: 'operator' | 'runtime' = 'operator',
) {
  const shards = keys.map((key) => shard(key))
  const sent = store.missionJournal.send(
    id,
    (body) => [
      {
        ...{ type: 'mission.put_plan', plan: body(JSON.stringify({ shards })), verdict, instead },
        shards: keys.map((key) => ({ key, agent: 'worker', after: [], tokensMax: 1_000 })),
      },
    ],
    { ...person, issuer },
    unclassified,
  )
  store.driver.wake(id)
  return sent.ok ? 'ok' : sent.error.code
}
const commitmentOf = (store: MissionStore, id: string) => store.mission(id).plan?.body.commitment ?? null

test('RUN-17 HUM-03 a person changes the plan at G2: it is a revision of its own, theirs on record, and exactly that is carried out', async () => {
  const store = open()
  const id = store.begin()
  const planned = await store.until(id, 'G2')
  const shown = commitmentOf(store, id)
  expect(put(store, id, ['c'], shown)).toBe('ok')
  const changed = await store.until(id, 'G2')
  expect([changed.revision, changed.shards.map(({ key }) => key), changed.plan?.runId]).toEqual([planned.revision + 1, ['c'], null])
  const proposals = store.log.readStream(id).filter(({ event }) => event.type === 'mission.plan_proposed')
  expect(proposals.map(({ actor }) => actor.issuer)).toEqual(['runtime', 'operator'])
  // The plan that was shown before is not what waits any more.
  const approve = {
    type: 'gate.decide',
    gate: 'G2',
    decision: 'approve',
    feedback: null,
    commitment: shown,
    shardIds: [newId('shd')],
  } as const
  expect(store.say(id, approve)).toBe('mission.other_plan')
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  const joined = await store.until(id, 'G4')
  expect(joined.shards.map(({ key, status }) => [key, status])).toEqual([['c', 'accepted']])
})

test('HUM-03 a change of a plan that another took the place of meanwhile is refused, and so is one that no person makes', async () => {
  const store = open()
  const id = store.begin()
  await store.until(id, 'G2')
  const first = commitmentOf(store, id)
  expect(put(store, id, ['c'], first)).toBe('ok')
  expect(put(store, id, ['d'], first)).toBe('mission.other_plan')
  expect(put(store, id, ['d'], null)).toBe('mission.other_plan')
  expect(put(store, id, ['d'], commitmentOf(store, id), 'runtime')).toBe('mission.not_permitted')
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  expect(put(store, id, ['d'], commitmentOf(store, id))).toBe('mission.committed')
})

test('HUM-03 while the planner is at work nobody takes its plan from it', async () => {
  const mayEnd = Promise.withResolvers<null>()
  const slow: Agent = async (session) => {
    await mayEnd.promise
    return planner(session)
  }
  const store = open({ plan: slow, worker })
  const id = store.begin()
  await expect.poll(() => store.mission(id).planning).not.toBeNull()
  expect(put(store, id, ['c'], null)).toBe('mission.gate_closed')
  mayEnd.resolve(null)
  expect((await store.until(id, 'G2')).shards.map(({ key }) => key)).toEqual(['a', 'b'])
})

test('HUM-03 where the planner brought no plan a person writes one; sent back, it is the planner’s again', async () => {
  const answers = ['{}', '{}', '{}', JSON.stringify({ shards: [shard('z')] })]
  const store = open({ plan: async () => done(answers.shift() ?? ''), worker })
  const id = store.begin()
  expect((await store.until(id, 'G2')).plan).toBeNull()
  expect(put(store, id, ['mine'], null)).toBe('ok')
  const written = await store.until(id, 'G2')
  expect([written.refused, written.shards.map(({ key }) => key)]).toEqual([[], ['mine']])
  expect(store.decide(id, 'G2', 'revise', 'Once more, please.')).toBe('ok')
  const again = await store.until(id, 'G2')
  expect([again.shards.map(({ key }) => key), again.plan?.runId]).toEqual([['z'], expect.stringMatching(/^run_/)])
})

test('RUN-17 HUM-03 a mission that is begun with a plan asks no planner, looks at the holdings all the same, and waits at G2', async () => {
  const store = open({
    plan: () => {
      throw new Error('nobody asked the planner')
    },
    worker,
  })
  const id = `msn_${newId('run').slice(4)}`
  const sent = store.missionJournal.send(
    id,
    (body) => [
      { type: 'mission.create', goal: body('x'), gates: gatesOf([]), tokensMax: 10_000 },
      {
        ...{ type: 'mission.put_plan', plan: body(JSON.stringify({ shards: [shard('mine')] })), verdict, instead: null },
        shards: [{ key: 'mine', agent: 'worker', after: [], tokensMax: 1_000 }],
      },
    ],
    person,
    unclassified,
  )
  expect(sent.ok).toBe(true)
  store.driver.wake(id)
  const waiting = await store.until(id, 'G2')
  expect([waiting.look?.passages, waiting.planAttempts, waiting.revision]).toEqual([1, 0, 1])
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  expect((await store.until(id, 'G4')).shards.map(({ status }) => status)).toEqual(['accepted'])
})
