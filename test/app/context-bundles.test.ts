/** Context bundles through the one door: made as runs end and wait, carried into the next attempt, and led back to every word. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { bundlesExpand, bundlesList, bundlesShow } from '../../main/cli/context-bundles.ts'
import type { CommandCore } from '../../main/cli/core.ts'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import { commandOutputs } from '../../main/contract/cli.ts'
import { labelFromName } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { roles } from '../../main/domain/role.ts'
import { commandCore } from '../support/command-core.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, secret, signed, testKey } from '../support/policies.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const paper = join(folder, 'pump.md')
writeFileSync(paper, '# Log\n\nThe pump at the north gate failed at 14:05 on Tuesday. Crew Seven repaired the pump before midnight.\n')
const quote = 'The pump at the north gate failed at 14:05 on Tuesday'
const claims = JSON.stringify({ claims: [{ text: 'It failed at 14:05.', n: 1, quote }] })
const look = JSON.stringify({ tool: 'search_holdings', arguments: { query: 'pump north gate', collection: null, count: 5 } })
const draft = '{"tool":"draft_report"}'

const script = scriptedModel([])
let core: OpenApp
let asCli: CommandCore
let runId = ''
beforeAll(async () => {
  core = await openApp(join(folder, 'data'), { inference: script.inference })
  await core.call('station.configure', { ceiling: 'secret' })
  await core.ingest([paper], { level: 'secret' })
  await core.call('models.import', { source: { path: tinyModels(folder).decoder } })
  script.answers.push(look, draft, claims)
  runId = (await core.call('runs.start', { agent: 'report-writer', input: { topic: 'The pump' } })).runId
  await core.settled(runId)
  asCli = commandCore(core.app)
})
/** Oldest first. They are made a moment after their event. */
async function bundlesOf(of: string, count: number): Promise<CallOutput<'contextBundles.list'>['items']> {
  for (;;) {
    const { items } = await core.call('contextBundles.list', { runId: of })
    if (items.length >= count) return items.toReversed()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('BND-04 BND-05 a report that waits, is refused and ends leaves two bundles in a chain, with what the person said', async () => {
  await bundlesOf(runId, 1)
  const waiting = (await core.call('approvals.list')).items.find((item) => item.runId === runId)
  await core.call('approvals.reject', { holdId: waiting?.holdId, feedback: 'Say who repaired it.' })
  await core.settled(runId)
  const [held, done] = await bundlesOf(runId, 2)
  expect([held?.trigger, done?.trigger, done?.continues]).toEqual(['held', 'complete', held?.id])
  const chain = await core.call('contextBundles.chain', { contextBundleId: done?.id })
  expect(chain.items.map(({ id }) => id)).toEqual([done?.id, held?.id])
  expect(chain.decisions).toMatchObject([
    { bundleId: done?.id, choice: 'rejected write_file', by: 'person', why: { text: 'Say who repaired it.' } },
  ])
  const shown = await core.call('contextBundles.get', { contextBundleId: held?.id })
  expect(shown.isIntact).toBe(true)
  expect(shown.bundle?.nextSteps.join(' ')).toMatch(/Step \d+, write_file: A person decides/)
})

test('BND-03 every text that it was made from comes back byte for byte, and all of it as one', async () => {
  const [, done] = await bundlesOf(runId, 2)
  const { sections } = await core.call('contextBundles.get', { contextBundleId: done?.id })
  expect(sections.map(({ id }) => id)).toEqual(expect.arrayContaining(['input', 'step-0.input', 'step-1.output', 'result']))
  const expand = (section?: string) =>
    core.call('contextBundles.expand', { contextBundleId: done?.id, ...(section === undefined ? {} : { section }) })
  for (const { id, body } of sections) {
    const { text } = await core.call('bodies.read', { runId, body })
    expect((await expand(id)).text).toBe(text)
  }
  const whole = JSON.parse((await expand()).text)
  const { items } = await core.call('runs.events', { runId, limit: 200 })
  expect(whole.events).toEqual(items.slice(0, whole.events.length))
  expect(whole.sections.map(({ id }: { id: string }) => id)).toEqual(sections.map(({ id }) => id))
  expect(await core.codeOf('contextBundles.expand', { contextBundleId: done?.id, section: 'step-99.output' })).toBe(
    'context_bundle.no_section',
  )
  expect(await core.codeOf('contextBundles.get', { contextBundleId: `${runId}.1` })).toBe('context_bundle.unknown')
})

test('BND-06 another attempt begins with what the one before handed on, within 12 % of the window, and is told where that comes from', async () => {
  const handed = (await bundlesOf(runId, 2)).at(-1)
  script.answers.push(draft)
  const { id: second } = await core.call('runs.retry', { runId })
  await core.settled(second)
  const step = (await core.call('steps.list', { runId: second })).items.find(({ kind }) => kind === 'model')
  const shown = await core.call('context.show', { runId: second, stepId: step?.id })
  const carried = shown.parts.filter(({ why }) => why === 'carried')
  expect(carried.map(({ source }) => source)).toContain(handed?.id)
  expect(carried.map(({ text }) => text).join('\n')).toContain('Say who repaired it.')
  const tokens = carried.reduce((sum, part) => sum + (part.tokens ?? 0), 0)
  expect(tokens / shown.contextTokens).toBeLessThanOrEqual(0.12)
  expect(shown.share).toBeLessThanOrEqual(0.4)
  expect(shown.label.level).toBe('secret')
})

test('LBL-02 what a document says that was raised since is carried into another attempt with the label that it has now', async () => {
  const words = scriptedModel([])
  const other = await openApp(join(folder, 'raised'), { inference: words.inference })
  await other.call('station.configure', { ceiling: 'secret' })
  await other.ingest([paper], { level: 'unclassified' })
  await other.call('models.import', { source: { path: tinyModels(folder).decoder } })
  words.answers.push(look, draft, claims)
  const label = labelFromName('unclassified')
  const { runId: first } = await other.call('runs.start', { agent: 'report-writer', input: { topic: 'The pump' }, label })
  expect((await other.settled(first)).label.level).toBe('unclassified')
  await other.app.idle()
  await other.call('runs.cancel', { runId: first })
  const [document] = (await other.call('documents.list', {})).items
  await other.call('documents.relabel', { documentId: document?.id, label: labelFromName('secret') })
  words.answers.push(draft)
  const { id: second } = await other.call('runs.retry', { runId: first })
  await other.settled(second)
  const step = (await other.call('steps.list', { runId: second })).items.find(({ kind }) => kind === 'model')
  const shown = await other.call('context.show', { runId: second, stepId: step?.id })
  expect(shown.parts.some(({ why }) => why === 'carried')).toBe(true)
  expect(shown.label.level).toBe('secret')
})

test('holdfast context bundles list, show and expand', async () => {
  const [, done] = await bundlesOf(runId, 2)
  const listed = await bundlesList(asCli, runId)
  const shown = await bundlesShow(asCli, done?.id ?? '')
  const expanded = await bundlesExpand(asCli, done?.id ?? '', 'input')
  const whole = await bundlesExpand(asCli, done?.id ?? '', undefined)
  if (!listed.ok || !shown.ok || !expanded.ok || !whole.ok) throw new Error('a command failed')
  commandOutputs['context bundles list'].parse(listed.value.value)
  commandOutputs['context bundles show'].parse(shown.value.value)
  commandOutputs['context bundles expand'].parse(expanded.value.value)
  expect(listed.value.lines).toHaveLength(2)
  expect(shown.value.lines.join('\n')).toMatch(
    /Goal: The pump[\s\S]*step-\d+ {2}rejected write_file: Say who repaired it\.[\s\S]*Goes on from:/,
  )
  expect(JSON.parse(expanded.value.value.text)).toMatchObject({ title: 'The pump' })
  expect(JSON.parse(whole.value.value.text).sections.length).toBeGreaterThan(3)
})

test('LBL-03 whoever is not cleared finds no bundle of it, and reads none', async () => {
  const key = testKey(1)
  const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: secret }]))
  const shaped = { separated: [], approvals: [], budgets: { tokensMax: null, costMicrosMax: null, concurrentRunsMax: null } }
  const cleared = { ...everyone, analyst: { accounts: ['eve'], clearance: labelFromName('unclassified') } }
  await core.call('policy.load', { ...signed(samplePolicy(key, { ...shaped, roles: cleared }), key), key: publicKeyLine(key) })
  const [, done] = await bundlesOf(runId, 2)
  const asEve = (name: CallName, input: unknown) => core.app.dispatch(name, input, { account: 'eve', shell: 'cli' })
  expect(await asEve('contextBundles.list', {})).toMatchObject({ ok: true, value: { items: [], total: 0 } })
  for (const name of ['contextBundles.get', 'contextBundles.chain', 'contextBundles.expand'] as const)
    expect(await asEve(name, { contextBundleId: done?.id })).toMatchObject({ ok: false, error: { code: 'role.above_clearance' } })
})
