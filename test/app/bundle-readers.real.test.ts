/** What lies on a medium, and what was taken, is read beside the core: it serves other calls meanwhile, tells how far it is, and stops when told. */
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { BundleStatus } from '../../main/contract/bundles.ts'
import { manifestParts } from '../../main/domain/airgap/manifest.ts'
import type { PackList } from '../../main/domain/airgap/pack-list.ts'
import { contentOf, makeBundle, sha256 } from '../support/airgap.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const [notes, largeBytes] = [300, 256 * 1024 * 1024]
/** Many small files make the look long, and one large one the reading. */
function documents(): PackList['artifacts'] {
  const [note, large] = [join(folder, 'note'), join(folder, 'large')]
  writeFileSync(note, contentOf('note', 100))
  const block = contentOf('large', 1024 * 1024)
  const file = openSync(large, 'w')
  for (let done = 0; done < largeBytes; done += block.length) writeSync(file, block)
  closeSync(file)
  const entry = (id: string, of: string): PackList['artifacts'][number] => ({
    ...{ id, kind: 'doc', name: id, title: `The ${id}`, version: '1', platform: null, licence: 'CC0-1.0', status: 'active' },
    ...{ upstream: null, model: null, collection: null, file: of },
  })
  return [...Array.from({ length: notes }, (_, at) => entry(`note-${at}`, note)), entry('large', large)]
}
let core: OpenApp
let bundle: Awaited<ReturnType<typeof makeBundle>>
beforeAll(async () => {
  bundle = await makeBundle(folder, 'bundle', { files: [], partBytes: 1_000_000_000, list: { artifacts: documents() } })
  core = await openApp(join(folder, 'data'))
  await core.call('bundles.trust', {
    path: bundle.folder,
    fingerprint: sha256(readFileSync(join(bundle.folder, 'root', '1.root.json'))),
  })
}, 120_000)

/** Asked as from a socket: each answer is a turn of the core's loop. */
async function status(): Promise<BundleStatus> {
  await turn()
  return core.call('bundles.status')
}

/** How many calls the core answered, one after the other, before this was over; and what its status said between. */
async function answeredDuring<T>(
  act: Promise<T>,
): Promise<{ readonly value: T; readonly answered: number; readonly seen: readonly BundleStatus[] }> {
  let isOver = false
  const over = act.finally(() => {
    isOver = true
  })
  const seen: BundleStatus[] = []
  while (!isOver) seen.push(await status())
  return { value: await over, answered: seen.length, seen }
}

/** What lies below, each with its size and when it was last written. */
const filesBelow = (below: string): readonly string[] =>
  readdirSync(below, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(below, name))
      return `${name} ${size} ${mtimeMs}`
    })

/** The first bytes were read. */
async function begun(): Promise<void> {
  while (((await status()).work?.done ?? 0) === 0);
}
async function ended(): Promise<void> {
  while ((await status()).work?.state === 'running');
}

test('AIR-04 a look at a bundle of many files does not hold up the core: it answers one call after the other meanwhile', async () => {
  const { value, answered } = await answeredDuring(core.call('bundles.inspect', { path: bundle.folder }))
  expect(value.items.length).toBe(notes + 1)
  // On the core's own thread it would have answered once at most.
  expect(answered).toBeGreaterThan(10)
})

test('AIR-04 every file on a medium is hashed beside the core, with what is done of how much; nothing is written', async () => {
  const before = filesBelow(core.paths.airgap)
  await core.call('bundles.verify', { path: bundle.folder })
  const { seen, answered } = await answeredDuring(ended())
  expect(answered).toBeGreaterThan(10)
  const total = bundle.manifest.artifacts.reduce((sum, { size }) => sum + size, 0)
  const done = seen.flatMap(({ work }) => (work?.kind === 'verify' && work.step === 'verify' && work.state === 'running' ? [work] : []))
  expect(done.every((work) => work.total === total)).toBe(true)
  expect(new Set(done.map((work) => work.done)).size).toBeGreaterThan(5)
  expect((await core.call('bundles.status')).work).toMatchObject({ kind: 'verify', state: 'done', digest: bundle.digest, done: total })
  expect((await core.call('bundles.status')).quarantined).toEqual([])
  expect(filesBelow(core.paths.airgap)).toEqual(before)
  // The trust that was given is among them: it is the folder that would be written to.
  expect(before.length).toBeGreaterThan(0)
})

test('AIR-04 every file that was taken is hashed beside the core, as work that others see and may stop', async () => {
  await core.call('bundles.load', { path: bundle.folder, acceptUnscanned: 'Scanned on the station beside this one.' })
  await ended()
  expect((await status()).work).toMatchObject({ state: 'done', failure: null })
  const { value, seen, answered } = await answeredDuring(core.call('bundles.check'))
  expect(value).toMatchObject({ files: 2, damaged: [] })
  expect(answered).toBeGreaterThan(10)
  expect(new Set(seen.flatMap(({ work }) => (work?.kind === 'check' ? [work.done] : []))).size).toBeGreaterThan(5)
  const check = core.codeOf('bundles.check')
  await begun()
  await core.call('bundles.cancel')
  expect(await check).toBe('bundle.cancelled')
  expect((await core.call('bundles.status')).work).toMatchObject({ kind: 'check', state: 'failed' })
})

test('AIR-04 the check of a medium is stopped at once when a person says so, and a changed file is named', async () => {
  await core.call('bundles.verify', { path: bundle.folder })
  await begun()
  await core.call('bundles.cancel')
  await ended()
  expect((await core.call('bundles.status')).work).toMatchObject({ state: 'failed', failure: { code: 'bundle.cancelled' } })
  const { path = '' } = manifestParts(bundle.manifest).find(({ artifact }) => artifact.id === 'note-7') ?? {}
  const file = openSync(join(bundle.folder, path), 'r+')
  writeSync(file, 'x', 50)
  closeSync(file)
  await core.call('bundles.verify', { path: bundle.folder })
  await ended()
  expect((await core.call('bundles.status')).work).toMatchObject({
    ...{ state: 'failed', failure: { code: 'bundle.file_changed', message: expect.stringContaining('note-7') } },
  })
})
