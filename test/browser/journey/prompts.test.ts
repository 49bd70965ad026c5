/** Words that lead an agent, on the real console: published, compared and put in use in the window, and the next run is led by them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { browserPath, startConsole } from './console.ts'
import { expectAccessible, watchPage } from './journey.ts'

const hasBrowser = browserPath !== undefined
if (!hasBrowser) console.warn('skipped: prompts in a window need a Chromium-family browser, and there is none')

const waits = { runMs: 30_000 } as const

describe.skipIf(!hasBrowser)('prompts in the window', () => {
  test('AGT-01 PRM-01 PRM-02 a version is published, compared, put in use, and leads the next run; a file that is wrong is refused and said', async () => {
    const data = temporaryFolder()
    const shell = await startConsole(data, 'source')
    try {
      const { page, close } = await shell.open()
      const watch = watchPage(page)
      try {
        await page.getByRole('radio', { name: /^Unclassified/ }).check()
        await page.getByRole('button', { name: /Add my documents/ }).click()
        await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Agents' }).click()
        await page.getByRole('option', { name: /^Research / }).click()
        await page.getByRole('region', { name: 'Agent: research' }).getByText('Finds what the documents say about one topic.').waitFor()
        await expectAccessible(page, 'agent')
        await page.getByRole('link', { name: 'Versions of research/draft' }).click()
        await page.getByRole('button', { name: 'Write a new one from it…' }).click()
        const field = page.getByLabel('Words of the new version')
        await field.fill(`${await field.inputValue()}- Be brief.\n`)
        await page.getByRole('button', { name: /^Publish as candidate/ }).click()
        await page.getByText('Version 2 was published; candidate points at it.').waitFor()
        const added = page.getByRole('region', { name: 'Diff' }).locator('[data-diff="added"]')
        await added.first().waitFor()
        expect(await added.allTextContents()).toEqual([expect.stringContaining('+- Be brief.')])
        await page.getByRole('button', { name: 'Point a label at it…' }).click()
        await page.getByRole('button', { name: 'Lead new runs by version 2' }).click()
        await page.getByText('version 2 in use').waitFor()
        await expectAccessible(page, 'prompt')

        await page.getByRole('link', { name: 'Back to the agent' }).click()
        await page.getByRole('link', { name: 'Start a run…' }).click()
        await page.getByLabel('What to find out').fill('When did the pump fail?')
        await page.getByRole('button', { name: 'Start the run' }).click()
        const run = page.getByRole('region', { name: 'This run' })
        await run.getByRole('link', { name: 'research/draft, version 2' }).waitFor({ timeout: waits.runMs })
        await run.getByRole('link', { name: 'research/gather, version 1' }).waitFor()

        mkdirSync(join(data, 'agents'), { recursive: true })
        writeFileSync(join(data, 'agents/harbour-watch.yaml'), 'name: harbour-watch\nstepsMax: 900\n')
        await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Agents' }).click()
        await page.getByRole('button', { name: 'Read the folder again' }).click()
        await page.getByText('1 file refused.').waitFor()
        await page.getByRole('radio', { name: 'Refused 1' }).click()
        await page.getByRole('region', { name: 'Refused file: harbour-watch.yaml' }).getByText('agent.malformed').waitFor()
        expect(watch.errors).toEqual([])
      } finally {
        await close()
      }
    } finally {
      await shell.close()
    }
  })
})
