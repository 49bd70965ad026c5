/** A release is let serve by a real core that runs from an installation with slots, and is killed, or finds its disk full, at every step of it. */
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
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { checkTree } from '../../main/airgap/check-tree.ts'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { createPaths } from '../../main/platform/paths.ts'
import type { Act, Given, Seen } from '../support/activation-child.ts'
import { contentOf, makeBundle, modelEntry, sha256 } from '../support/airgap.ts'
import { makeApp } from '../support/app-archive.ts'
import { faultsOf } from '../support/check-store.ts'
import { tinyModels } from '../support/models.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = join(import.meta.dirname, '..', '..')
// Below the packages that are delivered: a core takes native modules from there alone.
const folder = temporaryFolder(join(root, 'node_modules', '.cache', 'holdfast-installations'))
const child = join(root, 'test', 'support', 'activation-child.ts')
const old = '1.0.0-aaaaaaaa'
/** A backup of the store is made before new programs try a copy of it, and wants room to spare. */
const diskBytes = 160 * 1024 * 1024

let first: Awaited<ReturnType<typeof makeBundle>>
let second: Awaited<ReturnType<typeof makeBundle>>
/** An installation whose first release serves, and which has taken in the second. */
const prepared = join(folder, 'prepared')

function run(at: string, acts: readonly Act[], arm: Given['arm'] = null) {
  const given: Given = { main: join(at, 'slots', old, 'dist', 'main'), data: join(at, 'data'), acts: [...acts], arm }
  const { signal, stdout, stderr } = spawnSync(process.execPath, [child, JSON.stringify(given)], { encoding: 'utf8', timeout: 120_000 })
  const said = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  if (signal === null && said.length < acts.length) throw new Error(`${JSON.stringify(acts)}: ${stderr}`)
  return { signal, said }
}

const list = (chat: string, embed: string, more: PackList['artifacts'] = []): Partial<PackList> => ({
  artifacts: [modelEntry('quill', 'chat', chat), modelEntry('compass', 'embed', embed), ...more],
  serves: { chat: 'quill', embed: 'compass', rerank: null },
})

/** The same model with other weights. */
function otherWeights(file: string, name: string): string {
  const bytes = readFileSync(file)
  bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

beforeAll(async () => {
  const models = tinyModels(folder)
  first = await makeBundle(folder, 'first', { seq: 1, version: '1.0.0', files: [], list: list(models.decoder, models.embedder) })
  const more = { holdfast: '#!/bin/sh\necho two\n', 'dist/weight.bin': contentOf('weight', 900_000).toString('base64') }
  const file = await makeApp(folder, { version: '1.1.0', more })
  const app: PackList['artifacts'][number] = {
    ...{
      id: 'app',
      kind: 'app',
      name: 'holdfast-linux-x64',
      title: 'Holdfast',
      version: '1.1.0',
      platform: 'linux-x64',
      licence: 'Apache-2.0',
    },
    ...{ upstream: null, status: 'active', model: null, collection: null, file },
  }
  const others = list(otherWeights(models.decoder, 'chat.gguf'), otherWeights(models.embedder, 'embed.gguf'), [app])
  second = await makeBundle(folder, 'second', { seq: 2, version: '1.1.0', files: [], list: others })
  const tree = join(prepared, 'slots', old)
  for (const part of ['main', 'models-manifest', 'package.json'])
    if (existsSync(join(root, 'dist', part))) cpSync(join(root, 'dist', part), join(tree, 'dist', part), { recursive: true })
  writeFileSync(join(tree, 'holdfast'), '#!/bin/sh\necho one\n', { mode: 0o755 })
  symlinkSync(`slots/${old}`, join(prepared, 'current'))
  mkdirSync(join(prepared, 'trust', 'root'), { recursive: true })
  copyFileSync(join(root, 'scripts', 'appliance', 'launcher.sh'), join(prepared, 'holdfast'))
  const fingerprint = sha256(readFileSync(join(first.folder, 'root', '1.root.json')))
  const { said } = run(prepared, [
    { do: 'trust', path: first.folder, fingerprint },
    { do: 'load', path: first.folder },
    { do: 'activate', digest: first.digest },
    { do: 'load', path: second.folder },
  ])
  expect(said.at(-1)).toMatchObject({ active: first.digest, next: old, failure: null })
}, 120_000)

const fresh = (at: string): string => {
  cpSync(prepared, at, { recursive: true, verbatimSymlinks: true })
  return at
}
const digestOf = (made: typeof first, id: string) => made.manifest.artifacts.find((one) => one.id === id)?.sha256.value
const modelsOf = (made: typeof first) => ({ chat: digestOf(made, 'quill'), embed: digestOf(made, 'compass') })
const start = (at: string) => spawnSync('sh', [join(at, 'holdfast'), 'start'], { encoding: 'utf8' }).stdout.trim()

/** Models, programs and record say the same, and what the link names is whole. */
async function expectOne(at: string, seen: Seen): Promise<'first' | 'second'> {
  const isSecond = seen.active === second.digest
  expect(seen.active).toBe(isSecond ? second.digest : first.digest)
  expect(seen.served).toEqual(modelsOf(isSecond ? second : first))
  expect(seen.next === old).toBe(!isSecond)
  expect(start(at)).toBe(isSecond ? 'two' : 'one')
  const link = readlinkSync(join(at, 'current'))
  if (isSecond) expect(await checkTree(join(at, link))).toMatchObject({ ok: true, value: { changed: [], missing: [], foreign: [] } })
  return isSecond ? 'second' : 'first'
}

/** It is run once more, completes, and answers. */
async function expectCompletes(at: string): Promise<void> {
  const { said } = run(at, [{ do: 'activate', digest: second.digest }, { do: 'ask' }])
  expect(said[0]).toMatchObject({ failure: null })
  expect(await expectOne(at, said[0])).toBe('second')
  expect(said[1]).toEqual({ status: 'complete' })
  expect(readdirSync(join(at, 'slots')).filter((name) => name.endsWith('.partial'))).toEqual([])
  expect(faultsOf(createPaths(join(at, 'data')))).toEqual([])
}

/** Moments of an activation in their order, and what serves once a core was started after an end there. */
const moments = [
  ['bundle.admitted', 1, 'first'],
  ['bundle.admitted', 2, 'first'],
  ['app.unpacked', 1, 'first'],
  ['app.placed', 1, 'first'],
  ['bundle.tried', 1, 'second'],
  ['app.noted', 1, 'second'],
  ['app.switched', 1, 'second'],
  ['bundle.switched', 1, 'second'],
  ['bundle.committed', 1, 'second'],
] as const

test('AIR-08 a core killed at each step of an activation: what served works, the next start settles it, and a second run completes', async () => {
  for (const [name, count, after] of moments) {
    const at = fresh(join(folder, `killed-${name}-${count}`))
    const arm = { name, count, left: null, disk: at }
    expect(run(at, [{ do: 'activate', digest: second.digest }], arm).signal, name).toBe('SIGKILL')
    expect(['one', 'two']).toContain(start(at))
    const { said } = run(at, [{ do: 'look' }, { do: 'ask' }])
    expect(await expectOne(at, said[0]), name).toBe(after)
    expect(said[1]).toEqual({ status: 'complete' })
    await expectCompletes(at)
    rmSync(at, { recursive: true })
  }
}, 900_000)

test('AIR-08 killed again at each step of settling what an earlier end left, the start after that completes it', async () => {
  for (const [name, count] of moments.filter(([point]) => !['app.unpacked', 'app.placed', 'bundle.tried'].includes(point))) {
    const at = fresh(join(folder, `settled-${name}-${count}`))
    const end = { left: null, disk: at }
    run(at, [{ do: 'activate', digest: second.digest }], { name: 'bundle.tried', count: 1, ...end })
    expect(run(at, [{ do: 'look' }], { name, count, ...end }).signal, name).toBe('SIGKILL')
    expect(['one', 'two']).toContain(start(at))
    const { said } = run(at, [{ do: 'look' }, { do: 'ask' }])
    expect(await expectOne(at, said[0]), name).toBe('second')
    expect(said[1]).toEqual({ status: 'complete' })
    // The first brought no programs: its models serve again, and the programs stay.
    const back = run(at, [{ do: 'rollback' }, { do: 'ask' }]).said
    expect(back[0]).toMatchObject({ active: first.digest, served: modelsOf(first), failure: null })
    expect(back[1]).toEqual({ status: 'complete' })
    rmSync(at, { recursive: true })
  }
}, 900_000)

test('AIR-08 the disk fills up at each step of an activation: it says so, what served goes on, and with room it completes', async () => {
  const points: ReadonlyArray<readonly [name: string, count: number, left: number]> = [
    ...[0, 16, 64, 128, 256, 512, 1_024, 2_048].map((kib) => ['start', 1, kib * 1024] as const),
    ...moments.slice(0, -1).map(([name, count]) => [name, count, 0] as const),
    ['bundle.tried', 1, 16_384],
    ['app.noted', 1, 8_192],
  ]
  const codes = new Map<string, number>()
  const clearCodes = ['bundle.disk_full', 'backup.no_room', 'model.disk_full']
  for (const [name, count, left] of points) {
    const at = join(folder, `full-${name}-${count}-${left}`)
    const disk = mountSmallDisk(at, diskBytes)
    if (disk === null) {
      process.stderr.write('skipped: this account may not mount a small disk\n')
      return
    }
    try {
      fresh(at)
      const act = { do: 'activate', digest: second.digest } as const
      const { said } = run(at, [act, { do: 'free' }, { do: 'look' }, { do: 'ask' }, act, { do: 'ask' }], {
        ...{ name, count, left, disk: at },
      })
      const [full, , after, answer, again, last] = said
      codes.set(String(full.failure), (codes.get(String(full.failure)) ?? 0) + 1)
      const served = full.failure === null ? second : first
      expect(full, `${name} ${left}`).toMatchObject({ active: served.digest, served: modelsOf(served) })
      if (full.failure !== null) expect(clearCodes, `${name} ${left}`).toContain(full.failure)
      // With room again nothing has changed by itself.
      expect(after).toEqual(full)
      expect(full.next === old).toBe(full.failure !== null)
      expect(answer).toEqual({ status: 'complete' })
      expect(again).toMatchObject({ failure: null })
      expect(await expectOne(at, again)).toBe('second')
      expect(last).toEqual({ status: 'complete' })
      expect(faultsOf(createPaths(join(at, 'data')))).toEqual([])
    } finally {
      disk.unmount()
    }
  }
  process.stdout.write(`${JSON.stringify([...codes])}\n`)
}, 900_000)
