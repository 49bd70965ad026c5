/** A core that ends at any moment of a mission: what is opened again on the same store goes on where it stood, and nothing is done twice or lost. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import type { Gate } from '../../main/domain/mission/gates.ts'
import type { MissionTask } from '../../main/domain/mission/next.ts'
import type { ShardStatus } from '../../main/domain/mission/state.ts'
import { fail, ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { type MissionStore, openMissionStore, resultOf, shard } from '../support/mission-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const done = (text: string) => ok({ text, label: unclassified })

interface Scenario {
  readonly shards: ReturnType<typeof shard>[]
  /** What became of each shard, and its runs. */
  readonly ends: readonly (readonly [ShardStatus, number])[]
  /** Topics that were worked on, as often as they were. */
  readonly worked: readonly string[]
  readonly found: readonly string[]
}

const scenarios = {
  joined: {
    shards: [shard('a'), shard('b', ['a'])],
    ends: [
      ['accepted', 1],
      ['accepted', 1],
    ],
    worked: ['a', 'b'],
    found: ['a', 'b'],
  },
  /** One after another, so that no other run is under way where it ends. */
  broken: {
    shards: [shard('a'), shard('bad', ['a']), shard('never', ['bad'])],
    ends: [
      ['accepted', 1],
      ['failed', 2],
      ['skipped', 0],
    ],
    worked: ['a', 'bad', 'bad'],
    found: ['a'],
  },
  aborted: {
    shards: [shard('slow'), shard('never', ['slow'])],
    ends: [
      ['failed', 1],
      ['waiting', 0],
    ],
    worked: ['slow'],
    found: [],
  },
} as const satisfies Record<string, Scenario>

/** In which life of a mission a driver comes to each of its tasks. */
const livesOf: Readonly<Record<MissionTask['do'], keyof typeof scenarios>> = {
  look: 'joined',
  start_plan: 'joined',
  create_planner: 'joined',
  read_plan: 'joined',
  open_gate: 'joined',
  start_runs: 'joined',
  create_run: 'joined',
  take_result: 'joined',
  join: 'joined',
  end_run: 'broken',
  skip: 'broken',
  cancel_run: 'aborted',
}
const places = Object.entries(livesOf).flatMap(([task, life]) =>
  ['before', 'after'].map((when) => [`mission.${when}_${task}`, life] as const),
)

class Ended extends Error {}

test.each(places)('BB-03 MEM-02 ended %s, in a life that is %s', async (place, life) => {
  const home = join(folder, place)
  mkdirSync(home)
  const { shards: planned, ends, worked, found }: Scenario = scenarios[life]
  const topics: string[] = []
  const agents: Record<string, Agent> = {
    plan: async () => done(JSON.stringify({ shards: planned })),
    worker: async (session) => {
      const { topic } = JSON.parse(session.input).fields
      topics.push(topic)
      if (topic === 'bad') return fail('tool.broken', 'It broke.', 'Try again.')
      if (topic === 'slow') {
        await new Promise((resolve) => session.signal.addEventListener('abort', resolve))
        return fail('run.stopped', 'It was stopped.', 'Start it again.')
      }
      return done(resultOf(`Found ${topic}.`))
    },
  }
  let isArmed = true
  let isDead = false
  const failpoint = (name: string) => {
    if (isDead || (isArmed && name === place)) {
      isArmed = false
      isDead = true
      // What is dead writes nothing any more.
      store.db.close()
      throw new Ended(place)
    }
  }
  let store: MissionStore = openMissionStore(home, { agents, failpoint })
  onTestFinished(() => store.stop())
  const id = store.begin()
  /** Waits until it has come so far; where the core has ended, another is started first. */
  const reach = async (what: string, isThere: () => boolean) => {
    await waitUntil(() => isDead || isThere(), `${what}, or the end`)
    if (!isDead) return
    await store.stop()
    isDead = false
    store = openMissionStore(home, { agents, failpoint })
    store.workers.recover()
    store.workers.wake()
    store.driver.look()
    await waitUntil(isThere, what)
    await store.driver.idle()
  }
  const isAt = (gate: Gate) => () => store.mission(id).openGate?.gate === gate
  await reach('G2', isAt('G2'))
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  if (life === 'aborted') {
    await waitUntil(() => topics.length > 0, 'it is under way')
    expect(store.say(id, { type: 'mission.abort' })).toBe('ok')
    await reach('its run is over', () => store.mission(id).shards[0]?.status === 'failed')
  } else await reach('G4', isAt('G4'))
  expect(isArmed, 'the place was never reached').toBe(false)
  const { shards, planAttempts } = store.mission(id)
  expect([planAttempts, shards.map(({ status, runs }) => [status, runs.length])]).toEqual([1, ends])
  expect(topics).toEqual(worked)
  const told = store.board.entries(id).map(({ content }) => JSON.parse(store.bodies.read(content) ?? '').shard)
  expect(told).toEqual(found)
  const types = store.log.readStream(id).map(({ event }) => event.type)
  for (const once of [
    'mission.looked',
    'mission.plan_proposed',
    'mission.committed',
    life === 'aborted' ? 'mission.completed' : 'mission.joined',
  ])
    expect(types.filter((type) => type === once)).toHaveLength(1)
  if (life !== 'aborted') return expect(store.decide(id, 'G4', 'deploy')).toBe('ok')
  expect(shards[0]?.runs.map(({ runId }) => store.run(runId).status)).toEqual(['aborted'])
  expect(store.missions.unfinished()).toEqual([])
})

test('BB-03 what an agent found stays on the blackboard although the agent that was to go on with it failed', async () => {
  const home = join(folder, 'survives')
  mkdirSync(home)
  const agents: Record<string, Agent> = {
    plan: async () => done(JSON.stringify({ shards: [shard('a'), shard('b', ['a'])] })),
    worker: async (session) => {
      if (session.input.includes('"topic":"b"')) throw new Error('it broke')
      return done(resultOf('Found a.'))
    },
  }
  const store = openMissionStore(home, { agents })
  onTestFinished(() => store.stop())
  const id = store.begin()
  await store.until(id, 'G2')
  store.decide(id, 'G2', 'approve')
  await waitUntil(() => store.mission(id).openGate?.gate === 'G4', 'it is joined', 20_000)
  expect(store.mission(id).shards.map(({ status }) => status)).toEqual(['accepted', 'failed'])
  expect(store.board.entries(id)).toHaveLength(1)
})
