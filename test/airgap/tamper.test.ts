/**
 * What somebody did to the medium on its way: more than a thousand trees, each spoiled in one place, each refused with its code. Nothing of them is
 * written outside of quarantine, nothing is taken, and the manifest is not even read before its signatures hold.
 */

import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { signRoot, writeRoot } from '../../main/airgap/make-root.ts'
import { revolume } from '../../main/airgap/volumes.ts'
import { nextLine, writeCustody } from '../../main/domain/airgap/custody-log.ts'
import { ed25519 } from '../../main/policy/ed25519.ts'
import { addRoot, bundleTime, copyOf, idOf, makeBundle, makeStation, people, person, sha256, trustFirst } from '../support/airgap.ts'
import { createDice } from '../support/dice.ts'
import { manifestOf, resign } from '../support/resign.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
/** A quarter of them in the short form; all with `npm run test:tamper`. */
const flips = process.env.HOLDFAST_WHOLE === 'yes' ? 900 : 225
const seed = Number(process.env.HOLDFAST_TAMPER_SEED ?? 20261129)
const dice = createDice(seed)

let source = ''
let digest = ''
beforeAll(async () => {
  const made = await makeBundle(folder, 'bundle', { seq: 7 })
  const volumes = await revolume(made.folder, made.manifest, made.digest, join(folder, 'volumes'), 100_000_000, sha256)
  if (!volumes.ok) throw new Error(volumes.error.code)
  source = volumes.value[0]?.folder ?? ''
  digest = made.digest
  mkdirSync(join(source, 'custody'))
  const entry = {
    ...{ action: 'copied' as const, actor: 'dora', machine: 'build', role: null, media: { label: 'HF-1', serial: null }, setId: digest },
    ...{ volume: '1 of 1', result: 'ok', evidence: [digest], tool: 'holdfast 1.0.0', time: bundleTime, clock: 'unchecked' as const },
  }
  const first = nextLine([], entry, sha256)
  writeFileSync(join(source, 'custody', '1-dora.jsonl'), writeCustody([first, nextLine([first], { ...entry, action: 'received' }, sha256)]))
})

function files(at: string): readonly string[] {
  const found: string[] = []
  const visit = (below: string) => {
    for (const entry of readdirSync(join(at, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) visit(path)
      else found.push(path)
    }
  }
  visit('')
  return found.sort()
}

let tried = 0
/** Spoils a copy, loads it, and says with what code it was refused. */
async function refusal(spoil: (at: string) => void, prepare?: (station: ReturnType<typeof makeStation>) => void | Promise<void>) {
  const at = join(folder, `case-${++tried}`)
  const spoiled = copyOf(source, join(at, 'medium'))
  const station = makeStation(join(at, 'station'))
  trustFirst(station, source)
  await prepare?.(station)
  spoil(spoiled)
  const before = JSON.stringify([station.trustRecord, files(station.places.roots), station.blobs.list(), station.releases.list().length])
  const outcome = await station.load(spoiled)
  const after = JSON.stringify([station.trustRecord, files(station.places.roots), station.blobs.list(), station.releases.list().length])
  expect(after).toBe(before)
  const written = files(station.places.folder).filter((path) => !/^(?:quarantine|roots|store|releases)\/|^trust\.json$/.test(path))
  expect(written).toEqual([])
  rmSync(at, { recursive: true, force: true })
  return outcome.ok ? 'taken' : outcome.error.code
}

function flip(file: string, at?: number): void {
  const bytes = readFileSync(file)
  const place = at ?? dice(bytes.length)
  bytes[place] = (bytes[place] ?? 0) ^ (1 << dice(8))
  chmodSync(file, 0o644)
  writeFileSync(file, bytes)
}

const codes: Readonly<Record<string, readonly string[]>> = {
  'BUNDLE.json': ['bundle.signature_wrong'],
  'MANIFEST.txt': ['bundle.file_changed'],
  'README.txt': ['bundle.file_changed'],
  'install.sh': ['bundle.file_changed'],
  SHA256SUMS: ['bundle.signature_wrong'],
  'VOLUME.json': ['bundle.volume_wrong'],
  'root/1.root.json': ['bundle.foreign_root'],
  'custody/1-dora.jsonl': ['bundle.custody_broken'],
}
const expectedFor = (path: string): readonly string[] => {
  if (path.startsWith('files/')) return ['bundle.file_changed']
  if (path.endsWith('.minisig')) return ['bundle.signature_wrong']
  return codes[path] ?? []
}

test('AIR-04 SEC-04 one flipped bit in any file of the tree is found, and named for what it is', async () => {
  const all = files(source)
  expect(all.length).toBeGreaterThan(15)
  const found = new Map<string, number>()
  for (let i = 0; i < flips; i++) {
    const path = all[i % all.length] ?? ''
    const code = await refusal((at) => flip(join(at, path)))
    expect(expectedFor(path), `${path} of seed ${seed}: ${code}`).toContain(code)
    found.set(code, (found.get(code) ?? 0) + 1)
  }
  expect([...found.values()].reduce((sum, count) => sum + count, 0)).toBe(flips)
}, 300_000)

test('AIR-04 every single byte of a signature, of the volume’s hint and of a line of custody counts', async () => {
  for (const path of [`SHA256SUMS.${idOf(people.builders[0] ?? person('none'))}.minisig`, 'VOLUME.json', 'custody/1-dora.jsonl']) {
    const length = statSync(join(source, path)).size
    for (let at = 0; at < length; at += 11) {
      const code = await refusal((place) => flip(join(place, path), at))
      expect(expectedFor(path), `${path} at ${at}: ${code}`).toContain(code)
    }
  }
}, 300_000)

test('AIR-02 AIR-04 nothing is missing, nothing is extra, nothing has another name', async () => {
  const payload = () => files(source).filter((path) => path.startsWith('files/'))
  for (const path of payload()) {
    expect(await refusal((at) => rmSync(join(at, path)))).toMatch(/volume_wrong|files_missing/)
    expect(await refusal((at) => renameSync(join(at, path), join(at, `${path}x`)))).toBe('bundle.foreign_file')
    expect(await refusal((at) => writeFileSync(join(at, `${path}.partial`), 'x'))).toBe('bundle.foreign_file')
    expect(await refusal((at) => writeFileSync(join(at, path), readFileSync(join(at, path)).subarray(1)))).toBe('bundle.file_changed')
    expect(await refusal((at) => writeFileSync(join(at, path), Buffer.concat([readFileSync(join(at, path)), Buffer.alloc(1)])))).toBe(
      'bundle.file_changed',
    )
    // The hint that it is not here is another's word; that it is missing is found from what was signed.
    expect(
      await refusal((at) => {
        rmSync(join(at, path))
        rmSync(join(at, 'VOLUME.json'))
      }),
    ).toBe('bundle.files_missing')
  }
  for (const path of ['BUNDLE.json', 'SHA256SUMS', 'MANIFEST.txt', 'README.txt', 'root/1.root.json'])
    expect(await refusal((at) => rmSync(join(at, path))), path).toMatch(/bundle\.(incomplete|root_skipped)/)
  expect(await refusal((at) => rmSync(join(at, 'install.sh')))).toBe('bundle.unreadable')
  for (const name of [
    'autorun.inf',
    'notes.txt',
    '.hidden',
    'files/model/extra.gguf',
    'files/extra',
    'root/evil.sh',
    'custody/1-x.sh',
    'BUNDLE.JSON.bak',
  ])
    expect(await refusal((at) => writeFileSync(join(at, name), 'x')), name).toBe('bundle.foreign_file')
  for (const name of ['more', 'files/new', 'files/model/deep', 'custody/inner'])
    expect(await refusal((at) => mkdirSync(join(at, name))), name).toBe('bundle.foreign_file')
})

test('AIR-04 names that are one name on some systems are refused', async () => {
  const [model = ''] = files(source).filter((path) => path.startsWith('files/model/'))
  for (const name of [
    'bundle.json',
    'Readme.txt',
    'sha256sums',
    'Custody/x',
    model.replace('files/model/', 'files/model/').toUpperCase(),
  ]) {
    const code = await refusal((at) => {
      mkdirSync(join(at, name, '..'), { recursive: true })
      writeFileSync(join(at, name), 'x')
    })
    expect(code, name).toMatch(/bundle\.(names_collide|foreign_file)/)
  }
})

test('AIR-04 links, second names, devices and pipes are no files', async () => {
  const all = files(source)
  for (const path of all) {
    expect(
      await refusal((at) => {
        renameSync(join(at, path), `${at}-elsewhere`)
        symlinkSync(`${at}-elsewhere`, join(at, path))
      }),
      path,
    ).toBe('bundle.not_a_file')
    expect(await refusal((at) => linkSync(join(at, path), `${at}-second-${tried}`)), path).toBe('bundle.hard_link')
    expect(
      await refusal((at) => {
        rmSync(join(at, path))
        spawnSync('mkfifo', [join(at, path)])
      }),
      path,
    ).toBe('bundle.not_a_file')
  }
  expect(
    await refusal((at) => {
      renameSync(join(at, 'files'), `${at}-files`)
      symlinkSync(`${at}-files`, join(at, 'files'))
    }),
  ).toBe('bundle.not_a_file')
})

test('AIR-04 too few, the wrong and the called-back do not count', async () => {
  const [dora = person(''), edda = person('')] = people.builders
  const stranger = person('Stranger')
  const same = (signers: readonly ReturnType<typeof person>[]) => (at: string) => resign(at, manifestOf(at), signers)
  for (const signers of [
    [],
    [dora],
    [edda],
    [stranger],
    [dora, stranger],
    [people.roots[0] ?? dora, people.roots[1] ?? dora],
    [people.site, dora],
  ])
    expect(await refusal(same(signers)), signers.map(idOf).join()).toBe('bundle.threshold')
  // A copy of one person's signature under the name of another.
  expect(
    await refusal((at) => {
      resign(at, manifestOf(at), [dora])
      for (const name of ['BUNDLE.json', 'SHA256SUMS'])
        writeFileSync(join(at, `${name}.${idOf(edda)}.minisig`), readFileSync(join(at, `${name}.${idOf(dora)}.minisig`)))
    }),
  ).toBe('bundle.signature_wrong')
  expect(
    await refusal(same([dora, edda]), (station) => {
      if (station.trustRecord === undefined) throw new Error('no trust')
      const state = { ...station.trustRecord.now, revoked: { bundles: [], blobs: [], keys: [idOf(edda)] } }
      writeFileSync(station.places.trust, JSON.stringify(state))
      station.trustRecord = { now: state, was: null }
    }),
  ).toBe('bundle.threshold')
  expect(await refusal((at) => rmSync(join(at, `SHA256SUMS.${idOf(dora)}.minisig`)))).toBe('bundle.threshold')
})

test('AIR-08 what was signed and is old, runs ahead, or comes from another root is refused', async () => {
  const again = (change: (manifest: ReturnType<typeof manifestOf>) => void) => (at: string) => {
    const manifest = manifestOf(at)
    change(manifest)
    resign(at, manifest, people.builders)
  }
  const seen = (seq: number) => (station: ReturnType<typeof makeStation>) => {
    if (station.trustRecord === undefined) throw new Error('no trust')
    const state = { ...station.trustRecord.now, channel: 'stable', highest: { bundle: seq, models: 0 } }
    writeFileSync(station.places.trust, JSON.stringify(state))
    station.trustRecord = { now: state, was: null }
  }
  expect(
    await refusal(
      again(() => {}),
      seen(7),
    ),
  ).toBe('bundle.older')
  expect(
    await refusal(
      again(() => {}),
      seen(9),
    ),
  ).toBe('bundle.older')
  expect(
    await refusal(
      again((manifest) => (manifest.seq = 2_000)),
      seen(9),
    ),
  ).toBe('bundle.runs_ahead')
  expect(
    await refusal(
      again((manifest) => (manifest.seq = 2 ** 53 - 1)),
      seen(9),
    ),
  ).toBe('bundle.runs_ahead')
  expect(await refusal(again((manifest) => (manifest.rootVersion = 2)))).toBe('bundle.malformed')
  // A root that follows must be the next one, and be signed by the old and by the new.
  const chain = (
    at: string,
    version: number,
    signers: readonly ReturnType<typeof person>[],
    roots: readonly ReturnType<typeof person>[],
  ) => {
    const root = join(at, 'root')
    rmSync(join(root, `${version}.root.json`), { force: true })
    writeRoot(root, {
      ...{ purpose: 'development' as const, createdAt: bundleTime },
      keys: [...roots, ...people.builders].map((key, i) => ({ key, name: `P${i}` })),
      roles: {
        root: { threshold: 2, keys: roots.map(idOf) },
        bundle: { threshold: 2, keys: people.builders.map(idOf) },
        models: null,
        site: null,
      },
    })
    for (const key of signers) signRoot(root, version, key, ed25519)
  }
  const thieves = ['T1', 'T2', 'T3'].map(person)
  expect(await refusal((at) => chain(at, 2, thieves, thieves))).toBe('bundle.root_threshold')
  expect(await refusal((at) => chain(at, 2, people.roots.slice(0, 1), people.roots))).toBe('bundle.root_threshold')
  expect(await refusal((at) => chain(at, 2, people.roots.slice(0, 2), thieves))).toBe('bundle.root_threshold')
  expect(
    await refusal((at) => {
      chain(at, 2, people.roots.slice(0, 2), people.roots)
      for (const name of readdirSync(join(at, 'root')).filter((one) => one.startsWith('2.')))
        renameSync(join(at, 'root', name), join(at, 'root', name.replace('2.', '3.')))
    }),
  ).toBe('bundle.root_skipped')
  expect(
    await refusal((at) => {
      rmSync(join(at, 'root'), { recursive: true })
      addRoot(join(at, 'root'), { roots: thieves, signers: thieves })
    }),
  ).toBe('bundle.foreign_root')
})

test('AIR-04 JSON that is too large, too deep, spelt otherwise or contradicts itself is refused, although it is signed', async () => {
  const signedText = (text: (at: string) => string) => (at: string) => resign(at, null, people.builders, text(at))
  const canonical = (at: string) => readFileSync(join(at, 'BUNDLE.json'), 'utf8')
  const texts: ReadonlyArray<(at: string) => string> = [
    () => '',
    () => '{}\n',
    () => 'null\n',
    () => `${'['.repeat(100_000)}${']'.repeat(100_000)}\n`,
    () => `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}\n`,
    (at) => canonical(at).trimEnd(),
    (at) => ` ${canonical(at)}`,
    (at) => canonical(at).replace('{', '{"seq":1,'),
    (at) => canonical(at).replace('"seq":7', '"seq":7.0'),
    (at) => canonical(at).replace('"seq":7', '"seq":"7"'),
    (at) => canonical(at).replace('"seq":7', '"seq":-7'),
    (at) => canonical(at).replace('"seq":7', '"seq":1e3'),
    (at) => canonical(at).replace('"product"', '"Product"'),
    (at) => `﻿${canonical(at)}`,
    (at) => canonical(at).replace('holdfast-bundle-1', 'holdfast-bundle-2'),
  ]
  for (const text of texts) expect(await refusal(signedText(text))).toBe('bundle.malformed')
  const changes: ReadonlyArray<(manifest: ReturnType<typeof manifestOf>) => void> = [
    (manifest) => manifest.artifacts.push({ ...manifest.artifacts[0] }),
    (manifest) => (manifest.minSeq = 8),
    (manifest) => (manifest.serves = { chat: 'manual', embed: null, rerank: null }),
    (manifest) => (manifest.serves = { chat: 'nobody', embed: null, rerank: null }),
    (manifest) => Object.assign(manifest.artifacts[0] ?? {}, { name: '../../etc' }),
    (manifest) => Object.assign(manifest.artifacts[0] ?? {}, { name: 'a..b' }),
    (manifest) => Object.assign(manifest.artifacts[0] ?? {}, { name: 'Chat' }),
    (manifest) => Object.assign(manifest.artifacts[0] ?? {}, { kind: 'program' }),
    (manifest) => Object.assign(manifest.artifacts[0] ?? {}, { size: 5 }),
    (manifest) => Object.assign(manifest.artifacts[0] ?? {}, { model: null }),
    (manifest) => Object.assign(manifest.artifacts[0] ?? {}, { path: 'files/x' }),
    (manifest) => (manifest.artifacts = []),
  ]
  for (const change of changes) {
    const code = await refusal((at) => {
      const manifest = manifestOf(at)
      change(manifest)
      resign(at, manifest, people.builders)
    })
    expect(code).toBe('bundle.malformed')
  }
  const large = (name: string, bytes: number) => (at: string) => {
    const descriptor = openSync(join(at, name), 'w')
    writeSync(descriptor, Buffer.alloc(1), 0, 1, bytes)
    closeSync(descriptor)
  }
  for (const [name, bytes] of [
    ['BUNDLE.json', 5 * 1024 * 1024],
    ['SHA256SUMS', 5 * 1024 * 1024],
    ['VOLUME.json', 2 * 1024 * 1024],
    ['root/1.root.json', 1024 * 1024],
    [`BUNDLE.json.${idOf(people.builders[0] ?? person(''))}.minisig`, 1024 * 1024],
    ['custody/1-dora.jsonl', 3 * 1024 * 1024],
  ] as const)
    expect(await refusal(large(name, bytes)), name).toBe('bundle.too_large')
})

test('AIR-04 the manifest is not parsed before its signatures hold', async () => {
  // What would be refused for its form is refused for its signature first.
  expect(await refusal((at) => writeFileSync(join(at, 'BUNDLE.json'), '['.repeat(1_000)))).toBe('bundle.signature_wrong')
  expect(await refusal((at) => writeFileSync(join(at, 'SHA256SUMS'), 'no list'))).toBe('bundle.signature_wrong')
  expect(await refusal((at) => writeFileSync(join(at, 'root', '2.root.json'), '['.repeat(1_000)))).toBe('bundle.root_threshold')
})

test('AIR-04 every spoiled tree was cleared away, and so many there were', () => {
  console.log(`${tried} spoiled trees (seed ${seed}), each refused with its code.`)
  expect(tried).toBeGreaterThanOrEqual(flips === 900 ? 1_000 : 400)
  expect(existsSync(join(folder, 'case-1'))).toBe(false)
})
