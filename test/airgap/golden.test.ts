/** A bundle of the first format, as it was made when the format was new. Every later version takes it. */
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentOf, makeStation, sha256, trustFirst } from '../support/airgap.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const digest = 'e0c5b84e2c1358044218bec348254c9313cb12400a998146bc76948793b561dd'

test('AIR-02 a bundle of the first format is taken in, byte for byte', async () => {
  const folder = temporaryFolder()
  const medium = join(folder, 'medium')
  // A clone of the repository may have hard links, which no medium has.
  cpSync(join(import.meta.dirname, '..', 'fixtures', 'air-gap-bundle-1'), medium, { recursive: true })
  expect(sha256(readFileSync(join(medium, 'BUNDLE.json')))).toBe(digest)
  const station = makeStation(join(folder, 'station'))
  trustFirst(station, medium)
  expect(await station.load(medium)).toMatchObject({ ok: true, value: { loaded: { isReload: false } } })
  const taken = station.releases.get(digest)
  expect(taken?.manifest).toMatchObject({ channel: 'stable', version: '0.9.0', seq: 41 })
  const [quill] = taken?.manifest.artifacts ?? []
  expect(readFileSync(station.blobs.path(quill?.sha256.value ?? '')).equals(contentOf('quill', 70_000))).toBe(true)
})
