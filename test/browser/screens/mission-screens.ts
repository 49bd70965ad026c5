/** Missions in every state that a person can meet them in. */
import type { Page } from 'playwright-core'
import { missionIds } from './fixture-missions.ts'
import type { ScreenState } from './screens.ts'

const at = (name: string, missionId: string, more: Partial<ScreenState> = {}): ScreenState => ({
  ...{ name: `mission-${name}`, looks: 'one', scene: 'full', address: `#/missions/${missionId}` },
  ...more,
})
const view = (name: RegExp) => async (page: Page) => {
  await page.getByRole('radio', { name }).click()
}

const edit = async (page: Page) => {
  await page.getByRole('button', { name: 'Change this plan…' }).click()
  await page.getByRole('form', { name: 'Your plan' }).waitFor()
}

export const missionStates: readonly ScreenState[] = [
  ...(['full', 'empty', 'failing', 'loading'] as const).map((scene) => ({ name: `missions-${scene}`, scene, address: '#/missions' })),
  { name: 'missions-waiting', looks: 'none', scene: 'full', address: '#/missions?waiting=true' },
  { name: 'missions-start', looks: 'one', scene: 'full', address: '#/missions?start=true' },
  { name: 'mission-failing', looks: 'one', scene: 'failing', address: `#/missions/${missionIds.plan}` },
  { name: 'mission-loading', looks: 'none', scene: 'loading', address: `#/missions/${missionIds.plan}` },
  { name: 'mission-plan', scene: 'full', address: `#/missions/${missionIds.plan}` },
  at('plan-revise', missionIds.plan, { act: (page) => page.keyboard.press('v'), looks: 'none' }),
  at('plan-abort', missionIds.plan, {
    act: async (page) => {
      await page.keyboard.press('r')
      await page.getByRole('dialog').waitFor()
    },
  }),
  at('plan-own', missionIds.plan, {
    act: async (page) => {
      await edit(page)
      await page.keyboard.press('Control+Enter')
      await page.getByText('Made by m.arden').waitFor()
    },
  }),
  { name: 'mission-plan-edit', scene: 'full', address: `#/missions/${missionIds.plan}`, act: edit },
  at('plan-edit-document', missionIds.plan, {
    act: async (page) => {
      await edit(page)
      await page.getByRole('option', { name: /^s4/ }).click()
      await page.getByRole('button', { name: /^Choose The one document/ }).click()
    },
  }),
  at('plan-edit-faults', missionIds.plan, {
    act: async (page) => {
      await edit(page)
      await page.getByLabel('Title', { exact: true }).fill('')
      await page.getByRole('button', { name: /^Put this plan forward/ }).click()
      await page.getByRole('alert').waitFor()
    },
  }),
  at('plan-write', missionIds.noPlan, { act: (page) => page.getByRole('button', { name: 'Write the plan yourself…' }).click() }),
  at('no-plan', missionIds.noPlan),
  at('direction', missionIds.direction),
  at('results', missionIds.results),
  { name: 'mission-report', scene: 'reviewer', address: `#/missions/${missionIds.report}` },
  at('evidence', missionIds.report, {
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Source 2/ })
        .first()
        .click()
      await page.getByText('These words stand in the source.').waitFor()
    },
  }),
  { name: 'mission-working', scene: 'full', address: `#/missions/${missionIds.working}` },
  at('shard', missionIds.working, { act: (page) => page.getByRole('button', { name: /^s3 / }).click() }),
  at('wide', missionIds.wide),
  at('refused', missionIds.refused),
  at('board', missionIds.working, { act: view(/Blackboard/) }),
  at('board-history', missionIds.working, {
    looks: 'none',
    act: async (page) => {
      await view(/Blackboard/)(page)
      await page.getByRole('button', { name: /Show earlier/ }).click()
      await page.getByRole('button', { name: 'Say it… Priority' }).click()
    },
  }),
  at('released', missionIds.released, { looks: 'none' }),
  { name: 'mission-lessons', scene: 'full', address: `#/missions/${missionIds.released}`, act: view(/Lessons/) },
  at('lessons-warned', missionIds.released, {
    act: async (page) => {
      await view(/Lessons/)(page)
      await page.getByLabel('Where it holds').fill('Logs of Port Control')
      await page.getByRole('button', { name: /^Keep this lesson/ }).click()
      await page.getByRole('alert').waitFor()
    },
  }),
  at('lessons-early', missionIds.working, { act: view(/Lessons/), looks: 'none' }),
  at('export', missionIds.released, {
    act: async (page) => {
      await page.getByRole('button', { name: 'Export…' }).click()
      await page.getByRole('dialog').waitFor()
    },
  }),
  at('auditor', missionIds.plan, { scene: 'auditor' }),
]
