import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readWhole } from '../../main/airgap/sign.ts'
import { revolume } from '../../main/airgap/volumes.ts'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { labelFromName } from '../../main/domain/label.ts'
import {
  addRoot,
  bundleTime,
  bytesOf,
  contentOf,
  copyOf,
  day,
  idOf,
  makeBundle,
  makeStation,
  now,
  people,
  sha256,
  trustFirst,
} from '../support/airgap.ts'
import { manifestOf, resign } from '../support/resign.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let fresh = 0
const place = () => join(folder, `place-${++fresh}`)

function tree(at: string): Record<string, string> {
  const files: Record<string, string> = {}
  const visit = (below: string) => {
    for (const entry of readdirSync(join(at, below), { withFileTypes: true })) {
      const path = join(below, entry.name)
      if (entry.isDirectory()) visit(path)
      else files[path] = `${sha256(readFileSync(join(at, path)))} ${statSync(join(at, path)).mode}`
    }
  }
  visit('')
  return files
}

let bundle: Awaited<ReturnType<typeof makeBundle>>
beforeAll(async () => {
  bundle = await makeBundle(folder, 'bundle-1')
})

const received = (at = place()) => {
  const station = makeStation(at)
  trustFirst(station, bundle.folder)
  return station
}

describe('packing', () => {
  test('AIR-02 the same list makes the same tree, byte for byte', async () => {
    const again = await makeBundle(folder, 'bundle-again')
    expect(tree(again.folder)).toEqual(tree(bundle.folder))
  })

  test('AIR-02 files are named for what they are, in pieces where they are long, and every name fits FAT32 and Joliet', () => {
    const names = readdirSync(join(bundle.folder, 'files', 'model'))
    const hash = sha256(contentOf('chat', 200_000)).slice(0, 8)
    expect(names.filter((name) => name.startsWith('chat'))).toEqual([1, 2, 3, 4].map((n) => `chat-1-${hash}.gguf.part0${n}`))
    const all = Object.keys(tree(bundle.folder)).map((path) => path.split('/').at(-1) ?? '')
    expect(all.every((name) => name.length <= 64)).toBe(true)
    expect(all.length).toBe(new Set(all.map((name) => name.toLowerCase())).size)
  })

  test('AIR-04 an input that is not what was published where it came from is not packed', async () => {
    const wrong = makeBundle(folder, 'upstream', { list: { artifacts: [await wrongUpstream()] } })
    await expect(wrong).rejects.toThrow('bundle.upstream_changed')
    expect(existsSync(join(folder, 'upstream'))).toBe(false)
  })

  test('MOD-02 a model without a published hash is not packed where one person could sign for it', async () => {
    const alone = place()
    addRoot(join(alone, 'root'), { bundleThreshold: 1 })
    const [chat] = bundle.manifest.artifacts
    if (chat === undefined) throw new Error('no artifact')
    const { size: _, sha256: __, chunks: ___, ...facts } = chat
    const list = { artifacts: [{ ...facts, upstream: null, file: 'chat' }] }
    await expect(makeBundle(alone, 'loose', { list })).rejects.toThrow('bundle.unvouched_model')
    await expect(makeBundle(folder, 'vouched', { list })).resolves.toMatchObject({ digest: expect.any(String) })
  })

  test('a bundle is signed only when all of it was read and is what it lists', async () => {
    const spoilt = copyOf(bundle.folder, place())
    const [file] = readdirSync(join(spoilt, 'files', 'doc'))
    writeFileSync(join(spoilt, 'files', 'doc', file ?? ''), 'another text')
    expect(await readWhole(spoilt, sha256, {})).toMatchObject({ ok: false, error: { code: 'bundle.file_changed' } })
  })
})

async function wrongUpstream() {
  const [chat] = bundle.manifest.artifacts
  if (chat === undefined) throw new Error('no artifact')
  const { size: _, sha256: __, chunks: ___, ...facts } = chat
  const upstream = { url: 'https://models.example/chat', revision: null, sha256: { alg: 'sha256' as const, value: '0'.repeat(64) } }
  return { ...facts, upstream, file: 'chat' }
}

describe('loading', () => {
  test('AIR-01 AIR-04 a signed bundle is taken in: every artifact lies in the store under its hash, and a record says so', async () => {
    const station = received()
    expect(await station.load(bundle.folder)).toMatchObject({ ok: true, value: { loaded: { isReload: false, isStale: false } } })
    for (const { sha256: hash, id, size } of bundle.manifest.artifacts) {
      const lies = bytesOf(station.places.store, hash.value)
      expect(lies.equals(contentOf(id === 'parts' ? 'parts' : id, size))).toBe(true)
      expect(statSync(join(station.places.store, hash.value)).mode & 0o777).toBe(0o400)
    }
    expect(station.recorded).toHaveLength(1)
    expect(station.trustRecord?.now).toMatchObject({ highest: { bundle: 1, models: 0 }, timeFloorMs: Date.parse(bundleTime) })
    expect(readdirSync(station.places.quarantine)).toEqual([])
  })

  test('AIR-08 the same bundle twice leaves the same state', async () => {
    const station = received()
    await station.load(bundle.folder)
    const before = tree(station.places.folder)
    expect(await station.load(bundle.folder)).toMatchObject({ ok: true, value: { loaded: { isReload: true } } })
    expect(tree(station.places.folder)).toEqual(before)
  })

  test('AIR-08 an older bundle is refused, and so is one that runs ahead', async () => {
    const station = received()
    const [second, far] = [await makeBundle(folder, 'bundle-2', { seq: 2 }), await makeBundle(folder, 'bundle-far', { seq: 1_003 })]
    await station.load(second.folder)
    expect(await station.load(bundle.folder)).toMatchObject({ ok: false, error: { code: 'bundle.older' } })
    expect(await station.load(far.folder)).toMatchObject({ ok: false, error: { code: 'bundle.runs_ahead' } })
    const third = await makeBundle(folder, 'bundle-3', { seq: 3, list: { minSeq: 3 } })
    await station.load(third.folder)
    // A release that is kept may be loaded again; one below the minimum may not.
    expect(await station.load(second.folder)).toMatchObject({ ok: false, error: { code: 'bundle.below_minimum' } })
  })

  test('AIR-04 what a bundle calls back counts from then on: bundles, files and keys', async () => {
    const station = received()
    await station.load(bundle.folder)
    const blob = bundle.manifest.artifacts[0]?.sha256
    if (blob === undefined) throw new Error('no artifact')
    const files = [{ name: 'other', size: 100 }]
    const revoked = { bundles: [{ alg: 'sha256' as const, value: bundle.digest }], blobs: [blob], keys: [] }
    const calling = await makeBundle(folder, 'calling', { seq: 2, files, list: { revoked } })
    expect(await station.load(calling.folder)).toMatchObject({ ok: true })
    expect(await station.load(bundle.folder)).toMatchObject({ ok: false, error: { code: 'bundle.revoked' } })
    const carrying = await makeBundle(folder, 'carrying', { seq: 3 })
    expect(await station.load(carrying.folder)).toMatchObject({ ok: false, error: { code: 'bundle.blob_revoked' } })
  })

  test('AIR-01 two items with the same bytes, such as a licence, are taken in as one file', async () => {
    const at = join(folder, 'same')
    const entry = (id: string): PackList['artifacts'][number] => ({
      ...{ id, kind: 'doc', name: id, title: id, version: '1', platform: null, licence: 'CC0-1.0', status: 'active' },
      ...{ upstream: null, model: null, collection: null, file: 'licence' },
    })
    const made = await makeBundle(at, 'bundle', {
      files: [{ name: 'licence', size: 100 }],
      list: { artifacts: ['one', 'other'].map(entry) },
    })
    const station = makeStation(join(at, 'data'))
    trustFirst(station, made.folder)
    expect(await station.load(made.folder)).toMatchObject({ ok: true })
    expect(station.blobs.list()).toHaveLength(1)
  })

  test('AIR-01 three volumes in any order; nothing counts before the last', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const station = received()
      const out = place()
      const made = await revolume(bundle.folder, bundle.manifest, bundle.digest, out, 2_830_000, sha256)
      if (!made.ok) throw new Error(made.error.code)
      expect(made.value).toHaveLength(3)
      for (const [at, volume] of order.entries()) {
        const outcome = await station.load(made.value[volume]?.folder ?? '')
        if (at < 2) expect(outcome).toMatchObject({ ok: true, value: { waiting: { volumes: { of: 3 } } } })
        else expect(outcome).toMatchObject({ ok: true, value: { loaded: { isReload: false } } })
        expect(existsSync(station.places.store) && at < 2).toBe(false)
      }
      expect(readdirSync(station.places.store)).toHaveLength(4)
    }
  })

  test('AIR-01 the size of volumes changes without signing again', async () => {
    const station = received()
    const [out, again] = [place(), place()]
    const made = await revolume(bundle.folder, bundle.manifest, bundle.digest, out, 2_830_000, sha256)
    const wide = await revolume(bundle.folder, bundle.manifest, bundle.digest, again, 100_000_000, sha256)
    if (!made.ok || !wide.ok) throw new Error('not made')
    expect([made.value.length, wide.value.length]).toEqual([3, 1])
    expect(await station.load(wide.value[0]?.folder ?? '')).toMatchObject({ ok: true, value: { loaded: {} } })
    expect(await revolume(bundle.folder, bundle.manifest, bundle.digest, place(), 100_000, sha256)).toMatchObject({
      ok: false,
      error: { code: 'bundle.volume_too_small' },
    })
  })

  test('AIR-08 a delta moves only what changed; on another baseline it says exactly what is missing, and writes nothing', async () => {
    const station = received()
    await station.load(bundle.folder)
    const files = [
      ...bundle.manifest.artifacts.map(({ id, size, kind }) => ({ name: id, size, kind: kind as 'model' })),
      { name: 'new', size: 100 },
    ]
    const delta = await makeBundle(folder, 'delta', { seq: 2, files, baseline: [bundle] })
    expect(Object.keys(tree(join(delta.folder, 'files')))).toHaveLength(1)
    expect(await station.load(delta.folder)).toMatchObject({ ok: true, value: { loaded: { plan: { copyBytes: 100, added: ['new'] } } } })
    const other = received()
    const refused = await other.load(delta.folder)
    expect(refused).toMatchObject({ ok: false, error: { code: 'bundle.baseline_missing' } })
    if (refused.ok) throw new Error('taken')
    for (const { id } of bundle.manifest.artifacts) expect(refused.error.message).toContain(`${id}-1-`)
    expect(existsSync(other.places.quarantine)).toBe(false)
  })

  test('AIR-04 what no scanner looked at wants a person’s word; what it found is never taken', async () => {
    const absent = { scan: (_file: string, { id }: { id: string }) => Promise.resolve({ id, outcome: 'absent' as const, detail: '' }) }
    const station = makeStation(place(), absent)
    trustFirst(station, bundle.folder)
    expect(await station.load(bundle.folder)).toMatchObject({ ok: false, error: { code: 'bundle.not_scanned' } })
    expect(existsSync(station.places.store)).toBe(false)
    expect(await station.load(bundle.folder, 'Looked at on another machine.')).toMatchObject({ ok: true })
    const infected = makeStation(place(), { scan: (_file, { id }) => Promise.resolve({ id, outcome: 'infected', detail: 'Eicar' }) })
    trustFirst(infected, bundle.folder)
    expect(await infected.load(bundle.folder, 'It is fine.')).toMatchObject({ ok: false, error: { code: 'bundle.infected' } })
  })

  test('AIR-04 where the root names a site, its signature is what counts for what was not scanned', async () => {
    const home = place()
    addRoot(join(home, 'root'), { site: [people.site] })
    const absent = { scan: (_file: string, { id }: { id: string }) => Promise.resolve({ id, outcome: 'absent' as const, detail: '' }) }
    const [plain, signed] = [
      await makeBundle(home, 'plain'),
      await makeBundle(home, 'signed', { signers: [...people.builders, people.site] }),
    ]
    const station = makeStation(place(), absent)
    trustFirst(station, plain.folder)
    expect(await station.load(plain.folder, 'It is fine.')).toMatchObject({ ok: false, error: { code: 'bundle.not_scanned' } })
    expect(await station.load(signed.folder)).toMatchObject({ ok: true })
  })

  test('AIR-08 a station follows one channel: numbers of another cannot be compared', async () => {
    const station = received()
    const edge = await makeBundle(folder, 'edge', { seq: 9, list: { channel: 'edge' } })
    const named = await makeBundle(folder, 'constructor', { seq: 9, list: { channel: 'constructor' } })
    await station.load(bundle.folder)
    for (const other of [edge, named])
      expect(await station.load(other.folder)).toMatchObject({ ok: false, error: { code: 'bundle.other_channel' } })
    const fresh = received()
    expect(await fresh.load(named.folder)).toMatchObject({ ok: true })
    expect(fresh.trust()).toMatchObject({ ok: true, value: { state: { channel: 'constructor', highest: { bundle: 9, models: 0 } } } })
  })

  test('AIR-04 only another root takes a key of the root away; keys for models call nothing back and forbid nothing', async () => {
    const home = place()
    addRoot(join(home, 'root'), { models: [people.modeller], modelsThreshold: 1 })
    const files = [{ name: 'chat', size: 100 }]
    const rootKeys = people.roots.map(idOf)
    const revoked = { bundles: [], blobs: [], keys: [...rootKeys, idOf(people.modeller)] }
    const first = await makeBundle(home, 'first', { files })
    const station = makeStation(place())
    trustFirst(station, first.folder)
    await station.load(first.folder)
    for (const list of [{ revoked }, { minSeq: 2 }]) {
      const greedy = await makeBundle(home, `greedy-${Object.keys(list)[0]}`, { seq: 2, files, list, signers: [people.modeller] })
      expect(await station.load(greedy.folder)).toMatchObject({ ok: false, error: { code: 'bundle.threshold' } })
    }
    // Counted apart: a bundle of models shuts out no bundle of programs.
    const far = await makeBundle(home, 'far', { seq: 900, files: [{ name: 'embed', size: 90 }], signers: [people.modeller] })
    expect(await station.load(far.folder)).toMatchObject({ ok: true })
    const calling = await makeBundle(home, 'calling', { seq: 2, files, list: { revoked } })
    expect(await station.load(calling.folder)).toMatchObject({ ok: true })
    expect(station.trustRecord?.now).toMatchObject({ highest: { bundle: 2, models: 900 }, revoked: { keys: [idOf(people.modeller)] } })
    const late = await makeBundle(home, 'late', { seq: 901, files, signers: [people.modeller] })
    expect(await station.load(late.folder)).toMatchObject({ ok: false, error: { code: 'bundle.threshold' } })
  })

  test('AIR-04 what nobody looked at is not kept, and nothing that is as large as a signature cannot be is taken', async () => {
    const strange = copyOf(bundle.folder, place())
    writeFileSync(join(strange, 'BUNDLE.json.AAAAAAAAAAAAAAAA.minisig'), 'x'.repeat(4_000))
    const station = received()
    expect(await station.load(strange)).toMatchObject({ ok: true })
    const kept = readdirSync(station.releases.folder(bundle.digest))
    expect(kept).not.toContain('BUNDLE.json.AAAAAAAAAAAAAAAA.minisig')
    expect(kept.filter((name) => name.endsWith('.minisig'))).toHaveLength(4)
    writeFileSync(join(strange, 'BUNDLE.json.AAAAAAAAAAAAAAAA.minisig'), 'x'.repeat(5_000))
    expect(await received().load(strange)).toMatchObject({ ok: false, error: { code: 'bundle.too_large' } })
  })

  test('AIR-04 a key for models vouches for models alone', async () => {
    const home = place()
    addRoot(join(home, 'root'), { models: [people.modeller], modelsThreshold: 1 })
    const station = makeStation(place())
    const models = await makeBundle(home, 'models', { files: [{ name: 'chat', size: 100 }], signers: [people.modeller] })
    trustFirst(station, models.folder)
    expect(await station.load(models.folder)).toMatchObject({ ok: true })
    const mixed = await makeBundle(home, 'mixed', {
      seq: 2,
      files: [{ name: 'list', size: 100, kind: 'sbom' }],
      signers: [people.modeller],
    })
    expect(await station.load(mixed.folder)).toMatchObject({ ok: false, error: { code: 'bundle.threshold' } })
  })

  test('AIR-04 a new root is followed when those of the old and of the new one have signed it, and counting starts anew', async () => {
    const home = place()
    addRoot(join(home, 'root'))
    const first = await makeBundle(home, 'first', { seq: 40 })
    const station = makeStation(place())
    trustFirst(station, first.folder)
    await station.load(first.folder)
    addRoot(join(home, 'root'), { bundle: [people.modeller, people.site] })
    const second = await makeBundle(home, 'second', { seq: 1, signers: [people.modeller, people.site] })
    expect(await station.load(second.folder)).toMatchObject({ ok: true })
    expect(station.trustRecord?.now).toMatchObject({ root: { version: 2 }, epoch: 2, highest: { bundle: 1, models: 0 } })
    // What the old keys sign afterwards counts no more.
    expect(await station.load(first.folder)).toMatchObject({ ok: false, error: { code: 'bundle.root_stale' } })
  })

  test('CHK-01 a clock that stands before the bundle was made is set first; one that runs far ahead makes it stale', async () => {
    const station = received()
    station.time = Date.parse(bundleTime) - 3 * day
    expect(await station.load(bundle.folder)).toMatchObject({ ok: false, error: { code: 'bundle.clock_behind' } })
    station.time = now + 500 * day
    expect(await station.load(bundle.folder)).toMatchObject({ ok: true, value: { loaded: { isStale: true } } })
  })

  test('AIR-04 a machine that lacks what the bundle needs is told all of it, and nothing is written', async () => {
    const requires = { platforms: ['win-x64' as const], glibc: '3.0', ramBytes: 64e9, vramBytes: 8e9, diskBytes: 5e9, appVersion: '2.0.0' }
    const demanding = await makeBundle(folder, 'demanding', { seq: 9, list: { requires } })
    const station = received()
    station.free = 1_000
    const refused = await station.load(demanding.folder)
    expect(refused).toMatchObject({ ok: false, error: { code: 'bundle.requirement' } })
    if (refused.ok) throw new Error('taken')
    for (const word of ['win-x64', 'glibc', 'memory', 'graphics', 'disk', 'Holdfast 2.0.0']) expect(refused.error.message).toContain(word)
    expect(existsSync(station.places.quarantine)).toBe(false)
  })

  test('MOD-02 a model without a published hash is not taken where one person could sign for it alone, whatever was signed', async () => {
    const home = place()
    addRoot(join(home, 'root'), { bundleThreshold: 1 })
    const made = await makeBundle(home, 'alone', { files: [{ name: 'chat', size: 100 }], signers: people.builders.slice(0, 1) })
    const station = makeStation(place())
    trustFirst(station, made.folder)
    const loose = copyOf(made.folder, place())
    const manifest = manifestOf(loose)
    Object.assign(manifest.artifacts[0] ?? {}, { upstream: null })
    resign(loose, manifest, people.builders.slice(0, 1))
    expect(await station.load(loose)).toMatchObject({ ok: false, error: { code: 'bundle.unvouched_model' } })
    expect(await station.load(made.folder)).toMatchObject({ ok: true })
  })

  test('LBL-01 AIR-04 a bundle above the ceiling of the station is refused, and nothing of it is written', async () => {
    const high = await makeBundle(folder, 'high', { seq: 9, list: { label: labelFromName('secret') } })
    const station = received()
    expect(await station.load(high.folder)).toMatchObject({ ok: false, error: { code: 'bundle.above_ceiling' } })
    expect(existsSync(station.places.quarantine)).toBe(false)
    const secret = makeStation(place(), { ceiling: () => labelFromName('secret') })
    trustFirst(secret, high.folder)
    expect(await secret.load(high.folder)).toMatchObject({ ok: true })
    expect(readFileSync(join(high.folder, 'MANIFEST.txt'), 'utf8')).toContain('SECRET')
  })

  test('AIR-04 a station that trusts nobody takes nothing', async () => {
    expect(await makeStation(place()).load(bundle.folder)).toMatchObject({ ok: false, error: { code: 'bundle.no_trust' } })
  })

  test('AIR-04 trust that was changed in one of its two places closes the door; one that was half-written is completed', async () => {
    const station = received()
    const before = station.trustRecord
    await station.load(bundle.folder)
    // Ended between the record and the file.
    writeFileSync(station.places.trust, `${JSON.stringify(before?.now)}\n`)
    expect(station.trust()).toMatchObject({ ok: true, value: { state: { highest: { bundle: 1, models: 0 } } } })
    const lowered = structuredClone(station.trustRecord)
    if (lowered === undefined) throw new Error('no record')
    writeFileSync(station.places.trust, JSON.stringify({ ...lowered.now, highest: { bundle: 0, models: 3 } }))
    expect(await station.load(bundle.folder)).toMatchObject({ ok: false, error: { code: 'bundle.trust_disagrees' } })
    rmSync(station.places.trust)
    expect(await station.load(bundle.folder)).toMatchObject({ ok: false, error: { code: 'bundle.trust_disagrees' } })
    station.trustRecord = undefined
    mkdirSync(station.places.folder, { recursive: true })
    writeFileSync(station.places.trust, '{}')
    expect(await station.load(bundle.folder)).toMatchObject({ ok: false, error: { code: 'bundle.trust_disagrees' } })
  })
})
