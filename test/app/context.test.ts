/** What a model was shown, part by part, through the one door; as far as a person may see it; and of runs that an earlier version made. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { contextShow } from '../../main/cli/context.ts'
import type { CommandCore } from '../../main/cli/core.ts'
import { commandOutputs } from '../../main/contract/cli.ts'
import { labelFromName } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { roles } from '../../main/domain/role.ts'
import { commandCore } from '../support/command-core.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, secret, signed, testKey } from '../support/policies.ts'
import { recordedRun } from '../support/recorded-runs.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const paper = join(folder, 'pump.md')
writeFileSync(paper, '# Log\n\nThe pump at the north gate failed at 14:05 on Tuesday. The password: swordfish opens the gate.\n')
const look = JSON.stringify({ tool: 'search_holdings', arguments: { query: 'pump north gate', collection: null, count: 5 } })
const claims = JSON.stringify({ claims: [{ text: 'It failed.', n: 1, quote: 'The pump at the north gate failed at 14:05' }] })

let core: OpenApp
let runId = ''
let asCli: CommandCore
beforeAll(async () => {
  core = await openApp(join(folder, 'data'), { inference: scriptedModel([look, '{"tool":"draft_report"}', claims]).inference })
  await core.call('station.configure', { ceiling: 'secret' })
  await core.ingest([paper], { level: 'secret' })
  await core.call('models.import', { source: { path: tinyModels(folder).decoder } })
  runId = (await core.call('runs.start', { agent: 'report-writer', input: { topic: 'The pump' } })).runId
  await core.settled(runId)
  asCli = commandCore(core.app)
})
const stepsOf = async (of: string) => (await core.call('steps.list', { runId: of })).items

test('CTX-01 CTX-03 each part of a context is told with its size, its source, why it is there and its text', async () => {
  const models = (await stepsOf(runId)).filter(({ kind }) => kind === 'model')
  const last = models.at(-1)
  const shown = await core.call('context.show', { runId, stepId: last?.id })
  expect(shown).toMatchObject({ ordinal: last?.ordinal, tier: 'edge', isWhole: true, exemptionId: null, band: 'optimal', leftOut: [] })
  expect(shown.share).toBeCloseTo(shown.promptTokens / shown.contextTokens)
  expect(shown.parts.map(({ kind, why }) => [kind, why])).toEqual([
    ['system', 'agent'],
    ['evidence', 'found'],
    ['question', 'asked'],
  ])
  const [, evidence] = shown.parts
  expect(evidence?.source).toMatch(/^doc_[0-9A-Z]{26}\.\d+$/)
  expect(evidence?.text).toContain('The pump at the north gate failed')
  // What was taken out for the model is not put in again for a person.
  expect(evidence?.text).toContain('[secret]')
  expect(JSON.stringify(shown)).not.toContain('swordfish')
  const choices = await Promise.all(models.slice(0, -1).map(({ id: stepId }) => core.call('context.show', { runId, stepId })))
  expect(choices.map(({ parts }) => parts.map(({ kind }) => kind))).toEqual([
    ['system', 'thread', 'question'],
    ['system', 'thread', 'question'],
  ])
})

test('CTX-01 what is in the log of a context is ids and numbers, and no text', async () => {
  const events = JSON.stringify((await core.call('runs.events', { runId, limit: 200 })).items.map(({ event }) => event))
  expect(events).toContain('"parts"')
  expect(events).not.toMatch(/pump|north gate|Choose/)
})

test('a step without a model shows none, and so does one that is not there', async () => {
  const tool = (await stepsOf(runId)).find(({ kind }) => kind === 'tool')
  expect(await core.codeOf('context.show', { runId, stepId: tool?.id })).toBe('context.none')
  expect(await core.codeOf('context.show', { runId, stepId: `stp_${'0'.repeat(26)}` })).toBe('context.none')
  expect(await core.codeOf('context.show', { runId: `run_${'0'.repeat(26)}`, stepId: tool?.id })).toBe('run.unknown')
})

test('a run of an earlier version shows its passages, and a call without a model what it could quote from', async () => {
  const { id } = await core.call('runs.import', { source: { path: recordedRun('answered-by-a-model').path } })
  const old = (await stepsOf(id)).find(({ kind }) => kind === 'model')
  const shown = await core.call('context.show', { runId: id, stepId: old?.id })
  expect(shown).toMatchObject({ isWhole: false, leftOut: [] })
  expect(shown.parts.length).toBeGreaterThan(0)
  expect(shown.parts.every(({ kind, tokens, text }) => kind === 'evidence' && tokens === null && text === null)).toBe(true)
  const { id: quoted } = await core.ask('When did the pump at the north gate fail?', null)
  const reflex = (await stepsOf(quoted)).find(({ kind }) => kind === 'model')
  expect(await core.call('context.show', { runId: quoted, stepId: reflex?.id })).toMatchObject({
    tier: 'reflex',
    contextTokens: 0,
    share: 0,
  })
})

test('holdfast context show says it in lines, and names a step that is not there', async () => {
  const last = (await stepsOf(runId)).findLast(({ kind }) => kind === 'model')
  const said = await contextShow(asCli, runId, last?.ordinal ?? 0)
  if (!said.ok) throw new Error(said.error.code)
  commandOutputs['context show'].parse(said.value.value)
  expect(said.value.lines[0]).toMatch(
    /^Step \d+, edge, SECRET\. \d+ of \d+ tokens that it may take; [\d.]+ % of a window of \d+ \(optimal\)\.$/,
  )
  expect(said.value.lines.join('\n')).toMatch(/evidence {3}found {3}doc_\w+\.\d+ {2}\d+ tokens, \d+ bytes\n {6}\[1\] pump\.md/)
  expect(await contextShow(asCli, runId, 999)).toMatchObject({ ok: false, error: { code: 'context.no_step' } })
})

test('LBL-03 whoever is not cleared for a run sees nothing of what its models were shown', async () => {
  const key = testKey(1)
  const low = labelFromName('unclassified')
  const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: secret }]))
  const shaped = { separated: [], approvals: [], budgets: { tokensMax: null, costMicrosMax: null, concurrentRunsMax: null } }
  const cleared = { ...everyone, analyst: { accounts: ['eve'], clearance: low } }
  await core.call('policy.load', { ...signed(samplePolicy(key, { ...shaped, roles: cleared }), key), key: publicKeyLine(key) })
  const stepId = (await stepsOf(runId)).find(({ kind }) => kind === 'model')?.id
  const asked = await core.app.dispatch('context.show', { runId, stepId }, { account: 'eve', shell: 'cli' })
  expect(asked).toMatchObject({ ok: false, error: { code: 'role.above_clearance' } })
})
