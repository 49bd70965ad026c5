/** Documents that signed bundles bring, from the archive to what is found: once, again, in a newer version, after kill -9, and on a full disk. */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { labelFromName } from '../../main/domain/label.ts'
import { openReader } from '../../main/store/open.ts'
import { makeBundle, sha256 } from '../support/airgap.ts'
import { bring, datasetOf, finished, load } from '../support/bundled.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const first = {
  'north/quay.md': '# North quay\n\nThe crane at the north quay lifts forty tonnes.\n',
  'south.txt': 'The south basin is closed to tankers at night.\n',
  'broken.pdf': '%PDF-1.7\nno more than this',
}
const second = { 'north/quay.md': first['north/quay.md'], 'pilot.txt': 'A pilot boards at the outer buoy.\n' }

const bundleOf = (name: string, seq: number, artifacts: PackList['artifacts'], more: Partial<PackList> = {}) =>
  makeBundle(folder, name, { seq, version: `1.${seq}.0`, files: [], list: { artifacts, ...more } })

let [one, two]: Awaited<ReturnType<typeof makeBundle>>[] = []
let fingerprint = ''
beforeAll(async () => {
  one = await bundleOf('one', 1, [await datasetOf(folder, '1', first)])
  two = await bundleOf('two', 2, [await datasetOf(folder, '2', second)])
  fingerprint = sha256(readFileSync(join(folder, 'root', '1.root.json')))
})

async function station(name: string, world: Parameters<typeof openApp>[1] = {}): Promise<OpenApp> {
  const core = await openApp(join(folder, name), world)
  if ((await core.call('bundles.status')).trust === null) await core.call('bundles.trust', { path: one?.folder, fingerprint })
  return core
}
const given = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('not made')
  return value
}
const names = async (core: OpenApp) => (await core.call('documents.list', { limit: 200 })).items.map(({ file }) => file).sort()
const dataset = async (core: OpenApp) => (await core.call('bundles.placed')).datasets[0]
/** Everything in the log and in the custody of this station, as text. */
function onRecord(core: OpenApp): string {
  const db = openReader(core.paths.database)
  const bodies = db.prepare<[], string>('SELECT body FROM events').pluck().all()
  db.close()
  return bodies.join('\n') + readFileSync(join(core.paths.airgap, 'custody.jsonl'), 'utf8')
}

test('AIR-01 AIR-08 PKG-01 documents come in with their bundle, once; a newer version says what it no longer holds', async () => {
  const core = await station('usual')
  expect(await bring(core, given(one))).toMatchObject({ kind: 'activate', state: 'done' })
  expect(await names(core)).toEqual(['north/quay.md', 'south.txt'])
  expect(await dataset(core)).toMatchObject({
    ...{ state: 'whole', collection: 'Harbour orders', documents: 2, files: 3, refusedTotal: 1, leftTotal: 0, command: null },
    refused: [{ file: 'broken.pdf', code: expect.stringMatching(/^parse\./), reason: expect.any(String) }],
  })
  expect((await core.call('search.query', { query: 'crane north quay' })).hits[0]).toMatchObject({ file: 'north/quay.md' })
  const { items } = await core.call('documents.list')
  for (const { id } of items)
    expect((await core.call('documents.get', { documentId: id })).broughtBy).toMatchObject({
      ...{ bundle: one?.digest, channel: 'stable', seq: 1, version: '1' },
    })
  expect(readdirSync(join(core.paths.airgap, 'datasets'))).toEqual([])
  const log = onRecord(core)
  for (const word of ['quay', 'Harbour', 'orders', 'tankers']) expect(log).not.toContain(word)
  expect(log).toContain(`"bundle.imported"`)
  expect(log).toContain(one?.manifest.artifacts[0]?.sha256.value)

  // Again: nothing is imported that was looked at.
  await core.call('bundles.activate', { digest: one?.digest })
  expect(await finished(core)).toMatchObject({ state: 'done' })
  expect((await core.call('imports.list')).total).toBe(1)

  await bring(core, given(two))
  expect(await names(core)).toEqual(['north/quay.md', 'pilot.txt', 'south.txt'])
  expect(await dataset(core)).toMatchObject({
    version: '2',
    state: 'whole',
    documents: 2,
    files: 2,
    leftTotal: 1,
    left: [{ file: 'south.txt' }],
  })
  const left = (await dataset(core))?.left[0]
  await core.call('documents.remove', { documentId: left?.documentId })
  expect(await dataset(core)).toMatchObject({ leftTotal: 0 })
  // A way back brings nothing that was looked at before, and what a person removed stays away.
  await core.call('bundles.rollback', {})
  expect(await finished(core)).toMatchObject({ kind: 'rollback', state: 'done' })
  await core.app.idle()
  expect(await names(core)).toEqual(['north/quay.md', 'pilot.txt'])
})

test('AIR-08 a collection keeps its floor where that is higher; above the ceiling nothing comes in, and nothing is changed', async () => {
  const core = await station('labels')
  await core.call('station.configure', { ceiling: 'secret' })
  const own = join(folder, 'own.txt')
  writeFileSync(own, 'A note of the harbour office.\n')
  await core.ingest([own], { collection: 'Harbour orders', level: 'confidential' })
  await bring(core, given(one))
  expect((await core.call('collections.list')).items).toMatchObject([{ name: 'Harbour orders', label: { level: 'confidential' } }])
  expect((await core.call('documents.list')).items.map(({ label }) => label.level)).toEqual([
    'confidential',
    'confidential',
    'confidential',
  ])

  const secret = labelFromName('secret')
  const high = await bundleOf('high', 2, [await datasetOf(folder, 'high', second, { name: 'Sealed orders', label: secret })], {
    label: secret,
  })
  const other = await station('lower')
  expect(await load(other, high.folder)).toMatchObject({ state: 'failed' })
  await other.call('station.configure', { ceiling: 'secret' })
  expect(await load(other, high.folder)).toMatchObject({ state: 'done' })
  await other.call('station.configure', { ceiling: 'confidential' })
  await other.call('bundles.activate', { digest: high.digest })
  expect(await finished(other)).toMatchObject({ state: 'failed', failure: { code: 'label.above_ceiling' } })
  expect((await other.call('bundles.status')).releases).toMatchObject([{ state: 'kept' }])
  expect([(await other.call('collections.list')).items, (await other.call('imports.list')).total]).toEqual([[], 0])
})

test('PKG-02 AIR-04 a hostile dataset that was signed is refused before anything changes', async () => {
  const core = await station('refusing')
  await bring(core, given(one))
  const before = [await names(core), readdirSync(join(core.paths.airgap, 'store')), (await core.call('bundles.placed')).datasets]
  const entry = await datasetOf(folder, 'hostile', second)
  writeFileSync(entry.file, zstdCompressSync(Buffer.alloc(2_000_000, 7)))
  const hostile = await bundleOf('hostile', 3, [entry])
  expect(await load(core, hostile.folder)).toMatchObject({ state: 'failed', failure: { code: 'bundle.structure' } })
  expect([await names(core), readdirSync(join(core.paths.airgap, 'store')), (await core.call('bundles.placed')).datasets]).toEqual(before)
  expect(existsSync(join(core.paths.airgap, 'releases', hostile.digest))).toBe(false)

  // Changed in the store after it was taken in, at its length.
  expect(await load(core, given(two).folder)).toMatchObject({ state: 'done' })
  const blob = join(core.paths.airgap, 'store', given(two).manifest.artifacts[0]?.sha256.value ?? '')
  chmodSync(blob, 0o600)
  writeFileSync(blob, readFileSync(blob).fill(7, 40))
  await core.call('bundles.activate', { digest: two?.digest })
  expect(await finished(core)).toMatchObject({ state: 'failed', failure: { code: 'bundle.not_whole' } })
  expect([await names(core), (await core.call('bundles.placed')).datasets]).toEqual([before[0], before[2]])
})
