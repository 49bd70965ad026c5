/** Prompts that two accounts may not see alike: words under one label are never shown through the same words under another. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packAgents } from '../../main/airgap/agent-pack.ts'
import type { CallName, CallOutput } from '../../main/contract/calls.ts'
import { labelFromName, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { roles } from '../../main/domain/role.ts'
import { makePackFolder } from '../support/agent-packs.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, secret, signed, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const draft = { agent: 'research', prompt: 'draft' }
const high = labelFromName('secret')

/** `tester` may do everything up to secret, and `ana` change prompts that are unclassified. */
async function station(name: string): Promise<OpenApp> {
  const core = await openApp(join(root, name), { trustRoot: { file: join(root, 'none.pub'), owner: 0 } })
  await core.call('station.configure', { ceiling: 'secret' })
  const key = testKey(1)
  const everyone = Object.fromEntries(roles.map((role) => [role, { accounts: ['tester'], clearance: secret }]))
  const low = { accounts: ['ana', 'tester'], clearance: unclassified }
  const policy = samplePolicy(key, { separated: [], roles: { ...everyone, analyst: low, administrator: low } })
  await core.call('policy.load', { ...signed(policy, key), key: publicKeyLine(key) })
  return core
}
async function asAna<N extends CallName>(core: OpenApp, name: N, input: unknown): Promise<CallOutput<N>> {
  const reply = await core.app.dispatch(name, input, { account: 'ana', shell: 'cli' })
  if (!reply.ok) throw new Error(reply.error.code)
  return reply.value as CallOutput<N>
}

test('SEC-04 PRM-01 the same words under another label are another version, below as above', async () => {
  const core = await station('same')
  const text = 'Say what you found, and where.'
  const above = await core.call('prompts.publish', { ...draft, text, label: high, as: 'above' })
  const below = await asAna(core, 'prompts.publish', { ...draft, text, label: unclassified, as: 'below' })
  expect(below).toMatchObject({ version: above.version + 1, by: 'ana', label: unclassified, pointedAt: ['below'] })
  // And a person who says that it is secret is not given the one that is not.
  const words = 'Be brief.'
  await asAna(core, 'prompts.publish', { ...draft, text: words, label: unclassified })
  const raised = await core.call('prompts.publish', { ...draft, text: words, label: high })
  expect([raised.label, raised.by]).toEqual([high, 'tester'])
  expect((await core.call('prompts.publish', { ...draft, text: words, label: high })).version).toBe(raised.version)
})

test('SEC-04 PRM-01 a label that points above what a person may see is not there for them, and neither is any move to such a version', async () => {
  const core = await station('moves')
  const above = await core.call('prompts.publish', { ...draft, text: 'Name the cable.', label: high, as: 'cable' })
  await core.call('prompts.label', { ...draft, version: 1, as: 'kept' })
  await core.call('prompts.label', { ...draft, version: above.version, as: 'kept' })
  const seen = await asAna(core, 'prompts.get', { ...draft, version: 1 })
  expect([seen.pointedAt, seen.moves.map(({ name, version }) => [name, version])]).toEqual([
    ['current', 'product'],
    [
      ['kept', 1],
      ['current', 1],
      ['product', 1],
    ],
  ])
  const listed = await asAna(core, 'prompts.list', { agent: 'research' })
  expect(listed.items.find(({ prompt }) => prompt === 'draft')?.labels.map(({ name }) => name)).toEqual(['current', 'product'])
  const whole = await core.call('prompts.get', { ...draft, version: above.version })
  expect([whole.pointedAt, whole.moves.length]).toEqual([['cable', 'kept'], 5])
})

test('SEC-04 PKG-02 the words of a later version are as high as its pack is kept, whatever was asked for', async () => {
  const core = await station('packs')
  const pack = (version: string): string => {
    const to = join(root, `pack-${version}.tar.zst`)
    const files = { 'prompts/berths/draft.md': `Say which berth is meant, in ${version}.\n` }
    packAgents(makePackFolder(join(root, `pack-${version}`), { version }, files), to)
    return to
  }
  await core.call('agents.install', { source: { path: pack('1.0.0') }, label: high })
  await core.call('agents.install', { source: { path: pack('1.1.0') }, label: unclassified })
  const { versions } = await core.call('prompts.get', { agent: 'berths', prompt: 'draft' })
  expect(versions.map(({ label }) => label.level)).toEqual(['secret', 'secret'])
})
