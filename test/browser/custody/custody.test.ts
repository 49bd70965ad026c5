/** The receiving side of the gap in a real window, over a real core: whose bundles are taken, what lies on a medium, what serves, and back. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { browserPath, type ConsoleShell, startConsole } from '../journey/console.ts'
import { watchPage } from '../journey/journey.ts'
import { type Carried, carry } from './carried.ts'
import { dropping } from './dropping.ts'

const hasBrowser = browserPath !== undefined
if (!hasBrowser) console.warn('skipped: custody in a window needs a Chromium-family browser, and there is none')

const waits = { workMs: 60_000 } as const
const folder = temporaryFolder()
let carried: Carried

const inGroups = (digits: string) =>
  digits
    .toUpperCase()
    .match(/.{1,8}/g)
    ?.join('  ') ?? ''
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).first()
const said = (page: Page, name: string | RegExp) => heading(page, name).waitFor({ timeout: waits.workMs })

async function begin(page: Page): Promise<void> {
  await page.getByRole('radio', { name: /^Unclassified/ }).check()
  await page.getByRole('button', { name: /Add my documents/ }).click()
  await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor()
  await page.keyboard.press('8')
  await page.getByRole('heading', { level: 1, name: 'Custody' }).waitFor()
}

async function trust(page: Page): Promise<void> {
  await said(page, 'Nobody has said yet whose air-gap bundles this station takes')
  await page.getByLabel('Folder on the medium').fill(carried.first)
  const field = page.getByLabel('Fingerprint from the transfer sheet')
  await field.fill('12G4')
  await page.getByText('“g” is no hex digit').waitFor()
  await field.fill(inGroups('0'.repeat(64)))
  await page.getByRole('button', { name: 'Trust this root' }).click()
  await page.getByText('No root on this medium has that fingerprint.').waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  await field.fill(inGroups(carried.fingerprint))
  await page.getByRole('button', { name: 'Trust this root' }).click()
  await said(page, 'Bring one in')
  // No browser says where it lies.
  await page.evaluate(dropping('holdfast-1.0.0'))
  await page.getByText(/A browser does not say where a dropped folder lies/).waitFor()
  // Its keys are not those of a real root, and that is said.
  await page.getByRole('region', { name: 'Whose air-gap bundles this station takes' }).getByText('Development root').waitFor()
}

async function look(page: Page, path: string): Promise<void> {
  await page.getByLabel('Folder on the medium').fill(path)
  await page.getByRole('button', { name: /^Look a/ }).click()
  await said(page, 'What will change')
}

/** No scanner is installed here: somebody answers for it by name. */
async function loadUnscanned(page: Page, version: string): Promise<void> {
  await page.getByRole('button', { name: /^Load(,|$)/ }).click()
  await said(page, 'It was not taken in')
  await page.getByText('bundle.not_scanned').waitFor()
  await page.getByRole('button', { name: 'Say why…' }).click()
  await page.keyboard.type('Scanned on the station beside this one.')
  await page.getByRole('button', { name: 'Answer for it and load' }).click()
  await said(page, `${version} was taken in`)
}

async function activate(page: Page, version: string): Promise<void> {
  await page.getByRole('button', { name: `Activate ${version}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Try it and activate' }).click()
}

async function inWindow(shell: ConsoleShell, act: (page: Page) => Promise<void>): Promise<void> {
  const { page, close } = await shell.open()
  const watch = watchPage(page)
  try {
    await act(page)
    expect(watch.errors).toEqual([])
    expect(watch.requests.filter((url) => !url.startsWith(shell.origin) && !/^(blob|data):/.test(url))).toEqual([])
  } finally {
    await close()
  }
}

describe.skipIf(!hasBrowser)('custody in the window', () => {
  let shell: ConsoleShell
  beforeAll(async () => {
    carried = await carry(folder)
    shell = await startConsole(join(folder, 'data'), 'source')
    return () => shell.close()
  }, 60_000)

  test('AIR-01 AIR-04 AIR-07 from trust to a release that serves, to the next one, and back', async () => {
    await inWindow(shell, async (page) => {
      await begin(page)
      await trust(page)
      await look(page, carried.first)
      await page.getByRole('button', { name: 'Check the files on it' }).click()
      await said(page, 'Every file that lies there is what was signed')
      for (const text of ['Person 4', 'Person 5', 'models.example/quill']) await page.getByText(text).first().waitFor()
      await loadUnscanned(page, '1.0.0 (stable 1)')
      await activate(page, '1.0.0 (stable 1)')
      await said(page, '1.0.0 (stable 1) serves')
      await page.getByText('quill 1').first().waitFor()

      await look(page, carried.second)
      await page.getByRole('button', { name: /^Is here already/ }).click()
      await page.getByRole('list', { name: 'Items that are here already' }).getByText('compass 1').waitFor()
      await loadUnscanned(page, '1.1.0 (stable 2)')
      await activate(page, '1.1.0 (stable 2)')
      // It goes on without the screen, and the screen finds it again.
      await page.getByRole('link', { name: 'Models' }).click()
      await page.getByRole('link', { name: 'Custody' }).click()
      await said(page, '1.1.0 (stable 2) serves')

      await page.getByRole('button', { name: 'Roll back to 1.0.0 (stable 1)' }).click()
      const dialog = page.getByRole('dialog', { name: 'Roll back to 1.0.0 (stable 1)?' })
      expect(await dialog.textContent()).toMatch(/Serves now1\.1\.0 \(stable 2\).*Will serve again1\.0\.0 \(stable 1\)/)
      await dialog.getByRole('button', { name: 'Roll back', exact: true }).click()
      await said(page, '1.0.0 (stable 1) serves again')
      await page.getByRole('banner').or(page.locator('header')).getByText('1.0.0 serves').first().waitFor()
    })
  }, 240_000)

  test('AIR-02 AIR-08 volumes in any order, every file checked, one exported, one pinned, and nothing thrown away that is needed', async () => {
    await inWindow(shell, async (page) => {
      await page.getByRole('link', { name: 'Custody' }).click()
      const last = carried.volumes.length
      expect(last).toBe(3)
      await look(page, carried.volumes[last - 1] ?? '')
      await page.getByText('volume 3 of 3').waitFor()
      await page.getByRole('button', { name: /^Load(,|$)/ }).click()
      await said(page, '1 of 3 volumes is here; bring volumes 1 and 2')
      await page.getByLabel('Folder on the medium').fill(carried.volumes[1] ?? '')
      await page.getByRole('button', { name: 'Load the next volume' }).click()
      await said(page, '2 of 3 volumes are here; bring volume 1')
      await look(page, carried.volumes[0] ?? '')
      await loadUnscanned(page, '1.2.0 (stable 3)')

      await page.getByRole('button', { name: 'Check all files' }).click()
      await page.getByText(/^All of 6 files are whole/).waitFor({ timeout: waits.workMs })

      await page.getByRole('button', { name: /^1\.2\.0/ }).click()
      const card = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Pin 1.2.0 (stable 3)' }) })
      await card.getByText('“Scanned on the station beside this one.”').waitFor()
      await card.getByRole('button', { name: /^Notes/ }).click()
      await card.getByRole('button', { name: 'Export The tides 1' }).click()
      await card.getByText(/^Written and verified/).waitFor()
      const file =
        /\/\S+tides\S+/.exec(
          (await card
            .locator('p, span')
            .filter({ hasText: /tides-1/ })
            .first()
            .textContent()) ?? '',
        )?.[0] ?? ''
      expect(existsSync(file) && readFileSync(file).length).toBe(300_000)

      const pin = card.getByRole('button', { name: 'Pin 1.2.0 (stable 3)' })
      await pin.click()
      await expect.poll(() => pin.getAttribute('aria-pressed')).toBe('true')
      await page.getByRole('button', { name: 'Throw away…' }).click()
      await page.getByRole('dialog').getByText('There is nothing to throw away').waitFor()
      await page.keyboard.press('Escape')
    })
  }, 180_000)
})
