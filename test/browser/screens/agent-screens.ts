/** Agents and their prompts in every state that a person can meet them in. */
import type { Page } from 'playwright-core'
import type { ScreenState } from './screens.ts'

const draft = '#/agents/research/prompts/draft'
const at = (name: string, address: string, more: Partial<ScreenState> = {}): ScreenState => ({
  ...{ name, looks: 'one', scene: 'full', address },
  ...more,
})
const button = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).click()
}
const write = (words: string) => async (page: Page) => {
  await page.getByLabel('Words of the new version').fill(words)
}

export const agentStates: readonly ScreenState[] = [
  { name: 'agents-full', scene: 'full', address: '#/agents', shows: 'Answers one question from the documents.' },
  { name: 'agents-empty', scene: 'empty', address: '#/agents', shows: 'No agent is offered' },
  { name: 'agents-failing', scene: 'failing', address: '#/agents', shows: 'store.unreadable' },
  {
    name: 'agents-loading',
    scene: 'loading',
    address: '#/agents',
    act: (page) => page.getByRole('status', { name: 'Reading the agents' }).waitFor(),
  },
  at('agents-one', '#/agents', { scene: 'one-agent', shows: 'Answers one question from the documents.' }),
  { name: 'agent', scene: 'full', address: '#/agents/report-writer', shows: 'Write a text file into' },
  at('agent-faults', '#/agents/berths', { shows: 'this agent only reads' }),
  at('agent-narrowed', '#/agents/compare', { shows: 'narrowed here' }),
  at('agent-runbook', '#/agents/research', {
    act: (page) => page.getByText('is text here').scrollIntoViewIfNeeded(),
  }),
  at('agent-unknown', '#/agents/nobody', { looks: 'none', shows: 'There is no such agent.' }),
  at('agents-auditor', '#/agents/research', { scene: 'auditor', shows: 'Finds what the documents say' }),
  at('agents-read-again', '#/agents', {
    act: async (page) => {
      await button('Read the folder again')(page)
      await page.getByText(/^Read again/).waitFor()
    },
  }),
  { name: 'agents-refused', scene: 'full', address: '#/agents?show=refused', shows: 'Keep one responsibility here' },
  at('agents-refused-narrowing', '#/agents?show=refused&open=summarise.local.yaml', { shows: 'is not offered at all' }),
  at('agents-none-refused', '#/agents?show=refused', { scene: 'one-agent', shows: 'No file is refused' }),
  at('agents-packs', '#/agents?show=packs', { shows: 'as the pack says' }),
  at('agents-no-packs', '#/agents?show=packs', { scene: 'one-agent', looks: 'none', shows: 'No pack was installed' }),
  at('agents-install', '#/agents', {
    act: async (page) => {
      await button('Install a pack…')(page)
      await page
        .getByRole('dialog')
        .getByLabel('Pack of agents')
        .setInputFiles({ name: 'harbour.tar.zst', mimeType: 'application/zstd', buffer: Buffer.alloc(40_000) })
      await button('Install the pack')(page)
      await page.getByText('pack.needs_other').waitFor()
    },
  }),
  { name: 'prompt', scene: 'full', address: draft, shows: 'Write up to four claims' },
  at('prompt-failing', draft, { scene: 'failing', shows: 'store.unreadable' }),
  at('prompt-loading', draft, { scene: 'loading', looks: 'none' }),
  at('prompt-purged', `${draft}?version=4`, { shows: 'were purged' }),
  { name: 'prompt-diff', scene: 'full', address: `${draft}?version=3&view=diff`, shows: 'From version 2 to version 3' },
  at('prompt-diff-purged', `${draft}?version=4&view=diff`, { looks: 'none', shows: 'prompt.purged' }),
  at('prompt-diff-one', '#/agents/ask/prompts/draft?view=diff', { looks: 'none', shows: 'Nothing to compare it with' }),
  at('prompt-moves', `${draft}?view=moves`, { shows: 'night-shift' }),
  at('prompt-point', `${draft}?version=3`, {
    act: async (page) => {
      await button('Point a label at it…')(page)
      await page.getByText('Version 2 is in use now.').waitFor()
    },
  }),
  at('prompt-write', `${draft}?version=3&write=true`, { act: write('Be brief.\u202e') }),
  at('prompt-published', `${draft}?version=3&write=true`, {
    act: async (page) => {
      await write(`${'Say what stands in the passage and nothing beside it. '.repeat(180)}\n`)(page)
      await button(/^Publish as candidate/)(page)
      await page.getByText(/^Version 5 was published/).waitFor()
      await page.getByRole('radio', { name: 'Words', exact: true }).click()
      await page.getByText('loses the thread of it').waitFor()
    },
  }),
  at('prompt-write-failed', `${draft}?version=3&write=true`, {
    act: async (page) => {
      await write('Say it on a full disk.')(page)
      await button(/^Publish as candidate/)(page)
      await page.getByText('store.full').waitFor()
    },
  }),
  at('prompt-leave', `${draft}?version=3&write=true`, {
    act: async (page) => {
      await write('Be brief.')(page)
      await button('Cancel')(page)
      await page.getByText('Throw away what you wrote?').waitFor()
    },
  }),
  at('prompt-unpublished', '#/agents/research/prompts/nowhere', { shows: 'Nobody has published' }),
  at('prompt-auditor', draft, { scene: 'auditor', looks: 'none', shows: 'Write up to four claims' }),
]
