/** Documents of a bundle on a machine that is killed, and on one whose disk is full: run again it completes, and nothing is there twice. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReader } from '../../main/store/open.ts'
import { makeBundle, sha256 } from '../support/airgap.ts'
import { bring, datasetOf, finished, load } from '../support/bundled.ts'
import { faultsOf } from '../support/check-store.ts'
import { startCommand } from '../support/command.ts'
import { openApp } from '../support/open-app.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const count = 24
const text = (n: number) =>
  `# Order ${n}\n\n${Array.from({ length: 150 }, (_, at) => `Berth ${at} is free from ${n} to ${at * n}.`).join('\n\n')}\n`

const disk = mountSmallDisk(join(folder, 'disk'), 24 * 1024 * 1024)
if (disk === null) console.warn('skipped: this account may not mount a small file system, so a full disk is not tested here')
let bundle: Awaited<ReturnType<typeof makeBundle>>
let fingerprint = ''
beforeAll(async () => {
  const texts = Object.fromEntries(Array.from({ length: count }, (_, n) => [`orders/${n}.md`, text(n)]))
  bundle = await makeBundle(folder, 'bundle', { files: [], list: { artifacts: [await datasetOf(folder, '1', texts)] } })
  fingerprint = sha256(readFileSync(join(folder, 'root', '1.root.json')))
})

function indexedFiles(data: string): number {
  const db = openReader(join(data, 'holdfast.db'))
  try {
    return Number(db.prepare("SELECT count(*) FROM import_files WHERE outcome = 'indexed'").pluck().get())
  } finally {
    db.close()
  }
}

/** A data folder of a station that has taken the bundle in, and lets nothing of it serve yet. */
async function taken(data: string): Promise<void> {
  const core = await openApp(data)
  await core.call('bundles.trust', { path: bundle.folder, fingerprint })
  expect(await load(core, bundle.folder)).toMatchObject({ state: 'done' })
  await core.app.close()
}

afterAll(() => disk?.unmount())

test('AIR-08 killed with SIGKILL as documents are unpacked and as they come in, it is activated again, and each of them is there once', async () => {
  const data = join(folder, 'killed')
  const datasets = join(data, 'airgap', 'datasets')
  await taken(data)
  // All of them are unpacked, and the core ends before they serve.
  const failpoint = (name: string) => {
    if (name === 'bundle.unpacked') throw new Error('The core ended here.')
  }
  const ended = await openApp(data, { failpoint })
  await ended.call('bundles.activate', { digest: bundle.digest })
  expect(await finished(ended)).toMatchObject({ state: 'failed' })
  expect((await ended.call('imports.list')).total).toBe(0)
  await ended.app.close()
  const moments: ReadonlyArray<readonly [string, () => boolean]> = [
    ['documents are unpacked', () => existsSync(datasets) && readdirSync(datasets).length > 0],
    ['some are imported', () => indexedFiles(data) >= 3],
  ]
  for (const [what, hasCome] of moments) {
    const started = startCommand(['bundle', 'activate', '1.0.0', '--data', data, '--json'])
    while (!hasCome()) await wait(30)
    started.process.kill('SIGKILL')
    await started.said
    expect(indexedFiles(data), what).toBeLessThan(count)
  }
  const core = await openApp(data)
  await bring(core, bundle)
  expect((await core.call('bundles.placed')).datasets).toMatchObject([{ state: 'whole', documents: count, files: count, refusedTotal: 0 }])
  const { items } = await core.call('documents.list', { limit: 200 })
  expect([items.length, new Set(items.map(({ file }) => file)).size]).toEqual([count, count])
  await expect.poll(() => readdirSync(datasets)).toEqual([])
})

test.skipIf(disk === null)(
  'AIR-08 on a full disk nothing is half there; with room again it completes, and nothing is there twice',
  async () => {
    // A load leaves more room free than this disk has: it was taken in elsewhere.
    await taken(join(folder, 'elsewhere'))
    cpSync(join(folder, 'elsewhere'), join(folder, 'disk', 'data'), { recursive: true })
    const core = await openApp(join(folder, 'disk', 'data'))
    try {
      // Not even room to unpack: nothing changes.
      disk?.leave(64 * 1024)
      await core.call('bundles.activate', { digest: bundle.digest })
      expect(await finished(core)).toMatchObject({ state: 'failed', failure: { code: 'bundle.disk_full' } })
      const datasets = join(core.paths.airgap, 'datasets')
      expect([(await core.call('imports.list')).total, existsSync(datasets) ? readdirSync(datasets) : []]).toEqual([0, []])
      disk?.free()

      // Cut off in the middle, it says so, and what brings the rest.
      const placed = async () => (await core.call('bundles.placed')).datasets[0]
      await core.call('bundles.activate', { digest: bundle.digest })
      expect(await finished(core)).toMatchObject({ state: 'done' })
      await core.call('imports.cancel', { importId: (await placed())?.importId })
      await core.app.idle()
      const command = `holdfast bundle activate ${bundle.digest.slice(0, 12)}`
      expect(await placed()).toMatchObject({ state: 'unfinished', command })
      await expect.poll(() => readdirSync(datasets)).toEqual([])

      // Room to unpack, and then none: what was not looked at for want of it comes in the next time.
      await core.call('bundles.activate', { digest: bundle.digest })
      expect(await finished(core)).toMatchObject({ state: 'done' })
      disk?.leave(0)
      // Until it is done with all that it can, or rests for want of room.
      await core.app.idle()
      expect((await placed())?.documents).toBeLessThan(count)
      disk?.free()
      await expect.poll(async () => (await placed())?.state, { timeout: 90_000 }).not.toBe('importing')
      await bring(core, bundle)
      expect(await placed()).toMatchObject({ state: 'whole', documents: count, files: count, command: null })
      const { items } = await core.call('documents.list', { limit: 200 })
      expect([items.length, new Set(items.map(({ file }) => file)).size]).toEqual([count, count])
    } finally {
      await core.app.close()
    }
    expect(faultsOf(core.paths)).toEqual([])
  },
)
