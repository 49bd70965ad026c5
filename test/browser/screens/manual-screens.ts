/** The manual in every state that a person can meet it in. It is part of the window: a core that refuses everything changes nothing of it. */
import type { Page } from 'playwright-core'
import type { ScreenState } from './screens.ts'

const titled = (title: string) => (page: Page) => page.getByRole('heading', { level: 2, name: title }).waitFor()
const find = (words: string, said: RegExp) => async (page: Page) => {
  await page.getByRole('combobox', { name: 'Find in the manual' }).fill(words)
  await page.getByRole('status').getByText(said).waitFor()
}

export const manualStates: readonly ScreenState[] = [
  { name: 'manual-index', scene: 'full', address: '#/manual', act: titled('Every day') },
  { name: 'manual-page', scene: 'full', address: '#/manual/policy', act: titled('The policy of a site') },
  { name: 'manual-tables', scene: 'full', address: '#/manual/custody', act: titled('Custody: air-gap bundles at this station') },
  {
    name: 'manual-part',
    looks: 'one',
    scene: 'full',
    address: '#/manual/runs#from-the-command-line',
    act: titled('Runs, approvals and budgets'),
  },
  {
    name: 'manual-refusing',
    scene: 'refusing',
    address: '#/manual/troubleshooting',
    act: titled('Troubleshooting: when something does not work'),
  },
  { name: 'core-refusing', looks: 'none', scene: 'refusing', address: '#/runs' },
  { name: 'manual-found', scene: 'full', address: '#/manual', act: find('fingerprint sheet', /parts$/) },
  {
    name: 'manual-found-beside',
    looks: 'one',
    scene: 'full',
    address: '#/manual/egress',
    act: find('firewall group umbrella', /none has all/),
  },
  { name: 'manual-not-found', looks: 'one', scene: 'full', address: '#/manual', act: find('submarine', /Not in the manual/) },
  {
    name: 'manual-marked',
    looks: 'one',
    scene: 'full',
    address: '#/manual',
    act: async (page) => {
      await find('fingerprint', /parts$/)(page)
      await page.keyboard.press('Enter')
      await page.locator('article mark').first().waitFor()
    },
  },
  { name: 'manual-unknown', looks: 'one', scene: 'full', address: '#/manual/nowhere', act: titled('There is no such page') },
]
