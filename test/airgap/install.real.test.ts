/** The script on the medium, run as a person would: what it takes, what it refuses, and what it leaves alone. */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { addRoot, copyOf, idOf, makeBundle, people, person, sha256 } from '../support/airgap.ts'
import { makeApp } from '../support/app-archive.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const launcher = readFileSync(join(import.meta.dirname, '..', '..', 'scripts', 'appliance', 'launcher.sh'), 'utf8')
const lacking = ['minisign', 'zstd', 'tar'].find((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0) ?? null
if (lacking !== null) process.stderr.write(`skipped: the script on the medium (${lacking} is not installed)\n`)

let fresh = 0
const place = () => join(folder, `place-${++fresh}`)

const applianceOf = (version: string, file: string): Partial<PackList> => ({
  artifacts: [
    {
      ...{ id: 'app', kind: 'app', name: 'holdfast-linux-x64', title: 'Holdfast', version, platform: 'linux-x64', licence: 'Apache-2.0' },
      ...{ upstream: null, status: 'active', model: null, collection: null, file },
    },
  ],
})

async function bundle(
  home: string,
  seq: number,
  version: string,
  more: Partial<PackList> = {},
  { signers = people.builders, edition = 'full' } = {},
) {
  const at = place()
  mkdirSync(at)
  const file = await makeApp(at, { version, edition, more: { holdfast: `#!/bin/sh\necho ${version} "$@"\n`, 'launcher.sh': launcher } })
  return makeBundle(home, `bundle-${seq}-${version}`, {
    seq,
    version,
    files: [],
    signers,
    list: { ...applianceOf(version, file), ...more },
  })
}

function install(medium: string, target: string, ...more: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('sh', [join(medium, 'install.sh'), target, ...more], { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}
const print = (medium: string, version: number) => sha256(readFileSync(join(medium, 'root', `${version}.root.json`)))
const current = (target: string) => readlinkSync(join(target, 'current'))
const start = (target: string) => spawnSync(join(target, 'holdfast'), ['start'], { encoding: 'utf8' }).stdout.trim()

const home = join(folder, 'home')
let first: Awaited<ReturnType<typeof bundle>>
let second: Awaited<ReturnType<typeof bundle>>
beforeAll(async () => {
  mkdirSync(home)
  addRoot(join(home, 'root'))
  first = await bundle(home, 5, '1.0.0')
  second = await bundle(home, 6, '1.1.0')
})

test.skipIf(lacking !== null)(
  'AIR-01 AIR-04 a bundle that holds is installed, updated and gone back from; nothing is left half-done',
  () => {
    const target = place()
    expect(install(first.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('Give the fingerprint') })
    expect(install(first.folder, target, '0'.repeat(64))).toMatchObject({
      status: 1,
      said: expect.stringContaining('No root of this bundle'),
    })
    expect(existsSync(target) || existsSync(`${target}.partial`)).toBe(false)
    expect(install(first.folder, `${target}/`, print(first.folder, 1).toUpperCase())).toMatchObject({
      status: 0,
      said: expect.stringContaining('DEVELOPMENT'),
    })
    expect(start(target)).toBe('1.0.0 start')
    // An end between two steps of an earlier update.
    symlinkSync('slots/elsewhere', join(target, 'current.next'))
    expect(install(second.folder, target).status).toBe(0)
    expect(start(target)).toBe('1.1.0 start')
    const [archive] = second.manifest.artifacts
    expect(current(target)).toBe(`slots/1.1.0-${archive?.sha256.value.slice(0, 32)}`)
    expect(spawnSync(join(target, 'holdfast'), ['back']).status).toBe(0)
    expect(start(target)).toBe('1.0.0 start')
    expect(install(first.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('newer bundle') })
    expect(readdirSync(target).filter((name) => name.includes('partial') || name.includes('next'))).toEqual([])
  },
)

test.skipIf(lacking !== null)('AIR-04 whatever is changed on the medium is refused before anything is unpacked', () => {
  const spoil: ReadonlyArray<readonly [string, (at: string) => void]> = [
    ['is not what was signed', (at) => change(join(at, 'files', 'app'))],
    ['does not fit', (at) => writeFileSync(join(at, 'SHA256SUMS'), `${readFileSync(join(at, 'SHA256SUMS'), 'utf8')}\n`)],
    ['does not fit', (at) => rmSync(join(at, `SHA256SUMS.${idOf(people.builders[0] ?? person(''))}.minisig`))],
    ['This script', (at) => writeFileSync(join(at, 'install.sh'), `${readFileSync(join(at, 'install.sh'), 'utf8')}# more\n`)],
    [
      'BUNDLE.json',
      (at) => writeFileSync(join(at, 'BUNDLE.json'), readFileSync(join(at, 'BUNDLE.json'), 'utf8').replace('"seq":5', '"seq":7')),
    ],
    ['another volume', (at) => rmSync(join(at, 'files', 'app'), { recursive: true })],
    ['links', (at) => symlinkSync('/etc/passwd', join(at, 'root', '9.root.json'))],
  ]
  for (const [words, act] of spoil) {
    const [medium, target] = [copyOf(first.folder, place()), place()]
    act(medium)
    const refused = install(medium, target, print(first.folder, 1))
    expect(refused).toMatchObject({ status: 1, said: expect.stringContaining(words) })
    expect(existsSync(target) || existsSync(`${target}.partial`), words).toBe(false)
  }
})

function change(folderOf: string): void {
  const [name = ''] = readdirSync(folderOf)
  const bytes = readFileSync(join(folderOf, name))
  bytes[40] = (bytes[40] ?? 0) ^ 1
  writeFileSync(join(folderOf, name), bytes)
}

test.skipIf(lacking !== null)('AIR-04 a root that was left behind cannot come back in the place of another', async () => {
  const [stolen, rotated] = [join(folder, 'stolen'), join(folder, 'rotated')]
  for (const at of [stolen, rotated]) mkdirSync(at)
  addRoot(join(stolen, 'root'))
  cpSync(join(stolen, 'root'), join(rotated, 'root'), { recursive: true })
  addRoot(join(rotated, 'root'), { bundle: [people.modeller, people.site] })
  const target = place()
  const before = await bundle(stolen, 5, '1.0.0', { minSeq: 5 })
  expect(install(before.folder, target, print(before.folder, 1)).status).toBe(0)
  const after = await bundle(rotated, 1, '2.0.0', {}, { signers: [people.modeller, people.site] })
  // Other people sign: counting begins anew, the lowest number with it.
  expect(install(after.folder, target)).toMatchObject({ status: 0 })
  const slot = current(target)
  const evil = await bundle(stolen, 9, '6.6.6')
  expect(install(evil.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('left behind') })
  // The same signatures under the name of the next root.
  for (const name of readdirSync(join(evil.folder, 'root')))
    copyFileSync(join(evil.folder, 'root', name), join(evil.folder, 'root', name.replace('1.', '2.')))
  expect(install(evil.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('is not the root') })
  expect(install(evil.folder, place(), print(evil.folder, 1))).toMatchObject({
    status: 1,
    said: expect.stringContaining('is not the root'),
  })
  expect(current(target)).toBe(slot)
  expect(sha256(readFileSync(join(target, 'trust', 'root', '2.root.json')))).toBe(print(after.folder, 2))
  // A new machine may begin with the newest root, by its fingerprint.
  expect(install(after.folder, place(), print(after.folder, 2))).toMatchObject({ status: 0 })
})

test.skipIf(lacking !== null)('AIR-08 another channel, keys that were called back, and folders of others are refused', async () => {
  const target = place()
  install(first.folder, target, print(first.folder, 1))
  const edge = await bundle(home, 50, '5.0.0', { channel: 'edge' })
  expect(install(edge.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('follows the channel stable') })
  const [dora = person('')] = people.builders
  const calling = await bundle(home, 7, '1.2.0', { revoked: { bundles: [], blobs: [], keys: [idOf(dora)] } })
  expect(install(calling.folder, target).status).toBe(0)
  const next = await bundle(home, 8, '1.3.0')
  expect(install(next.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('Too few') })
  const elsewhere = place()
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'mine'), 'x')
  expect(install(first.folder, elsewhere, print(first.folder, 1))).toMatchObject({
    status: 1,
    said: expect.stringContaining('no installation'),
  })
  symlinkSync(target, `${elsewhere}-link`)
  expect(install(second.folder, `${elsewhere}-link`)).toMatchObject({ status: 1, said: expect.stringContaining('no installation') })
})

test.skipIf(lacking !== null)('AIR-05 an installation without a way out is given none by an update; the other way round is', async () => {
  const editions = join(folder, 'editions')
  mkdirSync(editions)
  addRoot(join(editions, 'root'))
  const edge = await bundle(editions, 1, '1.0.0', {}, { edition: 'edge-only' })
  const full = await bundle(editions, 2, '1.1.0')
  const later = await bundle(editions, 3, '1.2.0', {}, { edition: 'edge-only' })
  const [target, other] = [place(), place()]
  expect(install(edge.folder, target, print(edge.folder, 1)).status).toBe(0)
  const before = current(target)
  expect(install(full.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('can reach other machines') })
  expect([current(target), readdirSync(join(target, 'slots')).length, existsSync(`${target}.partial`)]).toEqual([before, 1, false])
  expect(install(later.folder, target).status).toBe(0)
  expect(install(full.folder, other, print(full.folder, 1)).status).toBe(0)
  expect(install(later.folder, other).status).toBe(0)
  expect(start(other)).toBe('1.2.0 start')
})

test.skipIf(lacking !== null)(
  'AIR-02 two appliances for one platform are refused, and packages of the desktop are told apart',
  async () => {
    const at = place()
    mkdirSync(at)
    const file = await makeApp(at)
    const { artifacts: [one] = [] } = applianceOf('1.0.0', file)
    if (one === undefined) throw new Error('no appliance')
    const two = { artifacts: [one, { ...one, id: 'app-edge-only', name: 'holdfast-edge-only-linux-x64' }] }
    await expect(makeBundle(home, 'bundle-two', { seq: 9, files: [], list: two })).rejects.toThrow('two appliances are for one platform')
    const desktop = { artifacts: [{ ...one, id: 'deb', kind: 'deb' as const, name: 'holdfast-edge-only-linux-x64' }] }
    const medium = await makeBundle(home, 'bundle-desktop', { seq: 10, files: [], list: desktop })
    expect(install(medium.folder, place(), print(medium.folder, 1))).toMatchObject({
      status: 1,
      said: expect.stringContaining('carries packages of the desktop for linux-x64, and no appliance'),
    })
  },
)

test.skipIf(lacking !== null)(
  'AIR-04 AIR-08 what was called back, and numbers below the lowest, are refused as a load refuses them',
  async () => {
    const target = place()
    install(first.folder, target, print(first.folder, 1))
    const bad = await bundle(home, 20, '1.4.0')
    const [app] = first.manifest.artifacts
    if (app === undefined) throw new Error('no appliance')
    const digest = (value: string) => ({ alg: 'sha256' as const, value })
    const calling = await bundle(home, 10, '1.2.0', {
      revoked: { bundles: [digest(bad.digest)], blobs: [app.sha256, digest('0'.repeat(64))], keys: [] },
      minSeq: 10,
    })
    const [earlier, before] = [current(target), start(target)]
    expect(before).toBe('1.0.0 start')
    expect(install(calling.folder, target).status).toBe(0)
    // Neither a way back to what may not serve any more.
    for (const args of [['back'], ['back', basename(earlier)]])
      expect(spawnSync(join(target, 'holdfast'), args, { encoding: 'utf8' })).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('came with bundle 5, and none below 10 may serve any more'),
      })
    expect(start(target)).toBe('1.2.0 start')
    const lines = (name: string) =>
      readFileSync(join(target, 'trust', name), 'utf8')
        .trim()
        .split('\n')
    expect([lines('minseq'), lines('revoked-bundles'), lines('revoked')]).toEqual([['10'], [bad.digest], ['']])
    expect(lines('revoked-files')).toEqual([app.sha256.value, '0'.repeat(64)].sort())
    expect(install(bad.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('called this one back') })
    const [file = ''] = readdirSync(join(first.folder, 'files', 'app'))
    const same = applianceOf('1.3.0', join(first.folder, 'files', 'app', file))
    const carrying = await makeBundle(home, 'carrying', { seq: 11, version: '1.3.0', files: [], list: same })
    expect(install(carrying.folder, target)).toMatchObject({
      status: 1,
      said: expect.stringContaining('carries a file that was called back'),
    })
    // Whatever the highest number says.
    writeFileSync(join(target, 'trust', 'seq'), 'stable 1\n')
    expect(install(second.folder, target)).toMatchObject({ status: 1, said: expect.stringContaining('may not be used any more') })
    // A later one forgets nothing of it.
    const later = await bundle(home, 12, '1.5.0', { revoked: { bundles: [digest('1'.repeat(64))], blobs: [], keys: [] } })
    expect(install(later.folder, target)).toMatchObject({ status: 0 })
    expect(lines('revoked-bundles')).toEqual(['1'.repeat(64), bad.digest].sort())
    expect(lines('minseq')).toEqual(['10'])
    expect(current(target)).toContain('1.5.0')
  },
)
