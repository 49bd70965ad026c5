/** The window by keyboard alone, with invented content. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conversationId } from './fixture-answers.ts'
import type { Scene } from './fixture-api.ts'
import { id } from './fixture-ids.ts'
import { browserPath, type Harness, openHarness } from './harness.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no key was pressed.')

let harness: Harness

async function open(scene: Scene, address: string, size: 'large' | 'small' = 'large'): Promise<Page> {
  const { page } = await harness.open(scene, address, { size, theme: 'light' })
  return page
}

const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName ?? ""')

describe.skipIf(browserPath === undefined)('UI by keyboard', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('UI J and K move in a list, Enter opens, and N begins a question', async () => {
    const page = await open('full', '#/runs')
    const selected = () => page.locator('[role="option"][aria-selected="true"]').getAttribute('aria-posinset')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    expect(await selected()).toBe('2')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Compare the berth sheet' }).waitFor()
    await page.keyboard.press('n')
    await page.getByLabel('Your question').waitFor()
    expect(await focused(page)).toBe('Your question')
    await page.context().close()
  })

  test('UI a long list holds only the rows that are seen', async () => {
    const page = await open('full', '#/runs')
    await page.keyboard.press('j')
    await page.keyboard.press('End')
    const total = await page.getByRole('option').first().getAttribute('aria-setsize')
    expect(Number(total)).toBeGreaterThan(180)
    await page.locator(`[role="option"][aria-posinset="${total}"]`).waitFor()
    expect(await page.locator('[role="option"]').count()).toBeLessThan(60)
    await page.context().close()
  })

  test('UI letters typed into the question stay letters; Shift+Enter breaks the line, Enter asks', async () => {
    const page = await open('full', '#/ask')
    await page.getByLabel('Your question').click()
    await page.keyboard.type('jkn? 1')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('again')
    expect(await page.getByLabel('Your question').inputValue()).toBe('jkn? 1\nagain')
    await page.keyboard.press('Enter')
    await page.waitForFunction((wanted) => location.hash.includes(wanted), id('cnv', 9))
    await page.getByText('checking').first().waitFor()
    await page.context().close()
  })

  test('UI Ctrl K finds an action by name and does it; Esc closes and gives focus back', async () => {
    const page = await open('full', '#/ask')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('dark theme')
    await page.keyboard.press('Enter')
    await page.locator('html[data-theme="dark"]').waitFor({ state: 'attached' })
    await page.getByLabel('Your question').focus()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Your question')
    await page.context().close()
  })

  test('UI ? shows the map of keys, and a changed key counts at once', async () => {
    const page = await open('full', '#/settings')
    await page.getByRole('button', { name: 'Show this map: ?. Press to change.' }).click()
    await page.keyboard.press('m')
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('?')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('m')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.context().close()
  })

  test('UI BUD-07 HUM-07 SAF-05 limits of all runs, attended hours and a lifted guardrail are set by keyboard, and what counts is shown', async () => {
    const page = await open('full', '#/settings', 'small')
    const card = (name: string) => page.getByRole('region', { name })
    const press = async (name: string) => {
      await page.getByRole('button', { name }).focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
    }
    await press('Change the limits…')
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('INPUT')
    await page.keyboard.press('Control+a')
    await page.keyboard.type('300000')
    await page.keyboard.press('Enter')
    await card('All runs together').getByText('312,400 spent, limit 300,000').waitFor()
    await card('All runs together').getByText('used up').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toBe('Change the limits…')

    await press('Change the hours…')
    await page.getByLabel('Saturday').fill('morning')
    await page.getByRole('alert').getByText('not like 08:00–18:00').waitFor()
    await page.keyboard.press('Enter')
    expect(await page.getByRole('dialog').count()).toBe(1)
    await page.getByLabel('Saturday').fill('9-12:30')
    await page.keyboard.press('Enter')
    await card('Attended hours').getByText('09:00–12:30').waitFor()
    await card('Attended hours').getByText('53.5 hours a week').waitFor()

    await press('Lift for one hour…')
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA')
    await page.keyboard.press('Control+Enter')
    expect(await page.getByRole('dialog').count()).toBe(1)
    await page.keyboard.type('Two long reports side by side.')
    await page.keyboard.press('Control+Enter')
    await card('Guardrails').getByText('“Two long reports side by side.”').waitFor()
    await card('Guardrails').getByText('ends in 1 h').waitFor()
    expect(await page.getByRole('button', { name: 'Lift for one hour…' }).isDisabled()).toBe(true)
    await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('main')
    await card('Tools').getByText('5 failures in a row: no run uses it for a minute').waitFor()
    await page.context().close()
  })

  test('UI in a small window a citation opens the evidence over the answer, Esc closes it, and focus returns', async () => {
    const page = await open('full', `#/ask/${conversationId}`, 'small')
    const panel = page.getByRole('complementary', { name: 'Evidence' })
    const source = page.getByRole('button', { name: /^Source 2: 04-harbour/ })
    await source.focus()
    await page.keyboard.press('Enter')
    await panel.waitFor()
    await panel.getByText('These words stand in the source.').waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toMatch(/^Source 2: 04-harbour/)
    await page.context().close()
  })

  test('UI a streamed answer says whole sentences, politely, and the page does not move', async () => {
    const page = await open('streaming', `#/ask/${id('cnv', 9)}`)
    const spoken = page.locator('[data-turn] [aria-live="polite"]')
    expect((await spoken.textContent())?.trim()).toBe(
      'A run from Berth 3 to K4, north-east for an hour, and home again is about 19 nautical miles. Quote verified.',
    )
    const top = () => page.locator('[data-turn] h2').evaluate((heading) => heading.getBoundingClientRect().top)
    const before = await top()
    await page.waitForTimeout(1_500)
    expect(await top()).toBe(before)
    await page.context().close()
  })
})
