/** Missions over a real store, journal and loop: planned, committed by a person, executed by workers that know nothing of each other, joined, released. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { MissionReport } from '../../main/domain/mission/report.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import {
  type MissionStore,
  type MissionStoreOptions,
  openMissionStore,
  passage,
  randomName,
  resultOf,
  shard,
} from '../support/mission-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()

const done = (text: string) => ok({ text, label: unclassified })
const planner =
  (...plans: ReadonlyArray<readonly unknown[]>): Agent =>
  async (session) => {
    const { wishes, faults } = JSON.parse(session.input)
    asked.push([...wishes, ...faults])
    return done(JSON.stringify({ goal: 'x', shards: plans[Math.min(asked.length, plans.length) - 1] }))
  }
let asked: string[][] = []
const worker: Agent = async (session) => done(resultOf(`Found ${JSON.parse(session.input).fields.topic}.`))

function open(options: MissionStoreOptions, name = randomName()): MissionStore {
  asked = []
  mkdirSync(join(folder, name), { recursive: true })
  const store = openMissionStore(join(folder, name), options)
  onTestFinished(() => store.stop())
  return store
}

test('RUN-17 HUM-03 a mission stops at G2 and at G4, and what is released is what was shown there', async () => {
  const store = open({ agents: { plan: planner([shard('a'), shard('b', ['a'])]), worker } })
  const id = store.begin()
  const planned = await store.until(id, 'G2')
  expect([planned.phase, planned.shards.map(({ key, status }) => [key, status])]).toEqual([
    'PLANNING',
    [
      ['a', 'waiting'],
      ['b', 'waiting'],
    ],
  ])
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  const joined = await store.until(id, 'G4')
  expect([joined.phase, joined.shards.map(({ status }) => status)]).toEqual(['EXECUTING', ['accepted', 'accepted']])
  const report = MissionReport.parse(JSON.parse(store.bodies.read(joined.joined?.report.body ?? '') ?? ''))
  expect(
    report.sections.map(({ claims }) => claims.map(({ text, citations, notes }) => [text, citations, notes.map(({ note }) => note)])),
  ).toEqual([[['Found a.', [1], []]], [['Found b.', [1], ['repeated']]]])
  expect(
    store.say(id, {
      type: 'gate.decide',
      gate: 'G4',
      decision: 'deploy',
      feedback: null,
      commitment: { alg: 'sha256', value: '0'.repeat(64) },
      shardIds: [],
    }),
  ).toBe('mission.other_report')
  expect(store.decide(id, 'G4', 'hold')).toBe('ok')
  expect(store.mission(id).openGate).toMatchObject({ gate: 'G4', isHeld: true })
  expect(store.decide(id, 'G4', 'deploy')).toBe('ok')
  expect([store.mission(id).phase, store.mission(id).outcome]).toEqual(['COMPLETED', 'released'])
  expect(store.decide(id, 'G4', 'deploy')).toBe('mission.ended')
})

test('HUM-03 what a person says at G2 is put before the planner, and the next plan is shown again', async () => {
  const store = open({ agents: { plan: planner([shard('a')], [shard('a'), shard('c')]), worker } })
  const id = store.begin()
  await store.until(id, 'G2')
  expect(store.decide(id, 'G2', 'revise')).toBe('mission.no_feedback')
  expect(store.decide(id, 'G2', 'revise', 'Look at the cranes, too.')).toBe('ok')
  const revised = await store.until(id, 'G2')
  expect([revised.revision, revised.shards.map(({ key }) => key), asked]).toEqual([2, ['a', 'c'], [[], ['Look at the cranes, too.']]])
  expect(store.decide(id, 'G2', 'abort')).toBe('ok')
  expect((await store.until(id, 'over')).outcome).toBe('aborted')
})

test('a plan that is wrong is refused with where and why, and nothing of it is kept; after three a person is asked', async () => {
  const cycle = [shard('a', ['b']), shard('b', ['a'])]
  const store = open({ agents: { plan: planner(cycle, [{ ...shard('a'), agent: 'nobody' }], [{ ...shard('a'), secret: 'x' }]), worker } })
  const id = store.begin()
  const stuck = await store.until(id, 'G2')
  expect([stuck.plan, stuck.planAttempts, stuck.shards]).toEqual([null, 3, []])
  const refusals = store.log.readStream(id).flatMap(({ event }) => (event.type === 'mission.plan_refused' ? event.faults : []))
  expect(refusals).toEqual([
    { code: 'plan.cycle', at: 'shards' },
    { code: 'plan.unknown_agent', at: 'shards[0].agent' },
    { code: 'plan.malformed', at: 'shards[0]' },
  ])
  expect(asked.map((wishes) => wishes.length)).toEqual([0, 1, 1])
  expect(store.decide(id, 'G2', 'approve')).toBe('mission.no_plan')
  expect(store.decide(id, 'G2', 'revise', 'Make it simple.')).toBe('ok')
  await store.until(id, 'G2')
  expect(asked.at(-1)?.[0]).toBe('Make it simple.')
})

test('BUD-01 a plan may spend what its planner left of the limit, and no more', async () => {
  const context = { passages: [], promptTokens: 1, limitTokens: 1_000, contextTokens: 2_500 }
  const call = {
    tier: 'edge',
    modelId: null,
    modelDigest: null,
    seed: 0,
    prompt: 'x',
    context,
    tokensMax: 600,
    label: unclassified,
  } as const
  const usage = { promptTokens: 600, reusedTokens: 0, completionTokens: 0, contextTokens: 2_500, firstTokenMs: null, totalMs: 1 }
  const costly: Agent = async (session) => {
    await session.model(call, async () => ok({ text: 'x', stop: 'end', device: 'cpu', usage }))
    return done(JSON.stringify({ shards: [shard('a'), shard('b')] }))
  }
  const store = open({ agents: { plan: costly, worker } })
  const [tight, ample] = [store.begin('tight', [], 2_599), store.begin('ample', [], 2_600)]
  expect((await store.until(ample, 'G2')).shards).toHaveLength(2)
  const refused = await store.until(tight, 'G2')
  expect([refused.plan, refused.refused]).toEqual([null, [{ code: 'plan.over_budget', at: 'shards' }]])
})

test('BUD-01 a planner may spend no more than its mission has left', async () => {
  const budgets: number[] = []
  const plan: Agent = async (session) => {
    budgets.push(session.run().budget.tokensMax)
    return done(JSON.stringify({ shards: [shard('a')] }))
  }
  const store = open({ agents: { plan, worker } })
  await store.until(store.begin('small', [], 300), 'G2')
  expect(new Set(budgets)).toEqual(new Set([300]))
  await store.until(store.begin('large', [], 5_000), 'G2')
  expect(budgets.at(-1)).toBe(1_000)
})

test('RUN-18 of 50 shards and 8 workers each shard is claimed once, and no more than 8 are under way', async () => {
  const claimed: string[] = []
  const [counts, shards] = [{ now: 0, most: 0 }, Array.from({ length: 50 }, (_, at) => shard(`s${at}`))]
  const eight = Promise.withResolvers<null>()
  const busy: Agent = async (session) => {
    claimed.push(JSON.parse(session.input).fields.topic)
    counts.now += 1
    counts.most = Math.max(counts.most, counts.now)
    if (counts.now === 8) eight.resolve(null)
    // The first eight wait for each other; were there a ninth, it would come now.
    await eight.promise
    await new Promise((resolve) => setTimeout(resolve, 5))
    counts.now -= 1
    return worker(session)
  }
  const store = open({ agents: { plan: planner(shards), worker: busy }, workers: 8 })
  const id = store.begin()
  await store.until(id, 'G2')
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  const mission = await store.until(id, 'G4')
  expect([claimed.toSorted(), counts.most]).toEqual([shards.map(({ key }) => key).toSorted(), 8])
  expect(mission.shards.every(({ status, runs }) => status === 'accepted' && runs.length === 1)).toBe(true)
  expect(new Set(mission.shards.map(({ shardId }) => shardId)).size).toBe(50)
})

test('a shard that fails is tried again; what waits for one that failed for good is skipped, and the report says what is missing', async () => {
  const tried: Record<string, number> = {}
  const moody: Agent = async (session) => {
    const { topic } = JSON.parse(session.input).fields
    tried[topic] = (tried[topic] ?? 0) + 1
    if (topic === 'bad' || (topic === 'once' && tried[topic] === 1)) return fail('tool.broken', 'It broke.', 'Try again.')
    return worker(session)
  }
  const store = open({ agents: { plan: planner([shard('once'), shard('bad'), shard('after-bad', ['bad'])]), worker: moody } })
  const id = store.begin('x', ['G3'])
  await store.until(id, 'G2')
  store.decide(id, 'G2', 'approve')
  const checked = await store.until(id, 'G3')
  expect(checked.shards.map(({ key, status, runs }) => [key, status, runs.length])).toEqual([
    ['once', 'accepted', 2],
    ['bad', 'failed', 2],
    ['after-bad', 'skipped', 0],
  ])
  expect(store.decide(id, 'G3', 'fix', 'Try it with other words.')).toBe('ok')
  const again = await store.until(id, 'G3')
  expect([again.shards[1]?.runs.length, tried]).toEqual([3, { once: 2, bad: 3 }])
  expect(store.decide(id, 'G3', 'deploy')).toBe('ok')
  const joined = await store.until(id, 'G4')
  const report = MissionReport.parse(JSON.parse(store.bodies.read(joined.joined?.report.body ?? '') ?? ''))
  expect(report.missing).toEqual([
    { key: 'bad', title: 'Find bad', status: 'failed', code: 'tool.broken' },
    { key: 'after-bad', title: 'Find after-bad', status: 'skipped', code: null },
  ])
  expect(store.decide(id, 'G4', 'rollback')).toBe('ok')
  expect(store.mission(id).outcome).toBe('rolled_back')
})

test('a result whose quotes stand nowhere is refused, whatever its agent says of them', async () => {
  const liar: Agent = async () => done(resultOf('The western quay is deep.', 'The western quay is deep'))
  const store = open({
    agents: {
      plan: planner([shard('lie'), shard('no-json')]),
      worker: async (session) => (session.input.includes('no-json') ? done('approved: true') : liar(session)),
    },
  })
  const id = store.begin()
  await store.until(id, 'G2')
  store.decide(id, 'G2', 'approve')
  const over = await store.until(id, 'over')
  expect(over.shards.map(({ status, check }) => [status, check?.fault])).toEqual([
    ['refused', 'result.not_supported'],
    ['refused', 'result.malformed'],
  ])
  expect([over.outcome, store.board.entries(id)]).toEqual(['failed', []])
})

test('only passages in which a quote was found again are handed on, however many a result names', async () => {
  const given: Record<string, readonly string[]> = {}
  const cites = (n: number, passageId: string, quote: string) => ({ ...JSON.parse(resultOf('x', quote)).citations[0], n, passageId })
  const invented = Array.from({ length: 250 }, (_, i) => cites(i + 2, `doc_00000000000000000000000001.${i}`, 'Nobody wrote this'))
  const generous: Agent = async (session) => {
    const { fields, evidence } = JSON.parse(session.input)
    given[fields.topic] = evidence
    const citations = [...invented, cites(1, passage.passageId, 'The eastern quay is deep')]
    return done(JSON.stringify({ ...JSON.parse(resultOf(`Found ${fields.topic}.`)), citations }))
  }
  const store = open({ agents: { plan: planner([shard('a'), shard('b', ['a'])]), worker: generous } })
  const id = store.begin()
  await store.until(id, 'G2')
  store.decide(id, 'G2', 'approve')
  await store.until(id, 'G4')
  expect(given).toEqual({ a: [], b: [passage.passageId] })
})

test('an aborted mission stops what is under way, and starts nothing more', async () => {
  const begun = Promise.withResolvers<null>()
  const slow: Agent = (session) =>
    new Promise((resolve) => {
      begun.resolve(null)
      session.signal.addEventListener('abort', () => resolve(fail('run.stopped', 'It was stopped.', 'Start it again.')))
    })
  const store = open({ agents: { plan: planner([shard('a'), shard('b', ['a'])]), worker: slow } })
  const id = store.begin()
  await store.until(id, 'G2')
  store.decide(id, 'G2', 'approve')
  await begun.promise
  expect(store.say(id, { type: 'mission.abort' })).toBe('ok')
  await expect
    .poll(() => store.mission(id).shards.map(({ status, runs }) => [status, runs.length]))
    .toEqual([
      ['failed', 1],
      ['waiting', 0],
    ])
  expect(store.missions.unfinished()).toEqual([])
})

test('MEM-02 a paused mission starts nothing, and goes on where it stood', async () => {
  const [begun, mayEnd] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()]
  const patient: Agent = async (session) => {
    begun.resolve(null)
    await mayEnd.promise
    return worker(session)
  }
  const store = open({ agents: { plan: planner([shard('a'), shard('b', ['a'])]), worker: patient } })
  const id = store.begin()
  await store.until(id, 'G2')
  store.say(id, { type: 'mission.pause' })
  expect(store.decide(id, 'G2', 'approve')).toBe('mission.paused')
  store.say(id, { type: 'mission.resume' })
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  await begun.promise
  expect(store.say(id, { type: 'mission.pause' })).toBe('ok')
  mayEnd.resolve(null)
  const shards = () => store.mission(id).shards.map(({ status, runs }) => [status, runs.length])
  await expect.poll(() => shards()[0]).toEqual(['accepted', 1])
  // Whatever the end of the first could set off has been done.
  await store.driver.idle()
  expect(shards()).toEqual([
    ['accepted', 1],
    ['waiting', 0],
  ])
  expect(store.say(id, { type: 'mission.resume' })).toBe('ok')
  await store.until(id, 'G4')
  expect(shards()).toEqual([
    ['accepted', 1],
    ['accepted', 1],
  ])
})

test('HUM-15 what waits for a person is counted whatever is listed, and can be listed alone', async () => {
  const store = open({ agents: { plan: planner([shard('a')]), worker } })
  const [first, second] = [store.begin('first'), store.begin('second')]
  await store.until(first, 'G2')
  await store.until(second, 'G2')
  const everything = { phases: null }
  expect(store.missions.list(everything, 1, 0)).toMatchObject({ total: 2, waiting: 2 })
  expect(store.decide(first, 'G2', 'abort')).toBe('ok')
  expect(store.missions.list({ phases: ['COMPLETED'] }, 10, 0)).toMatchObject({ items: [{ id: first }], total: 1, waiting: 1 })
  expect(store.missions.list({ ...everything, isWaiting: true }, 10, 0)).toMatchObject({ items: [{ id: second }], total: 1, waiting: 1 })
  expect(store.missions.list({ ...everything, labels: [], isWaiting: true }, 10, 0)).toMatchObject({ items: [], total: 0, waiting: 0 })
})

test('an aborted mission stops its planner, too', async () => {
  const begun = Promise.withResolvers<null>()
  const slow: Agent = (session) =>
    new Promise((resolve) => {
      begun.resolve(null)
      session.signal.addEventListener('abort', () => resolve(fail('run.stopped', 'It was stopped.', 'Start it again.')))
    })
  const store = open({ agents: { plan: slow, worker } })
  const id = store.begin()
  await begun.promise
  const planner = store.mission(id).planning?.runId ?? ''
  expect(store.say(id, { type: 'mission.abort' })).toBe('ok')
  await expect.poll(() => store.run(planner).status).toBe('aborted')
  expect(store.missions.unfinished()).toEqual([])
})

test('DUR-03 missions that wait for a person are not looked at on the timer', async () => {
  const store = open({ agents: { plan: planner([shard('a')]), worker } })
  const id = store.begin()
  await store.until(id, 'G2')
  expect(store.missions.unfinished()).toEqual([])
  store.decide(id, 'G2', 'approve')
  await store.until(id, 'G4')
  expect(store.missions.unfinished()).toEqual([])
})
