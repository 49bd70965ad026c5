/** A station with a core, a bundle with real (tiny) models, and everything between the medium and an answer. */
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { unclassified } from '../../main/domain/label.ts'
import { publicKeyLine } from '../../main/domain/minisign.ts'
import { openReader } from '../../main/store/open.ts'
import { addRoot, idOf, makeBundle, modelEntry, people, sha256 } from '../support/airgap.ts'
import { tinyModels } from '../support/models.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { samplePolicy, signed, testKey } from '../support/policies.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const models = tinyModels(folder)

const list = (chat: string): Partial<PackList> => ({
  artifacts: [modelEntry('quill', 'chat', chat), modelEntry('compass', 'embed', models.embedder)],
  serves: { chat: 'quill', embed: 'compass', rerank: null },
})

let first: Awaited<ReturnType<typeof makeBundle>>
let second: Awaited<ReturnType<typeof makeBundle>>
let broken: Awaited<ReturnType<typeof makeBundle>>
let fingerprint = ''
beforeAll(async () => {
  first = await makeBundle(folder, 'first', { seq: 1, version: '1.0.0', files: [], list: list(models.decoder) })
  // The same model with other weights: another file, and as able.
  const other = join(folder, 'other.gguf')
  const bytes = readFileSync(models.decoder)
  bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1
  writeFileSync(other, bytes)
  second = await makeBundle(folder, 'second', { seq: 2, version: '1.1.0', files: [], list: list(other) })
  // Its header is sound, and its weights stop in the middle of a tensor that the loader wants.
  const short = join(folder, 'short.gguf')
  writeFileSync(short, bytes.subarray(0, Math.floor(bytes.length * 0.6)))
  broken = await makeBundle(folder, 'broken', { seq: 3, version: '1.2.0', files: [], list: list(short) })
  fingerprint = sha256(readFileSync(join(first.folder, 'root', '1.root.json')))
})

async function finished(core: OpenApp) {
  for (;;) {
    const { work } = await core.call('bundles.status')
    if (work?.state !== 'running') return work
    await wait(20)
  }
}
const load = async (core: OpenApp, path: string, acceptUnscanned: string | null = 'Scanned on the station beside this one.') => {
  await core.call('bundles.load', { path, acceptUnscanned })
  return finished(core)
}
/** Kinds of events of bundles in the log. */
function recordedTypes(core: OpenApp): readonly string[] {
  const db = openReader(core.paths.database)
  const rows = db.prepare<[], { type: string }>("SELECT DISTINCT type FROM events WHERE type LIKE 'bundle.%' ORDER BY type").all()
  db.close()
  return rows.map(({ type }) => type)
}
const served = async (core: OpenApp) =>
  (await core.call('models.list')).items.filter(({ isActive }) => isActive).map(({ name, role, digest }) => [role, name, digest.value])

test('AIR-01 AIR-07 AIR-08 MOD-02 from the medium to an answer, to the next release, and back', async () => {
  const core = await openApp(join(folder, 'data'))
  try {
    expect(await core.call('bundles.status')).toMatchObject({ trust: null, releases: [], work: null })
    expect(await core.codeOf('bundles.inspect', { path: first.folder })).toBe('bundle.no_trust')
    expect(await core.codeOf('bundles.trust', { path: first.folder, fingerprint: '0'.repeat(64) })).toBe('bundle.fingerprint_wrong')
    const trusted = await core.call('bundles.trust', { path: first.folder, fingerprint })
    expect(trusted.trust).toMatchObject({ rootVersion: 1, purpose: 'development', fingerprint })
    expect(await core.codeOf('bundles.trust', { path: first.folder, fingerprint })).toBe('bundle.trust_set')

    const looked = await core.call('bundles.inspect', { path: first.folder })
    expect(looked).toMatchObject({ seq: 1, isTaken: false, plan: { added: ['quill', 'compass'], unmet: [], missing: [] } })
    expect(looked.signers.map(({ keyId }) => keyId).sort()).toEqual(people.builders.map(idOf).sort())
    expect(existsSync(join(folder, 'data', 'airgap', 'quarantine'))).toBe(false)

    // This machine has no scanner: nobody has looked, and somebody must say so.
    expect(await load(core, first.folder, null)).toMatchObject({ state: 'failed', failure: { code: 'bundle.not_scanned' } })
    expect(await load(core, first.folder)).toMatchObject({ state: 'done', digest: first.digest })
    expect(await served(core)).toEqual([])
    const { releases } = await core.call('bundles.status')
    expect(releases).toMatchObject([
      { digest: first.digest, state: 'kept', isUsable: true, receipt: { acceptedUnscanned: expect.any(String) } },
    ])

    await core.call('bundles.activate', { digest: first.digest })
    expect(await finished(core)).toMatchObject({ kind: 'activate', state: 'done', failure: null })
    const before = await served(core)
    expect(before.map(([role, name]) => [role, name])).toEqual([
      ['chat', 'Tiny quill'],
      ['embed', 'Tiny compass'],
    ])
    // One file on the disk, under two names.
    const [chat] = first.manifest.artifacts
    expect(statSync(join(folder, 'data', 'airgap', 'store', chat?.sha256.value ?? '')).nlink).toBe(2)
    expect((await core.ask('What is a quay?')).status).toBe('complete')

    expect(await load(core, broken.folder)).toMatchObject({
      state: 'failed',
      failure: { code: expect.stringMatching(/^(bundle\.structure|model\.)/) },
    })
    expect(await served(core)).toEqual(before)

    expect(await load(core, second.folder)).toMatchObject({ state: 'done' })
    // Bytes that were changed in the store, at their length: found before they are loaded, and never admitted under a signed name.
    const changed = join(folder, 'data', 'airgap', 'store', second.manifest.artifacts[0]?.sha256.value ?? '')
    const whole = readFileSync(changed)
    chmodSync(changed, 0o600)
    writeFileSync(changed, Buffer.from(whole).fill(7, whole.length - 8))
    await core.call('bundles.activate', { digest: second.digest })
    expect(await finished(core)).toMatchObject({ state: 'failed', failure: { code: 'bundle.not_whole' } })
    writeFileSync(changed, whole)
    await core.call('bundles.activate', { digest: second.digest })
    expect(await finished(core)).toMatchObject({ state: 'done' })
    expect(await served(core)).not.toEqual(before)
    expect(await core.codeOf('bundles.rollback', { digest: 'f'.repeat(64) })).toBe('bundle.never_served')
    await core.call('bundles.rollback', {})
    expect(await finished(core)).toMatchObject({ kind: 'rollback', state: 'done', digest: first.digest })
    expect(await served(core)).toEqual(before)
    expect((await core.call('bundles.status')).releases.map(({ version, state }) => [version, state])).toEqual([
      ['1.1.0', 'previous'],
      ['1.0.0', 'active'],
    ])

    // Put in place again, and named once less: the file is what was admitted all the same.
    const states = async () => new Set((await core.call('models.list')).items.map(({ state }) => state))
    expect(await states()).toEqual(new Set(['verified']))
    const exported = await core.call('bundles.export', { id: 'quill' })
    expect(sha256(readFileSync(exported.file))).toBe(chat?.sha256.value)
    expect(await core.call('bundles.check')).toMatchObject({ files: 3, damaged: [] })
    expect(await core.call('bundles.sweep', {})).toMatchObject({ releases: [], files: 0, isDone: false })
    // A file of no bundle, and one that was begun and never taken.
    writeFileSync(join(folder, 'data', 'airgap', 'store', sha256('stray')), 'stray')
    expect(await core.call('bundles.sweep', { isDry: false })).toMatchObject({ releases: [], files: 1, bytes: 5, isDone: true })
    expect(await states()).toEqual(new Set(['verified']))
    expect(recordedTypes(core)).toEqual(
      ['bundle.activation_failed', 'bundle.trusted', 'bundle.loaded', 'bundle.refused', 'bundle.activated', 'bundle.swept'].sort(),
    )
  } finally {
    await core.app.close()
  }
})

test('AIR-07 a bundle whose model fails its trial does not serve; what served goes on, and agents have what they had', async () => {
  const data = join(folder, 'trial')
  const failing = { chat: 0 }
  const core = await openApp(data, {
    inference: (real) => ({
      ...real,
      chat: (request) => {
        if (failing.chat > 0) {
          failing.chat -= 1
          return Promise.resolve({
            ok: false as const,
            error: { code: 'child.crash', message: 'The process ended unexpectedly.', hint: 'Try again.' },
          })
        }
        return real.chat(request)
      },
    }),
  })
  try {
    await core.call('bundles.trust', { path: first.folder, fingerprint })
    await load(core, first.folder)
    failing.chat = 1
    await core.call('bundles.activate', { digest: first.digest })
    expect(await finished(core)).toMatchObject({ state: 'failed', failure: { code: 'bundle.unhealthy' } })
    expect(await served(core)).toEqual([])
    expect((await core.call('station.status')).serving).toMatchObject({ tier: 'reflex' })
    // Tried again, it serves; the next one fails, and it goes on.
    await core.call('bundles.activate', { digest: first.digest })
    expect(await finished(core)).toMatchObject({ state: 'done' })
    const before = await served(core)
    await load(core, second.folder)
    failing.chat = 1
    await core.call('bundles.activate', { digest: second.digest })
    expect(await finished(core)).toMatchObject({ state: 'failed', failure: { code: 'bundle.unhealthy' } })
    expect(await served(core)).toEqual(before)
    expect((await core.call('bundles.status')).releases.find(({ state }) => state === 'active')?.digest).toBe(first.digest)
    expect(recordedTypes(core)).toContain('bundle.activation_failed')
  } finally {
    await core.app.close()
  }
})

test('IDN-02 AIR-07 where the policy gives it to two persons, a bundle serves, and is gone back from, once another confirms exactly that', async () => {
  const core = await openApp(join(folder, 'two'))
  const [key, ben] = [testKey(1), { account: 'ben', shell: 'cli' } as const]
  const people = { accounts: ['tester', 'ben'], clearance: unclassified }
  const policy = samplePolicy(key, {
    ...{ separated: [], approvals: [], dualControl: ['bundle.activate', 'bundle.rollback'] },
    roles: { administrator: people, operator: people, analyst: people },
  })
  const asked = async () => {
    const [act] = (await core.call('acts.list', { isOpen: true })).items
    if (act === undefined) throw new Error('nothing waits')
    return { actId: act.id, argumentsHash: act.argumentsHash }
  }
  const confirm = async () => {
    const reply = await core.app.dispatch('acts.confirm', await asked(), ben)
    return reply.ok ? finished(core) : reply.error.code
  }
  try {
    await core.call('bundles.trust', { path: first.folder, fingerprint })
    await load(core, first.folder)
    await load(core, second.folder)
    await core.call('policy.load', { ...signed(policy, key), key: publicKeyLine(key) })

    expect(await core.codeOf('bundles.activate', { digest: first.digest })).toBe('act.waits')
    expect(await core.codeOf('bundles.activate', { digest: 'f'.repeat(64) })).toBe('bundle.unknown')
    expect(await core.codeOf('bundles.rollback', {})).toBe('bundle.no_previous')
    expect(await core.codeOf('acts.confirm', await asked())).toBe('act.same_person')
    expect(await served(core)).toEqual([])
    expect(await confirm()).toMatchObject({ kind: 'activate', state: 'done', digest: first.digest })
    const before = await served(core)
    expect(before.length).toBe(2)

    expect(await core.codeOf('bundles.activate', { digest: second.digest })).toBe('act.waits')
    expect(await confirm()).toMatchObject({ state: 'done', digest: second.digest })
    expect(await core.codeOf('bundles.rollback', {})).toBe('act.waits')
    const stale = await asked()
    expect(await core.codeOf('bundles.rollback', { digest: first.digest })).toBe('act.waits')
    expect(await confirm()).toMatchObject({ kind: 'rollback', state: 'done', digest: first.digest })
    expect(await served(core)).toEqual(before)
    // By then the last one is another one.
    expect(await core.app.dispatch('acts.confirm', stale, ben)).toMatchObject({ ok: false, error: { code: 'act.changed_since' } })
    expect(await served(core)).toEqual(before)
  } finally {
    await core.app.close()
  }
})

test('AIR-04 what was damaged in the store is found, taken away, and brought back by a load', async () => {
  const data = join(folder, 'damage')
  const core = await openApp(data)
  try {
    await core.call('bundles.trust', { path: first.folder, fingerprint })
    await load(core, first.folder)
    const store = join(data, 'airgap', 'store')
    const [name = ''] = readdirSync(store)
    const bytes = readFileSync(join(store, name))
    bytes[100] = (bytes[100] ?? 0) ^ 1
    chmodSync(join(store, name), 0o600)
    writeFileSync(join(store, name), bytes)
    expect((await core.call('bundles.check')).damaged).toMatchObject([{ digest: name, releases: ['1.0.0'] }])
    await core.call('bundles.activate', { digest: first.digest })
    expect(await finished(core)).toMatchObject({ state: 'failed', failure: { code: 'bundle.not_whole' } })
    expect(await load(core, first.folder)).toMatchObject({ state: 'done' })
    expect((await core.call('bundles.check')).damaged).toEqual([])
  } finally {
    await core.app.close()
  }
})

test('AIR-04 trust that is broken is said again only by a root that is not older than the one that was left', async () => {
  const home = join(folder, 'roots')
  addRoot(join(home, 'root'))
  const old = await makeBundle(home, 'old', { files: [{ name: 'notes', size: 10, kind: 'doc' }] })
  addRoot(join(home, 'root'), { site: [people.site] })
  const fresh = await makeBundle(home, 'fresh', { seq: 2, files: [{ name: 'notes', size: 10, kind: 'doc' }] })
  const core = await openApp(join(folder, 'again'))
  const print = (medium: string, version: number) => sha256(readFileSync(join(medium, 'root', `${version}.root.json`)))
  try {
    await core.call('bundles.trust', { path: fresh.folder, fingerprint: print(fresh.folder, 2) })
    const trust = join(core.paths.airgap, 'trust.json')
    writeFileSync(trust, '{}')
    expect((await core.call('bundles.status')).trouble).toMatchObject({ code: 'bundle.trust_disagrees' })
    expect(await core.codeOf('bundles.trust', { path: old.folder, fingerprint: print(old.folder, 1) })).toBe('bundle.root_stale')
    const again = await core.call('bundles.trust', { path: fresh.folder, fingerprint: print(fresh.folder, 2) })
    expect(again).toMatchObject({ trouble: null, trust: { rootVersion: 2 } })
  } finally {
    await core.app.close()
  }
})
