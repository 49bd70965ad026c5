/** Health, traces, and what models were shown, by keyboard, with invented content. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from './fixture-api.ts'
import { writerRunId } from './fixture-approvals.ts'
import { contextSteps } from './fixture-context.ts'
import { id, nowMs } from './fixture-ids.ts'
import { missionIds } from './fixture-missions.ts'
import { browserPath, type Harness, openHarness } from './harness.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no incident was closed in a window.')

let harness: Harness

const open = async (address: string, size: 'large' | 'small' = 'large', scene: Scene = 'full'): Promise<Page> => {
  const { page } = await harness.open(scene, address, { size, theme: 'light' })
  return page
}
const title = (page: Page, name: RegExp) => page.getByRole('heading', { level: 1, name })
const focusedName = (page: Page) =>
  page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? ""')
const allSteps = Object.values(contextSteps)
/** Once the screen shows it, and not only the address. */
const atStep = async (page: Page, stepId: string) => {
  await page.waitForFunction((wanted) => location.hash.endsWith(`/context/${wanted}`), stepId)
  await page.getByText(`${allSteps.indexOf(stepId) + 1} of ${allSteps.length}`, { exact: true }).waitFor()
}

describe.skipIf(browserPath === undefined)('UI of health', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('UI SLO-01 an incident is closed by keyboard with words, once; the rail counts those that are open', async () => {
    const page = await open('#/runs', 'small')
    await page.getByRole('link', { name: 'Health 3 open' }).waitFor()
    await page.keyboard.press('h')
    await title(page, /^Health$/).waitFor()
    const list = page.getByRole('listbox', { name: 'Open incidents' })
    await list.waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const detail = page.getByRole('region', { name: 'The incident that is chosen' })
    await detail.getByRole('heading', { name: /^Document reader failed more often than it may/ }).waitFor()

    // Somebody else closed this one meanwhile: the words stay, and it is said.
    await detail.getByRole('button', { name: 'Close it…' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await page.keyboard.press('Control+Enter')
    expect(await dialog.count()).toBe(1)
    await page.keyboard.type('The depot had no list.')
    await page.keyboard.press('Control+Enter')
    await dialog.getByText('This incident is closed already.').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => focusedName(page)).toBe('Close it…')

    await list.focus()
    await page.keyboard.press('Home')
    await detail.getByRole('heading', { name: /^Research went in circles/ }).waitFor()
    await detail.getByRole('button', { name: 'Close it…' }).focus()
    await page.keyboard.press('Enter')
    await dialog.getByRole('textbox').waitFor()
    await page.keyboard.type('Its tool had another name.')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('link', { name: 'Health 2 open' }).waitFor()
    await page.getByRole('status').getByText('Closed: went in circles, Research.').waitFor()
    expect(await list.getByRole('option').count()).toBe(2)
    await page.getByRole('radio', { name: /^Closed/ }).click()
    await detail.getByText('Its tool had another name.').waitFor()
    await page.context().close()
  })

  test('UI SLO-01 an incident that opens is told without being asked for, and whoever may not close it learns who may', async () => {
    const page = await open('#/health', 'large', 'auditor')
    await page.getByRole('listbox', { name: 'Open incidents' }).waitFor()
    expect(await page.getByRole('button', { name: 'Close it…' }).isDisabled()).toBe(true)
    await page.getByText('operator or administrator').waitFor()
    const fresh = { id: id('inc', 999), cause: 'breaker', subject: 'edge', runId: null, label: null, openedAt: nowMs }
    await page.evaluate(`(() => {
      const { call, tell } = holdfast
      const fresh = ${JSON.stringify(fresh)}
      holdfast.call = async (name, input) => {
        const reply = await call(name, input)
        if (name !== 'incidents.list' || input.isOpen !== true) return reply
        const item = { ...fresh, label: reply.value.items[0].label, closedAt: null, closedBy: null, reason: null }
        return { ok: true, value: { ...reply.value, total: reply.value.total + 1, items: [item, ...reply.value.items] } }
      }
      const event = { type: 'incident.opened', incidentId: fresh.id, cause: fresh.cause, subject: fresh.subject, runId: null, atMs: fresh.openedAt }
      tell({ kind: 'event', event: { seq: 901, stream: 'station', version: 901, at: fresh.openedAt, tenant: 'station', actor: { issuer: 'runtime', account: 'holdfast' }, label: null, event, previous: '', hash: '' } })
    })()`)
    await page.getByRole('link', { name: 'Health 4 open' }).waitFor()
    await page.getByRole('option', { name: /^Edge/ }).waitFor()
    // Whoever reads one, or writes what was the matter with it, is not carried off to the new one.
    await page.getByRole('heading', { name: /^Research went in circles/ }).waitFor()
    await page.context().close()
  })

  test('UI OBS-01 DRF-01 budgets, figures and drift are read by keyboard, and a review is saved as it is shown', async () => {
    const page = await open('#/health', 'small')
    const to = async (name: string) => {
      await page
        .getByRole('tab', { name: 'Incidents' })
        .or(page.getByRole('tab', { selected: true }))
        .first()
        .focus()
      while ((await page.getByRole('tab', { name, selected: true }).count()) === 0) await page.keyboard.press('ArrowRight')
    }
    await to('Error budgets')
    await page
      .getByRole('option', { name: /^Document reader/ })
      .getByText('used up')
      .waitFor()
    expect(await page.getByRole('option').count()).toBeLessThan(40)
    await to('Agents')
    await page.getByRole('listbox', { name: 'Agents that ran' }).waitFor()
    await page.keyboard.press('j')
    await page.getByRole('region', { name: 'Measured of Research' }).getByText('model.deadline').waitFor()
    await to('Drift')
    await page.getByText('not looked at').first().waitFor()
    await page.getByRole('button', { name: 'Look now' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('1 changed, 24 missing').waitFor()
    await page.getByText('and 5 more').waitFor()
    await page.getByText('U+202E').waitFor()
    await to('Review')
    await page.getByRole('radio', { name: 'Two weeks' }).click()
    await page.getByRole('heading', { name: 'Fortnightly review: principles 7 to 12' }).waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the file' }).click()
    expect((await saved).suggestedFilename()).toBe('holdfast-review-fortnight-2026-11-19.md')
    await page.context().close()
  })

  test('UI OBS-05 a trace is a tree by keyboard: arrows move, close, open and go out; J and K move; Enter opens a run', async () => {
    const page = await open(`#/missions/${missionIds.working}`, 'small')
    await page.getByRole('radio', { name: 'Trace' }).click()
    const tree = page.getByRole('tree', { name: 'Trace' })
    await tree.focus()
    const selected = () => tree.locator('[aria-selected="true"] [data-said]').textContent()
    await expect.poll(selected).toMatch(/^The mission, goes on/)
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
    await expect.poll(selected).toMatch(/^Model call, Edge, done/)
    await page.keyboard.press('ArrowLeft')
    await expect.poll(selected).toMatch(/^Run Planner/)
    await page.keyboard.press('ArrowLeft')
    await tree.getByRole('treeitem', { name: /^Run Planner/, expanded: false }).waitFor()
    expect(await tree.getByRole('treeitem', { name: /^Phase/ }).count()).toBe(3)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await expect.poll(selected).toMatch(/^Model call/)
    await page.keyboard.press('Home')
    while (!/^Run Compare/.test((await selected()) ?? '')) await page.keyboard.press('j')
    expect(await selected()).toMatch(/goes on, 6:00, after Research, after Document reader$/)
    await page.getByRole('button', { name: 'after Research' }).click()
    await expect.poll(selected).toMatch(/^Run Research/)
    await tree.focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction((runId) => location.hash === `#/runs/${runId}`, id('run', 3))
    await page.context().close()
  })

  test('UI OBS-05 of a trace of 2,000 parts only those in view exist, and that there are more is said', async () => {
    const page = await open(`#/missions/${missionIds.wide}`)
    await page.getByRole('radio', { name: 'Trace' }).click()
    await page.getByText('the first 2,000 parts stand here').waitFor()
    const tree = page.getByRole('tree')
    await tree.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('End')
    await expect.poll(() => tree.locator('[aria-selected="true"] [data-said]').textContent()).toMatch(/call/)
    expect(await tree.getByRole('treeitem').count()).toBeLessThan(60)
    await page.context().close()
  })

  test('UI OBS-05 a run that belongs to a mission stands in its trace, and is told apart there', async () => {
    const page = await open(`#/runs/${id('run', 9)}`)
    await page.getByRole('radio', { name: 'Trace' }).click()
    await page.getByRole('treeitem', { name: /^Run Compare.*this run$/, selected: true }).waitFor()
    await page.context().close()
  })

  test('UI CTX-01 C opens what a model was shown; comma and full stop lead through the calls of the run; Enter takes to the text', async () => {
    const page = await open(`#/runs/${writerRunId}`, 'small')
    await page.keyboard.press('c')
    await title(page, /^What the model was shown$/).waitFor()
    await atStep(page, contextSteps.older)
    await page.getByText('put on record only which passages').waitFor()
    await page.keyboard.press(',')
    await atStep(page, contextSteps.purged)
    await page.getByText('it was purged, or it is labelled above').waitFor()
    for (const step of [contextSteps.huge, contextSteps.lifted, contextSteps.ordinary]) {
      await page.keyboard.press(',')
      await atStep(page, step)
    }
    await page.keyboard.press(',')
    await page.keyboard.press('.')
    await atStep(page, contextSteps.lifted)
    await page.getByText('critical').or(page.getByText('warning, 40 to 60 %')).waitFor()
    await page.getByRole('button', { name: 'Model call before this one' }).click()
    await atStep(page, contextSteps.ordinary)
    await page.getByRole('option', { name: /^Decision/ }).waitFor()
    await page.keyboard.press('j')
    await expect.poll(() => focusedName(page)).toMatch(/^Parts in the order/)
    await page.keyboard.press('Enter')
    await expect.poll(() => focusedName(page)).toBe('Text: Decision')
    await page.getByRole('link', { name: 'The run' }).click()
    await page.getByRole('radio', { name: /^Calls/ }).click()
    await page.locator('[data-call="2"]').focus()
    await page.keyboard.press('c')
    await atStep(page, contextSteps.lifted)
    await page.context().close()
  })

  test('UI CTX-01 of hundreds of parts and of a text of 100,000 characters only what is seen exists, and it is inert', async () => {
    const page = await open(`#/runs/${writerRunId}/context/${contextSteps.huge}`)
    const before = await page.title()
    await page.keyboard.press('j')
    const text = page.getByRole('region', { name: 'Text: Passage 1 of 421' })
    await text.getByText('<img src=x onerror="document.title=1">').waitFor()
    await text.getByText('U+202E').waitFor()
    expect(await page.title()).toBe(before)
    expect(await text.locator('img').count()).toBe(0)
    expect(await text.locator('[data-index]').count()).toBeLessThan(20)
    await text.focus()
    await page.keyboard.press('End')
    await text.getByText('The last line of the recording.').waitFor()
    await page.getByRole('listbox').focus()
    await page.keyboard.press('End')
    await page.getByRole('option', { name: /^What is asked/, selected: true }).waitFor()
    expect(await page.getByRole('option').count()).toBeLessThan(60)
    await page.getByRole('radio', { name: /^Left out/ }).click()
    await page.getByRole('listbox', { name: 'What was left out' }).focus()
    await page.keyboard.press('End')
    await page.locator('[aria-posinset="500"][aria-selected="true"]').waitFor()
    await page.context().close()
  })

  test('UI CTX-01 what a run handed on leads back to its source, whole, and to the run that it goes on from', async () => {
    const page = await open(`#/runs/${id('run', 14)}`)
    await page.getByRole('radio', { name: 'Handed on 2' }).click()
    await page.getByRole('button', { name: /^When it was complete/ }).click()
    await page.getByText('A person approved').or(page.getByText('Call 8: approved')).first().waitFor()
    await page.getByRole('button', { name: 'Read all of it', exact: true }).last().click()
    const source = page.getByRole('region', { name: 'Source: call 8, what a person said' })
    await source.focus()
    await page.keyboard.press('End')
    await source.getByText('Line 4000 of the source').waitFor()
    await page.getByRole('button', { name: /^When it was held/ }).click()
    await page.getByText('what it says went with it').waitFor()
    await page.getByRole('link', { name: 'Report writer, when it was held' }).last().click()
    await page.waitForFunction((runId) => location.hash === `#/runs/${runId}`, writerRunId)
    await page.context().close()
  })
})
