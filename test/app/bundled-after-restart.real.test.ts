/** A bundle whose core ends while it comes to serve: the next start brings its agents, its policy and its documents, in the name of whoever let it serve. */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { composePack } from '../../main/airgap/agent-pack.ts'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import type { Policy } from '../../main/domain/policy.ts'
import { openReader } from '../../main/store/open.ts'
import { makePackFolder } from '../support/agent-packs.ts'
import { makeBundle, sha256 } from '../support/airgap.ts'
import { datasetOf, finished, load, policyOf } from '../support/bundled.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, secret, signed, signerOf, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const key = testKey(1)
const texts = { 'one.md': '# One\n\nBerth 1 is free.\n', 'two.md': '# Two\n\nBerth 2 is free.\n' }
const trustRoot = { file: join(folder, 'none.pub'), owner: 0 }

/** `tester` starts the cores and reads; only `ada` lets a bundle serve. */
const roles: Policy['roles'] = {
  ...samplePolicy(key).roles,
  analyst: { accounts: ['ada', 'tester'], clearance: secret },
  administrator: { accounts: ['ada'], clearance: secret },
}
const policyText = (version: number) => signed(samplePolicy(key, { version, signers: [signerOf(key)], roles }), key)

let bundle: Awaited<ReturnType<typeof makeBundle>>
let empty: typeof bundle
beforeAll(async () => {
  const pack = composePack(makePackFolder(join(folder, 'pack'), {}))
  if (!pack.ok) throw new Error(pack.error.message)
  writeFileSync(join(folder, 'harbour.tar.zst'), pack.value.bytes)
  const entry: PackList['artifacts'][number] = {
    ...{ platform: null, licence: 'Apache-2.0', upstream: null, status: 'active', model: null, collection: null },
    ...{ id: 'harbour', kind: 'agent-pack', name: 'harbour', title: 'Harbour', version: '1.0.0', file: join(folder, 'harbour.tar.zst') },
  }
  empty = await makeBundle(folder, 'empty', { seq: 1, version: '1.0.0', files: [{ name: 'notes', size: 100, kind: 'doc' }] })
  const artifacts = [entry, policyOf(folder, 2, policyText(2)), await datasetOf(folder, '1', texts)]
  bundle = await makeBundle(folder, 'bundle', { seq: 2, version: '1.1.0', files: [], list: { artifacts } })
})

/** A station that has taken the bundle in and keeps to the first policy. */
async function taken(data: string, failpoint: (name: string) => void): Promise<OpenApp> {
  const core = await openApp(data, { trustRoot, failpoint })
  await core.call('station.configure', { ceiling: 'secret' })
  const fingerprint = sha256(readFileSync(join(folder, 'root', '1.root.json')))
  await core.call('bundles.trust', { path: bundle.folder, fingerprint })
  for (const { folder: medium } of [empty, bundle]) expect(await load(core, medium)).toMatchObject({ state: 'done' })
  await core.call('policy.load', { ...policyText(1), key: publicKeyLine(key) })
  return core
}
const asAda = (core: OpenApp, name: 'bundles.activate' | 'bundles.rollback', input: object) =>
  core.app.dispatch(name, input, { account: 'ada', shell: 'cli' })

async function expectAllInPlace(core: OpenApp): Promise<void> {
  await finished(core)
  await core.app.idle()
  const placed = await core.call('bundles.placed')
  expect(placed.policy).toMatchObject({ isInForce: true, version: 2 })
  expect(placed.packs).toMatchObject([{ item: 'harbour', isInstalled: true }])
  expect(placed.datasets).toMatchObject([{ state: 'whole', documents: 2, files: 2 }])
  expect((await core.call('documents.list')).total).toBe(2)
}
/** Who did what, in its order. */
function acts(database: string): ReadonlyArray<readonly [type: string, account: string]> {
  const db = openReader(database)
  try {
    return db
      .prepare<[], { type: string; actor: string }>(
        "SELECT type, actor FROM events WHERE type IN ('bundle.activated', 'policy.loaded', 'bundle.imported') ORDER BY seq",
      )
      .all()
      .map(({ type, actor }) => [type, (JSON.parse(actor) as { account: string }).account])
  } finally {
    db.close()
  }
}
const broughtByAda = [
  ['bundle.activated', 'ada'],
  ['bundle.imported', 'ada'],
  ['policy.loaded', 'ada'],
]

test.each([
  ['it is tried, and nothing serves yet', 'bundle.tried'],
  ['it serves, and nothing has followed', 'bundle.committed'],
])('AIR-08 AIR-01 cut off when %s, all that it brings is in place after the next start, once', async (_when, moment) => {
  const [data, left] = [join(folder, `first-${moment}`), join(folder, `left-${moment}`)]
  const core = await taken(data, (name) => {
    // What a power cut in this moment leaves on the disk.
    if (name === moment && !existsSync(left)) cpSync(data, left, { recursive: true })
  })
  expect((await asAda(core, 'bundles.activate', { digest: bundle.digest })).ok).toBe(true)
  await expectAllInPlace(core)
  await core.app.close()

  // In its own place: what is imported is known by where it lies.
  rmSync(data, { recursive: true })
  renameSync(left, data)
  const again = await openApp(data, { trustRoot })
  await expectAllInPlace(again)
  await again.app.close()
  const found = acts(again.paths.database)
  expect(found.slice(-3).toSorted()).toEqual(broughtByAda.toSorted())
  // Nothing is left to follow at the start after that.
  const last = await openApp(data, { trustRoot })
  expect((await last.call('bundles.status')).work).toBeNull()
  await expectAllInPlace(last)
  await last.app.close()
  expect(acts(again.paths.database)).toEqual(found)
})

test('AIR-08 after a way back nothing follows at a start', async () => {
  const data = join(folder, 'back')
  let ends = false
  const core = await taken(data, (name) => {
    if (ends && name === 'bundle.committed') throw new Error('The core ended here.')
  })
  await asAda(core, 'bundles.activate', { digest: empty.digest })
  await finished(core)
  ends = true
  await asAda(core, 'bundles.activate', { digest: bundle.digest })
  expect(await finished(core)).toMatchObject({ state: 'failed' })
  // It serves all the same, and the ways back and forth are cut off like it.
  for (const { digest } of [empty, bundle]) {
    await asAda(core, 'bundles.rollback', { digest })
    expect(await finished(core)).toMatchObject({ state: 'failed' })
    expect((await core.call('bundles.status')).releases.find(({ state }) => state === 'active')?.digest).toBe(digest)
  }
  await core.app.close()
  const again = await openApp(data, { trustRoot })
  expect((await again.call('bundles.status')).work).toBeNull()
  expect((await again.call('bundles.placed')).packs).toMatchObject([{ isInstalled: false, because: { code: 'pack.not_installed' } }])
  await again.app.close()
})
