/** A plan that a person writes or changes, by keyboard, with invented content: where its faults stand, and that nothing of it is lost in passing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hex } from './fixture-ids.ts'
import { missionIds } from './fixture-missions.ts'
import { browserPath, focused, type Harness, openHarness } from './harness.ts'
import { decisions, openMissions } from './mission-page.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no plan was written in a window.')

let harness: Harness
const open = (address: string, size: 'large' | 'small' = 'large') => openMissions(harness, address, size)

describe.skipIf(browserPath === undefined)('UI of plans of people', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('HUM-03 a plan is changed by keyboard alone: its shards by J and K, their fields by Enter, faults at their place; exactly that is put forward', async () => {
    const page = await open(`#/missions/${missionIds.plan}`, 'small')
    await page.getByRole('button', { name: 'Change this plan…' }).focus()
    await page.keyboard.press('Enter')
    const form = page.getByRole('form', { name: 'Your plan' })
    const list = form.getByRole('listbox', { name: 'Shards of your plan' })
    await expect.poll(() => focused(page)).toBe('Shards of your plan')
    await page.keyboard.press('j')
    await list.getByRole('option', { name: /^s2/, selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('shard-title')
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Control+Enter')
    await form.getByRole('alert').getByText('s2 title is missing, or too long').waitFor()
    await form.getByText('Is missing, or too long.').waitFor()
    await list.getByText('something is wrong here').waitFor()
    await page.getByLabel('Title', { exact: true }).focus()
    await page.keyboard.type('Who was out there?')
    await expect.poll(() => form.getByRole('alert').count()).toBe(0)
    await list.focus()
    for (const key of ['j', 'j']) await page.keyboard.press(key)
    await list.getByRole('option', { name: /^s4/, selected: true }).waitFor()
    // A document stands there under its name, and is sent by its id.
    expect(await form.getByLabel('The one document', { exact: true }).inputValue()).toMatch(/^\d\d-/)
    await form.getByRole('checkbox', { name: /^s1/ }).focus()
    await page.keyboard.press('Space')
    const tokens = form.getByLabel('Tokens that it may spend')
    await tokens.fill('none')
    await form.getByText(/^A whole number from 1/).waitFor()
    expect(await form.getByRole('button', { name: /^Put this plan forward/ }).isDisabled()).toBe(true)
    await tokens.fill('90,000')
    await list.focus()
    for (const key of ['k', 'k', 'k']) await page.keyboard.press(key)
    await form.getByRole('button', { name: 'Take it out' }).press('Enter')
    await expect.poll(() => list.getByRole('option').count()).toBe(3)
    await page.keyboard.press('Control+Enter')
    await page.getByRole('status').getByText('Plan put forward.').waitFor()
    await page.getByText('Made by m.arden').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('main')
    const [, sent] = (await decisions(page)) as ReadonlyArray<{
      readonly plan: { readonly shards: ReadonlyArray<Record<string, unknown>> }
    }>
    expect(sent).toMatchObject({ missionId: missionIds.plan, commitment: { alg: 'sha256', value: hex(42) } })
    expect(sent?.plan.shards.map(({ key, title, after }) => [key, title, after])).toEqual([
      ['s2', 'Who was out there?', []],
      ['s3', expect.any(String), []],
      ['s4', expect.any(String), ['s2', 's3']],
    ])
    expect(sent?.plan.shards[2]).toMatchObject({ input: { first: expect.stringMatching(/^doc_/) }, budget: { tokensMax: 90_000 } })
    await page.context().close()
  })

  test('HUM-03 changes are not lost in passing: Cancel asks, a plan that moved meanwhile is refused and the form stays, and where there is no plan one is written', async () => {
    const page = await open(`#/missions/${missionIds.plan}`)
    await page.getByRole('button', { name: 'Change this plan…' }).click()
    const form = page.getByRole('form', { name: 'Your plan' })
    await form.getByRole('button', { name: 'Cancel' }).click()
    await form.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Change this plan…' }).click()
    await form.getByRole('button', { name: 'Add a shard' }).click()
    await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('shard-title')
    await page.keyboard.type('Another one')
    await page.evaluate(`(() => {
      const { call } = holdfast
      const error = { code: 'mission.other_plan', message: 'The plan is another than the one that was changed.', hint: 'Look at the plan again.' }
      holdfast.call = (name, input) => (name === 'missions.plan' ? Promise.resolve({ ok: false, error }) : call(name, input))
    })()`)
    await page.keyboard.press('Control+Enter')
    await form.getByText('mission.other_plan').waitFor()
    await form.getByRole('option', { name: /^s5 Another one/ }).waitFor()
    // Something else is looked at, and its keys are its own.
    await page.getByRole('radio', { name: /^Shards/ }).click()
    await page.keyboard.press('j')
    await expect.poll(() => focused(page)).toMatch(/^s1/)
    await page.getByRole('radio', { name: 'Decide: plan' }).click()
    await form.getByRole('option', { name: /^s5 Another one/, selected: true }).waitFor()
    await form.getByRole('button', { name: 'Cancel' }).click()
    const asked = page.getByRole('dialog', { name: 'Leave your changes?' })
    await asked.getByRole('button', { name: 'Go on changing' }).click()
    await form.getByRole('option', { name: /^s5 Another one/ }).waitFor()
    await form.getByRole('button', { name: 'Cancel' }).click()
    await asked.getByRole('button', { name: 'Leave them' }).click()
    await form.waitFor({ state: 'detached' })
    await page.evaluate(`location.hash = '#/missions/${missionIds.noPlan}'`)
    await page.getByRole('button', { name: 'Write the plan yourself…' }).click()
    expect(await form.getByRole('option').count()).toBe(1)
    await page.context().close()
  })

  test('HUM-03 a plan that is being written is not lost by a key that leads elsewhere, by agents that cannot be read again, or by a decision of somebody else', async () => {
    const page = await open(`#/missions/${missionIds.plan}`)
    await page.getByRole('button', { name: 'Change this plan…' }).click()
    const form = page.getByRole('form', { name: 'Your plan' })
    await form.getByRole('button', { name: 'Add a shard' }).click()
    await expect.poll(() => page.evaluate('document.activeElement?.id')).toBe('shard-title')
    await page.keyboard.type('Another one')
    const another = form.getByRole('option', { name: /^s5 Another one/ })
    await form.getByRole('listbox', { name: 'Shards of your plan' }).focus()
    await page.keyboard.press('1')
    const asked = page.getByRole('dialog', { name: 'Leave your changes?' })
    await asked.getByRole('button', { name: 'Go on changing' }).click()
    await another.waitFor()
    await page.evaluate(`(() => {
      const { call } = holdfast
      const error = { code: 'agents.unread', message: 'The agents could not be read.', hint: 'Try again.' }
      globalThis.unread = 0
      holdfast.call = (name, input) => {
        if (name !== 'agents.list') return call(name, input)
        unread++
        return Promise.resolve({ ok: false, error })
      }
    })()`)
    await page.evaluate(`holdfast.tell({ kind: 'event', event: {
      seq: 901, stream: 'station', version: 9, at: 0, event: { type: 'drift.recorded', part: 'agents' } } })`)
    await expect.poll(() => page.evaluate('unread')).toBeGreaterThan(0)
    await another.waitFor()
    await page.evaluate(`holdfast.call('missions.decide', { missionId: '${missionIds.plan}', gate: 'G2', decision: 'approve' })`)
    await page.evaluate(`holdfast.tell({ kind: 'event', event: {
      seq: 902, stream: '${missionIds.plan}', version: 9, at: 0,
      event: { type: 'mission.committed', revision: 2, shards: [], atMs: 0 } } })`)
    await form.getByText('The gate has moved on.').waitFor()
    await another.waitFor()
    expect(await form.getByRole('button', { name: /^Put this plan forward/ }).isDisabled()).toBe(true)
    await page.getByRole('radio', { name: /^Shards/ }).click()
    await page.getByRole('radio', { name: 'Your plan' }).click()
    await another.waitFor()
    await form.getByRole('button', { name: 'Cancel' }).click()
    await asked.getByRole('button', { name: 'Leave them' }).click()
    await form.waitFor({ state: 'detached' })
    await page.getByRole('radio', { name: /^Shards/, checked: true }).waitFor()
    await page.context().close()
  })
})
