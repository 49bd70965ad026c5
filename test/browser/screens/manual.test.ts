/** The manual by keyboard and by its links, and with a core that refuses everything. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manualPageNames } from '../../../renderer/manual/page-names.ts'
import type { Scene } from './fixture-api.ts'
import { browserPath, type Harness, openHarness } from './harness.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so the manual was not opened.')

let harness: Harness
const open = (scene: Scene, address: string) => harness.open(scene, address, { size: 'small', theme: 'light' })
const field = (page: Page) => page.getByRole('combobox', { name: 'Find in the manual' })
const address = (page: Page) => page.evaluate<string>('location.hash')
const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName ?? ""')

describe.skipIf(browserPath === undefined)('UI the manual', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('UI AIR-06 every page is reached from the index, and nothing is asked of a network or refused by the content policy', async () => {
    const { page, violations } = await open('full', '#/manual')
    const elsewhere: string[] = []
    const { origin } = new URL(page.url())
    page.on('request', (request) => {
      if (!request.url().startsWith(`${origin}/`)) elsewhere.push(request.url())
    })
    await page.getByRole('heading', { level: 2, name: 'Every day' }).waitFor()
    for (const name of manualPageNames) {
      await page.locator(`main a[href$="#/manual/${name}"]`).click()
      await page
        .getByRole('navigation', { name: 'Pages of the manual' })
        .locator(`a[aria-current="page"][href$="#/manual/${name}"]`)
        .waitFor()
      expect(await page.locator('article h2').count()).toBe(1)
      await page.keyboard.press('9')
      await page.getByRole('heading', { level: 2, name: 'Every day' }).waitFor()
    }
    expect(elsewhere).toEqual([])
    expect(violations).toEqual([])
    await page.context().close()
  })

  test('UI AIR-06 with a core that refuses everything, the way to the manual stands beside the refusal, and the manual opens', async () => {
    const { page } = await open('refusing', '#/ask')
    await page.getByRole('alert').getByRole('link', { name: 'Manual: troubleshooting' }).click()
    await page.getByRole('heading', { level: 2, name: /^Troubleshooting/ }).waitFor()
    await page.locator('article').getByRole('link', { name: 'the store is damaged' }).click()
    await expect.poll(() => address(page)).toBe('#/manual/troubleshooting#the-store-is-damaged')
    const part = page.getByRole('heading', { level: 3, name: 'The store is damaged' })
    await expect.poll(() => part.evaluate((heading) => heading.getBoundingClientRect().top)).toBeLessThan(200)
    await page.context().close()
  })

  test('UI AIR-06 the manual opens when not even the server of the page answers any more', async () => {
    const { page } = await open('full', '#/runs')
    // It is fetched two seconds after the window has opened.
    await page.waitForTimeout(3_500)
    await page.context().setOffline(true)
    await page.keyboard.press('9')
    await page.getByRole('link', { name: /^Troubleshooting: / }).click()
    await page.getByRole('heading', { level: 2, name: /^Troubleshooting: / }).waitFor()
    await page.context().close()
  })

  test('UI / begins a search, arrows move in what was found, Enter opens the part with the words marked, and keys scroll it then', async () => {
    const { page } = await open('full', '#/manual')
    await field(page).waitFor()
    await page.keyboard.press('/')
    expect(await focused(page)).toBe('Find in the manual')
    await page.keyboard.type('fingerprint sheet')
    const options = page.getByRole('option')
    await options.nth(1).waitFor()
    const selected = () => page.locator('[role="option"][aria-selected="true"]').getAttribute('id')
    const first = await selected()
    await page.keyboard.press('ArrowDown')
    expect(await selected()).toBe(await options.nth(1).getAttribute('id'))
    expect(await field(page).getAttribute('aria-activedescendant')).toBe(await selected())
    await page.keyboard.press('ArrowUp')
    expect(await selected()).toBe(first)
    await page.keyboard.press('Enter')
    await page.locator('article mark').first().waitFor()
    expect(await address(page)).toMatch(/^#\/manual\/(custody|bundles)#/)
    await expect.poll(() => focused(page)).toMatch(/^(Custody|Bundles): /)
    await page.keyboard.press('/')
    await page.keyboard.press('ArrowDown')
    await options.first().waitFor()
    await page.keyboard.press('Escape')
    await page.locator('article').waitFor()
    expect(await page.locator('article mark').count()).toBe(0)
    await page.context().close()
  })

  test('UI the rail leaves what was found, links between pages lead there, and lines of code are copied whole', async () => {
    const { page } = await open('full', '#/manual/labels')
    await field(page).fill('label')
    await page.getByRole('option').first().waitFor()
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Manual' }).click()
    await page.getByRole('heading', { level: 2, name: 'Every day' }).waitFor()
    await page.goBack()
    await page.locator('article').getByRole('link', { name: 'Tiers' }).click()
    await page.getByRole('heading', { level: 2, name: /^Tiers: / }).waitFor()
    await page.getByRole('button', { name: 'Copy these lines' }).first().click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    await page.context().close()
  })

  test('UI screens lead to their pages', async () => {
    const { page } = await open('full', '#/custody')
    for (const [screen, name] of [
      ['#/custody', 'custody'],
      ['#/audit', 'audit'],
      ['#/runs', 'runs'],
      ['#/approvals', 'runs'],
      ['#/settings', 'troubleshooting'],
    ] as const) {
      await harness.goTo(page, screen)
      await page.getByRole('link', { name: `Manual: ${name}` }).click()
      await expect.poll(() => address(page)).toBe(`#/manual/${name}`)
    }
    await harness.goTo(page, '#/tiers')
    for (const [tab, name] of [
      ['Endpoints', 'endpoints'],
      ['Decisions', 'tiers'],
      ['Ways out', 'egress'],
      ['Policy', 'policy'],
      ['Programs', 'serve'],
    ] as const) {
      await page.getByRole('tab', { name: tab }).click()
      await page.getByRole('link', { name: `Manual: ${name}` }).waitFor()
    }
    await harness.goTo(page, '#/ask')
    await page.getByRole('button', { name: /^Label of the question/ }).click()
    await page.getByRole('menuitem', { name: 'Manual: what a label decides' }).click()
    await page.getByRole('heading', { level: 2, name: /^Labels: / }).waitFor()
    await page.context().close()
  })
})
