/** Many documents of one bundle: they are put on record in stretches between which the core answers, once each, whenever it ends. */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { makeBundle, sha256 } from '../support/airgap.ts'
import { datasetOf, finished, load } from '../support/bundled.ts'
import { type OpenApp, openApp } from '../support/open-app.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const [data, left] = [join(folder, 'data'), join(folder, 'left')]
const count = 1_000
let bundle: Awaited<ReturnType<typeof makeBundle>>
beforeAll(async () => {
  const texts = Object.fromEntries(Array.from({ length: count }, (_, n) => [`orders/${n}.md`, `# Order ${n}\n`]))
  bundle = await makeBundle(folder, 'bundle', { files: [], list: { artifacts: [await datasetOf(folder, '1', texts)] } })
})

const importOf = async (core: OpenApp) => (await core.call('imports.list')).items[0]?.id ?? ''
const listed = async (core: OpenApp): Promise<number> => {
  const importId = await importOf(core)
  return importId === '' ? 0 : (await core.call('imports.files', { importId, limit: 1 })).total
}
/** What each call that was served was told, until all are listed. `look` sees each number before the next call. */
async function servedMeanwhile(core: OpenApp, look: (rows: number) => void = () => undefined): Promise<readonly number[]> {
  const seen: number[] = []
  for (let rows = await listed(core); rows < count; rows = await listed(core)) {
    seen.push(rows)
    look(rows)
    await nextTurn()
  }
  return seen
}
/** Nobody waits here until all of them were read. */
const stopReading = async (core: OpenApp) => {
  await core.call('imports.cancel', { importId: await importOf(core) })
  await core.app.idle()
}

test('AIR-08 at the switch to a bundle with many documents calls are served between the stretches in which these are put on record', async () => {
  let served: Promise<readonly number[]> | null = null
  const failpoint = (name: string) => {
    if (name !== 'bundle.committed') return
    served = servedMeanwhile(core, (rows) => {
      // What a power cut in this moment leaves on the disk.
      if (rows > 0 && !existsSync(left)) cpSync(data, left, { recursive: true })
    })
  }
  const core = await openApp(data, { failpoint })
  await core.call('bundles.trust', { path: bundle.folder, fingerprint: sha256(readFileSync(join(folder, 'root', '1.root.json'))) })
  expect(await load(core, bundle.folder)).toMatchObject({ state: 'done' })
  await core.call('bundles.activate', { digest: bundle.digest })
  expect(await finished(core)).toMatchObject({ state: 'done' })
  const between = new Set(await (served ?? []))
  expect(between.size).toBeGreaterThanOrEqual(4)
  await stopReading(core)
  await core.app.close()
})

test('AIR-08 cut off between two stretches, the next start lists the rest, and each document once', async () => {
  const again = join(folder, 'again')
  cpSync(left, again, { recursive: true })
  const core = await openApp(again)
  await servedMeanwhile(core)
  const importId = await importOf(core)
  const names = new Set<string>()
  for (let offset = 0; offset < count; offset += 200)
    for (const { file } of (await core.call('imports.files', { importId, limit: 200, offset })).items) names.add(file)
  expect([names.size, await listed(core)]).toEqual([count, count])
  await stopReading(core)
  await core.app.close()
})

test('AIR-08 where their names are gone the import is given up, and the bundle brings them again', async () => {
  const core = await (async () => {
    const at = join(folder, 'nameless')
    cpSync(left, at, { recursive: true })
    rmSync(join(at, 'airgap', 'datasets'), { recursive: true })
    return openApp(at)
  })()
  await core.app.idle()
  expect((await core.call('imports.list')).items).toMatchObject([{ state: 'cancelled' }])
  expect((await core.call('bundles.placed')).datasets).toMatchObject([
    { state: 'unfinished', command: `holdfast bundle activate ${bundle.digest.slice(0, 12)}` },
  ])
  await core.app.close()
})
