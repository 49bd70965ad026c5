/** Packs of agents on a whole core: everything is looked at before anything is changed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packAgents } from '../../main/airgap/agent-pack.ts'
import { foundBy, makePackFolder } from '../support/agent-packs.ts'
import { faultsOf } from '../support/check-store.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { newId } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
function pack(draft: object = {}, files: Readonly<Record<string, string | null>> = {}): string {
  const [folder, to] = [join(root, newId('boot')), join(root, `${newId('boot')}.tar.zst`)]
  const made = packAgents(makePackFolder(folder, draft, files), to)
  if (!made.ok) throw new Error(made.error.message)
  return to
}
const install = (core: OpenApp, path: string) => core.call('agents.install', { source: { path } })
const refusal = (core: OpenApp, path: string) => core.codeOf('agents.install', { source: { path } })

/** Everything that an installation could have changed. */
async function state(core: OpenApp): Promise<string> {
  const files = existsSync(core.paths.agents) ? readdirSync(core.paths.agents, { recursive: true }).sort() : []
  const [agents, prompts, packs] = [await core.call('agents.list'), await core.call('prompts.list'), await core.call('agents.packs')]
  return JSON.stringify({ files, agents, prompts, packs })
}

test('PKG-01 a pack brings its agents, its words and its papers into a station that was empty, and twice is once', async () => {
  const core = await openApp(join(root, 'clean'))
  const file = pack()
  expect(await install(core, file)).toMatchObject({ name: 'harbour', version: '1.0.0', author: 'Harbour office', agents: ['berths'] })
  expect((await core.call('agents.list')).items.at(-1)).toMatchObject({ name: 'berths', origin: 'site' })
  expect(await core.call('prompts.get', { agent: 'berths', prompt: 'draft' })).toMatchObject({
    version: 1,
    origin: 'pack',
    text: 'Say which berth is meant.\n',
  })
  expect(readFileSync(join(core.paths.agents, 'packs/harbour/docs/readme.md'), 'utf8')).toBe('# Berths\n')
  const before = await state(core)
  await install(core, file)
  expect(await state(core)).toBe(before)
  const { runId } = await core.call('runs.start', { agent: 'berths', input: { topic: 'Which berth is free?' } })
  expect((await core.settled(runId)).status).toBe('complete')
  expect(faultsOf(core.paths)).toEqual([])
})

test('PKG-01 a later version takes over; what a person put in use stays, and what it does not bring any more goes', async () => {
  const core = await openApp(join(root, 'later'))
  await install(
    core,
    pack({ agents: ['berths', 'tides'] }, { 'agents/tides.yaml': foundBy('tides').replace('draft: draft', 'draft: research/draft') }),
  )
  await core.call('prompts.publish', { agent: 'berths', prompt: 'draft', text: 'As this site wants it.', as: 'current' })
  await install(core, pack({ version: '1.1.0' }, { 'prompts/berths/draft.md': 'Say it better.\n' }))
  expect((await core.call('agents.list')).items.map(({ name }) => name)).not.toContain('tides')
  expect(await core.call('prompts.get', { agent: 'berths', prompt: 'draft' })).toMatchObject({ version: 2, origin: 'site' })
  expect(await core.call('prompts.get', { agent: 'berths', prompt: 'draft', version: 'candidate' })).toMatchObject({
    version: 3,
    origin: 'pack',
  })
  expect(await refusal(core, pack())).toBe('pack.older')
})

test('PKG-02 a pack that is not whole, not in order, or lacks what it needs changes nothing', async () => {
  const core = await openApp(join(root, 'refused'))
  await install(
    core,
    pack(
      { name: 'first', agents: ['scout'], docs: [] },
      { ...gone, 'agents/scout.yaml': foundBy('scout').replace('draft: draft', 'draft: research/draft') },
    ),
  )
  writeFileSync(join(core.paths.agents, 'mine.yaml'), foundBy('mine').replace('draft: draft', 'draft: research/draft'))
  await core.call('agents.reload')
  const before = await state(core)
  const broken = join(root, 'broken.tar.zst')
  writeFileSync(broken, readFileSync(pack()).subarray(0, 300))
  const one = (name: string) => ({ ...gone, [`agents/${name}.yaml`]: foundBy(name).replace('draft: draft', 'draft: research/draft') })
  const refused: ReadonlyArray<readonly [string, string]> = [
    [broken, 'pack.malformed'],
    [pack({ dependencies: { holdfast: '999.0.0' } }), 'pack.needs_other'],
    [pack({ dependencies: { tides: '1.0.0' } }), 'pack.needs_other'],
    [pack({ dependencies: { first: '1.0.1' } }), 'pack.needs_other'],
    [pack({}, { 'agents/berths.yaml': foundBy('berths').replace('level: 4', 'level: 9') }), 'pack.agent_refused'],
    [pack({}, { 'agents/berths.yaml': foundBy('berths').slice(0, foundBy('berths').indexOf('runbook:')) }), 'pack.agent_refused'],
    [pack({}, { 'prompts/berths/draft.md': null }), 'pack.agent_refused'],
    [pack({}, { 'prompts/berths/draft.md': 'hidden \u202e words' }), 'pack.prompt_refused'],
    [pack({ agents: ['research'], docs: [] }, one('research')), 'pack.agent_taken'],
    [pack({ agents: ['scout'], docs: [] }, one('scout')), 'pack.agent_taken'],
    [pack({ agents: ['mine'], docs: [] }, one('mine')), 'pack.agent_taken'],
  ]
  for (const [file, code] of refused) {
    expect(await refusal(core, file)).toBe(code)
    expect(await state(core), code).toBe(before)
  }
  expect(await core.codeOf('agents.install', { source: { path: 'relative' } })).toBe('pack.bad_path')
  await install(core, pack({ dependencies: { first: '1.0.0' } }))
})

test('PKG-01 PKG-02 a pack that was cut off in the middle is completed by the same pack, and takes nothing that a person put there since', async () => {
  const core = await openApp(join(root, 'cut'))
  const file = pack()
  // The last thing that is written cannot be.
  const last = join(core.paths.agents, 'packs/harbour/pack.json')
  mkdirSync(join(last, 'in the way'), { recursive: true })
  await expect(install(core, file)).rejects.toThrow()
  const agent = join(core.paths.agents, 'berths.yaml')
  expect([existsSync(agent), (await core.call('agents.packs')).items]).toEqual([true, []])
  rmSync(last, { recursive: true })

  const text = readFileSync(agent, 'utf8')
  writeFileSync(agent, text.replace('level: 4', 'level: 3'))
  expect(await refusal(core, file)).toBe('pack.agent_taken')
  writeFileSync(agent, text)
  expect(await refusal(core, pack({ name: 'other' }))).toBe('pack.agent_taken')
  expect(await install(core, file)).toMatchObject({ name: 'harbour', agents: ['berths'] })
  expect(readdirSync(join(core.paths.agents, 'packs/harbour')).sort()).toEqual(['docs', 'pack.json', 'pack.json.label'])
})

test('PKG-01 a version that was cut off leaves no agent behind when another one is put in its place', async () => {
  const core = await openApp(join(root, 'cut-later'))
  await install(core, pack())
  const home = join(core.paths.agents, 'packs/harbour')
  const two = pack(
    { version: '1.1.0', agents: ['berths', 'tides'], docs: ['docs'] },
    { 'docs/readme.md': null, docs: 'x', 'agents/tides.yaml': foundBy('tides').replace('draft: draft', 'draft: research/draft') },
  )
  const kept = readFileSync(join(home, 'pack.json'))
  await install(core, two)
  expect(readFileSync(join(home, 'docs'), 'utf8')).toBe('x')
  // As an end before the last file would have left it.
  renameSync(join(home, 'pack.json'), join(home, 'pack.json.installing'))
  writeFileSync(join(home, 'pack.json'), kept)
  await install(core, pack())
  expect([existsSync(join(core.paths.agents, 'tides.yaml')), readdirSync(home).sort()]).toEqual([
    false,
    ['docs', 'pack.json', 'pack.json.label'],
  ])
  expect(readFileSync(join(home, 'docs/readme.md'), 'utf8')).toBe('# Berths\n')
})

/** Files of the usual folder that a pack of other agents does not have. */
const gone = { 'agents/berths.yaml': null, 'prompts/berths/draft.md': null, 'docs/readme.md': null } as const
