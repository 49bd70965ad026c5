/** The editor of agents by keyboard alone, with invented content. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from './fixture-api.ts'
import { browserPath, type Harness, openHarness } from './harness.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no key was pressed.')

let harness: Harness
const edit = '#/agents/harbour-watch/edit'

async function open(address: string, scene: Scene = 'full'): Promise<Page> {
  const { page } = await harness.open(scene, address, { size: 'large', theme: 'light' })
  await page.getByRole('textbox', { name: /^Text of/ }).waitFor()
  return page
}
const field = (page: Page) => page.getByRole('textbox', { name: /^Text of/ })
const text = (page: Page) => field(page).inputValue()
const focused = (page: Page) => page.evaluate<string>('document.activeElement?.tagName ?? ""')
/** Puts the caret behind these words. */
const caretBehind = (page: Page, words: string) =>
  field(page).evaluate((area: HTMLTextAreaElement, part) => {
    area.focus()
    const at = area.value.indexOf(part) + part.length
    area.setSelectionRange(at, at)
  }, words)

describe.skipIf(browserPath === undefined)('UI AGT-01 the editor of agents by keyboard', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('Tab indents and can be undone; Esc, then Tab, leaves the text; letters stay letters', async () => {
    const page = await open(edit)
    const before = await text(page)
    await caretBehind(page, 'level: 3')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.type('jkn? #')
    expect(await text(page)).toContain('level: 3\n  jkn? #')
    await page.keyboard.press('Shift+Tab')
    expect(await text(page)).toContain('level: 3\njkn? #')
    for (let i = 0; i < 12 && (await text(page)) !== before; i++) await page.keyboard.press('Control+z')
    expect(await text(page)).toBe(before)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('TEXTAREA')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    expect(await focused(page)).not.toBe('TEXTAREA')
    await page.context().close()
  })

  test('Ctrl S saves; until then what was typed is kept when one goes elsewhere, and discarding it is asked about', async () => {
    const page = await open(edit)
    await caretBehind(page, 'level: 3')
    await page.keyboard.type(' # watched')
    await page.getByText('not saved').waitFor()
    await page.keyboard.press('Control+i')
    await page.getByRole('heading', { level: 1, name: 'Approvals' }).waitFor()
    await page.goBack()
    await page.getByText('not saved').waitFor()
    expect(await text(page)).toContain('level: 3 # watched')

    await page.getByRole('button', { name: 'Discard changes…' }).press('Enter')
    await page.getByRole('dialog', { name: 'Discard what you typed?' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await text(page)).toContain('# watched')

    await field(page).focus()
    await page.keyboard.press('Control+s')
    await page.getByText('lies there as you see it').waitFor()
    expect([await text(page), await page.getByText('not saved').count()]).toEqual([expect.stringContaining('# watched'), 0])
    await page.context().close()
  })

  test('the window is not closed over what was typed without asking, and is once it was saved', async () => {
    const page = await open(edit)
    const isAsked = () => page.evaluate<boolean>('!window.dispatchEvent(new Event("beforeunload", { cancelable: true }))')
    expect(await isAsked()).toBe(false)
    await caretBehind(page, 'level: 3')
    await page.keyboard.type('# ')
    expect(await isAsked()).toBe(true)
    await page.keyboard.press('Control+s')
    await page.getByText('lies there as you see it').waitFor()
    expect(await isAsked()).toBe(false)
    await page.context().close()
  })

  test('a fault leads to its line, and what blocks is not saved', async () => {
    const page = await open(edit)
    await field(page).fill((await text(page)).replace('tools: [search_holdings, ', 'tools: [teleport, '))
    const line = (await text(page)).split('\n').findIndex((one) => one.startsWith('tools:')) + 1
    await page.getByRole('button', { name: `line ${line}`, exact: true }).press('Enter')
    const chosen = await field(page).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))
    expect(chosen).toMatch(/^tools: \[teleport/)
    expect(await focused(page)).toBe('TEXTAREA')
    expect(await page.locator(`[data-line="${line}"]`).getAttribute('data-tone')).toBe('bad')
    expect(await page.getByRole('button', { name: /^Save/ }).isDisabled()).toBe(true)
    await page.keyboard.press('Control+s')
    await page.getByText('It would not be offered as it stands').waitFor()
    await page.context().close()
  })

  test('only the newest answer of the check counts', async () => {
    const page = await open(edit)
    const before = await text(page)
    await page.getByText('The prompt has about').waitFor()
    // Each check waits until it is let go.
    await page.evaluate(() => {
      const shell = (globalThis as unknown as { holdfast: { call: (name: string, input: unknown) => Promise<unknown> } }).holdfast
      const real = shell.call
      const waiting: Array<() => void> = []
      Object.assign(globalThis, { waiting })
      shell.call = async (name, input) => {
        if (name === 'agents.check') await new Promise<void>((resolve) => waiting.push(resolve))
        return real(name, input)
      }
    })
    const held = (count: number) =>
      page.waitForFunction((wanted) => (globalThis as unknown as { waiting: unknown[] }).waiting.length === wanted, count)
    const letGo = (at: number) => page.evaluate((index) => (globalThis as unknown as { waiting: Array<() => void> }).waiting[index]?.(), at)
    await field(page).fill(before.replace('tools: [search_holdings, ', 'tools: [teleport, '))
    await held(1)
    await field(page).fill(before)
    await held(2)
    await letGo(1)
    await letGo(0)
    await page.evaluate('holdfast.rest()')
    expect(await page.getByText('There is no tool teleport.').count()).toBe(0)
    await page.context().close()
  })

  test('what was changed meanwhile is said, and one of the two is taken', async () => {
    const page = await open(edit)
    await caretBehind(page, 'level: 3')
    await page.keyboard.type(' # quicker')
    await page.keyboard.press('Control+s')
    const notice = page.getByRole('alert').filter({ hasText: 'since you opened it' })
    await notice.waitFor()
    await notice.getByRole('button', { name: 'Keep mine' }).press('Enter')
    await notice.waitFor({ state: 'detached' })
    await field(page).focus()
    await page.keyboard.press('Control+s')
    await page.getByText('lies there as you see it').waitFor()
    expect(await text(page)).toContain('# quicker')
    await page.context().close()
  })

  test('AGT-02 PRM-02 a dry run is started and read by keyboard, and says when the text is another one', async () => {
    const page = await open(edit)
    await page.getByRole('tab', { name: 'Faults' }).press('ArrowRight')
    await page.getByRole('tab', { name: 'Changes', selected: true }).press('ArrowRight')
    await page.getByRole('button', { name: 'Try it' }).press('Enter')
    await page.getByText('It would have done the same in all 5 steps.').waitFor()
    expect(await page.getByRole('list', { name: 'Steps' }).locator(':scope > li').count()).toBe(6)
    await field(page).fill((await text(page)).replace('stepsMax: 10', 'stepsMax: 4'))
    await page.getByText('the text has changed since').waitFor()
    await page.getByRole('button', { name: 'Try it again' }).press('Enter')
    await page.getByText('It differs at step 5').waitFor()
    expect(await page.getByText('the text has changed since').count()).toBe(0)
    await page.context().close()
  })

  test('an agent is removed once its name was typed', async () => {
    const page = await open(edit)
    await page.getByRole('button', { name: 'Remove…' }).press('Enter')
    await page.getByLabel('Type harbour-watch.yaml to remove it').fill('harbour')
    expect(await page.getByRole('button', { name: 'Remove it' }).isDisabled()).toBe(true)
    await page.getByLabel('Type harbour-watch.yaml to remove it').fill('harbour-watch.yaml')
    // Opened again, it asks anew.
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Remove…' }).press('Enter')
    expect(await page.getByRole('button', { name: 'Remove it' }).isDisabled()).toBe(true)
    await page.getByLabel('Type harbour-watch.yaml to remove it').fill('harbour-watch.yaml')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor()
    await page.context().close()
  })

  test('AGT-01 who removes what narrows an agent is told that the agent gets back what was taken away', async () => {
    const page = await open('#/agents/research/edit?part=narrowing')
    await page.keyboard.press('Control+s')
    await page.getByRole('button', { name: 'Remove…' }).press('Enter')
    await page.getByRole('dialog').getByText('may use everything again').waitFor()
    await page.context().close()
  })

  test('AGT-01 what is typed into a new agent while it is being saved stands in its file, still to be saved', async () => {
    const page = await open('#/agents/_new')
    await page.evaluate(`(() => {
      const { call } = holdfast
      const answered = new Promise((resolve) => { globalThis.answer = resolve })
      holdfast.call = async (name, input) => {
        if (name === 'agents.save') await answered
        return call(name, input)
      }
    })()`)
    await page.keyboard.press('Control+s')
    await page.getByRole('button', { name: /^Saving/ }).waitFor()
    await field(page).fill(`${await text(page)}# typed meanwhile\n`)
    await page.evaluate('answer()')
    await page.getByRole('heading', { level: 1, name: 'Edit my-agent' }).waitFor()
    await expect.poll(() => text(page)).toContain('# typed meanwhile')
    await page.getByText('not saved').waitFor()
    await page.context().close()
  })

  test('a new agent is called as its text says, and is opened once it is saved', async () => {
    const page = await open('#/agents/_new')
    expect(await field(page).getAttribute('aria-label')).toBe('Text of my-agent.yaml')
    await field(page).fill((await text(page)).replace('name: my-agent', 'name: tide-watch'))
    expect(await field(page).getAttribute('aria-label')).toBe('Text of tide-watch.yaml')
    await page.keyboard.press('Control+s')
    await page.getByRole('heading', { level: 1, name: 'Edit tide-watch' }).waitFor()
    await page.context().close()
  })
})
