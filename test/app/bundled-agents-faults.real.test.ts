/** Packs of agents that a bundle brings, when their bytes are swapped in the store or one of them cannot be put in place. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { composePack } from '../../main/airgap/agent-pack.ts'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { foundBy, makePackFolder } from '../support/agent-packs.ts'
import { makeBundle, sha256 } from '../support/airgap.ts'
import { bring, finished, load, policyOf } from '../support/bundled.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, signed, signerOf, testKey } from '../support/policies.ts'
import { newId } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const common = { platform: null, licence: 'Apache-2.0', upstream: null, status: 'active', model: null, collection: null } as const
type Entry = PackList['artifacts'][number]

function packed(draft: object, files: Readonly<Record<string, string | null>> = {}): Buffer {
  const made = composePack(makePackFolder(join(folder, newId('boot')), draft, files))
  if (!made.ok) throw new Error(made.error.message)
  return made.value.bytes
}
function entryOf(name: string, bytes: Buffer): Entry {
  const file = join(folder, `${newId('boot')}.tar.zst`)
  writeFileSync(file, bytes)
  return { ...common, id: name, kind: 'agent-pack', name, title: `Agents of ${name}`, version: '1.0.0', file }
}
const bundleOf = (seq: number, artifacts: readonly Entry[]) =>
  makeBundle(folder, `bundle-${newId('boot')}`, { seq, version: `1.${seq}.0`, files: [], list: { artifacts: [...artifacts] } })

async function trusting(core: OpenApp, bundle: { readonly folder: string }): Promise<OpenApp> {
  await core.call('bundles.trust', { path: bundle.folder, fingerprint: sha256(readFileSync(join(folder, 'root', '1.root.json'))) })
  return core
}
const siteAgents = async (core: OpenApp) =>
  (await core.call('agents.list')).items.flatMap(({ name, origin }) => (origin === 'site' ? [name] : []))

/** A whole pack of as many bytes that nobody signed. */
function foreignOf(size: number): Buffer {
  for (let i = 1000; i < 3000; i++) {
    const bytes = packed({}, { 'prompts/berths/draft.md': `Tell which berth ${i}\n`, 'docs/readme.md': `# B${i}\n` })
    if (bytes.length === size) return bytes
  }
  throw new Error('no other pack of this length')
}

test('PKG-02 AIR-01 a pack that was swapped in the store is neither let serve nor installed nor shown as what was signed', async () => {
  const own = packed({})
  const bundle = await bundleOf(1, [entryOf('harbour', own)])
  let swap: (bytes: Buffer) => void = () => undefined
  const failpoint = (name: string) => {
    if (name === 'bundle.committed') swap(foreignOf(own.length))
  }
  const core = await trusting(await openApp(join(folder, 'swapped'), { failpoint }), bundle)
  const blob = await loadedBlob(core, bundle.folder, sha256(own))
  const put = (bytes: Buffer) => {
    chmodSync(blob, 0o600)
    writeFileSync(blob, bytes)
  }
  const serve = async () => {
    await core.call('bundles.activate', { digest: bundle.digest })
    return finished(core)
  }
  put(foreignOf(own.length))
  expect(await serve()).toMatchObject({ state: 'failed', failure: { code: 'bundle.not_whole' } })
  expect(await siteAgents(core)).toEqual([])

  // Swapped in the moment between the switch and the pack.
  put(own)
  swap = put
  expect(await serve()).toMatchObject({ state: 'done' })
  expect(await siteAgents(core)).toEqual([])
  expect((await core.call('bundles.placed')).packs).toMatchObject([{ isInstalled: false, because: { code: 'bundle.not_whole' } }])
})

/** Where the store keeps these bytes once the bundle was taken in. */
async function loadedBlob(core: OpenApp, from: string, digest: string): Promise<string> {
  expect(await load(core, from)).toMatchObject({ state: 'done' })
  const below = core.paths.data
  const found = readdirSync(below, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(digest))
  if (found === undefined || !statSync(join(below, found)).isFile()) throw new Error('the store has no such file')
  return join(below, found)
}

test('PKG-02 AIR-01 a pack that cannot be put in place keeps neither the next pack nor the policy from being brought', async () => {
  const key = testKey(1)
  const policy = (version: number) => policyOf(folder, version, signed(samplePolicy(key, { version, signers: [signerOf(key)] }), key))
  const first = await bundleOf(1, [policy(1)])
  const core = await trusting(await openApp(join(folder, 'kept'), { trustRoot: { file: join(folder, 'none.pub'), owner: 0 } }), first)
  await core.call('station.configure', { ceiling: 'secret' })
  expect(await bring(core, first)).toMatchObject({ state: 'done' })
  await core.call('policy.load', { ...(await signedText(core, first.digest)), key: publicKeyLine(key) })

  const tides = packed(
    { name: 'tides', agents: ['tides'], docs: [] },
    {
      ...{ 'agents/berths.yaml': null, 'prompts/berths/draft.md': null, 'docs/readme.md': null },
      'agents/tides.yaml': foundBy('tides').replace('draft: draft', 'draft: research/draft'),
    },
  )
  const second = await bundleOf(2, [entryOf('harbour', packed({})), entryOf('tides', tides), policy(2)])
  mkdirSync(join(core.paths.agents, 'packs'), { recursive: true })
  writeFileSync(join(core.paths.agents, 'packs', 'harbour'), 'a file where its folder should be')
  expect(await bring(core, second)).toMatchObject({ state: 'done' })
  expect(await siteAgents(core)).toEqual(['tides'])
  expect(await core.call('policy.get')).toMatchObject({ state: 'in_force', version: 2 })
})

async function signedText(core: OpenApp, digest: string) {
  const { policy, signature } = await core.call('bundles.policy', { digest })
  return { policy, signature }
}
