/** Prompts over a whole core: versions that never change, labels that move, and runs that keep what led them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { installedAgents } from '../../main/composition/read-agents.ts'
import { faultsOf } from '../support/check-store.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const source = join(folder, 'log.md')
writeFileSync(source, '# Log\n\nThe pump at the north gate failed at 14:05 on Tuesday, and Crew Seven repaired it.\n')
const draft = { agent: 'research', prompt: 'draft' }

async function eventsOf(core: OpenApp, runId: string) {
  return (await core.call('runs.events', { runId, limit: 200 })).items.map(({ event }) => event)
}
async function pinsOf(core: OpenApp, runId: string) {
  const [created] = await eventsOf(core, runId)
  if (created?.type !== 'run.created') throw new Error('a run begins with its creation')
  return created.prompts?.map(({ use, agent, name, version }) => `${use} ${agent}/${name} ${version}`)
}
const research = async (core: OpenApp) =>
  (await core.call('runs.start', { agent: 'research', input: { topic: 'When did the pump fail?' } })).runId

test('PRM-01 an edit is another version; the old one keeps its words, and labels move with who and when', async () => {
  const core = await openApp(join(folder, 'versions'))
  const first = await core.call('prompts.get', draft)
  expect(first).toMatchObject({ version: 1, origin: 'product', by: 'holdfast', pointedAt: ['current', 'product'], isEstimated: true })
  const second = await core.call('prompts.publish', { ...draft, text: `${first.text}\nBe brief.` })
  expect(second).toMatchObject({ version: 2, origin: 'site', by: 'tester', pointedAt: ['candidate'] })
  expect((await core.call('prompts.get', { ...draft, version: 1 })).text).toBe(first.text)
  expect((await core.call('prompts.get', draft)).version).toBe(1)
  expect((await core.call('prompts.diff', { ...draft, from: 'current', to: 'candidate' })).diff).toContain('+Be brief.')
  // The same words again are the version that is there.
  expect((await core.call('prompts.publish', { ...draft, text: `${first.text}\nBe brief.`, as: 'tried' })).version).toBe(2)

  const moved = await core.call('prompts.label', { ...draft, version: 'candidate', as: 'current' })
  expect(moved.pointedAt).toEqual(['candidate', 'current', 'tried'])
  expect(moved.moves[0]).toMatchObject({ name: 'current', version: 2, by: 'tester' })
  const { items } = await core.call('prompts.list', { agent: 'research' })
  expect(items.find(({ prompt }) => prompt === 'draft')).toMatchObject({ versions: 2, newest: { version: 2 } })

  expect(await core.codeOf('prompts.get', { ...draft, version: 3 })).toBe('prompt.unknown')
  expect(await core.codeOf('prompts.label', { ...draft, version: 9, as: 'current' })).toBe('prompt.unknown')
  expect(await core.codeOf('prompts.label', { ...draft, version: 1, as: 'product' })).toBe('prompt.reserved_label')
  for (const text of ['', '  ', 'hidden \u202e words', 'x'.repeat(40_000)])
    expect(await core.codeOf('prompts.publish', { ...draft, text })).toBe('call.bad_input')
  await core.app.close()

  const db = new Database(core.paths.database)
  expect(() => db.exec('UPDATE prompt_versions SET version = 7')).toThrow('kept')
  expect(() => db.exec('DELETE FROM prompt_versions')).toThrow('kept')
  expect(() => db.exec('DELETE FROM prompt_labels')).toThrow('kept')
  // The log holds ids and commitments, and none of the words.
  const log = db.prepare("SELECT body FROM events WHERE body LIKE '%prompt.%'").all()
  expect(log.length).toBeGreaterThan(10)
  expect(JSON.stringify(log)).not.toMatch(/Be brief|evidence|research/)
  db.close()
  expect(faultsOf(core.paths)).toEqual([])
})

test('PRM-01 what the product brings is put in once, and a new text of it is a version that takes over only from its own', async () => {
  const data = join(folder, 'seeded')
  const started = await openApp(data)
  const { items } = await started.call('prompts.list')
  expect(items.every(({ versions, newest }) => versions === 1 && newest.origin === 'product')).toBe(true)
  await started.call('prompts.publish', { agent: 'ask', prompt: 'draft', text: 'Answer as this site wants it.', as: 'current' })
  await started.app.close()

  const again = await openApp(data)
  expect((await again.call('prompts.list')).items.map(({ versions }) => versions).filter((n) => n > 1)).toEqual([2])
  await again.app.close()

  const newer = installedAgents().map(({ definition, prompts }) => ({
    definition,
    prompts: Object.fromEntries(Object.entries(prompts).map(([name, text]) => [name, `${text}\nA later edition.`])),
  }))
  const later = await openApp(data, { agents: newer })
  expect(await later.call('prompts.get', draft)).toMatchObject({ version: 2, origin: 'product', pointedAt: ['current', 'product'] })
  expect(await later.call('prompts.get', { agent: 'ask', prompt: 'draft' })).toMatchObject({ version: 2, origin: 'site' })
  expect(await later.call('prompts.get', { agent: 'ask', prompt: 'draft', version: 'product' })).toMatchObject({ version: 3 })
  await later.app.close()
  // Back to the edition before: no fourth version, the label goes back.
  const back = await openApp(data)
  expect(await back.call('prompts.get', draft)).toMatchObject({ version: 1, pointedAt: ['current', 'product'] })
})

test('PRM-02 a run keeps the words that led it, to the byte, and so do its retry and its fork unless told otherwise', async () => {
  const claims = JSON.stringify({
    claims: [{ text: 'It failed at 14:05.', n: 1, quote: 'The pump at the north gate failed at 14:05 on Tuesday' }],
  })
  const script = scriptedModel()
  const core = await openApp(join(folder, 'pinned'), { inference: script.inference })
  await core.ingest([source])
  await core.call('models.import', { source: { path: tinyModels(folder, 4).decoder } })
  script.answers.push('{"tool":"draft_report"}', claims)
  const runId = await research(core)
  expect((await core.settled(runId)).status).toBe('complete')
  expect(await pinsOf(core, runId)).toEqual(['gather research/gather 1', 'draft research/draft 1'])
  expect(await core.call('runs.replay', { runId })).toMatchObject({ isSame: true, contexts: { total: 2, same: 2, gone: 0 } })

  for (const prompt of ['gather', 'draft'])
    await core.call('prompts.publish', { agent: 'research', prompt, text: `Other words for ${prompt}.`, as: 'current' })
  expect(await core.call('runs.replay', { runId })).toMatchObject({ isSame: true, contexts: { total: 2, same: 2, gone: 0 } })

  script.answers.push('{"tool":"draft_report"}', claims)
  const fresh = await research(core)
  await core.settled(fresh)
  expect(await pinsOf(core, fresh)).toEqual(['gather research/gather 2', 'draft research/draft 2'])
  expect(script.prompts.at(-1)).toContain('Other words for draft.')
  expect(await core.call('runs.replay', { runId: fresh })).toMatchObject({ contexts: { total: 2, same: 2, gone: 0 } })

  script.answers.push('{"tool":"draft_report"}', claims)
  const same = await core.call('runs.retry', { runId })
  await core.settled(same.id)
  expect(await pinsOf(core, same.id)).toEqual(['gather research/gather 1', 'draft research/draft 1'])
  expect(script.prompts.at(-1)).not.toContain('Other words')
  const current = await core.call('runs.retry', { runId, prompts: 'current' })
  await core.settled(current.id)
  expect(await pinsOf(core, current.id)).toEqual(['gather research/gather 2', 'draft research/draft 2'])
  const forked = await core.call('runs.fork', { runId, at: 0 })
  await core.settled(forked.id)
  expect(await pinsOf(core, forked.id)).toEqual(['gather research/gather 1', 'draft research/draft 1'])
})

test('PRM-01 PRM-03 tokens are those of the model that serves, once one does, and are kept; before that they are called an estimate', async () => {
  const script = scriptedModel()
  const core = await openApp(join(folder, 'counted'), { inference: script.inference })
  const before = await core.call('prompts.get', draft)
  expect(before).toMatchObject({ isEstimated: true, faults: [{ code: 'agent.prompt_short', message: expect.stringContaining('about') }] })
  await core.call('models.import', { source: { path: tinyModels(folder, 6).decoder } })
  const counted = await core.call('prompts.get', draft)
  expect(counted).toMatchObject({ isEstimated: false, tokens: Math.ceil((before.text ?? '').length / 4) })
  // A list does not have anybody count: it says what is known.
  const { items } = await core.call('prompts.list', { agent: 'research' })
  expect(items.map(({ prompt, newest }) => [prompt, newest.isEstimated])).toEqual([
    ['draft', false],
    ['gather', true],
  ])
})

test('PRM-02 where what it rests on is gone, a context is said to be gone and not to be the same', async () => {
  const script = scriptedModel(['{"claims":[]}'])
  const core = await openApp(join(folder, 'gone'), { inference: script.inference })
  await core.ingest([source])
  await core.call('models.import', { source: { path: tinyModels(folder, 5).decoder } })
  const { runId } = await core.call('ask.start', { question: 'When did the pump fail?' })
  await core.settled(runId)
  expect(await core.call('runs.replay', { runId })).toMatchObject({ contexts: { total: 1, same: 1, gone: 0 } })
  const [document] = (await core.call('documents.list')).items
  await core.call('documents.remove', { documentId: document?.id })
  expect(await core.call('runs.replay', { runId })).toMatchObject({ contexts: { total: 1, same: 0, gone: 1 } })
})

test('PRM-02 an agent whose words nobody has published begins no run; once they are published, it does', async () => {
  const core = await openApp(join(folder, 'missing'))
  mkdirSync(core.paths.agents, { recursive: true })
  const own = readFileSync(join(import.meta.dirname, '../../main/agents/research.yaml'), 'utf8')
  const lost = own
    .replace('name: research', 'name: lost')
    .replace('{ gather: gather, draft: draft }', '{ gather: research/gather, draft: research/nowhere }')
  writeFileSync(join(core.paths.agents, 'lost.yaml'), lost)
  await core.call('agents.reload')
  const start = { agent: 'lost', input: { topic: 'When did the pump fail?' } }
  expect(await core.codeOf('runs.start', start)).toBe('agent.unknown')
  expect((await core.call('runs.list')).total).toBe(0)
  await core.call('prompts.publish', { agent: 'research', prompt: 'nowhere', text: 'Say what you found.', as: 'current' })
  await core.call('agents.reload')
  await core.settled((await core.call('runs.start', start)).runId)
})
