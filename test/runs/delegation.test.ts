/** Runs of a mission that ask for one more task, over a real store, journal and loop: by the real tool, judged as a plan is, once for each call. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import type { DelegatedTask } from '../../main/domain/mission/delegated-task.ts'
import { MissionReport } from '../../main/domain/mission/report.ts'
import { ok } from '../../main/domain/result.ts'
import type { Agent } from '../../main/runs/loop.ts'
import type { Session } from '../../main/runs/session.ts'
import { ask, task } from '../support/asking-agent.ts'
import { type MissionStore, type MissionStoreOptions, openMissionStore, randomName, resultOf, shard } from '../support/mission-store.ts'
import { person } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { waitUntil } from '../support/wait-until.ts'

const folder = temporaryFolder()
const done = (text: string) => ok({ text, label: unclassified })
const topicOf = (session: Session): string => JSON.parse(session.input).fields.topic

type Asking = (session: Session, say: (asked: Partial<DelegatedTask>) => ReturnType<typeof ask>) => Promise<unknown>

/** A mission whose worker does something before it leaves its result, by what its task is. */
function open(shards: readonly unknown[], asking: Readonly<Record<string, Asking>>, more: Partial<MissionStoreOptions> = {}) {
  const home = join(folder, randomName())
  mkdirSync(home)
  const agents: Record<string, Agent> = {
    plan: async () => done(JSON.stringify({ shards })),
    worker: async (session) => {
      const held = await asking[topicOf(session)]?.(session, (asked) => ask(session, asked, (runId) => store.delegationOf(runId)))
      return typeof held === 'object' && held !== null && 'ok' in held && held.ok === false
        ? (held as never)
        : done(resultOf(`Found ${topicOf(session)}.`))
    },
  }
  const store: MissionStore = openMissionStore(home, { agents, ...more })
  onTestFinished(() => store.stop())
  return store
}
async function committed(store: MissionStore, tokensMax?: number): Promise<string> {
  const id = store.begin('What is known of the quay?', [], tokensMax)
  await store.until(id, 'G2')
  expect(store.decide(id, 'G2', 'approve')).toBe('ok')
  return id
}
/** What `a` leaves unspent of the plan, `b` may have spent for it. */
const two = [shard('a'), shard('b', ['a'])]
const codeOf = (made: Awaited<ReturnType<typeof ask>>): string | null =>
  'ok' in made ? (made.ok ? null : made.error.code) : (made.reply?.error?.code ?? made.phase)

test('BB-03 RUN-18 what a run asks for is one more shard: nobody waits for it, and what it finds stands in the report like all else', async () => {
  const isOver = Promise.withResolvers<null>()
  let told: unknown
  const store = open(two, {
    b: async (_session, say) => {
      told = await say(task('more'))
    },
    // It cannot be waited for by whoever asked: it ends after that.
    more: () => isOver.promise,
  })
  const id = await committed(store)
  const settled = () => store.mission(id).shards.map(({ key, status }) => `${key} ${status}`)
  await expect.poll(settled).toEqual(['a accepted', 'b accepted', 'd1 running'])
  expect(store.mission(id).joined).toBeNull()
  isOver.resolve(null)
  const joined = await store.until(id, 'G4')
  expect(told).toMatchObject({ phase: 'succeeded', reply: { ok: true, output: { task: 'd1', agent: 'worker', tokensMax: 1_000 } } })
  const report = MissionReport.parse(JSON.parse(store.bodies.read(joined.joined?.report.body ?? '') ?? ''))
  expect(report.sections.map(({ key, title, claims }) => [key, title, claims[0]?.text])).toEqual([
    ['a', 'Find a', 'Found a.'],
    ['b', 'Find b', 'Found b.'],
    ['d1', 'Find more', 'Found more.'],
  ])
  // The same words hold all three up, which is told of what was asked for, too.
  expect(report.sections[2]?.claims[0]?.notes.map(({ note }) => note)).toContain('repeated')
  const [, asker, asked] = joined.shards
  expect([asked?.byRunId, store.run(asked?.runs[0]?.runId ?? '').depth]).toEqual([asker?.runs[0]?.runId, 2])
  expect(store.board.entries(id)).toHaveLength(3)
})

test('HUM-03 what goes beyond the committed plan waits for a person: approved it is done, rejected it is not, and the run goes on', async () => {
  for (const isApproved of [true, false]) {
    let code: string | null = ''
    const store = open([shard('a')], {
      a: async (_session, say) => {
        const made = await say(task('more'))
        code = codeOf(made)
        return code === 'run.has_open_hold' ? made : null
      },
    })
    const id = await committed(store)
    const runId = () => store.mission(id).shards[0]?.runs[0]?.runId ?? ''
    await waitUntil(() => runId() !== '' && store.runs.get(runId())?.status === 'held', 'it waits for a person')
    const run = store.run(runId())
    const [step, hold] = [run.steps.at(-1), run.holds[0]]
    if (step === undefined || hold === undefined) throw new Error('nobody is asked')
    const [requested] = store.log
      .readStream(runId())
      .flatMap(({ event }) => (event.type === 'tool.approval_requested' ? [store.bodies.read(event.request?.body ?? '') ?? ''] : []))
    expect(JSON.parse(requested ?? '').summary).toContain('Find more. It may spend 1000 tokens at most. This goes beyond the plan')
    expect(store.mission(id).shards).toHaveLength(1)
    const of = { stepId: step.id, holdId: hold.id }
    const sent = store.journal.send(
      runId(),
      () => [
        isApproved
          ? { type: 'tool.approve', ...of, commitment: step.input.commitment }
          : { type: 'tool.reject', ...of, feedback: null, isRevision: false },
      ],
      person,
    )
    expect(sent.ok).toBe(true)
    store.workers.wake()
    const joined = await store.until(id, 'G4')
    expect(joined.shards.map(({ key, status }) => `${key} ${status}`)).toEqual(['a accepted', ...(isApproved ? ['d1 accepted'] : [])])
    expect(code).toBe(isApproved ? 'succeeded' : 'rejected')
  }
})

test.each<readonly [string, Partial<DelegatedTask>]>([
  ['plan.unknown_agent', task('x', { agent: 'stranger' })],
  ['plan.unknown_field', task('x', { input: { topic: 'x', secret: 'y' } })],
  ['plan.missing_input', task('x', { input: { topic: ' ' } })],
  ['plan.input_too_long', task('x', { input: { topic: 'x'.repeat(501) } })],
  ['plan.over_budget', task('x', { tokensMax: 100_001 })],
  ['mission.same_task', task('a')],
  ['mission.same_task', task('b', { title: 'Other words' })],
])('a task is judged as a shard of a plan is, and whoever asks is told why not: %s', async (code, asked) => {
  let said: string | null = ''
  const store = open(two, {
    b: async (_session, say) => {
      said = codeOf(await say(asked))
    },
  })
  const id = await committed(store)
  const { shards } = await store.until(id, 'G4')
  expect([said, shards.length]).toEqual([code, 2])
})

test('BB-03 what was asked for asks for nothing itself, a run asks for no more than it may, and both go on', async () => {
  const said: (string | null)[] = []
  const store = open(two, {
    b: async (_session, say) => {
      for (const n of [1, 2, 3, 4]) said.push(codeOf(await say(task(`more ${n}`, { tokensMax: 100 }))))
    },
    'more 1': async (_session, say) => {
      said.push(codeOf(await say(task('deeper', { tokensMax: 100 }))))
    },
  })
  const { shards } = await store.until(await committed(store), 'G4')
  expect(shards.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'accepted'))
  expect(said.toSorted()).toEqual(['mission.asked_often', 'mission.delegated_itself', 'succeeded', 'succeeded', 'succeeded'])
})

test('a run that works for no mission is told so', async () => {
  let said: string | null = ''
  const store = open(two, {
    alone: async (_session, say) => {
      said = codeOf(await say(task('more')))
    },
  })
  const runId = store.start({ agent: 'worker', input: JSON.stringify({ fields: { topic: 'alone' } }) })
  store.workers.wake()
  await waitUntil(() => store.runs.get(runId)?.status === 'complete', 'it has ended')
  expect([said, store.delegationOf(runId).isOpen()]).toEqual(['mission.none', false])
})

test('TOL-05 what was asked for is left out again as long as nobody works on it, once, and not after that', async () => {
  const codes: (string | null)[] = []
  const store = open(two, {
    b: async (session, say) => {
      const id = store.missions.ofRun(session.runId)?.missionId ?? ''
      const withdraw = () => {
        const step = session.run().steps.findLast(({ name }) => name === 'delegate')
        const done = store.delegationOf(session.runId).withdraw(step?.id ?? '')
        codes.push(done.ok ? null : done.error.code)
      }
      expect(store.say(id, { type: 'mission.pause' })).toBe('ok')
      await say(task('more', { tokensMax: 100 }))
      withdraw()
      withdraw()
      expect(store.say(id, { type: 'mission.resume' })).toBe('ok')
      await say(task('kept', { tokensMax: 100 }))
      await waitUntil(() => store.mission(id).shards.at(-1)?.status === 'accepted', 'it is over')
      withdraw()
    },
  })
  const { shards, joined } = await store.until(await committed(store), 'G4')
  expect(codes).toEqual([null, null, 'mission.shard_begun'])
  expect(shards.map(({ key, status }) => `${key} ${status}`)).toEqual(['a accepted', 'b accepted', 'd1 skipped', 'd2 accepted'])
  const report = MissionReport.parse(JSON.parse(store.bodies.read(joined?.report.body ?? '') ?? ''))
  expect(report.missing).toEqual([{ key: 'd1', title: 'Find more', status: 'skipped', code: 'mission.withdrawn' }])
})

test('LBL-01 what is asked for is held under the label of whoever asks, and raises the mission', async () => {
  const secret = labelFromName('cui')
  const store = open(two, {
    b: async (session, say) => {
      await session.tool('search_holdings', '{}', async () => ok({ text: '{}', label: secret }))
      await say(task('more'))
    },
  })
  const id = await committed(store)
  const { shards } = await store.until(id, 'G4')
  const asked = shards.find(({ key }) => key === 'd1')
  expect(store.bodies.labelOf(asked?.task?.body ?? '')).toEqual(secret)
  expect(store.missionJournal.read(id).label).toEqual(secret)
  expect(store.journal.read(asked?.runs[0]?.runId ?? '').label).toEqual(secret)
  expect(store.journal.read(shards[0]?.runs[0]?.runId ?? '').label).toEqual(unclassified)
})

class Ended extends Error {}

test.each([
  'tool.after_propose',
  'tool.before_effect',
  'mission.journal.before_commit',
  'mission.journal.after_commit',
  'tool.after_effect',
])('BB-03 MEM-02 a core that ends %s, while a run asks for a task, leaves it asked for once', async (place) => {
  const home = join(folder, randomName())
  mkdirSync(home)
  let [isArmed, isDead, isAsking] = [true, false, false]
  const worked: string[] = []
  const agents: Record<string, Agent> = {
    plan: async () => done(JSON.stringify({ shards: two })),
    worker: async (session) => {
      worked.push(topicOf(session))
      if (topicOf(session) !== 'b') return done(resultOf(`Found ${topicOf(session)}.`))
      isAsking = true
      const made = await ask(session, task('more'), (runId) => store.delegationOf(runId))
      isAsking = false
      expect(codeOf(made)).toBe('succeeded')
      return done(resultOf('Found b.'))
    },
  }
  const failpoint = (name: string) => {
    if (!isDead && !(isArmed && isAsking && name === place)) return
    isArmed = false
    isDead = true
    store.db.close()
    throw new Ended(place)
  }
  let store: MissionStore = openMissionStore(home, { agents, failpoint })
  onTestFinished(() => store.stop())
  const id = await committed(store)
  await waitUntil(() => isDead, 'the core has ended')
  await store.stop()
  isDead = false
  store = openMissionStore(home, { agents, failpoint })
  store.workers.recover()
  store.workers.wake()
  store.driver.look()
  const { shards } = await store.until(id, 'G4')
  expect(shards.map(({ key, status, runs }) => `${key} ${status} ${runs.length}`)).toEqual([
    'a accepted 1',
    'b accepted 1',
    'd1 accepted 1',
  ])
  expect(store.log.readStream(id).filter(({ event }) => event.type === 'mission.shard_added')).toHaveLength(1)
  expect(worked.filter((topic) => topic === 'more')).toHaveLength(1)
})
