/** Missions over a whole core without a model: from a goal to a released paper, under labels, for those who may see them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { roles } from '../../main/domain/role.ts'
import { faultsOf } from '../support/check-store.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, signed, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let core: OpenApp

type Mission = CallOutput<'missions.get'>

async function until(missionId: string, what: (mission: Mission) => boolean): Promise<Mission> {
  for (;;) {
    const moved = core.next((item) => (item.kind === 'event' && item.event.stream === missionId ? item : null))
    const mission = await core.call('missions.get', { missionId })
    if (what(mission)) return mission
    await moved
  }
}
const at = (gate: string) => (mission: Mission) => mission.openGate?.gate === gate
const decide = (missionId: string, gate: string, decision: string, more: object = {}) =>
  gate === 'G4' && decision === 'deploy'
    ? core.call('missions.release', { missionId, ...more })
    : core.call('missions.decide', { missionId, gate, decision, ...more })

const goal = 'When did the pump at the north gate fail? Who repaired it?'
const begin = async (more: object = {}) => (await core.call('missions.start', { goal, ...more })).missionId

beforeAll(async () => {
  core = await openApp(data)
  await core.call('station.configure', { ceiling: 'secret' })
  const put = async (name: string, level: string, text: string) => {
    const file = join(folder, `${name}.md`)
    writeFileSync(file, `# ${name}\n\n${text}\n`)
    await core.ingest([file], { collection: name, level })
  }
  await put('Log', 'unclassified', 'The pump at the north gate failed at 14:05 on Tuesday. Crew Seven repaired the pump before midnight.')
  await put('Closed', 'secret', 'The lighthouse hides a transmitter behind the lamp room.')
})

describe('a mission without a model', () => {
  let released: Mission
  test('RUN-17 HUM-03 is planned, looked at, carried out, joined and released, and what is given out is what stands in the documents', async () => {
    const missionId = await begin({ label: unclassified, gates: ['G1'] })
    const looked = await until(missionId, at('G1'))
    expect([looked.look?.documents.map(({ file }) => file), looked.openGate?.decisions]).toEqual([
      ['Log.md'],
      ['proceed', 'redirect', 'abort'],
    ])
    await decide(missionId, 'G1', 'proceed')
    const planned = await until(missionId, at('G2'))
    expect(planned.shardList.map(({ agent, after, input }) => [agent, after, input.topic])).toEqual([
      ['research', [], 'When did the pump at the north gate fail?'],
      ['research', [], 'Who repaired it?'],
      ['research', ['s1', 's2'], goal],
    ])
    expect(planned.plan?.verdict).toMatchObject({
      need: 'recommended',
      reasons: expect.arrayContaining([{ measure: 'novelty', grade: 'medium', isKnown: true }]),
    })
    expect(await core.codeOf('missions.decide', { missionId, gate: 'G2', decision: 'approve' })).toBe('mission.other_plan')
    await decide(missionId, 'G2', 'approve', { commitment: planned.plan?.commitment })
    const joined = await until(missionId, at('G4'))
    const quotes = joined.report?.content.citations.map(({ quote, verified }) => [quote, verified])
    expect(quotes).toEqual(expect.arrayContaining([['The pump at the north gate failed at 14:05 on Tuesday.', true]]))
    expect(await core.codeOf('missions.export', { missionId, format: 'md' })).toBeNull()
    const draft = await core.call('missions.export', { missionId, format: 'md' })
    expect(draft.isReleased).toBe(false)
    released = await decide(missionId, 'G4', 'deploy', { commitment: joined.report?.commitment })
    expect([released.phase, released.outcome]).toEqual(['COMPLETED', 'released'])
    const paper = await core.call('missions.export', { missionId, format: 'md' })
    const text = Buffer.from(paper.data, 'base64').toString()
    expect([paper.isReleased, text.includes('Crew Seven repaired the pump before midnight'), text.includes('Released by tester')]).toEqual([
      true,
      true,
      true,
    ])
  })

  test('BB-01 what was found lies on its blackboard, and an agent was given what the ones before it had found', async () => {
    const { entries } = await core.call('board.get', { missionId: released.id })
    const finding = ['finding', 'research', 'EXECUTING']
    expect(entries.map(({ kind, author, phase }) => [kind, author, phase])).toEqual([finding, finding, finding])
    const last = released.shardList.at(-1)?.runs[0]?.runId ?? ''
    const events = (await core.call('runs.events', { runId: last })).items.map(({ event }) => event)
    const input = events.flatMap((event) => (event.type === 'run.created' ? [event.input.body] : []))[0]
    const { text } = await core.call('bodies.read', { runId: last, body: input })
    expect(JSON.parse(text ?? '').evidence.length).toBeGreaterThan(0)
  })

  test('MEM-03 what it taught is written down when it is over: never without its context, and with a warning where nothing was learnt', async () => {
    const missionId = released.id
    expect(await core.codeOf('board.learn', { missionId, learning: 'Look at the log first.' })).toBe('memory.incomplete')
    const bare = await core.call('board.learn', {
      missionId,
      context: 'Pumps of the north gate',
      solution: 'The log says when.',
      impact: 'Found at once.',
    })
    expect(bare.warnings).toEqual(['learning: it is missing'])
    const whole = await core.call('board.learn', { missionId, context: 'Pumps', solution: 'a', learning: 'b', impact: 'c' })
    expect([whole.warnings, whole.board.entries.at(-1)?.content]).toEqual([[], 'context: Pumps\nsolution: a\nlearning: b\nimpact: c'])
    expect(await core.codeOf('board.write', { missionId, kind: 'decision', content: 'Too late.' })).toBe('mission.ended')
  })

  test('the second time the same work is no news', async () => {
    const missionId = await begin({ label: unclassified })
    const planned = await until(missionId, at('G2'))
    expect(planned.plan?.verdict.reasons.map(({ measure }) => measure)).not.toContain('novelty')
    await core.call('missions.abort', { missionId })
  })

  test('PRM-02 AGT-03 each run of it is led by the words that it began with, and they write into one domain', async () => {
    const { items } = await core.call('runs.list', { agent: 'research' })
    const created = (await Promise.all(items.map(({ id }) => core.call('runs.events', { runId: id })))).map(
      ({ items: [first] }) => first?.event,
    )
    expect(created.length).toBeGreaterThan(2)
    for (const event of created)
      expect(event).toMatchObject({
        type: 'run.created',
        writeDomain: expect.stringMatching(/^msn_/),
        prompts: [
          { name: 'gather', version: 1 },
          { name: 'draft', version: 1 },
        ],
      })
  })

  test('RUN-17 every event of it is chained, and the store is whole', async () => {
    const { items, total } = await core.call('missions.events', { missionId: released.id, limit: 200 })
    const types = items.map(({ event }) => event.type)
    expect([types.length, types[0], types.filter((type) => type !== 'board.decided').at(-1)]).toEqual([
      total,
      'mission.created',
      'mission.completed',
    ])
    expect(await core.call('audit.verify')).toMatchObject({ fault: null })
  })
})

test('LBL-01 what is read raises a mission, and who is not cleared for it neither sees nor decides anything of it', async () => {
  const missionId = await begin({ goal: 'What does the lighthouse hide behind the lamp room?', label: unclassified })
  const planned = await until(missionId, at('G2'))
  // What is near is no reason to raise it, and what its agents read is.
  expect(planned.label.level).toBe('unclassified')
  await decide(missionId, 'G2', 'approve', { commitment: planned.plan?.commitment })
  const joined = await until(missionId, at('G4'))
  expect([joined.label.level, joined.report?.content.counts.supported]).toEqual(['secret', 1])
  const key = testKey(7)
  const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: labelFromName('secret') }]))
  const policy = samplePolicy(key, {
    separated: [],
    roles: {
      ...everyone,
      analyst: { accounts: ['tester', 'low'], clearance: unclassified },
      reviewer: { accounts: ['tester'], clearance: labelFromName('secret') },
    },
  })
  await core.call('policy.load', { ...signed(policy, key), key: publicKeyLine(key) })
  const low = async (name: CallName, input: object) => {
    const reply = await core.app.dispatch(name, input, { account: 'low', shell: 'cli' })
    return reply.ok ? reply.value : reply.error.code
  }
  expect(await low('missions.list', {})).toMatchObject({ total: expect.any(Number) })
  const listed = (await low('missions.list', {})) as CallOutput<'missions.list'>
  expect(listed.items.map(({ id }) => id)).not.toContain(missionId)
  for (const [name, more] of [
    ['missions.get', {}],
    ['missions.events', {}],
    ['missions.abort', {}],
    ['missions.export', { format: 'md' }],
    ['board.get', {}],
    ['board.write', { kind: 'decision', content: 'Approved.' }],
    ['missions.release', { commitment: joined.report?.commitment }],
  ] as const)
    expect(await low(name, { missionId, ...more }), name).toBe(name === 'missions.release' ? 'role.not_allowed' : 'role.above_clearance')
})

test('HUM-15 a mission that waits at G4 waits there after a restart, and is released then', async () => {
  const missionId = await begin({ label: unclassified })
  const planned = await until(missionId, at('G2'))
  await decide(missionId, 'G2', 'approve', { commitment: planned.plan?.commitment })
  const before = await until(missionId, at('G4'))
  await core.app.close()
  expect(faultsOf(core.paths)).toEqual([])
  core = await openApp(data)
  const after = await core.call('missions.get', { missionId })
  expect(after).toEqual(before)
  expect(await decide(missionId, 'G4', 'deploy', { commitment: after.report?.commitment })).toMatchObject({ outcome: 'released' })
})

test('POL-04 HUM-03 where the policy gives releases to two persons, nobody gives a mission out alone', async () => {
  const missionId = await begin({ label: unclassified })
  const planned = await until(missionId, at('G2'))
  await decide(missionId, 'G2', 'approve', { commitment: planned.plan?.commitment })
  const joined = await until(missionId, at('G4'))
  const key = testKey(7)
  const both = { accounts: ['tester', 'other'], clearance: labelFromName('secret') }
  const policy = samplePolicy(key, {
    version: 2,
    separated: [],
    dualControl: ['release'],
    roles: Object.fromEntries(roles.map((role) => [role, both])),
  })
  await core.call('policy.load', { ...signed(policy, key) })
  const commitment = joined.report?.commitment
  expect(await core.codeOf('missions.decide', { missionId, gate: 'G4', decision: 'deploy', commitment })).toBe('mission.release_apart')
  expect(await core.codeOf('missions.release', { missionId, commitment })).toBe('act.waits')
  expect((await core.call('missions.get', { missionId })).outcome).toBeNull()
  const [act] = (await core.call('acts.list')).items
  expect(await core.codeOf('acts.confirm', { actId: act?.id, argumentsHash: act?.argumentsHash })).toBe('act.same_person')
  await core.app.dispatch('acts.confirm', { actId: act?.id, argumentsHash: act?.argumentsHash }, { account: 'other', shell: 'cli' })
  expect((await core.call('missions.get', { missionId })).outcome).toBe('released')
})

test('what its documents have on it is told whatever was done to a mission before they were looked at', async () => {
  const missionId = await begin({ label: unclassified, gates: ['G1'] })
  await core.call('missions.pause', { missionId })
  await core.call('board.write', { missionId, kind: 'decision', content: 'Look at the log.' })
  await core.call('board.direct', { missionId, name: 'approach', content: 'From the log on.' })
  await core.call('missions.resume', { missionId })
  const { look } = await until(missionId, at('G1'))
  const types = (await core.call('missions.events', { missionId })).items.map(({ event }) => event.type)
  expect(types.indexOf('mission.looked')).toBeGreaterThan(2)
  expect(look?.passages).toBeGreaterThan(0)
  await core.call('missions.abort', { missionId })
})

test('LBL-01 words that bear marks above a mission are not put under its label', async () => {
  const missionId = await begin({ label: unclassified })
  await until(missionId, at('G2'))
  const marked = '(S) Look at the lighthouse, too.'
  expect(await core.codeOf('missions.decide', { missionId, gate: 'G2', decision: 'revise', feedback: marked })).toBe(
    'task.label_below_marks',
  )
  for (const [name, more] of [
    ['board.write', { kind: 'decision', content: marked }],
    ['board.direct', { name: 'approach', content: marked }],
    ['board.learn', { context: marked }],
  ] as const)
    expect(await core.codeOf(name, { missionId, ...more }), name).toBe('task.label_below_marks')
  await core.call('missions.abort', { missionId })
})

test('DUR-03 a safe start begins nothing: a mission at work is paused until a person lets it go on; one that waits for a person goes on waiting', async () => {
  await core.app.close()
  // The core ends just before the mission's first run would begin.
  const failpoint = (name: string) => {
    if (name === 'mission.before_start_runs') throw new Error('The core ended here.')
  }
  core = await openApp(data, { failpoint })
  const [missionId, waitingId] = [await begin({ label: unclassified }), await begin({ label: unclassified })]
  await until(waitingId, at('G2'))
  const planned = await until(missionId, at('G2'))
  await decide(missionId, 'G2', 'approve', { commitment: planned.plan?.commitment })
  await core.app.close()
  core = await openApp(data, {}, { isSafeStart: true })
  const held = await core.call('missions.get', { missionId })
  expect([held.isPaused, held.phase, held.outcome, held.shardList.flatMap(({ runs }) => runs)]).toEqual([true, 'COMMITTED', null, []])
  expect(await core.call('missions.get', { missionId: waitingId })).toMatchObject({ isPaused: false, openGate: { gate: 'G2' } })
  await core.call('missions.resume', { missionId })
  await until(missionId, at('G4'))
  for (const id of [missionId, waitingId]) await core.call('missions.abort', { missionId: id })
})
