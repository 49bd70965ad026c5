/**
 * The main job from the first start to a record: written once against the page, and run on every shell that can show it. It uses
 * the page as a person would, by names and roles; whoever runs it hands in the page at its first screen.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

const waits = { importMs: 90_000, answerMs: 30_000 } as const

/** What went wrong on the page, collected while the journey runs. */
export interface Watch {
  readonly requests: string[]
  readonly errors: string[]
}

export function watchPage(page: Page): Watch {
  const watch: Watch = { requests: [], errors: [] }
  page.on('request', (request) => watch.requests.push(request.url()))
  page.on('pageerror', (error) => watch.errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') watch.errors.push(message.text())
  })
  return watch
}

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: ReadonlyArray<{ readonly html: string }>
}

/** Nothing serious or critical, by axe, on the screen as it is. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  // The policy of the page allows no scripts from outside: axe comes in by the debugger's door.
  const found = await page.evaluate<Violation[]>(
    `(() => { ${readFileSync(axeFile, 'utf8')}; return axe.run().then((r) => r.violations) })()`,
  )
  const grave = found.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  deepStrictEqual(
    grave.map(({ id, nodes }) => `${screen}: ${id} ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`),
    [],
  )
}

async function ask(page: Page, question: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Your question' })
  await field.fill(question)
  await field.press('Enter')
  await page.getByRole('region', { name: question }).getByRole('link', { name: 'Open run' }).waitFor({ timeout: waits.answerMs })
}

export async function journey(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Everything runs on this machine.' }).waitFor()
  await expectAccessible(page, 'first run')
  await page.getByRole('radio', { name: /^Unclassified/ }).check()
  await page.getByRole('button', { name: /Open the sample case/ }).click()
  await page.getByText(/Asked of 12 documents/).waitFor({ timeout: waits.importMs })
  await expectAccessible(page, 'ask, empty')

  await page.getByRole('button', { name: 'How strong were the gusts at Kessary Light?' }).click()
  const answered = page.getByRole('region', { name: 'How strong were the gusts at Kessary Light?' })
  await answered.getByText(/quotes? verified/).waitFor({ timeout: waits.answerMs })
  await expectAccessible(page, 'ask, answered')
  strictEqual(await answered.getByText('Quoted from your documents, no model was used.').count(), 1)

  const source = answered.getByRole('button', { name: /^Source 1: .+\.pdf, Page \d+/ })
  const place = (await source.getAttribute('aria-label')) ?? ''
  const pageNumber = /Page (\d+)/.exec(place)?.[1]
  await source.click()
  await page.getByRole('complementary', { name: 'Evidence' }).getByText('These words stand in the source.').first().waitFor()
  await page
    .getByRole('link', { name: 'Open document' })
    .or(page.getByRole('button', { name: 'Open document' }))
    .first()
    .click()
  const quoted = page.locator('[aria-label^="Quoted passage"]').first()
  await quoted.waitFor({ timeout: waits.answerMs })
  ok((await quoted.getAttribute('aria-label'))?.includes(`page ${pageNumber}`))
  await expectAccessible(page, 'document')
  await page.goBack()

  await ask(page, 'What did the replacement buoy cost?')
  const missing = page.getByRole('region', { name: 'What did the replacement buoy cost?' })
  await missing.getByText('Not in your documents.').waitFor()
  strictEqual(await missing.getByRole('button', { name: /^Source/ }).count(), 0)

  await missing.getByRole('link', { name: 'Open run' }).click()
  const events = page.getByRole('region', { name: 'Events' })
  await events.getByText('Question received').waitFor()
  await events.getByText('Complete', { exact: false }).first().waitFor()
  await page.getByText(/\d+ of \d+ events linked to the one before/).waitFor()
  await expectAccessible(page, 'run')
  await page.getByRole('radio', { name: 'Trace' }).click()
  await page.getByRole('treeitem', { name: /^Run Ask, done/ }).waitFor()
  await expectAccessible(page, 'trace')
  await page.keyboard.press('c')
  await page.getByRole('heading', { level: 1, name: /^What was picked from/ }).waitFor()
  await page.getByRole('option').first().waitFor()
  await expectAccessible(page, 'what was shown')

  for (const [name, sign] of [
    ['Runs', /gusts at Kessary Light/],
    ['Documents', /incident-report/],
    ['Models', /model/i],
    ['Health', /No incident is open/],
    ['Settings', /Station/i],
  ] as const) {
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name }).click()
    await page.getByRole('main').getByText(sign).first().waitFor()
    await expectAccessible(page, name)
  }
}
