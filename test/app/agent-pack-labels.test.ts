/** Agents of a pack that is above what a person may see: not there for them, and what such an agent does is above them as well. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packAgents } from '../../main/airgap/agent-pack.ts'
import type { AppWorld } from '../../main/app.ts'
import type { CallName } from '../../main/contract/calls.ts'
import { type Label, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { makePackFolder } from '../support/agent-packs.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, secret, signed, testKey } from '../support/policies.ts'
import { scriptedModel } from '../support/scripted-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()

/** `tester` is cleared, and `ana` is not. */
async function station(name: string, world: AppWorld = {}): Promise<OpenApp> {
  const core = await openApp(join(root, name), { ...world, trustRoot: { file: join(root, 'none.pub'), owner: 0 } })
  await core.call('station.configure', { ceiling: 'secret' })
  const key = testKey(1)
  const usual = samplePolicy(key)
  const roles = {
    ...usual.roles,
    analyst: { accounts: ['ana', 'tester'], clearance: unclassified },
    administrator: { accounts: ['tester'], clearance: secret },
  }
  await core.call('policy.load', { ...signed({ ...usual, roles }, key), key: publicKeyLine(key) })
  return core
}
const asAna = async (core: OpenApp, name: CallName, input: unknown = {}) => {
  const reply = await core.app.dispatch(name, input, { account: 'ana', shell: 'cli' })
  return reply.ok ? reply.value : reply.error.code
}
function pack(version = '1.0.0'): string {
  const to = join(root, `pack-${version}.tar.zst`)
  if (!existsSync(to)) packAgents(makePackFolder(join(root, `pack-${version}`), { version }), to)
  return to
}
const names = (list: unknown) => (list as { items: ReadonlyArray<{ name: string }> }).items.map(({ name }) => name)

test('SEC-04 PKG-02 an agent of a secret pack is not there for who is not cleared, and its runs are secret', async () => {
  const core = await station('labels')
  await core.call('agents.install', { source: { path: pack() }, label: { ...unclassified, level: 'secret' } })
  expect([names(await core.call('agents.list')).includes('berths'), names(await core.call('agents.packs'))]).toEqual([true, ['harbour']])
  expect([names(await asAna(core, 'agents.list')).includes('berths'), names(await asAna(core, 'agents.packs'))]).toEqual([false, []])
  expect(names(await asAna(core, 'agents.list'))).toContain('research')
  expect(await asAna(core, 'agents.get', { agent: 'berths' })).toBe(await asAna(core, 'agents.get', { agent: 'nobody' }))
  const input = { topic: 'Which berth is free?' }
  expect(await asAna(core, 'runs.start', { agent: 'berths', input })).toBe(await asAna(core, 'runs.start', { agent: 'nobody', input }))

  // Its words in use are a site's own and unclassified; what it is stays secret.
  await core.call('prompts.publish', {
    agent: 'berths',
    prompt: 'draft',
    text: 'As this site wants it.',
    as: 'current',
    label: unclassified,
  })
  const { runId } = await core.call('runs.start', { agent: 'berths', input, label: unclassified })
  expect(await core.settled(runId)).toMatchObject({ label: { level: 'secret' } })

  // A later version under a lower label takes none of it away, and a label that is gone is the highest.
  await core.call('agents.install', { source: { path: pack('1.1.0') }, label: unclassified })
  expect(names(await asAna(core, 'agents.list'))).not.toContain('berths')
  rmSync(join(core.paths.agents, 'packs/harbour/pack.json.label'))
  await core.call('agents.reload')
  expect(names(await asAna(core, 'agents.list'))).not.toContain('berths')
})

test('SEC-04 AGT-01 a planner is told of a secret agent in a secret run alone', async () => {
  const model = scriptedModel()
  const core = await station('planned', { inference: model.inference })
  await core.call('agents.install', { source: { path: pack() }, label: { ...unclassified, level: 'secret' } })
  await core.call('models.import', { source: { path: tinyModels(root).decoder } })
  const heard = async (label: Label) => {
    model.prompts.length = 0
    const { runId } = await core.call('runs.start', { agent: 'plan', input: { goal: 'Free a place at the quay' }, label })
    await core.settled(runId)
    return model.prompts.join('\n')
  }
  const low = await heard(unclassified)
  expect([low.includes('research:'), low.includes('berths')]).toEqual([true, false])
  expect(await heard({ ...unclassified, level: 'secret' })).toContain('berths:')
})

test('SEC-04 PKG-02 the label also counts for a pack that was cut off, and for what is wrong with its agents', async () => {
  const core = await station('cut')
  const last = join(core.paths.agents, 'packs/harbour/pack.json')
  mkdirSync(join(last, 'in the way'), { recursive: true })
  const source = { path: pack() }
  await expect(core.call('agents.install', { source, label: { ...unclassified, level: 'secret' } })).rejects.toThrow()
  expect(names(await core.call('agents.reload'))).toContain('berths')
  expect(names(await asAna(core, 'agents.list'))).not.toContain('berths')
  writeFileSync(join(core.paths.agents, 'berths.yaml'), 'name: [')
  expect((await core.call('agents.reload')).refused).toMatchObject([{ file: 'berths.yaml' }])
  expect(await asAna(core, 'agents.list')).toMatchObject({ refused: [] })
})

test('SEC-04 PKG-02 a pack whose label is not known is taken out by hand and installed anew under the one that it has', async () => {
  const core = await station('unknown')
  await core.call('agents.install', { source: { path: pack() }, label: unclassified })
  const home = join(core.paths.agents, 'packs/harbour')
  rmSync(join(home, 'pack.json.label'))
  // The same pack again lowers nothing.
  await core.call('agents.install', { source: { path: pack() }, label: unclassified })
  expect(names(await asAna(core, 'agents.list'))).not.toContain('berths')
  const aside = join(root, 'aside')
  mkdirSync(aside)
  renameSync(home, join(aside, 'harbour'))
  renameSync(join(core.paths.agents, 'berths.yaml'), join(aside, 'berths.yaml'))
  await core.call('agents.install', { source: { path: pack() }, label: unclassified })
  expect(names(await asAna(core, 'agents.list'))).toContain('berths')
})

test('PKG-01 an agent of an unclassified pack is there for everybody', async () => {
  const core = await station('open')
  await core.call('agents.install', { source: { path: pack() }, label: unclassified })
  expect(names(await asAna(core, 'agents.list'))).toContain('berths')
  expect(readFileSync(join(core.paths.agents, 'packs/harbour/pack.json.label'), 'utf8')).toContain('unclassified')
})
