import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { LoadStation } from '../../main/airgap/load-station.ts'
import { createReleases } from '../../main/airgap/releases.ts'
import { contentOf, makeBundle, makeStation, sha256, trustFirst } from '../support/airgap.ts'
import { runCommand, startCommand } from '../support/command.ts'
import { createDice } from '../support/dice.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const child = join(import.meta.dirname, '..', 'support', 'airgap-load-child.ts')
let bundle: Awaited<ReturnType<typeof makeBundle>>
let large: Awaited<ReturnType<typeof makeBundle>>
beforeAll(async () => {
  bundle = await makeBundle(folder, 'bundle')
  large = await makeBundle(join(folder, 'large'), 'bundle', {
    files: [
      { name: 'chat', size: 24_000_000 },
      { name: 'embed', size: 9_000_000 },
    ],
    partBytes: 1_000_000,
  })
}, 60_000)

/** Everything is there, byte for byte, and nothing else is. */
function expectWhole(data: string, made: typeof bundle): void {
  const store = join(data, 'airgap', 'store')
  expect(readdirSync(store).sort()).toEqual(made.manifest.artifacts.map(({ sha256: hash }) => hash.value).sort())
  for (const name of readdirSync(store)) expect(sha256(readFileSync(join(store, name)))).toBe(name)
  expect(
    createReleases(join(data, 'airgap', 'releases'), sha256)
      .list()
      .map(({ digest }) => digest),
  ).toEqual([made.digest])
  expect(JSON.parse(readFileSync(join(data, 'record.json'), 'utf8'))).toMatchObject({ now: { highest: { bundle: 1, models: 0 } } })
  expect(readdirSync(join(data, 'airgap', 'quarantine'))).toEqual([])
}

const run = (data: string, made: typeof bundle, point = '', nth = 1) =>
  spawnSync(process.execPath, [child, data, made.folder, point, String(nth)], { encoding: 'utf8' })

test('AIR-08 killed at each step of a load, it is run again and completes', () => {
  const points = [
    ...[1, 2, 4].map((nth) => ['bundle.staged', nth] as const),
    ...[1, 4].map((nth) => ['bundle.verified', nth] as const),
    ...[1, 3, 4].map((nth) => ['bundle.promoted', nth] as const),
    ...(['bundle.kept', 'bundle.recorded'] as const).map((name) => [name, 1] as const),
  ]
  for (const [point, nth] of points) {
    const data = join(folder, `${point}-${nth}`)
    mkdirSync(data)
    expect(run(data, bundle, point, nth).signal, `${point} ${nth}`).toBe('SIGKILL')
    // Nothing serves that was not verified.
    const store = join(data, 'airgap', 'store')
    for (const name of existsSync(store) ? readdirSync(store) : []) expect(sha256(readFileSync(join(store, name)))).toBe(name)
    expect(run(data, bundle).stdout, `${point} ${nth}`).toContain('{"ok":true}')
    expectWhole(data, bundle)
  }
})

test('AIR-08 killed at random moments of a long copy, again and again, it goes on where it was', async () => {
  const roll = createDice(7)
  const data = join(folder, 'random')
  mkdirSync(data)
  for (let i = 0; i < 6; i++) {
    const started = spawn(process.execPath, [child, data, large.folder, '', '1'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((resolve) => started.once('exit', resolve))
    await new Promise((resolve) => started.stdout.once('data', resolve))
    await new Promise((resolve) => setTimeout(resolve, roll(60)))
    started.kill('SIGKILL')
    await ended
  }
  expect(run(data, large).stdout).toContain('{"ok":true}')
  expectWhole(data, large)
})

test('AIR-08 a copy onto a medium that was torn off is run again, copies the rest, and holds', async () => {
  const medium = join(folder, 'medium')
  const roll = createDice(11)
  const copy = () => startCommand(['bundle', 'copy', large.folder, medium, '--json'])
  for (let i = 0; i < 4; i++) {
    const { process: started, said } = copy()
    // Once it has come some files further, after a moment of chance.
    const parts = () => (existsSync(join(medium, 'files', 'model')) ? readdirSync(join(medium, 'files', 'model')).length : 0)
    for (let n = 0; n < 1_000 && parts() < (i + 1) * 6; n++) await wait(5)
    await wait(roll(8))
    started.kill('SIGKILL')
    await said
  }
  const done = await copy().said
  const { kept } = JSON.parse(done.stdout) as { kept: number }
  expect(kept).toBeGreaterThan(0)
  const fingerprint = sha256(readFileSync(join(large.folder, 'root', '1.root.json')))
  const verified = await runCommand(['bundle', 'verify', medium, '--fingerprint', fingerprint, '--json'])
  expect(JSON.parse(verified.stdout)).toMatchObject({ absent: [], digest: large.digest })
  const station = makeStation(join(folder, 'from-medium'))
  trustFirst(station, medium)
  expect(await station.load(medium)).toMatchObject({ ok: true })
})

test('AIR-08 the disk fills up at any point: it says so, nothing serves, and with room again it completes', async () => {
  const at = join(folder, 'small')
  const disk = mountSmallDisk(at, 3_000_000)
  if (disk === null) {
    process.stderr.write('skipped: this account may not mount a small disk\n')
    return
  }
  try {
    const place = join(at, 'station')
    mkdirSync(place)
    const plain: Partial<LoadStation> = {}
    const station = makeStation(place, plain)
    trustFirst(station, bundle.folder)
    const codes: string[] = []
    for (const bytes of [0, 4_096, 40_960, 163_840, 237_568, 327_680, 401_408, 409_600, 425_984]) {
      disk.leave(bytes)
      const outcome = await station.load(bundle.folder)
      codes.push(outcome.ok ? 'taken' : outcome.error.code)
      for (const { sha256: hash } of station.blobs.list()) expect(sha256(readFileSync(station.blobs.path(hash)))).toBe(hash)
      if (outcome.ok) break
      expect(station.recorded).toEqual([])
    }
    expect(codes.length).toBeGreaterThan(4)
    expect(new Set(codes.slice(0, -1))).toEqual(new Set(['bundle.disk_full']))
    disk.free()
    expect(await station.load(bundle.folder)).toMatchObject({ ok: true })
    const [chat] = bundle.manifest.artifacts
    expect(readFileSync(station.blobs.path(chat?.sha256.value ?? '')).equals(contentOf('chat', 200_000))).toBe(true)
  } finally {
    disk.unmount()
  }
})
