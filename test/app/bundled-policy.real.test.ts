/** Policies that signed bundles bring: in force only under the keys that this station takes already, and never an older one. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { writeStrictJson } from '../../main/domain/airgap/strict-json.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import type { Policy } from '../../main/domain/policy.ts'
import { makeBundle, people, sha256 } from '../support/airgap.ts'
import { bring, finished, load, policyOf } from '../support/bundled.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, secret, signed, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const [own, stranger] = [testKey(1), testKey(2)]

type Bundle = Awaited<ReturnType<typeof makeBundle>>
/** A bundle of this number with a policy of that version. */
const bundleOf = (seq: number, version: number, key = own, change: Partial<Policy> = {}): Promise<Bundle> => {
  const entry = policyOf(folder, seq * 100 + version, signed(samplePolicy(key, { version, signers: [signer(key)], ...change }), key))
  return makeBundle(folder, `bundle-${seq}-${version}`, { seq, version: `1.${seq}.0`, files: [], list: { artifacts: [entry] } })
}
const signer = (key: typeof own) => samplePolicy(key).signers[0] ?? { keyId: '', publicKey: '' }

let first: Bundle
let fingerprint = ''
beforeAll(async () => {
  first = await bundleOf(1, 1)
  fingerprint = sha256(readFileSync(join(folder, 'root', '1.root.json')))
})

async function station(name: string): Promise<OpenApp> {
  const core = await openApp(join(folder, name), { trustRoot: { file: join(folder, 'none.pub'), owner: 0 } })
  await core.call('station.configure', { ceiling: 'secret' })
  await core.call('bundles.trust', { path: first.folder, fingerprint })
  return core
}
const placed = async (core: OpenApp) => (await core.call('bundles.placed')).policy
const inForce = async (core: OpenApp) => {
  const { state, version } = await core.call('policy.get')
  return [state, version]
}
const short = ({ digest }: Bundle) => digest.slice(0, 12)

test('AIR-01 PKG-01 the first policy waits for a person with its key; a newer one of that key comes in force with its bundle, an older one never', async () => {
  const core = await station('usual')
  expect(await bring(core, first)).toMatchObject({ state: 'done' })
  expect(await inForce(core)).toEqual(['built_in', 0])
  // Whoever signs bundles does not thereby sign policies.
  expect(await placed(core)).toMatchObject({
    ...{ isInForce: false, version: 1, because: { code: 'policy.key_needed' } },
    command: `holdfast policy load --from-bundle ${short(first)} --key PUBKEY`,
  })
  const { policy, signature } = await core.call('bundles.policy', { digest: first.digest })
  await core.call('policy.load', { policy, signature, key: publicKeyLine(own) })
  expect(await placed(core)).toMatchObject({ isInForce: true, because: null, command: null })

  const second = await bundleOf(2, 2)
  expect(await bring(core, second)).toMatchObject({ state: 'done' })
  expect([await inForce(core), (await placed(core))?.isInForce]).toEqual([['in_force', 2], true])

  // An older one, one of another key, and one by a signer of bundles: each bundle serves, and the policy stays.
  const builder = people.builders[0]
  if (builder === undefined) throw new Error('nobody builds')
  for (const [bundle, code] of [
    [await bundleOf(3, 1), 'policy.older'],
    [await bundleOf(4, 9, stranger), 'policy.unknown_signer'],
    [await bundleOf(5, 10, builder), 'policy.unknown_signer'],
  ] as const) {
    expect(await bring(core, bundle)).toMatchObject({ state: 'done' })
    expect(await placed(core)).toMatchObject({ isInForce: false, because: { code }, command: null })
    expect(await inForce(core)).toEqual(['in_force', 2])
  }

  // Nor does a way back bring one: neither an older policy, nor one that was never loaded.
  await core.call('bundles.rollback', { digest: second.digest })
  expect(await finished(core)).toMatchObject({ kind: 'rollback', state: 'done' })
  expect([await inForce(core), (await placed(core))?.isInForce]).toEqual([['in_force', 2], true])
})

test('AIR-08 a way back loads no policy, not even a newer one that was never loaded', async () => {
  const core = await station('back')
  const second = await bundleOf(6, 2)
  for (const bundle of [first, second, await bundleOf(7, 1)]) await bring(core, bundle)
  await core.call('policy.load', { ...(await core.call('bundles.policy', { digest: first.digest })), key: publicKeyLine(own) })
  await core.call('bundles.rollback', { digest: second.digest })
  expect(await finished(core)).toMatchObject({ kind: 'rollback', state: 'done' })
  expect(await inForce(core)).toEqual(['in_force', 1])
  expect(await placed(core)).toMatchObject({
    ...{ isInForce: false, version: 2, because: { code: 'policy.not_loaded' } },
    command: `holdfast policy load --from-bundle ${short(second)}`,
  })
})

test('AIR-08 where the policy gives that to two persons, one who activates asks, and another confirms', async () => {
  const core = await station('two')
  const both = { administrator: { accounts: ['ada', 'tester'], clearance: secret }, analyst: { accounts: ['tester'], clearance: secret } }
  const officer = { security_officer: { accounts: ['sam'], clearance: secret } }
  const start = signed(samplePolicy(own, { dualControl: ['policy.load'], roles: { ...both, ...officer } }), own)
  await core.call('policy.load', { ...start, key: publicKeyLine(own) })
  const bundle = await bundleOf(2, 3, own, { roles: { ...both, ...officer } })
  expect(await bring(core, bundle)).toMatchObject({ state: 'done' })
  expect(await inForce(core)).toEqual(['in_force', 1])
  const [act] = (await core.call('acts.list')).items
  expect(await placed(core)).toMatchObject({ because: { code: 'act.waits' }, command: `holdfast acts confirm ${act?.id}` })
  const shown = await core.call('acts.get', { actId: act?.id })
  const confirmed = await core.app.dispatch(
    'acts.confirm',
    { actId: act?.id, argumentsHash: shown.argumentsHash },
    { account: 'sam', shell: 'cli' },
  )
  expect(confirmed.ok).toBe(true)
  expect([await inForce(core), (await placed(core))?.isInForce]).toEqual([['in_force', 3], true])
})

test('PKG-02 AIR-04 a policy in another form than bundles bring is refused before anything changes, however it was signed', async () => {
  const core = await station('forms')
  const good = signed(samplePolicy(own), own)
  const forms: Readonly<Record<string, string>> = {
    'the bare policy': good.policy,
    'another field': writeStrictJson({ ...good, note: 'x' }),
    'no signature': writeStrictJson({ policy: good.policy }),
    'a signature of another form': writeStrictJson({ ...good, signature: 'none' }),
    'a policy that is no JSON': writeStrictJson({ ...good, policy: 'version 1' }),
    'another spelling': JSON.stringify({ signature: good.signature, policy: good.policy }, null, 2),
  }
  for (const [at, [name, text]] of Object.entries(forms).entries()) {
    const entry = policyOf(folder, 900 + at, good)
    writeFileSync(entry.file, text)
    const bundle = await makeBundle(folder, `form-${at}`, { seq: 1, version: '1.0.0', files: [], list: { artifacts: [entry] } })
    expect(await load(core, bundle.folder), name).toMatchObject({ state: 'failed', failure: { code: 'bundle.structure' } })
  }
  expect((await core.call('bundles.status')).releases).toEqual([])
  expect(await inForce(core)).toEqual(['built_in', 0])
})
