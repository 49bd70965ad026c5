/** A core that ends at any moment of a mission: what is opened again on the same store goes on where it stood, and nothing is done twice or lost. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import { type MissionStore, openMissionStore, resultOf, shard } from '../support/mission-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const done = (text: string) => ok({ text, label: unclassified })

/** What a driver does in the life of a mission whose one shard is skipped and whose others are not. */
const places = [
  'look',
  'start_plan',
  'create_planner',
  'read_plan',
  'open_gate',
  'start_runs',
  'create_run',
  'take_result',
  'join',
].flatMap((task) => [`mission.before_${task}`, `mission.after_${task}`])

class Ended extends Error {}

test.each(places)('BB-03 MEM-02 ended %s', async (place) => {
  const home = join(folder, place)
  mkdirSync(home)
  const results: string[] = []
  const agents: Record<string, Agent> = {
    plan: async () => done(JSON.stringify({ shards: [shard('a'), shard('b', ['a'])] })),
    worker: async (session) => {
      results.push(JSON.parse(session.input).fields.topic)
      return done(resultOf(`Found ${JSON.parse(session.input).fields.topic}.`))
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
  /** Waits for what a person is wanted for; where the core has ended, another is started first. */
  const reach = async (what: 'G2' | 'G4') => {
    await waitUntil(() => isDead || store.mission(id).openGate?.gate === what, `${what}, or the end`)
    if (!isDead) return
    await store.stop()
    isDead = false
    store = openMissionStore(home, { agents, failpoint })
    store.workers.recover()
    store.workers.wake()
    store.driver.look()
    await store.until(id, what)
  }
  await reach('G2')
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  await reach('G4')
  expect(isArmed, 'the place was never reached').toBe(false)
  const { shards, planAttempts } = store.mission(id)
  expect([planAttempts, shards.map(({ status, runs }) => [status, runs.length])]).toEqual([
    1,
    [
      ['accepted', 1],
      ['accepted', 1],
    ],
  ])
  expect(results.toSorted()).toEqual(['a', 'b'])
  const told = store.board.entries(id).map(({ content }) => JSON.parse(store.bodies.read(content) ?? '').shard)
  expect(told).toEqual(['a', 'b'])
  const types = store.log.readStream(id).map(({ event }) => event.type)
  for (const once of ['mission.looked', 'mission.plan_proposed', 'mission.committed', 'mission.joined'])
    expect(types.filter((type) => type === once)).toHaveLength(1)
  expect(store.decide(id, 'G4', 'deploy')).toBe('ok')
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
