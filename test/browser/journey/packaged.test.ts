/** The main job on an installed desktop, as it ships. Its fuses take no inspector, so the test speaks to its Chromium alone. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { journey, watchPage } from './journey.ts'

const program = process.env.HOLDFAST_PACKAGED
if (program === undefined) console.warn('skipped: the journey on an installed desktop, since HOLDFAST_PACKAGED names none')

const waits = { startMs: 60_000, endMs: 20_000 } as const

test.skipIf(program === undefined)(
  'the main job on the installed desktop',
  async () => {
    const data = temporaryFolder()
    // Chromium writes the port that it took, and the path of its socket, into the folder of the desktop's own data.
    const note = join(data, 'desktop', 'DevToolsActivePort')
    const desktop = spawn(program ?? '', ['--remote-debugging-port=0', `--data=${data}`], { stdio: ['ignore', 'inherit', 'inherit'] })
    const ended = new Promise<number | null>((resolve) => desktop.once('exit', resolve))
    try {
      await waitUntil(() => existsSync(note) && readFileSync(note, 'utf8').includes('\n'), 'the desktop to start', waits.startMs)
      const [port] = readFileSync(note, 'utf8').split('\n')
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
      const pages = () => browser.contexts().flatMap((context) => context.pages())
      await waitUntil(() => pages().some((page) => page.url().startsWith('app://holdfast/')), 'the window to open', waits.startMs)
      const page = pages().find((each) => each.url().startsWith('app://holdfast/'))
      if (page === undefined) throw new Error('the window was closed')
      const watch = watchPage(page)
      await journey(page)
      expect(watch.errors).toEqual([])
      expect(watch.requests.filter((url) => !/^(app:\/\/holdfast\/|blob:app:\/\/holdfast\/|data:)/.test(url))).toEqual([])
      await browser.close()
    } finally {
      desktop.kill('SIGTERM')
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, waits.endMs))])
      desktop.kill('SIGKILL')
    }
  },
  240_000,
)
