/** What a label given to a question decides over a whole core: what of it may leave, what its answer is labelled, and who sees it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { LabelName } from '../../main/domain/label.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { scriptedOutside } from '../support/scripted-outside.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const quote = 'The eastern quay is eleven metres deep'
const scripted = scriptedOutside(() => JSON.stringify({ claims: [{ text: 'It is eleven metres deep.', n: 1, quote }] }))
let core: OpenApp

beforeAll(async () => {
  core = await openApp(join(folder, 'data'), { outside: scripted })
  await core.call('station.configure', { ceiling: 'secret' })
  const put = async (name: string, level: LabelName, text: string) => {
    const file = join(folder, `${name}.md`)
    writeFileSync(file, `# ${name}\n\n${text}\n`)
    await core.ingest([file], { collection: name, level })
  }
  await put('Open', 'unclassified', `${quote}, as the pilot book says.`)
  await put('Closed', 'secret', 'The lighthouse hides a transmitter behind the lamp room.')
})

const ask = async (question: string, more: Record<string, unknown> = {}) => {
  const { runId } = await core.call('ask.start', { question, tier: 'datacenter', ...more })
  const run = await core.settled(runId)
  return { run, answer: (await core.call('ask.answer', { runId })).answer, reason: scripted.decisions.at(-1)?.refused[0]?.reason }
}
const deep = 'How deep is the eastern quay?'

test('LBL-01 RTE-03 on a classified station an unlabelled question stays, and a labelled one may go with what is as low', async () => {
  const unsaid = await ask(deep, { collection: 'Open' })
  expect(unsaid).toMatchObject({ run: { label: { level: 'secret' }, status: 'complete' }, reason: 'above_tier_clearance' })
  expect(unsaid.answer).toMatchObject({ tier: 'reflex', label: { level: 'secret' } })
  expect(scripted.sent).toEqual([])

  const said = await ask(deep, { collection: 'Open', label: unclassified })
  expect(said.run).toMatchObject({ label: { level: 'unclassified' }, status: 'held', holds: ['approval'] })
  const [item] = (await core.call('approvals.list')).items
  const { argumentsHash } = await core.call('approvals.get', { holdId: item?.holdId })
  await core.call('approvals.approve', { holdId: item?.holdId, argumentsHash })
  const done = await core.settled(said.run.id)
  expect(done).toMatchObject({ status: 'complete', label: { level: 'unclassified' } })
  expect((await core.call('ask.answer', { runId: said.run.id })).answer).toMatchObject({
    ...{ tier: 'datacenter', label: { level: 'unclassified' }, supported: true },
  })
  expect(scripted.sent).toHaveLength(1)
})

test('LBL-01 what is found raises it: a low question that finds something high stays, and its run is as high', async () => {
  const before = scripted.sent.length
  const found = await ask('What does the lighthouse hide behind the lamp room?', { label: unclassified })
  expect(found).toMatchObject({ run: { status: 'complete', label: { level: 'secret' } }, reason: 'above_tier_clearance' })
  expect(found.answer).toMatchObject({ label: { level: 'secret' }, fellBack: { code: 'route.above_tier_clearance' } })
  expect(scripted.sent).toHaveLength(before)
})

test('LBL-01 a question is never below the collection that it is asked of, nor is its answer below the question', async () => {
  const floor = await ask(deep, { collection: 'Closed', label: unclassified })
  expect(floor).toMatchObject({ run: { label: { level: 'secret' } }, reason: 'above_tier_clearance' })
  const { runId, conversationId } = await core.call('ask.start', {
    question: deep,
    label: labelFromName('confidential'),
    modelId: null,
    collection: 'Open',
  })
  await core.settled(runId)
  expect((await core.call('ask.answer', { runId })).answer?.label.level).toBe('confidential')
  const { turns } = await core.call('conversations.get', { conversationId })
  expect(turns[0]).toMatchObject({ questionLabel: { level: 'confidential' }, answer: { label: { level: 'confidential' } } })
})

test('LBL-01 a label that this account may not give is refused, and nothing is asked', async () => {
  const { total } = await core.call('runs.list')
  expect(await core.codeOf('ask.start', { question: deep, label: labelFromName('top_secret') })).toBe('task.label_above_clearance')
  expect(await core.codeOf('ask.start', { question: `(S) ${deep}`, label: unclassified })).toBe('task.label_below_marks')
  const report = { agent: 'report-writer', input: { topic: `(S//NF) ${deep}` }, label: unclassified }
  expect(await core.codeOf('runs.start', report)).toBe('task.label_below_marks')
  expect((await core.call('runs.list')).total).toBe(total)
})
