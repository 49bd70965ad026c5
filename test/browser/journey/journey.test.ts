import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { browserPath, startConsole } from './console.ts'
import { journey, watchPage } from './journey.ts'

const root = join(import.meta.dirname, '../../..')
const hasBrowser = browserPath !== undefined
if (!hasBrowser) console.warn('skipped: the journey needs a Chromium-family browser, and there is none')

describe.skipIf(!hasBrowser)('the main job, from the first start to the record', () => {
  test.each(['source', 'emitted'] as const)(
    'ANS-02 OBS-08 A11-01 on the console, %s tree',
    async (tree) => {
      const data = temporaryFolder()
      const shell = await startConsole(data, tree)
      try {
        const { page, close } = await shell.open()
        const watch = watchPage(page)
        try {
          await journey(page)
          expect(watch.errors).toEqual([])
          expect(watch.requests.filter((url) => !url.startsWith(shell.origin) && !/^(blob|data):/.test(url))).toEqual([])
          expect(watch.requests.length).toBeGreaterThan(3)
        } finally {
          await close()
        }
      } finally {
        await shell.close()
      }
    },
    240_000,
  )
})

const electron = join(root, 'node_modules/electron/path.txt')
if (!existsSync(electron)) console.warn('skipped: the journey on the desktop needs Electron’s binary (npm run desktop:fetch)')

test.skipIf(!existsSync(electron))('the same journey on the desktop', async () => {
  const { _electron } = await import('playwright-core')
  const app = await _electron.launch({ args: [join(root, 'dist/main/electron/main.js'), '--data', temporaryFolder()] })
  try {
    await journey(await app.firstWindow())
  } finally {
    await app.close()
  }
})
