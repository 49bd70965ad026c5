/** Uploads over the real rows and files: pieces follow each other, whatever order and number they are sent in. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Services } from '../../main/handlers/services.ts'
import { uploadHandlers } from '../../main/handlers/uploads.ts'
import { systemClock } from '../../main/platform/clock.ts'
import { createNewId } from '../../main/platform/ids.ts'
import { createPaths } from '../../main/platform/paths.ts'
import { openStore } from '../../main/store/open.ts'
import { createUploads } from '../../main/store/uploads.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const paths = createPaths(temporaryFolder())
const uploads = createUploads(openStore(paths.database), 'station')
const caller = { account: 'tester', shell: 'console' } as const
// Only what these handlers take of the services.
const handlers = uploadHandlers({ uploads, paths, clock: systemClock, newId: createNewId(systemClock, randomBytes) } as Services)

test('DOC-01 two pieces for one place at once: one is taken whole, the other refused', async () => {
  const begun = await handlers['uploads.begin']({ name: 'a.txt', size: 8 }, caller)
  if (!begun.ok) throw new Error(begun.error.code)
  const { uploadId } = begun.value
  const append = (offset: number, text: string) =>
    handlers['uploads.append']({ uploadId, offset, data: Buffer.from(text).toString('base64') }, caller)
  const [first, second] = await Promise.all([append(0, 'aaaaaaaa'), append(0, 'bbbb')])
  expect(first).toEqual({ ok: true, value: { received: 8 } })
  expect(second).toMatchObject({ ok: false, error: { code: 'upload.busy' } })
  expect(uploads.get(uploadId)?.received).toBe(8)
  expect(readFileSync(join(paths.uploads, uploadId), 'utf8')).toBe('aaaaaaaa')
  expect(await append(0, 'cccc')).toMatchObject({ ok: false, error: { code: 'upload.gap' } })
})
