/** An agent's report from its start to the written file and back, on the real console: what waits for a person outlives the core that asked. */
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { browserPath, startConsole } from './console.ts'
import { watchPage } from './journey.ts'

const hasBrowser = browserPath !== undefined
if (!hasBrowser) console.warn('skipped: an agent’s run in a window needs a Chromium-family browser, and there is none')

const waits = { importMs: 90_000, runMs: 30_000 } as const
const topic = 'Where was the Pale Heron in the night of 11 March?'

/** One life of the core, with a page on it. */
async function during(data: string, act: (page: Page) => Promise<void>): Promise<void> {
  const shell = await startConsole(data, 'source')
  try {
    const { page, close } = await shell.open()
    const watch = watchPage(page)
    try {
      await act(page)
      expect(watch.errors).toEqual([])
    } finally {
      await close()
    }
  } finally {
    await shell.close()
  }
}

async function startReport(page: Page): Promise<void> {
  await page.getByRole('radio', { name: /^Unclassified/ }).check()
  await page.getByRole('button', { name: /Open the sample case/ }).click()
  await page.getByText(/Asked of 12 documents/).waitFor({ timeout: waits.importMs })
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.keyboard.press('s')
  await page.getByLabel('What the report is about').fill(topic)
  await page.getByRole('button', { name: 'Start the run' }).click()
  await page.getByText('held · waits for an approval').waitFor({ timeout: waits.runMs })
}

const shown = async (page: Page) => ({
  waiting: await page.getByRole('link', { name: /Approvals/ }).textContent(),
  request: await page.getByRole('region', { name: 'Exact arguments' }).textContent(),
})

describe.skipIf(!hasBrowser)('an agent in the window', () => {
  test('HUM-01 HUM-15 TOL-05 a report waits for its approval across a restart, is approved by key, written, and undone', async () => {
    const data = temporaryFolder()
    let before: unknown = null
    await during(data, async (page) => {
      await startReport(page)
      await page.getByRole('link', { name: 'Decide on it' }).click()
      await page.getByRole('heading', { level: 2, name: 'write_file' }).waitFor()
      before = await shown(page)
    })
    await during(data, async (page) => {
      await page.getByRole('link', { name: 'Approvals 1 waiting' }).waitFor()
      await page.keyboard.press('Control+i')
      await page.getByRole('heading', { level: 2, name: 'write_file' }).waitFor()
      expect(await shown(page)).toEqual(before)
      const request = page.getByRole('region', { name: /^Request: / })
      const toRun = request.getByRole('link', { name: topic })
      const address = await toRun.getAttribute('href')
      await request.focus()
      await page.keyboard.press('End')
      await page.getByText('Read to its end.').waitFor()
      await page.keyboard.press('a')
      await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor()
      await page.goto(new URL(address ?? '', page.url()).href)
      const complete = page.getByText('complete', { exact: true })
      await complete.waitFor({ timeout: waits.runMs }).catch(async (error: unknown) => {
        // What stood there instead says more than that it did not.
        throw new Error((await page.locator('body').textContent()) ?? '', { cause: error })
      })
      await page.getByRole('radio', { name: /^Calls/ }).click()
      await page.getByRole('button', { name: /write_file done/ }).click()
      await page.getByRole('button', { name: 'Undo this call' }).click()
      await page.getByRole('button', { name: /write_file undone/ }).waitFor()
      await page.getByRole('radio', { name: /^Handed on [1-9]/ }).click()
      await page.getByRole('button', { name: /^When it was complete/ }).click()
      await page.getByText('Nothing is left to do.').waitFor()
      await page.getByRole('button', { name: 'Read the result' }).click()
      await page.getByRole('region', { name: 'Source: the result' }).waitFor()
    })
  }, 240_000)
})
