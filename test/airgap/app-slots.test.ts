/** Programs of an installation: archives that are unpacked and that are not, the switch, and the way back. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findAppSlots, slotNames } from '../../main/airgap/app-slots.ts'
import { checkTree } from '../../main/airgap/check-tree.ts'
import { listInArchive, unpackApp } from '../../main/airgap/unpack-app.ts'
import type { Artifact } from '../../main/domain/airgap/artifact.ts'
import { sha256 } from '../support/airgap.ts'
import { makeApp } from '../support/app-archive.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
let fresh = 0
const place = () => {
  const at = join(folder, `place-${++fresh}`)
  mkdirSync(at)
  return at
}
const launcher = join(import.meta.dirname, '..', '..', 'scripts', 'appliance', 'launcher.sh')

const artifactOf = (archive: string, version: string): Artifact => {
  const bytes = readFileSync(archive)
  const hash = { alg: 'sha256' as const, value: sha256(bytes) }
  return {
    ...{ id: 'app', kind: 'app', name: 'holdfast-linux-x64', title: 'Holdfast', version, platform: 'linux-x64', size: bytes.length },
    ...{ sha256: hash, chunks: [{ size: bytes.length, sha256: hash }], licence: 'Apache-2.0', upstream: null, status: 'active' },
    ...{ model: null, collection: null },
  }
}

describe('unpacking', () => {
  test('AIR-04 a sound archive becomes a tree that is what its list says; a second time nothing is done', async () => {
    const at = place()
    const archive = await makeApp(at)
    expect(await unpackApp(archive, join(at, 'slot'))).toEqual({ ok: true, value: null })
    expect(await checkTree(join(at, 'slot'))).toMatchObject({ ok: true, value: { changed: [], missing: [], foreign: [] } })
    expect(sha256((await listInArchive(archive)) ?? '')).toBe(sha256(readFileSync(join(at, 'slot', 'integrity.json'))))
    expect(await unpackApp(archive, join(at, 'slot'))).toMatchObject({ ok: true })
    // One that was changed since is put right.
    writeFileSync(join(at, 'slot', 'holdfast'), 'something else')
    expect(await unpackApp(archive, join(at, 'slot'))).toMatchObject({ ok: true })
    expect(readFileSync(join(at, 'slot', 'holdfast'), 'utf8')).toBe('#!/bin/sh\n')
  })

  test.each<[string, (tree: string) => void]>([
    ['a link', (tree) => symlinkSync('/etc/passwd', join(tree, 'passwords'))],
    ['a second name', (tree) => linkSync(join(tree, 'holdfast'), join(tree, 'other'))],
    ['a pipe', (tree) => void spawnSync('mkfifo', [join(tree, 'pipe')])],
    ['a file that its list does not name', (tree) => writeFileSync(join(tree, 'extra.js'), 'x')],
    ['a file that is another', (tree) => writeFileSync(join(tree, 'holdfast'), 'x')],
    ['no list', (tree) => writeFileSync(join(tree, 'integrity.json'), '{}')],
    ['a list that leads out', (tree) => writeFileSync(join(tree, 'integrity.json'), listOf('../../outside'))],
  ])('AIR-04 an archive with %s is not unpacked', async (_what, spoil) => {
    const at = place()
    const archive = await makeApp(at, { spoil })
    expect(await unpackApp(archive, join(at, 'slot'))).toMatchObject({ ok: false, error: { code: 'bundle.app_malformed' } })
    expect(readdirSync(at).filter((name) => name.startsWith('slot'))).toEqual([])
  })

  test('AIR-04 bytes that are no archive, and one that was cut off, are refused', async () => {
    const at = place()
    writeFileSync(join(at, 'noise'), 'not an archive at all')
    const archive = await makeApp(at)
    writeFileSync(join(at, 'half'), readFileSync(archive).subarray(0, 200))
    for (const name of ['noise', 'half'])
      expect(await unpackApp(join(at, name), join(at, 'slot'))).toMatchObject({ ok: false, error: { code: 'bundle.app_malformed' } })
  })
})

function listOf(path: string): string {
  return JSON.stringify({
    format: 1,
    product: 'holdfast',
    version: '1',
    platform: 'x',
    edition: 'full',
    gpu: 'none',
    files: [{ path, size: 0, sha256: '0'.repeat(64) }],
  })
}

/** An installation as the script on the medium leaves it, whose programs say their name and end as they are told. */
function installation() {
  const root = place()
  mkdirSync(join(root, 'slots'))
  copyFileSync(launcher, join(root, 'holdfast'))
  chmodSync(join(root, 'holdfast'), 0o755)
  const slot = (name: string, script: string) => {
    mkdirSync(join(root, 'slots', name))
    writeFileSync(join(root, 'slots', name, 'holdfast'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
  const start = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(join(root, 'holdfast'), args, { encoding: 'utf8' })
    return { status, stdout: stdout.trim(), stderr: stderr.trim() }
  }
  return { root, slot, start, current: () => readlinkSync(join(root, 'current')) }
}

describe('switching', () => {
  test.each([
    ['edge-only', 'full', 'bundle.other_edition'],
    ['edge-only', 'edge-only', null],
    ['full', 'edge-only', null],
  ])('AIR-05 %s is followed by %s: %s', async (edition, next, code) => {
    const root = place()
    const running = join(root, 'slots', '1.0.0-aaaaaaaa')
    mkdirSync(join(root, 'slots'))
    expect(await unpackApp(await makeApp(place(), { edition }), running)).toMatchObject({ ok: true })
    const slots = findAppSlots(running)
    if (slots === null) throw new Error('no slots')
    const archive = await makeApp(place(), { version: '1.1.0', edition: next })
    const artifact = artifactOf(archive, '1.1.0')
    const name = slots.nameOf(artifact)
    const unpacked = await slots.unpack(archive, artifact)
    expect(unpacked).toMatchObject(code === null ? { ok: true, value: name } : { ok: false, error: { code } })
    expect(existsSync(slots.folder(name))).toBe(code === null)
  })

  test('AIR-08 the switch is one link; the one before stays and can be gone back to', async () => {
    const { root, slot, start, current } = installation()
    slot('1.0.0-aaaaaaaa', 'echo one')
    symlinkSync('slots/1.0.0-aaaaaaaa', join(root, 'current'))
    const slots = findAppSlots(join(root, 'slots', '1.0.0-aaaaaaaa'))
    if (slots === null) throw new Error('no slots')
    const archive = await makeApp(place(), { version: '1.1.0', more: { holdfast: '#!/bin/sh\necho two\n' } })
    const artifact = artifactOf(archive, '1.1.0')
    const name = slots.nameOf(artifact)
    expect(await slots.unpack(archive, artifact)).toEqual({ ok: true, value: name })
    expect(start('start').stdout).toBe('one')
    slots.switchTo(name)
    expect(current()).toBe(`slots/${name}`)
    expect(readFileSync(join(root, 'unproven'), 'utf8').trim()).toBe('1.0.0-aaaaaaaa')
    // Another word than start does not try it.
    expect(start('doctor').stdout).toBe('two')
    expect(existsSync(join(root, 'unproven'))).toBe(true)
    expect(start('start').stdout).toBe('two')
    const next = findAppSlots(join(root, 'slots', name))
    next?.proven()
    expect(existsSync(join(root, 'unproven'))).toBe(false)
    expect(start('back').stdout).toContain('1.0.0-aaaaaaaa')
    expect(start('start').stdout).toBe('one')
    expect(start('back').stdout).toContain(name)
    // What somebody could go back to stays.
    next?.sweep(new Set())
    expect(readdirSync(join(root, 'slots')).sort()).toEqual(['1.0.0-aaaaaaaa', name].sort())
    rmSync(join(root, 'before'))
    next?.sweep(new Set())
    expect(readdirSync(join(root, 'slots'))).toEqual([name])
    expect(findAppSlots('/opt/holdfast')).toBeNull()
  })

  test('AIR-04 a slot of an earlier name stays usable, and another archive with the same eight digits is not taken for it', async () => {
    const { root, slot } = installation()
    slot('own', 'echo own')
    symlinkSync('slots/own', join(root, 'current'))
    const slots = findAppSlots(join(root, 'slots', 'own'))
    if (slots === null) throw new Error('no slots')
    const archive = await makeApp(place(), { version: '1.1.0', more: { holdfast: '#!/bin/sh\necho one\n' } })
    const artifact = artifactOf(archive, '1.1.0')
    const [name, earlier] = slotNames(artifact)
    expect(name.length).toBe('1.1.0-'.length + 32)
    expect(await unpackApp(archive, join(root, 'slots', earlier))).toMatchObject({ ok: true })
    expect(await slots.unpack(archive, artifact)).toEqual({ ok: true, value: earlier })
    expect(existsSync(join(root, 'slots', name))).toBe(false)
    slots.switchTo(slots.nameOf(artifact))
    expect(slots.current()).toBe(earlier)
    // Its name alone proves nothing: it is looked at again.
    expect(slots.isCurrent(artifact)).toBe(false)

    const crafted = await makeApp(place(), { version: '1.1.0', more: { holdfast: '#!/bin/sh\necho other\n' } })
    const { sha256: hash, ...rest } = artifactOf(crafted, '1.1.0')
    const other = { ...rest, sha256: { ...hash, value: artifact.sha256.value.slice(0, 8) + hash.value.slice(8) } }
    expect(slotNames(other)[1]).toBe(earlier)
    const unpacked = await slots.unpack(crafted, other)
    expect(unpacked).toEqual({ ok: true, value: slotNames(other)[0] })
    expect(slots.nameOf(other)).toBe(slotNames(other)[0])
    const script = (of: string) => readFileSync(join(root, 'slots', of, 'holdfast'), 'utf8')
    expect([script(earlier), script(slots.nameOf(other))]).toEqual(['#!/bin/sh\necho one\n', '#!/bin/sh\necho other\n'])
    slots.switchTo(slots.nameOf(other))
    expect(slots.isCurrent(other)).toBe(true)
  })

  test('AIR-08 a release that does not come up at its first start is left for the one before, by itself', () => {
    const { root, slot, start, current } = installation()
    slot('old', 'echo old')
    slot('new', 'exit 3')
    symlinkSync('slots/old', join(root, 'current'))
    findAppSlots(join(root, 'slots', 'old'))?.switchTo('new')
    const said = start('start')
    expect(said).toMatchObject({ status: 0, stdout: 'old' })
    expect(said.stderr).toContain('going back to old')
    expect(current()).toBe('slots/old')
    expect(start('start').stderr).toBe('')
  })

  test('AIR-08 what the script on the next medium must know is kept: roots, number, and every key that was called back', () => {
    const { root, slot } = installation()
    slot('one', 'echo one')
    symlinkSync('slots/one', join(root, 'current'))
    const slots = findAppSlots(join(root, 'slots', 'one'))
    const release = place()
    mkdirSync(join(release, 'root'))
    writeFileSync(join(release, 'root', '1.root.json'), 'a root')
    // An installation that was put down by hand keeps no trust.
    const trust = (seq: number, keys: readonly string[]) => ({
      ...{ channel: 'stable', highest: { bundle: seq, models: 90 }, minSeq: 4 },
      revoked: { bundles: ['b'.repeat(64)], blobs: [], keys: [...keys] },
    })
    const app = { ...artifactOf(join(root, 'holdfast'), '1.0.0'), sha256: { alg: 'sha256', value: 'c'.repeat(64) } } as const
    slots?.noteTrust(release, trust(5, ['B']), [])
    expect(existsSync(join(root, 'trust'))).toBe(false)
    mkdirSync(join(root, 'trust'))
    slots?.noteTrust(release, trust(5, ['B']), [[app, 5]])
    slots?.noteTrust(release, trust(6, ['A']), [[app, 6]])
    const names = [`1.0.0-${'c'.repeat(8)}`, `1.0.0-${'c'.repeat(32)}`]
    expect(readFileSync(join(root, 'trust', 'slots'), 'utf8')).toBe(names.flatMap((name) => [`${name} 5\n`, `${name} 6\n`]).join(''))
    expect(readFileSync(join(root, 'trust', 'seq'), 'utf8')).toBe('stable 6\n')
    expect(readFileSync(join(root, 'trust', 'revoked'), 'utf8')).toBe('A\nB\n')
    expect(readFileSync(join(root, 'trust', 'minseq'), 'utf8')).toBe('4\n')
    expect(readFileSync(join(root, 'trust', 'revoked-bundles'), 'utf8')).toBe(`${'b'.repeat(64)}\n`)
    expect(readFileSync(join(root, 'trust', 'revoked-files'), 'utf8')).toBe('')
    expect(slots?.roots(sha256)).toEqual(new Set([sha256('a root')]))
  })

  test('AIR-08 a person who ends the first start has not said that it failed', () => {
    const { root, slot, start, current } = installation()
    slot('old', 'echo old')
    slot('new', 'kill -INT $$')
    symlinkSync('slots/old', join(root, 'current'))
    findAppSlots(join(root, 'slots', 'old'))?.switchTo('new')
    expect(start('start').status).toBe(130)
    expect(current()).toBe('slots/new')
  })

  test('AIR-08 no way leads back below the lowest number that may serve, by hand or by itself', () => {
    const { root, slot, start, current } = installation()
    for (const name of ['four', 'five', 'both', 'unknown']) slot(name, `echo ${name}`)
    slot('new', 'exit 3')
    symlinkSync('slots/new', join(root, 'current'))
    mkdirSync(join(root, 'trust'))
    const noted = (minSeq: string) => writeFileSync(join(root, 'trust', 'minseq'), minSeq)
    writeFileSync(join(root, 'trust', 'slots'), 'both 4\nboth 6\nfive 5\nfour 4\nnew 7\n')
    noted('5\n')
    const refused = { status: 1, stderr: expect.stringContaining('came with bundle 4, and none below 5 may serve any more') }
    expect([start('back', 'four'), current()]).toMatchObject([refused, 'slots/new'])
    for (const name of ['../slots/four', './four', '.', ''])
      expect([name, start('back', name).status, current()]).toEqual([name, 1, 'slots/new'])
    writeFileSync(join(root, 'unproven'), 'four\n')
    expect([start('start'), current()]).toMatchObject([refused, 'slots/new'])
    rmSync(join(root, 'unproven'))
    // The same program in a newer bundle, and what was here before numbers were noted.
    for (const name of ['five', 'both', 'unknown']) expect([start('back', name).status, current()]).toEqual([0, `slots/${name}`])
    noted('many\n')
    expect(start('back', 'five')).toMatchObject({ status: 1, stderr: expect.stringContaining('minseq is damaged') })
  })

  test('AIR-08 nowhere to go back to is said', () => {
    const { root, slot, start } = installation()
    slot('only', 'echo only')
    symlinkSync('slots/only', join(root, 'current'))
    expect(start('back')).toMatchObject({ status: 1, stderr: expect.stringContaining('no release served before') })
    expect(start('back', 'nothing')).toMatchObject({ status: 1 })
  })
})
