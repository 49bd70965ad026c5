/** Every screen in every state that a person can meet it in. */
import type { Page } from 'playwright-core'
import { agentStates } from './agent-screens.ts'
import { custodyStates } from './custody-screens.ts'
import { editorStates } from './editor-screens.ts'
import { conversationId, run } from './fixture-answers.ts'
import type { Scene } from './fixture-api.ts'
import { crossingId, diffIds, gateId, questionIds, writerRunId } from './fixture-approvals.ts'
import { id } from './fixture-ids.ts'
import { doneRunId, spentRunId } from './fixture-writer.ts'
import { healthStates } from './health-screens.ts'
import { manualStates } from './manual-screens.ts'
import { missionStates } from './mission-screens.ts'

export interface ScreenState {
  readonly name: string
  readonly scene: Scene
  readonly address: string
  /** Words that stand there once all of it is there. */
  readonly shows?: string
  readonly act?: (page: Page) => Promise<unknown>
  /** In how many looks it is tested: both where it is not said, the small dark one, or none where a picture is enough. */
  readonly looks?: 'one' | 'none'
}

/** Waits for what must stand there, then does what makes the state. */
export async function bringAbout({ shows, act }: Pick<ScreenState, 'shows' | 'act'>, page: Page): Promise<void> {
  if (shows !== undefined) await page.getByText(shows).first().waitFor()
  await act?.(page)
}

const states = (name: string, address: string): readonly ScreenState[] =>
  (['full', 'empty', 'failing', 'loading'] as const).map((scene) => ({ name: `${name}-${scene}`, scene, address }))

const openCall = async (page: Page) => {
  await page.getByRole('radio', { name: /Calls/ }).click()
  await page.getByRole('button', { name: /ask_human/ }).click()
  await page.getByRole('button', { name: /write_file/ }).scrollIntoViewIfNeeded()
}

const fromMenu = async (page: Page, entry: RegExp) => {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: entry }).click()
  await page.getByRole('dialog').waitFor()
}

export const screens: readonly ScreenState[] = [
  { name: 'first-run', scene: 'first-run', address: '' },
  ...states('ask', '#/ask').filter((state) => state.scene !== 'loading'),
  { name: 'ask-sample', scene: 'sample', address: '#/ask' },
  { name: 'conversation', scene: 'full', address: `#/ask/${conversationId}` },
  {
    name: 'conversation-end',
    looks: 'one',
    scene: 'full',
    address: `#/ask/${conversationId}`,
    act: (page) => page.locator('[data-turn]').last().scrollIntoViewIfNeeded(),
  },
  {
    name: 'conversation-export',
    looks: 'one',
    scene: 'full',
    address: `#/ask/${conversationId}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Export…' }).first().click()
      await page.getByRole('dialog').getByText('Release it').waitFor()
    },
  },
  {
    name: 'ask-labels',
    looks: 'one',
    scene: 'full',
    address: '#/ask',
    act: (page) => page.getByRole('button', { name: /^Label of the question/ }).click(),
  },
  {
    name: 'ask-tiers',
    looks: 'none',
    scene: 'full',
    address: '#/ask',
    act: (page) => page.getByRole('button', { name: /^Answer with/ }).click(),
  },
  {
    name: 'document-label',
    looks: 'one',
    scene: 'full',
    address: `#/documents/${id('doc', 4)}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Change label…' }).click()
      await page.getByRole('dialog').getByText('Imported by').waitFor()
    },
  },
  { name: 'conversation-failing', scene: 'failing', address: `#/ask/${conversationId}` },
  { name: 'conversation-loading', scene: 'loading', address: `#/ask/${conversationId}` },
  {
    name: 'conversation-why',
    looks: 'one',
    scene: 'full',
    address: `#/ask/${conversationId}`,
    act: async (page) => {
      if (!(await page.getByRole('tab', { name: 'Why these' }).isVisible())) await page.keyboard.press('e')
      await page.getByRole('tab', { name: 'Why these' }).click()
    },
  },
  {
    name: 'conversation-events',
    looks: 'one',
    scene: 'full',
    address: `#/ask/${conversationId}`,
    act: async (page) => {
      if (!(await page.getByRole('tab', { name: 'Events' }).isVisible())) await page.keyboard.press('e')
      await page.getByRole('tab', { name: 'Events' }).click()
    },
  },
  { name: 'streaming', looks: 'one', scene: 'streaming', address: `#/ask/${id('cnv', 9)}` },
  ...missionStates,
  ...editorStates,
  ...states('approvals', '#/approvals').map((state) => ({
    ...state,
    looks: state.scene === 'loading' ? ('none' as const) : ('one' as const),
  })),
  { name: 'approval-proposal', looks: 'one', scene: 'full', address: `#/approvals/${gateId}` },
  { name: 'approval-crossing', looks: 'one', scene: 'full', address: `#/approvals/${crossingId}` },
  { name: 'approval-choice', looks: 'one', scene: 'full', address: `#/approvals/${questionIds.choice}` },
  { name: 'approval-form', looks: 'none', scene: 'full', address: `#/approvals/${questionIds.schema}` },
  { name: 'approval-hidden', looks: 'none', scene: 'full', address: `#/approvals/${id('hld', 2)}` },
  { name: 'approval-answered', looks: 'none', scene: 'full', address: `#/approvals/${id('hld', 31)}?show=decided` },
  { name: 'approval-decided', looks: 'none', scene: 'full', address: '#/approvals?show=decided' },
  { name: 'approval-diff', looks: 'one', scene: 'full', address: `#/approvals/${diffIds.at500}/diff` },
  ...states('runs', '#/runs'),
  { name: 'run-complete', scene: 'full', address: `#/runs/${run(3, '').id}` },
  { name: 'run-held', looks: 'one', scene: 'full', address: `#/runs/${run(8, '').id}` },
  { name: 'run-failed', looks: 'one', scene: 'full', address: `#/runs/${run(7, '').id}` },
  { name: 'run-failing', scene: 'failing', address: `#/runs/${run(3, '').id}` },
  { name: 'run-loading', scene: 'loading', address: `#/runs/${run(3, '').id}` },
  { name: 'runs-none', looks: 'none', scene: 'full', address: '#/runs?state=%22held%22&q=%22no+such+words%22' },
  { name: 'run-start', looks: 'one', scene: 'full', address: '#/runs?start=true' },
  { name: 'run-approval', looks: 'none', scene: 'full', address: `#/runs/${writerRunId}` },
  { name: 'run-calls', looks: 'one', scene: 'full', address: `#/runs/${writerRunId}`, act: openCall },
  {
    name: 'run-past',
    looks: 'one',
    scene: 'full',
    address: `#/runs/${writerRunId}`,
    act: (page) => page.getByLabel('Moment of the run').fill('14'),
  },
  {
    name: 'run-requests',
    looks: 'none',
    scene: 'full',
    address: `#/runs/${doneRunId}`,
    act: (page) => page.getByRole('radio', { name: /Requests/ }).click(),
  },
  {
    name: 'run-spent',
    looks: 'one',
    scene: 'full',
    address: `#/runs/${spentRunId}`,
    act: (page) => page.getByRole('button', { name: 'Change the limits…' }).click(),
  },
  {
    name: 'run-menu',
    looks: 'none',
    scene: 'full',
    address: `#/runs/${doneRunId}`,
    act: (page) => page.getByRole('button', { name: 'More' }).click(),
  },
  { name: 'run-compare', looks: 'none', scene: 'full', address: `#/runs/${doneRunId}`, act: (page) => fromMenu(page, /Compare/) },
  { name: 'run-replay', looks: 'none', scene: 'full', address: `#/runs/${doneRunId}`, act: (page) => fromMenu(page, /Replay/) },
  { name: 'runs-compared', looks: 'one', scene: 'full', address: `#/runs/${writerRunId}/against/${doneRunId}` },
  { name: 'runs-compared-failing', looks: 'none', scene: 'failing', address: `#/runs/${writerRunId}/against/${doneRunId}` },
  ...agentStates,
  ...states('models', '#/models'),
  ...states('tiers', '#/tiers').map((state) => ({ ...state, looks: state.scene === 'loading' ? ('none' as const) : ('one' as const) })),
  {
    name: 'tiers-decisions',
    looks: 'one',
    scene: 'full',
    address: '#/tiers',
    act: (page) => page.getByRole('tab', { name: 'Decisions' }).click(),
  },
  {
    name: 'tiers-try',
    looks: 'one',
    scene: 'full',
    address: '#/tiers',
    act: async (page) => {
      await page.getByRole('tab', { name: 'What would happen' }).click()
      await page.getByLabel('Its label').fill('SECRET//NOFORN')
    },
  },
  {
    name: 'tiers-endpoint',
    looks: 'one',
    scene: 'full',
    address: '#/tiers',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add an endpoint…' }).first().click()
      await page.getByRole('button', { name: 'Add the endpoint' }).click()
    },
  },
  {
    name: 'tiers-ways-out',
    looks: 'one',
    scene: 'full',
    address: '#/tiers',
    act: async (page) => {
      await page.getByRole('tab', { name: 'Ways out' }).click()
      await page.getByRole('button', { name: 'Try every way out' }).click()
      await page.getByText('were caught').waitFor()
    },
  },
  {
    name: 'tiers-policy',
    looks: 'one',
    scene: 'full',
    address: '#/tiers',
    act: (page) => page.getByRole('tab', { name: 'Policy' }).click(),
  },
  {
    name: 'tiers-programs',
    looks: 'one',
    scene: 'full',
    address: '#/tiers',
    act: (page) => page.getByRole('tab', { name: 'Programs' }).click(),
  },
  {
    name: 'tiers-key',
    looks: 'one',
    scene: 'full',
    address: '#/tiers',
    act: async (page) => {
      await page.getByRole('tab', { name: 'Programs' }).click()
      await page.getByRole('button', { name: 'Make a key…' }).click()
    },
  },
  ...custodyStates,
  ...healthStates,
  ...manualStates,
  ...states('acts', '#/acts').map((state) => ({ ...state, looks: state.scene === 'full' ? ('one' as const) : ('none' as const) })),
  ...states('audit', '#/audit').map((state) => ({ ...state, looks: 'one' as const })),
  {
    name: 'audit-broken',
    looks: 'one',
    scene: 'full',
    address: '#/audit',
    act: async (page) => {
      await page.getByRole('button', { name: 'Verify all of it' }).click()
      await page.getByText('broken at').waitFor()
    },
  },
  { name: 'read-only', looks: 'one', scene: 'damaged', address: '#/runs' },
  ...states('settings', '#/settings'),
  ...(['Change the limits', 'Change the hours', 'Lift for one hour'] as const).map((name, i) => ({
    name: ['settings-quota', 'settings-hours', 'settings-lift'][i] ?? '',
    looks: 'one' as const,
    scene: 'full' as const,
    address: '#/settings',
    act: (page: Page) => page.getByRole('button', { name: `${name}…` }).click(),
  })),
  { name: 'palette', looks: 'one', scene: 'full', address: '#/ask', act: (page) => page.keyboard.press('Control+k') },
  { name: 'keys', looks: 'one', scene: 'full', address: '#/runs', act: (page) => page.keyboard.press('?') },
]
