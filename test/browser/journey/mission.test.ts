/** A mission over the sample case on the real console: planned, sent back, committed, carried out; its report outlives the core, is released with verified sources, and exported. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openReader } from '../../../main/store/open.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { browserPath, startConsole } from './console.ts'
import { expectAccessible, watchPage } from './journey.ts'

const hasBrowser = browserPath !== undefined
if (!hasBrowser) console.warn('skipped: a mission in a window needs a Chromium-family browser, and there is none')

const waits = { importMs: 90_000, missionMs: 60_000 } as const
const goal = 'What caused the loss of the survey buoy? When was the last mooring inspection?'
const wish = 'How strong were the gusts at Kessary Light?'

/** One life of the core, with a page on it; killed in the middle where `isKilled`. */
async function during(data: string, act: (page: Page) => Promise<void>, isKilled = false): Promise<void> {
  const shell = await startConsole(data, 'source')
  try {
    const { page, close } = await shell.open()
    const watch = watchPage(page)
    try {
      await act(page).catch(async (error: unknown) => {
        // What stood there instead says more than that it did not.
        throw new Error((await page.locator('body').textContent()) ?? '', { cause: error })
      })
      // What the page says of a core that is gone is not looked at.
      if (isKilled) return await shell.kill()
      expect(watch.errors).toEqual([])
      expect(watch.requests.filter((url) => !url.startsWith(shell.origin) && !/^(blob|data):/.test(url))).toEqual([])
    } finally {
      await close()
    }
  } finally {
    await shell.close()
  }
}

const toEnd = async (page: Page, what: string) => {
  await page.getByRole('region', { name: `To decide: ${what}` }).focus()
  await page.keyboard.press('End')
  await page.getByText('Read to its end.').waitFor()
}

async function begin(page: Page): Promise<void> {
  await page.getByRole('radio', { name: /^Unclassified/ }).check()
  await page.getByRole('button', { name: /Open the sample case/ }).click()
  await page.getByText(/Asked of 12 documents/).waitFor({ timeout: waits.importMs })
  await page.getByRole('link', { name: 'Missions' }).click()
  await page.getByRole('heading', { name: 'No mission yet' }).waitFor()
  await expectAccessible(page, 'missions, empty')
  await page.keyboard.press('b')
  await page.getByLabel('What you want to know or have').fill(goal)
  await page.keyboard.press('Control+Enter')
}

async function plan(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'To decide: plan' }).waitFor({ timeout: waits.missionMs })
  const shards = page.getByRole('list', { name: 'Shards of the plan' })
  const before = await shards.getByRole('listitem').count()
  await page.keyboard.press('v')
  await page.getByLabel('What should be different?').fill(wish)
  await page.keyboard.press('Control+Enter')
  await page.getByText('Plan 2: is a person needed?').waitFor({ timeout: waits.missionMs })
  expect(await shards.getByRole('listitem').count()).toBe(before + 1)
  await page.getByText(`“${wish}”`).waitFor()
  await expectAccessible(page, 'a plan to decide on')
  await toEnd(page, 'plan')
  await page.keyboard.press('a')
  await page.getByRole('status').getByText('Plan approved.').waitFor()
}

/** What the store of a core that is gone says of its one mission. */
function leftBehind(data: string): unknown {
  const db = openReader(join(data, 'holdfast.db'))
  try {
    return db.prepare('SELECT phase, gate, outcome FROM missions').get()
  } finally {
    db.close()
  }
}

/** What is to be released, as it stands on the page. */
const shown = async (page: Page) => ({
  report: await page.getByRole('article', { name: 'Report' }).textContent(),
  waiting: await page.getByRole('link', { name: /^Missions/ }).textContent(),
})

async function release(page: Page): Promise<void> {
  await expectAccessible(page, 'a report to decide on')
  const report = page.getByRole('article', { name: 'Report' })
  await report
    .getByRole('button', { name: /^Source 1: / })
    .first()
    .click()
  const evidence = page.getByRole('complementary', { name: 'Evidence' })
  await evidence.getByText('These words stand in the source.').waitFor()
  await evidence.getByRole('link', { name: 'Open document' }).click()
  await page.locator('[aria-label^="Quoted passage"], [data-quote-mark]').first().waitFor({ timeout: waits.missionMs })
  await page.goBack()
  await toEnd(page, 'report')
  await page.keyboard.press('a')
  await page.getByRole('status').getByText('Report released.').waitFor()
  await page.getByText('released', { exact: true }).first().waitFor()
}

async function exportReport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Export…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^Form/ }).click()
  await page.getByRole('menuitemradio', { name: /^Markdown/ }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save the file' }).click()])
  const paper = readFileSync(await download.path(), 'utf8')
  expect(paper).toMatch(/UNCLASSIFIED/)
  expect(paper).toContain('4 November 2025')
  expect(paper).not.toMatch(/working paper/i)
}

describe.skipIf(!hasBrowser)('a mission in the window', () => {
  test('HUM-03 HUM-15 ANS-02 a plan is sent back and approved, its workers are killed, its report waits across a restart, is released with verified sources, and exported', async () => {
    const data = temporaryFolder()
    let before: unknown = null
    let address = ''
    await during(
      data,
      async (page) => {
        await begin(page)
        await plan(page)
        address = new URL(page.url()).hash
      },
      true,
    )
    // Killed under way: committed, and not at its end.
    expect(leftBehind(data)).toMatchObject({ phase: expect.stringMatching(/^(COMMITTED|EXECUTING)$/), gate: null, outcome: null })
    await during(data, async (page) => {
      await page.evaluate(`location.hash = ${JSON.stringify(address)}`)
      await page.getByRole('region', { name: 'To decide: report' }).waitFor({ timeout: waits.missionMs })
      before = await shown(page)
    })
    await during(data, async (page) => {
      await page.getByRole('link', { name: 'Missions 1 waiting' }).waitFor()
      await page.evaluate(`location.hash = ${JSON.stringify(address)}`)
      await page.getByRole('region', { name: 'To decide: report' }).waitFor()
      expect(await shown(page)).toEqual(before)
      await release(page)
      await exportReport(page)
    })
  }, 300_000)
})
