/** Custody with invented content: by keyboard alone, as somebody who may only look, and with more items than a screen can hold. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from '../screens/fixture-api.ts'
import { browserPath, type Harness, openHarness } from '../screens/harness.ts'
import { dropping } from './dropping.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so nothing was taken in by a window.')

let harness: Harness

const open = async (scene: Scene, address = '#/custody'): Promise<Page> =>
  (await harness.open(scene, address, { size: 'small', theme: 'light' })).page
const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? ""')
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).first()

/** Tab until this is focused; as far as a person would go. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 40; i++) {
    if (name.test(await focused(page))) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`nothing that is called ${name} was reached by keyboard`)
}

/** Names of the calls that the page makes from now on. */
const listen = (page: Page) =>
  page.evaluate(`(() => {
    const { call } = holdfast
    globalThis.made = []
    holdfast.call = (name, input) => { made.push(name); return call(name, input) }
  })()`)
const made = (page: Page) => page.evaluate<readonly string[]>('made')

describe.skipIf(browserPath === undefined)('UI custody', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('UI AIR-04 8 goes there; a medium is chosen, looked at and loaded by keyboard, and the work is cancelled', async () => {
    const page = await open('full', '#/runs')
    await page.keyboard.press('8')
    await page.getByRole('heading', { level: 1, name: 'Custody' }).waitFor()
    await page.getByRole('radio').first().focus()
    await page.keyboard.press('Space')
    await page.getByLabel('Folder on the medium').focus()
    expect(await page.getByLabel('Folder on the medium').inputValue()).toBe('/media/m.arden/TRANSFER/holdfast-1.3.0')
    await page.keyboard.press('Enter')
    await heading(page, 'What will change').waitFor()
    await tabTo(page, /^Load, 6\.1 GB$/)
    await page.keyboard.press('Enter')
    await heading(page, /^Taking an air-gap bundle in: 1\.3\.0/).waitFor()
    // It is found again after another screen was open.
    await page.keyboard.press('4')
    await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor()
    await page.keyboard.press('8')
    await page.getByRole('progressbar', { name: 'Copying into quarantine' }).waitFor()
    expect(await page.getByRole('listitem').filter({ hasText: 'Copy' }).first().getAttribute('aria-current')).toBe('step')
    await page.getByRole('button', { name: 'Cancel' }).focus()
    await page.keyboard.press('Enter')
    await heading(page, 'It was stopped').waitFor()
    await page.getByRole('button', { name: 'Put this away' }).press('Enter')
    await heading(page, 'It was stopped').waitFor({ state: 'detached' })
    await page.context().close()
  })

  test('UI PKG-01 what bundles put in place is said: a policy that is not in force and why, documents as they come in, and what is left', async () => {
    const page = await open('full')
    await heading(page, 'Put in place').waitFor()
    const row = (name: string) => page.getByRole('region', { name: 'Put in place' }).getByRole('listitem').filter({ hasText: name }).first()
    expect(await row('Policy 7 of Site security').textContent()).toMatch(
      /not in force.*Because: Nothing here says whose signature counts.*holdfast policy load --from-bundle [0-9a-f]{12} --key PUBKEY/,
    )
    expect(await row('Harbour orders').textContent()).toMatch(/coming in.*212 of 640 documents/)
    expect(await page.getByRole('progressbar', { name: 'Documents of Harbour orders' }).getAttribute('aria-valuenow')).toBe('33')
    await page.getByRole('button', { name: '2 refused' }).press('Enter')
    await page.getByText('The file is protected by a password or encryption.').waitFor()
    await page.getByRole('button', { name: '1 not in the newest version' }).press('Enter')
    await page.getByRole('link', { name: '2025/notice-0112.pdf' }).waitFor()
  })

  test('UI AIR-04 a folder that is dropped on the desktop is named by its path; two at once are not', async () => {
    const page = await open('full')
    await page.getByLabel('Folder on the medium').waitFor()
    await page.evaluate(dropping('holdfast-1.3.0'))
    await expect.poll(() => page.getByLabel('Folder on the medium').inputValue()).toBe('/media/m.arden/TRANSFER/holdfast-1.3.0')
    await page.evaluate(dropping('one', 'other'))
    await page.getByText('Drop one folder at a time.').waitFor()
    expect(await page.getByLabel('Folder on the medium').getAttribute('aria-invalid')).toBe('true')
    await page.context().close()
  })

  test('UI AIR-08 a roll back says what serves now and what will; Esc leaves it and gives focus back', async () => {
    const page = await open('full')
    const button = page.getByRole('button', { name: 'Roll back to 1.1.0 (stable 12)' })
    await button.press('Enter')
    const dialog = page.getByRole('dialog')
    expect(await dialog.textContent()).toMatch(/Serves now1\.2\.0 \(stable 13\).*Will serve again1\.1\.0 \(stable 12\)/)
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Roll back to 1.1.0 (stable 12)')
    await button.press('Enter')
    await dialog.getByRole('button', { name: 'Roll back', exact: true }).press('Enter')
    await heading(page, '1.1.0 (stable 12) serves again').waitFor()
    await page.getByRole('button', { name: 'Roll back to 1.2.0 (stable 13)' }).waitFor()
    await page.context().close()
  })

  test('UI an auditor sees all of it, is told why nothing can be changed, and no medium is touched', async () => {
    const page = await open('auditor', '#/runs')
    await listen(page)
    await page.keyboard.press('8')
    await page.getByText(/operator or administrator; m\.arden has auditor\./).waitFor()
    await page.getByRole('button', { name: /^1\.1\.0/ }).click()
    await page.getByText(/^by m\.arden: “/).waitFor()
    const acts = page.getByRole('main').getByRole('button', { name: /^(Look|Check|Throw|Pin|Activate|Roll|Export)/ })
    expect(await acts.count()).toBe(12)
    for (const act of await acts.all()) {
      expect(await act.isDisabled()).toBe(true)
      if (!/^Look/.test((await act.textContent()) ?? '')) expect(await act.getAttribute('title')).toMatch(/role of/)
    }
    expect(await page.getByLabel('Folder on the medium').isDisabled()).toBe(true)
    // Its root is one for trying things out; that stands by its name, and by each list of signatures.
    expect(await page.getByText('Development root').count()).toBe(3)
    expect((await made(page)).filter((name) => /^bundles\.(?!status|placed)/.test(name))).toEqual([])
    await page.context().close()
  })

  test('UI two thousand items: a screenful of rows at a time, and the last by keyboard', async () => {
    const page = await open('full')
    await page.getByLabel('Folder on the medium').fill('/media/m.arden/HARBOUR/archive')
    await page.keyboard.press('Enter')
    const group = page.getByRole('button', { name: /^Comes new/ })
    await group.press('Enter')
    const list = page.getByRole('list', { name: 'Items that come new' })
    await list.getByRole('listitem').first().waitFor()
    expect(await list.getByRole('listitem').count()).toBeLessThan(30)
    await page.keyboard.press('Tab')
    await page.keyboard.press('End')
    await list.locator('[aria-posinset="1988"]').waitFor()
    expect(await list.getByRole('listitem').count()).toBeLessThan(30)
    await page.context().close()
  })
})
