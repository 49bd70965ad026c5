/** Missions as a person meets them, by keyboard, with invented content: what can be decided, on exactly what, and what is said when it cannot. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from './fixture-api.ts'
import { hex } from './fixture-ids.ts'
import { missionIds } from './fixture-missions.ts'
import { browserPath, focused, type Harness, openHarness } from './harness.ts'
import { decisions, openMissions } from './mission-page.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no mission was decided in a window.')

let harness: Harness

const open = (address: string, size: 'large' | 'small' = 'large', scene: Scene = 'full') => openMissions(harness, address, size, scene)
const title = (page: Page, name: RegExp) => page.getByRole('heading', { level: 1, name })
const decision = (page: Page) => page.getByRole('region', { name: 'Decision' })
const toEnd = async (page: Page, what: string) => {
  await page.getByRole('region', { name: `To decide: ${what}` }).focus()
  await page.keyboard.press('End')
  await decision(page).getByText('Read to its end.').waitFor()
}

describe.skipIf(browserPath === undefined)('UI of missions', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('UI the board is gone through by keyboard: J and K in a column, arrows between them, Enter opens; the rail counts what waits', async () => {
    const page = await open('#/ask')
    await page.getByRole('link', { name: 'Missions 5 waiting' }).waitFor()
    await page.getByLabel('Your question').press('Escape')
    await page.keyboard.press('0')
    await title(page, /^Missions$/).waitFor()
    await page.keyboard.press('j')
    await expect.poll(() => focused(page)).toBe('Missions: Planning')
    const chosen = (phase: string) =>
      page
        .getByRole('listbox', { name: `Missions: ${phase}` })
        .locator('[aria-selected="true"]')
        .getAttribute('aria-posinset')
    expect(await chosen('Planning')).toBe('2')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => focused(page)).toBe('Missions: Executing')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    expect([await chosen('Planning'), await chosen('Executing')]).toEqual(['2', '2'])
    await page.keyboard.press('Enter')
    await title(page, /^Do the sources agree/).waitFor()
    await page.context().close()
  })

  test('UI a column of many missions holds only the cards that are seen, and those that wait can be seen alone', async () => {
    const page = await open('#/missions')
    const list = page.getByRole('listbox', { name: 'Missions: Completed' })
    await list.focus()
    await page.keyboard.press('End')
    await list.locator('[aria-posinset="185"]').getByText('released').waitFor()
    expect(await page.getByRole('option').count()).toBeLessThan(60)
    await page.getByRole('button', { name: '5 wait for you' }).click()
    await expect.poll(() => page.getByRole('option').count()).toBe(5)
    await page.context().close()
  })

  test('UI of 5,000 missions that move all the time only those in view exist and are read, one reading of a list at a time', async () => {
    const page = await open('#/ask')
    await page.evaluate(`(async () => {
      const { call } = holdfast
      const [base] = (await call('missions.list', { phases: ['EXECUTING'] })).value.items
      globalThis.moving = Array.from({ length: 5000 }, (_, i) => ({ ...base, id: base.id.slice(0, -4) + (1000 + i), goal: 'Goal ' + i, gate: null }))
      globalThis.read = { under: 0, most: 0, held: null }
      holdfast.call = async (name, input) => {
        if (name !== 'missions.list' || input.phases?.[0] !== 'EXECUTING') return call(name, input)
        const { offset, limit } = input
        read.most = Math.max(read.most, ++read.under)
        await read.held?.promise
        read.under -= 1
        return { ok: true, value: { items: moving.slice(offset, offset + limit).map((one) => ({ ...one })), total: 5000, waiting: 0 } }
      }
      location.hash = '#/missions'
    })()`)
    const list = page.getByRole('listbox', { name: 'Missions: Executing' })
    await list.getByText('Goal 0', { exact: true }).waitFor()
    await page.evaluate(`(async () => {
      const room = document.querySelector('[data-phase="EXECUTING"] [role=listbox]')
      let seq = 901
      // No reading is answered as long as the list moves.
      read.held = Promise.withResolvers()
      for (let frame = 0; frame < 120; frame++) {
        await new Promise(requestAnimationFrame)
        for (let i = 0; i < 5; i++) {
          const one = moving[(seq * 37) % 5000]
          one.shardsSettled = one.shards
          holdfast.tell({ kind: 'event', event: { seq: seq++, stream: one.id, version: 9, at: 0, event: { type: 'mission.resumed', atMs: 0 } } })
        }
        room.scrollTop += 150
      }
      room.scrollTop = room.scrollHeight
      read.held.resolve()
      read.held = null
      moving[4999].shardsSettled = 3
      holdfast.tell({ kind: 'event', event: { seq, stream: moving[4999].id, version: 9, at: 0, event: { type: 'mission.resumed', atMs: 0 } } })
    })()`)
    await list.getByRole('option', { name: /^Goal 4999 at work 3 of 4 done/ }).waitFor()
    expect(await page.getByRole('option').count()).toBeLessThan(60)
    // The first stretch and those at both ends of what is in view; those that scrolling asks for may meet them.
    expect(await page.evaluate<number>('read.most')).toBeLessThanOrEqual(6)
    await page.context().close()
  })

  test('UI what happens to a mission stands on the board without asking for it', async () => {
    const page = await open('#/missions')
    await page.getByRole('region', { name: 'Planning' }).getByText('Waits for you: plan').first().waitFor()
    await page.evaluate(`holdfast.call('missions.decide', { missionId: '${missionIds.plan}', gate: 'G2', decision: 'approve' })`)
    await page.evaluate(`holdfast.tell({ kind: 'event', event: {
      seq: 901, stream: '${missionIds.plan}', version: 9, at: 0,
      event: { type: 'mission.committed', revision: 2, shards: [], atMs: 0 } } })`)
    await page
      .getByRole('region', { name: 'Executing' })
      .getByText(/^What caused the loss/)
      .waitFor()
    await page.getByRole('link', { name: 'Missions 4 waiting' }).waitFor()
    await page.context().close()
  })

  test('HUM-03 HUM-11 a plan is approved by key only once it was read to its end, and exactly the plan that was shown', async () => {
    const page = await open(`#/missions/${missionIds.plan}`, 'small')
    await title(page, /^What caused the loss/).waitFor()
    await page.keyboard.press('a')
    await decision(page).getByText('Not yet: read it to its end first.').waitFor()
    expect(await page.getByRole('button', { name: /^Approve this plan/ }).isDisabled()).toBe(true)
    expect(await decisions(page)).toEqual([])
    await toEnd(page, 'plan')
    await page.keyboard.press('a')
    await page.getByRole('status').getByText('Plan approved.').waitFor()
    expect(await decisions(page)).toEqual([
      { missionId: missionIds.plan, gate: 'G2', decision: 'approve', commitment: { alg: 'sha256', value: hex(42) } },
    ])
    await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('main')
    await page.context().close()
  })

  test('HUM-03 a plan is sent back with words; Esc takes them back and gives the focus back', async () => {
    const page = await open(`#/missions/${missionIds.plan}`)
    const room = page.getByRole('region', { name: 'To decide: plan' })
    await room.focus()
    await page.keyboard.press('v')
    const words = page.getByLabel('What should be different?')
    await words.waitFor()
    await page.keyboard.press('Control+Enter')
    await page.keyboard.press('Escape')
    await words.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('To decide: plan')
    await page.keyboard.press('v')
    await words.waitFor()
    await page.keyboard.type('Leave the weather out.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('status').getByText('Plan sent back.').waitFor()
    expect(await decisions(page)).toEqual([
      { missionId: missionIds.plan, gate: 'G2', decision: 'revise', feedback: 'Leave the weather out.' },
    ])
    await page.getByText('A planner is at work').waitFor()
    await page.context().close()
  })

  test('HUM-03 an abort says what will happen and is asked twice; a plan that was refused says where and why, and cannot be approved', async () => {
    const page = await open(`#/missions/${missionIds.noPlan}`)
    const refused = page.getByRole('region', { name: 'Refused plan' })
    await refused.getByText('shards[2].after[0]').waitFor()
    await refused.getByText('waits for a shard that is not in the plan').waitFor()
    await page.keyboard.press('a')
    await decision(page).getByText('There is no plan that could be approved.').waitFor()
    await page.keyboard.press('r')
    const dialog = page.getByRole('dialog', { name: 'Abort this mission?' })
    await dialog.getByText(/nothing is given out/).waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await decisions(page)).toEqual([])
    await page.keyboard.press('r')
    await dialog.getByRole('button', { name: 'Abort' }).press('Enter')
    await page.getByRole('status').getByText('Aborted.').waitFor()
    await page.context().close()
  })

  test('HUM-03 a report is released only when read, for its own hash; what the check noticed and what is missing is said, and a source opens beside it', async () => {
    const page = await open(`#/missions/${missionIds.report}`, 'small', 'reviewer')
    const report = page.getByRole('article', { name: 'Report' })
    await report.getByText('A number in this sentence stands in none of its quotes.').waitFor()
    await report.getByRole('region', { name: 'What is missing' }).getByText('model.deadline').waitFor()
    const source = report.getByRole('button', { name: /^Source 2: 01-incident/ })
    await source.focus()
    await page.keyboard.press('Enter')
    const evidence = page.getByRole('complementary', { name: 'Evidence' })
    await evidence.getByText('These words stand in the source.').waitFor()
    const link = await evidence.getByRole('link', { name: 'Open document' }).getAttribute('href')
    expect(link).toContain('quote=Gusts')
    await page.keyboard.press('Escape')
    await evidence.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toMatch(/^Source 2: 01-incident/)
    await toEnd(page, 'report')
    await page.keyboard.press('a')
    await page.getByRole('status').getByText('Report released.').waitFor()
    expect(await decisions(page)).toEqual([{ missionId: missionIds.report, commitment: { alg: 'sha256', value: hex(44) } }])
    await report.waitFor()
    await page.context().close()
  })

  test('UI the drawing is for eyes; its list says all of it, is gone through by J and K, and Enter opens a shard whose runs are one key away', async () => {
    const page = await open(`#/missions/${missionIds.working}`, 'small')
    await page.locator('.react-flow__node').first().waitFor()
    expect(await page.locator('.react-flow__node').count()).toBe(6)
    expect(await page.locator('.react-flow__edge').count()).toBe(7)
    expect(await page.locator('[aria-hidden="true"] .react-flow').count()).toBe(1)
    expect(await page.locator('.react-flow a, .react-flow button, .react-flow [tabindex="0"]').count()).toBe(0)
    const list = page.getByRole('list', { name: 'Shards' })
    await list.getByText('Compare, after s1, s2, s3, at most 200,000 tokens').waitFor()
    for (const key of ['j', 'j', 'j']) await page.keyboard.press(key)
    await expect.poll(() => focused(page)).toMatch(/^s3/)
    await page.keyboard.press('Enter')
    const details = page.getByRole('complementary', { name: 'Details' })
    await details.getByText('result.quote_not_found').waitFor()
    await details.getByRole('link', { name: 'Open run' }).waitFor()
    await page.keyboard.press('Escape')
    await details.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toMatch(/^s3/)
    await page.context().close()
  })

  test('BB-01 BB-02 a person writes on the blackboard and sets a directive; earlier revisions stay in sight', async () => {
    const page = await open(`#/missions/${missionIds.working}`)
    await page.getByRole('radio', { name: 'Blackboard' }).click()
    await page.getByRole('button', { name: 'Say it… Priority' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Priority')
    await page.keyboard.type('The mooring before the weather.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('region', { name: 'Priority' }).getByText('The mooring before the weather.').waitFor()
    await expect.poll(() => focused(page)).toBe('Change… Priority')
    await page.getByRole('button', { name: 'Show earlier revisions (1)' }).click()
    await page.getByText('The instruments first.').waitFor()
    await page.getByLabel('Write on the blackboard').fill('The depot has no list for May.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Entries 63').waitFor()
    expect(await page.getByRole('list', { name: 'Entries' }).getByRole('listitem').count()).toBeLessThan(40)
    await page.context().close()
  })

  test('UI B begins a mission: what will happen is said, a budget that none may have is refused, and it opens', async () => {
    const page = await open('#/runs')
    await page.keyboard.press('b')
    const dialog = page.getByRole('dialog', { name: 'Begin a mission' })
    await dialog.waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA')
    await page.keyboard.type('Which moorings are overdue?')
    await dialog.getByText(/before the plan is carried out and before the report/).waitFor()
    await dialog.getByLabel(/before results are joined/).check()
    await dialog.getByText(/before results are joined and before the report/).waitFor()
    const tokens = dialog.getByLabel('Tokens that all workers together may spend')
    await tokens.fill('3000000')
    await dialog.getByText('A whole number from 1 to 2,000,000.').waitFor()
    await page.keyboard.press('Control+Enter')
    expect(await dialog.count()).toBe(1)
    await tokens.fill('400,000')
    await page.keyboard.press('Control+Enter')
    await title(page, /^Which moorings are overdue\?$/).waitFor()
    await page.keyboard.press('p')
    await page.getByRole('button', { name: 'Go on' }).waitFor()
    await page.context().close()
  })

  test('MEM-03 what a mission taught is kept by keyboard, never without its context, and what is missing is said before', async () => {
    const page = await open(`#/missions/${missionIds.released}`, 'small')
    await page.getByRole('radio', { name: 'Lessons' }).click()
    const form = page.getByRole('form', { name: 'A lesson of this mission' })
    await form.getByRole('button', { name: /^Keep this lesson/ }).press('Enter')
    await form.getByText('Say where this applies: it is not kept without.').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA')
    await page.keyboard.type('Lists of the depot')
    await page.keyboard.press('Control+Enter')
    await form
      .getByRole('alert')
      .getByText(/what was learnt/)
      .waitFor()
    expect(await decisions(page)).toEqual([])
    await form.getByLabel('What was learnt').fill('Ask for the paper copies.')
    await page.getByRole('radio', { name: 'Blackboard' }).click()
    await form.waitFor({ state: 'detached' })
    await page.getByRole('radio', { name: 'Lessons' }).click()
    await form.getByRole('button', { name: /^Keep this lesson/ }).focus()
    await page.keyboard.press('Control+Enter')
    await form
      .getByRole('alert')
      .getByText(/what solved it, what came of it/)
      .waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByRole('status').getByText('The lesson is kept.').waitFor()
    expect(await decisions(page)).toEqual([
      { missionId: missionIds.released, context: 'Lists of the depot', learning: 'Ask for the paper copies.' },
    ])
    const lessons = page.getByRole('list', { name: /^Lessons/ })
    await lessons.getByText('Ask for the paper copies.').waitFor()
    expect(await lessons.getByRole('listitem').count()).toBeLessThan(40)
    await page.context().close()
  })
})
