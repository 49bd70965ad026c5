/** The banner is never below what stands on the screen, also where nothing as high is held, and goes back when that has left. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conversationId } from './fixture-answers.ts'
import { id } from './fixture-ids.ts'
import { missionIds } from './fixture-missions.ts'
import { doneRunId } from './fixture-writer.ts'
import { browserPath, type Harness, openHarness } from './harness.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no banner was looked at.')

let harness: Harness

/** A station that holds nothing above unclassified documents. */
async function openLow(): Promise<Page> {
  const { page } = await harness.open('full', '#/settings', { size: 'large', theme: 'light' })
  await page.evaluate(`(() => {
    const { call } = holdfast
    const highest = { level: 'unclassified', categories: [], dissemination: [], releasability: 'any' }
    holdfast.call = async (name, input) => {
      const reply = await call(name, input)
      return name === 'station.status' ? { ...reply, value: { ...reply.value, highest } } : reply
    }
    holdfast.tell({ kind: 'event', event: { seq: 901, stream: 'station', version: 9, at: 0, event: { type: 'station.configured' } } })
  })()`)
  return page
}
const marking = (page: Page, words: string, message: string) =>
  expect.poll(() => page.getByRole('note', { name: 'Marking, top of the screen' }).textContent(), { message }).toBe(words)

const run = id('run', 8)

describe.skipIf(browserPath === undefined)('SEC-04 the banner', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test.each([
    ['runs', ['runs', `runs/${run}`, `runs/${run}/against/${doneRunId}`]],
    ['requests', ['approvals']],
    ['answers', [`ask/${conversationId}`]],
    ['incidents', ['health']],
    ['missions', [`missions/${missionIds.plan}`]],
    ['agents, packs and the words that lead them', ['agents/berths', 'agents/research/prompts/draft?version=3', 'agents?show=packs']],
  ])('SEC-04 is as high as %s on the screen', async (_what, addresses) => {
    const page = await openLow()
    await marking(page, 'UNCLASSIFIED', 'before')
    for (const address of addresses) {
      await harness.goTo(page, `#/${address}`)
      await marking(page, 'CUI', address)
      await harness.goTo(page, '#/settings')
      await marking(page, 'UNCLASSIFIED', `after ${address}`)
    }
    await page.context().close()
  })

  test('SEC-04 is as high as the lessons of other missions while these are looked at', async () => {
    const page = await openLow()
    await harness.goTo(page, `#/missions/${missionIds.working}`)
    await marking(page, 'UNCLASSIFIED', 'the mission')
    await page.getByRole('radio', { name: 'Lessons' }).click()
    await marking(page, 'CUI', 'its lessons')
    await page.getByRole('radio', { name: 'Shards' }).click()
    await marking(page, 'UNCLASSIFIED', 'its shards')
    await page.context().close()
  })
})
