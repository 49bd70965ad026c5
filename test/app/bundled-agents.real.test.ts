/** Packs of agents that signed bundles bring: whole and in order, or nothing of them; installed when the bundle serves. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packAgents } from '../../main/airgap/agent-pack.ts'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { type Label, unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { makePackFolder } from '../support/agent-packs.ts'
import { makeBundle, sha256 } from '../support/airgap.ts'
import { bring, load } from '../support/bundled.ts'
import { openApp } from '../support/open-app.ts'
import { samplePolicy, secret, signed, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const common = { platform: null, licence: 'Apache-2.0', upstream: null, status: 'active', model: null, collection: null } as const

function entryOf(version: string, change: (bytes: Buffer) => Buffer = (bytes) => bytes): PackList['artifacts'][number] {
  const file = join(folder, `pack-${version}.tar.zst`)
  const made = packAgents(makePackFolder(join(folder, `pack-${version}`), { version }, {}), file)
  if (!made.ok) throw new Error(made.error.message)
  writeFileSync(file, change(readFileSync(file)))
  return { ...common, id: 'harbour', kind: 'agent-pack', name: 'harbour', title: 'Agents of the harbour office', version, file }
}
const bundleOf = (seq: number, entry: PackList['artifacts'][number]) =>
  makeBundle(folder, `bundle-${seq}`, { seq, version: `1.${seq}.0`, files: [], list: { artifacts: [entry] } })

test('PKG-01 PKG-02 agents come with the bundle that serves and stay after a way back; a pack that is not whole is not even taken in', async () => {
  const first = await bundleOf(1, entryOf('1.0.0'))
  const core = await openApp(join(folder, 'data'))
  await core.call('bundles.trust', { path: first.folder, fingerprint: sha256(readFileSync(join(folder, 'root', '1.root.json'))) })
  const names = async () => (await core.call('agents.list')).items.flatMap(({ name, origin }) => (origin === 'site' ? [name] : []))
  expect(await names()).toEqual([])
  expect(await bring(core, first)).toMatchObject({ state: 'done' })
  expect(await names()).toEqual(['berths'])
  expect((await core.call('bundles.placed')).packs).toEqual([
    { bundle: first.digest, item: 'harbour', title: 'Agents of the harbour office', agents: ['berths'], isInstalled: true, because: null },
  ])
  const { runId } = await core.call('runs.start', { agent: 'berths', input: { topic: 'Which berth is free?' } })
  expect((await core.settled(runId)).status).toBe('complete')

  const torn = await bundleOf(
    2,
    entryOf('1.1.0', (bytes) => bytes.subarray(0, bytes.length - 40)),
  )
  expect(await load(core, torn.folder)).toMatchObject({ state: 'failed', failure: { code: 'bundle.structure' } })
  expect([await names(), (await core.call('agents.packs')).items.map(({ version }) => version)]).toEqual([['berths'], ['1.0.0']])

  const next = await bundleOf(3, entryOf('1.2.0'))
  expect(await bring(core, next)).toMatchObject({ state: 'done' })
  await core.call('bundles.rollback', { digest: null })
  await expect.poll(async () => (await core.call('bundles.status')).work?.state).toBe('done')
  expect((await core.call('agents.packs')).items.map(({ version }) => version)).toEqual(['1.2.0'])
  // What serves again brought an older pack, and a newer one is here.
  expect((await core.call('bundles.placed')).packs).toMatchObject([{ isInstalled: false, because: { code: 'pack.older' } }])
})

test('SEC-04 PKG-02 why a pack cannot be installed names no agent to whoever may not see it', async () => {
  const high: Label = { ...unclassified, level: 'secret' }
  const core = await openApp(join(folder, 'named'), { trustRoot: { file: join(folder, 'none.pub'), owner: 0 } })
  await core.call('station.configure', { ceiling: 'secret' })
  const bundle = await bundleOf(4, entryOf('1.3.0'))
  await core.call('bundles.trust', { path: bundle.folder, fingerprint: sha256(readFileSync(join(folder, 'root', '1.root.json'))) })
  // A pack of another name brings an agent of the same one, and both are secret.
  const other = join(folder, 'other.tar.zst')
  packAgents(makePackFolder(join(folder, 'other'), { name: 'quay' }), other)
  await core.call('agents.install', { source: { path: other }, label: high })
  expect(await bring(core, bundle)).toMatchObject({ state: 'done' })
  const key = testKey(1)
  const usual = samplePolicy(key)
  const roles = {
    ...usual.roles,
    administrator: { accounts: ['low'], clearance: unclassified },
    analyst: { accounts: ['tester'], clearance: secret },
  }
  await core.call('policy.load', { ...signed({ ...usual, roles }, key), key: publicKeyLine(key) })
  const told = async (account: string) => {
    const reply = await core.app.dispatch('bundles.placed', {}, { account, shell: 'cli' })
    return reply.ok ? JSON.stringify(reply.value) : reply.error.code
  }
  expect(await told('tester')).toContain('The pack quay brings an agent of the same name')
  expect(await told('low')).toContain('pack.agent_taken')
  expect(await told('low')).not.toMatch(/quay|berths/)
})
