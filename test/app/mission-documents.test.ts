/** Missions over documents that a goal names, without a model: what a first look may tell, what a plan may name, and what comes of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CallOutput } from '../../main/contract/calls.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { roles } from '../../main/domain/role.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, signed, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
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
const begin = async (goal: string, more: object = {}) =>
  (await core.call('missions.start', { goal, label: unclassified, ...more })).missionId
const approve = (missionId: string, { plan }: Mission) =>
  core.call('missions.decide', { missionId, gate: 'G2', decision: 'approve', commitment: plan?.commitment })
const idOf = async (file: string) => (await core.call('documents.list', { contains: file })).items[0]?.id ?? ''

const put = async (folderName: string, file: string, level: string, text: string) => {
  const path = join(folder, `${folderName}-${file}`)
  writeFileSync(path, text)
  await core.ingest([path], { collection: folderName, level })
}
const [logFile, memoFile, mixedFile, closedFile] = ['papers-log.md', 'papers-memo.md', 'papers-mixed.md', 'closed-orders.md'] as const

beforeAll(async () => {
  core = await openApp(join(folder, 'data'))
  await core.call('station.configure', { ceiling: 'secret' })
  await put('papers', 'log.md', 'unclassified', '# Log\n\nThe pump at the north gate failed at 14:05 on Tuesday.\n\nNobody was hurt.\n')
  await put('papers', 'memo.md', 'unclassified', '# Memo\n\nThe pump at the north gate failed at 15:40 on Tuesday, says the guard.\n')
  await put(
    'papers',
    'mixed.md',
    'unclassified',
    '# Mixed\n\n(U) The pump at the north gate is old.\n\n(S) The pump at the north gate hides a cable.\n',
  )
  await put('closed', 'orders.md', 'secret', '# Orders\n\nThe pump at the north gate is to be left as it is.\n')
})

describe('a first look', () => {
  test('LBL-01 tells of a goal no file that lies above it, and gives to agents only what lies within it as a whole', async () => {
    const missionId = await begin(`What is known of the pump at the north gate? See ${closedFile}.`, { gates: ['G1'] })
    const looked = await until(missionId, at('G1'))
    const files = looked.look?.documents.map(({ file, isWithin }) => [file, isWithin]).toSorted()
    // Its name is as high as what was said at its import; all of it is as high as its highest part.
    expect(files).toEqual([
      [logFile, true],
      [memoFile, true],
      [mixedFile, false],
    ])
    expect([
      looked.label.level,
      JSON.stringify(looked)
        .replace(looked.goal ?? '', '')
        .includes(closedFile),
    ]).toEqual(['unclassified', false])
    const high = await begin('What is known of the pump at the north gate?', { gates: ['G1'], label: labelFromName('secret') })
    const seen = await until(high, at('G1'))
    expect([seen.label.level, seen.look?.documents.map(({ file }) => file)]).toEqual([
      'secret',
      expect.arrayContaining([closedFile, mixedFile]),
    ])
    for (const id of [missionId, high]) await core.call('missions.abort', { missionId: id })
  })

  test('LBL-01 names no file any more that was raised above it since, or is gone', async () => {
    await put('papers', 'raised.md', 'unclassified', '# Raised\n\nThe pump at the north gate has a hidden cable.\n')
    await put('papers', 'gone.md', 'unclassified', '# Gone\n\nThe pump at the north gate has a spare cable.\n')
    const missionId = await begin('Has the pump at the north gate a cable? See papers-raised.md and papers-gone.md.', { gates: ['G1'] })
    const before = await until(missionId, at('G1'))
    const named = (mission: Mission) => mission.look?.documents.slice(0, 2).map(({ file }) => file)
    expect(named(before)?.toSorted()).toEqual(['papers-gone.md', 'papers-raised.md'])
    await core.call('documents.relabel', { documentId: await idOf('papers-raised.md'), label: labelFromName('secret') })
    await core.call('documents.remove', { documentId: await idOf('papers-gone.md') })
    const after = await core.call('missions.get', { missionId })
    expect([named(after), after.look?.documents.find(({ file }) => file === mixedFile)?.isWithin]).toEqual([[null, null], false])
    await core.call('missions.abort', { missionId })
  })

  test('AGT-02 shows what a goal names, whether it is near its words or not, and the planner is given those names', async () => {
    await put('papers', 'wine.md', 'unclassified', '# Cellar\n\nSix bottles are left.\n')
    const missionId = await begin('When did the pump at the north gate fail on Tuesday? Read "papers-wine.md".', { gates: ['G1'] })
    expect((await until(missionId, at('G1'))).look?.documents[0]?.file).toBe('papers-wine.md')
    await core.call('missions.decide', { missionId, gate: 'G1', decision: 'proceed' })
    await until(missionId, at('G2'))
    const [planner] = (await core.call('runs.list', { agent: 'plan' })).items
    const events = (await core.call('runs.events', { runId: planner?.id })).items.map(({ event }) => event)
    const input = events.flatMap((event) => (event.type === 'run.created' ? [event.input.body] : []))[0]
    const { text } = await core.call('bodies.read', { runId: planner?.id, body: input })
    expect(JSON.parse(text ?? '').fields.documents.split('\n')).toEqual(expect.arrayContaining(['papers-wine.md', memoFile]))
    await core.call('missions.abort', { missionId })
  })

  test('LBL-01 gives the planner no name of a document that is labelled above the mission in any part', async () => {
    const missionId = await begin(`Compare ${logFile} with ${mixedFile} on the pump at the north gate.`)
    const planned = await until(missionId, at('G2'))
    expect([planned.shardList.map(({ agent }) => agent), planned.label.level]).toEqual([['research'], 'unclassified'])
    await core.call('missions.abort', { missionId })
  })
})

test('RUN-17 AGT-02 two documents that a goal names are compared without a model, and the report rests on quotes of both', async () => {
  const missionId = await begin(`Compare ${logFile} with ${memoFile} on when the pump at the north gate failed.`)
  const planned = await until(missionId, at('G2'))
  const [first, second] = [await idOf(logFile), await idOf(memoFile)]
  expect(
    planned.shardList.map(({ agent, input, documents }) => [agent, input.first, input.second, documents.map(({ file }) => file)]),
  ).toEqual([['compare', first, second, [logFile, memoFile]]])
  await approve(missionId, planned)
  const { report } = await until(missionId, at('G4'))
  const quoted = new Map(report?.content.citations.map(({ file, quote, verified }) => [file, [quote, verified]]))
  expect(quoted.get(logFile)).toEqual(['The pump at the north gate failed at 14:05 on Tuesday.', true])
  expect(quoted.get(memoFile)).toEqual([expect.stringContaining('15:40'), true])
  await core.call('missions.release', { missionId, commitment: report?.commitment })
  const paper = await core.call('missions.export', { missionId, format: 'md' })
  expect(Buffer.from(paper.data, 'base64').toString()).toContain('failed at 15:40 on Tuesday')
})

test('RUN-17 what a review does not hand on for want of room is said in the report, and counts as nothing', async () => {
  const people = Array.from({ length: 60 }, (_, i) => `Write to a.very.long.name.of.a.person.${i}@harbour.example about berth ${i}.`)
  await put('papers', 'contacts.md', 'unclassified', `# Contacts\n\n${people.join('\n\n')}\n`)
  const missionId = await begin('What in papers-contacts.md must be redacted?')
  const planned = await until(missionId, at('G2'))
  expect(planned.shardList.map(({ agent }) => agent)).toEqual(['redact-review'])
  await approve(missionId, planned)
  const { report } = await until(missionId, at('G4'))
  const [section] = report?.content.sections ?? []
  const shown = section?.claims.length ?? 0
  expect([shown > 0, (section?.omitted ?? 0) + shown]).toEqual([true, 60])
  expect(report?.content.counts).toMatchObject({ claims: shown, verified: report?.content.citations.length })
  await core.call('missions.abort', { missionId })
})

describe('a plan of a person’s own', () => {
  const shard = (input: object, more: object = {}) => ({ key: 's1', title: 'The memo', agent: 'summarise', input, after: [], ...more })

  test('RUN-17 HUM-03 begins a mission without a planner, is shown under its maker’s name, and is carried out as it was written', async () => {
    const missionId = await begin('What does the memo say?', { plan: { shards: [shard({ document: memoFile })] } })
    const planned = await until(missionId, at('G2'))
    expect([planned.plan?.by, planned.plan?.revision, planned.shardList[0]?.documents[0]?.file]).toEqual(['tester', 1, memoFile])
    expect((await core.call('missions.events', { missionId })).items.map(({ event }) => event.type)).not.toContain('mission.plan_started')
    await approve(missionId, planned)
    const joined = await until(missionId, at('G4'))
    expect(joined.report?.content.counts).toMatchObject({ supported: joined.report?.content.counts.claims })
    const runId = joined.shardList[0]?.runs[0]?.runId ?? ''
    const events = (await core.call('runs.events', { runId })).items.map(({ event }) => event)
    const input = events.flatMap((event) => (event.type === 'run.created' ? [event.input.body] : []))[0]
    const { text } = await core.call('bodies.read', { runId, body: input })
    // What the agent says of its fields holds where the plan says nothing.
    expect(JSON.parse(text ?? '').fields).toEqual({
      document: await idOf(memoFile),
      focus: 'What are the main statements of this document?',
    })
    await core.call('missions.abort', { missionId })
  })

  test('HUM-03 takes the place of the planner’s at G2, and each fault of it is told with its place', async () => {
    const missionId = await begin('When did the pump at the north gate fail?')
    const planned = await until(missionId, at('G2'))
    expect(planned.plan?.by).toBeNull()
    const { commitment } = planned.plan ?? {}
    const faulty = {
      shards: [
        shard({ document: 'nothing.md' }),
        shard({ document: mixedFile }, { key: 's2', after: ['s9'] }),
        shard({ document: logFile, colour: 'red' }, { key: 's3' }),
        shard({}, { key: 's4', agent: 'report-writer' }),
      ],
    }
    const refused = await core.call('missions.plan', { missionId, plan: faulty, commitment })
    expect([refused.mission, refused.faults.map(({ code, at: place }) => `${place} ${code}`)]).toEqual([
      null,
      [
        'shards[0].input.document plan.unknown_document',
        'shards[1].after[0] plan.unknown_shard',
        'shards[1].input.document plan.document_above',
        'shards[2].input[1] plan.unknown_field',
        'shards[3].agent plan.unknown_agent',
      ],
    ])
    expect(await core.codeOf('missions.start', { goal: 'x', label: unclassified, plan: faulty })).toBe('mission.plan_faults')
    expect(
      await core.codeOf('missions.start', {
        goal: 'x',
        label: unclassified,
        plan: { shards: [shard({ document: memoFile })] },
        gates: ['G1'],
      }),
    ).toBe('mission.plan_at_g1')
    const own = { shards: [shard({ document: logFile }, { title: 'The log alone', budget: { tokensMax: 5_000 } })] }
    const { mission } = await core.call('missions.plan', { missionId, plan: own, commitment })
    expect([
      mission?.plan?.by,
      mission?.plan?.revision,
      mission?.gate,
      mission?.shardList.map(({ title, tokensMax }) => [title, tokensMax]),
    ]).toEqual(['tester', 2, 'G2', [['The log alone', 5_000]]])
    expect(await core.codeOf('missions.decide', { missionId, gate: 'G2', decision: 'approve', commitment })).toBe('mission.other_plan')
    await core.call('missions.abort', { missionId })
  })

  test('LBL-01 bears no marks above its mission, and names nothing to whoever may not see it', async () => {
    const missionId = await begin('When did the pump at the north gate fail?')
    const { plan } = await until(missionId, at('G2'))
    const marked = { shards: [shard({ document: memoFile }, { title: '(S) The cable' })] }
    expect(await core.codeOf('missions.plan', { missionId, plan: marked, commitment: plan?.commitment })).toBe('task.label_below_marks')
    expect(await core.codeOf('missions.start', { goal: 'x', label: unclassified, plan: marked })).toBe('task.label_below_marks')
    // A document that is raised meanwhile is not named under the mission any more.
    const { mission } = await core.call('missions.plan', {
      missionId,
      plan: { shards: [shard({ document: memoFile })] },
      commitment: plan?.commitment,
    })
    await core.call('documents.relabel', { documentId: await idOf(memoFile), label: labelFromName('secret') })
    const raised = await core.call('missions.get', { missionId })
    expect([mission?.shardList[0]?.documents[0]?.file, raised.shardList[0]?.documents[0]?.file]).toEqual([memoFile, null])
    await core.call('missions.abort', { missionId })
    const key = testKey(7)
    const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: labelFromName('secret') }]))
    const analyst = { accounts: ['tester', 'low'], clearance: unclassified }
    await core.call('policy.load', {
      ...signed(samplePolicy(key, { separated: [], roles: { ...everyone, analyst, operator: analyst } }), key),
      key: publicKeyLine(key),
    })
    const low = (document: string) =>
      core.app.dispatch('missions.start', { goal: 'x', plan: { shards: [shard({ document })] } }, { account: 'low', shell: 'cli' })
    const [held, nowhere] = [await low(closedFile), await low('nowhere.md')]
    expect([held.ok, held]).toEqual([false, nowhere])
  })
})

test('MEM-03 lessons are listed across missions, the newest first, for those who may see theirs', async () => {
  const missionId = await begin('When did the pump at the north gate fail?')
  await until(missionId, at('G2'))
  await core.call('missions.abort', { missionId })
  const high = await begin('When did the pump fail?', { label: labelFromName('secret') })
  await until(high, at('G2'))
  await core.call('missions.abort', { missionId: high })
  await core.call('board.learn', { missionId, context: 'Pumps', learning: 'Read the log first.' })
  await core.call('board.learn', { missionId: high, context: 'Closed pumps' })
  const { items, total } = await core.call('board.lessons')
  expect([total, items.map((lesson) => [lesson.missionId, lesson.label.level])]).toEqual([
    2,
    [
      [high, 'secret'],
      [missionId, 'unclassified'],
    ],
  ])
  expect(items[1]).toMatchObject({
    content: 'context: Pumps\nlearning: Read the log first.',
    goal: 'When did the pump at the north gate fail?',
  })
  const seen = await core.app.dispatch('board.lessons', {}, { account: 'low', shell: 'cli' })
  expect(seen).toMatchObject({ ok: true, value: { total: 1, items: [{ missionId }] } })
})
