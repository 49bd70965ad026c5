/** Health, traces, and what models were shown, in every state that a person can meet them in. */
import type { Page } from 'playwright-core'
import { writerRunId } from './fixture-approvals.ts'
import { askStep, contextSteps } from './fixture-context.ts'
import { id } from './fixture-ids.ts'
import { missionIds } from './fixture-missions.ts'
import type { ScreenState } from './screens.ts'

const tab = (name: string) => async (page: Page) => {
  await page.getByRole('tab', { name }).click()
}
const view = (name: RegExp) => async (page: Page) => {
  await page.getByRole('radio', { name }).click()
}
const health = (name: string, act: (page: Page) => Promise<unknown>, more: Partial<ScreenState> = {}): ScreenState => ({
  ...{ name: `health-${name}`, looks: 'one', scene: 'full', address: '#/health', act },
  ...more,
})
const context = (name: string, stepId: string, more: Partial<ScreenState> = {}): ScreenState => ({
  ...{ name: `context-${name}`, looks: 'one', scene: 'full', address: `#/runs/${writerRunId}/context/${stepId}` },
  ...more,
})
const lookForDrift = async (page: Page) => {
  await tab('Drift')(page)
  await page.getByRole('button', { name: 'Look now' }).click()
  await page.getByRole('button', { name: 'Look again' }).waitFor()
}

export const healthStates: readonly ScreenState[] = [
  ...(['full', 'empty', 'failing', 'loading'] as const).map((scene) => ({ name: `health-${scene}`, scene, address: '#/health' })),
  health('auditor', async (page) => page.getByText('This takes an account').waitFor(), { scene: 'auditor' }),
  health('closed', view(/Closed/)),
  health('close', async (page) => {
    await page.getByRole('button', { name: 'Close it…' }).click()
    await page.getByRole('dialog').waitFor()
  }),
  health('budgets', tab('Error budgets')),
  health('budgets-empty', tab('Error budgets'), { scene: 'empty', looks: 'none' }),
  health('agents', tab('Agents')),
  health('agents-empty', tab('Agents'), { scene: 'empty', looks: 'none' }),
  health('agents-failing', tab('Agents'), { scene: 'failing', looks: 'none' }),
  health('drift-before', tab('Drift'), { looks: 'none' }),
  health('drift', lookForDrift),
  health('drift-none', lookForDrift, { scene: 'empty', looks: 'none' }),
  health('review', tab('Review')),
  health('review-fortnight', async (page) => {
    await tab('Review')(page)
    await view(/Two weeks/)(page)
    await page.getByText('Fortnightly review').waitFor()
  }),
  { name: 'context-ordinary', scene: 'full', address: `#/runs/${writerRunId}/context/${contextSteps.ordinary}` },
  context('lifted', contextSteps.lifted),
  context('left-out', contextSteps.lifted, { act: view(/Left out/) }),
  context('huge', contextSteps.huge, {
    act: async (page) => {
      await page.keyboard.press('j')
      await page.getByText('PORT CONTROL: line 3').first().waitFor()
    },
  }),
  context('purged', contextSteps.purged),
  context('older', contextSteps.older),
  { name: 'context-ask', looks: 'none', scene: 'full', address: `#/runs/${id('run', 3)}/context/${askStep}` },
  { name: 'context-reflex', looks: 'one', scene: 'full', address: `#/runs/${id('run', 7)}/context/${askStep}` },
  { name: 'context-none', looks: 'none', scene: 'full', address: `#/runs/${writerRunId}/context/${id('stp', 94)}` },
  { name: 'context-failing', looks: 'one', scene: 'failing', address: `#/runs/${writerRunId}/context/${contextSteps.ordinary}` },
  { name: 'context-loading', looks: 'none', scene: 'loading', address: `#/runs/${writerRunId}/context/${contextSteps.ordinary}` },
  { name: 'run-trace', looks: 'one', scene: 'full', address: `#/runs/${writerRunId}`, act: view(/Trace/) },
  {
    name: 'run-handed-on',
    looks: 'one',
    scene: 'full',
    address: `#/runs/${id('run', 14)}`,
    act: async (page) => {
      await view(/Handed on/)(page)
      await page.getByRole('button', { name: /When it was complete/ }).click()
      await page.getByText('What comes next').or(page.getByText('It goes on from')).first().waitFor()
    },
  },
  {
    name: 'run-handed-on-source',
    looks: 'one',
    scene: 'full',
    address: `#/runs/${id('run', 14)}`,
    act: async (page) => {
      await view(/Handed on/)(page)
      await page.getByRole('button', { name: /When it was complete/ }).click()
      await page.getByRole('button', { name: 'Read all of it, with the events' }).click()
      await page.getByText('Line 1 of the source').scrollIntoViewIfNeeded()
    },
  },
  { name: 'run-handed-on-none', looks: 'none', scene: 'full', address: `#/runs/${id('run', 3)}`, act: view(/Handed on/) },
  { name: 'mission-trace', scene: 'full', address: `#/missions/${missionIds.working}`, act: view(/Trace/) },
  { name: 'mission-trace-huge', looks: 'one', scene: 'full', address: `#/missions/${missionIds.wide}`, act: view(/Trace/) },
]
