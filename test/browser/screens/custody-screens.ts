/** Custody in every state that a person can meet it in. What a folder is called decides how the work on it goes. */
import type { Page } from 'playwright-core'
import type { ScreenState } from './screens.ts'

/** Names a folder and looks at what lies there. */
const inspect = (name: string) => async (page: Page) => {
  await page.getByLabel('Folder on the medium').fill(`/media/m.arden/TRANSFER/${name}`)
  await page.getByRole('button', { name: 'Look at it' }).click()
  await page.getByRole('heading', { name: 'What will change' }).waitFor()
}
const load = (name: string, said: RegExp) => async (page: Page) => {
  await inspect(name)(page)
  await page.getByRole('button', { name: /^Load/ }).click()
  await page.getByRole('heading', { name: said }).scrollIntoViewIfNeeded()
}
const custody = (name: string, act: (page: Page) => Promise<unknown>, more: Partial<ScreenState> = {}): ScreenState => ({
  ...{ name: `custody-${name}`, looks: 'one', scene: 'full', address: '#/custody', act },
  ...more,
})
export const custodyStates: readonly ScreenState[] = [
  ...(['full', 'empty', 'failing', 'loading'] as const).map((scene) => ({ name: `custody-${scene}`, scene, address: '#/custody' })),
  { name: 'custody-auditor', looks: 'one', scene: 'auditor', address: '#/custody' },
  { name: 'custody-trouble', looks: 'one', scene: 'damaged', address: '#/custody' },
  custody(
    'fingerprint-wrong',
    async (page) => {
      await page.getByLabel(/holdfast-1.3.0/).check()
      await page.getByLabel('Fingerprint from the transfer sheet').fill('0'.repeat(64))
      await page.getByRole('button', { name: 'Trust this root' }).click()
      await page.getByText('No root on this medium has that fingerprint.').waitFor()
    },
    { scene: 'empty' },
  ),
  { name: 'custody-inspected', scene: 'full', address: '#/custody', act: inspect('holdfast-1.3.0') },
  custody('inspected-old', inspect('holdfast-old')),
  custody('inspected-too-large', inspect('holdfast-large'), { looks: 'none' }),
  custody('inspected-many', async (page) => {
    await inspect('archive')(page)
    await page.getByRole('button', { name: /^Comes new/ }).click()
  }),
  custody('refused', async (page) => {
    await page.getByLabel('Folder on the medium').fill('/media/m.arden/TRANSFER/stranger')
    await page.getByRole('button', { name: 'Look at it' }).click()
    await page.getByRole('alert').waitFor()
  }),
  custody('running', load('holdfast-1.3.0', /^Taking an air-gap bundle in/)),
  custody('volumes', load('volume-2', /^2 of 3 volumes/)),
  custody('failed', load('damaged', /^It was not taken in/)),
  custody('unscanned', async (page) => {
    await load('unscanned', /^It was not taken in/)(page)
    await page.getByRole('button', { name: 'Answer for it and load' }).click()
    await page.getByText('Say it in 10 to').scrollIntoViewIfNeeded()
  }),
  custody('release', async (page) => {
    await page.getByRole('button', { name: /^1\.1\.0/ }).click()
    await page.getByRole('button', { name: /^Export nomic/ }).click()
    await page.getByText('Written and verified').scrollIntoViewIfNeeded()
  }),
  custody('activate', (page) => page.getByRole('button', { name: /^Activate 1\.2\.1/ }).click()),
  custody('activating', async (page) => {
    await page.getByRole('button', { name: /^Activate 1\.2\.1/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Try it and activate' }).click()
    await page.getByRole('progressbar', { name: 'Trying each model that is to serve' }).waitFor()
  }),
  custody('trust', (page) => page.getByRole('heading', { name: /^Whose air-gap/ }).evaluate((title) => title.scrollIntoView())),
  custody('way-of-medium', async (page) => {
    await inspect('holdfast-1.3.0')(page)
    await page.getByText('Who says to have had it').click()
    await page.getByRole('list', { name: 'Lines of custody' }).scrollIntoViewIfNeeded()
  }),
  custody('roll-back', (page) => page.getByRole('button', { name: /^Roll back to 1\.1\.0/ }).click()),
  custody('checked', async (page) => {
    await page.getByRole('button', { name: 'Check all files' }).click()
    await page.getByText('1 of 14 files is damaged').scrollIntoViewIfNeeded()
  }),
  custody('sweep', async (page) => {
    await page.getByRole('button', { name: 'Throw away…' }).click()
    await page.getByText('that no other release needs').waitFor()
  }),
]
