/** The editor of agents in every state that a person can meet it in. */
import type { Page } from 'playwright-core'
import type { ScreenState } from './screens.ts'

const edit = '#/agents/harbour-watch/edit'
const field = (page: Page) => page.getByRole('textbox', { name: /^Text of/ })
const change = (from: string | RegExp, to: string) => async (page: Page) => {
  const text = await field(page).inputValue()
  await field(page).fill(text.replace(from, to))
}
const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click()
const tryIt = async (page: Page) => {
  await tab(page, 'Dry run')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByRole('region', { name: 'Result of the dry run' }).waitFor()
}
const nothingBut = (text: string) => (page: Page) => page.getByText(text).first().waitFor()

export const editorStates: readonly ScreenState[] = [
  { name: 'editor-new', scene: 'full', address: '#/agents/_new', act: nothingBut('Saving writes') },
  { name: 'editor-copy', looks: 'one', scene: 'full', address: '#/agents/_new?from=research', act: nothingBut('Saving writes') },
  { name: 'editor-own', scene: 'full', address: edit, act: nothingBut('The prompt has about') },
  { name: 'editor-failing', scene: 'failing', address: edit },
  { name: 'editor-loading', scene: 'loading', address: edit },
  { name: 'editor-empty', scene: 'empty', address: edit, act: nothingBut('There is no such file') },
  { name: 'editor-product', looks: 'one', scene: 'full', address: '#/agents/research/edit', act: nothingBut('is part of the product') },
  {
    name: 'editor-narrowing',
    looks: 'one',
    scene: 'full',
    address: '#/agents/research/edit?part=narrowing',
    act: nothingBut('Saving writes'),
  },
  { name: 'editor-auditor', looks: 'one', scene: 'auditor', address: edit, act: nothingBut('This takes an account') },
  {
    ...{ name: 'editor-faults', scene: 'full', address: edit },
    act: async (page) => {
      await change('offers: [search_holdings, read_passage, read_document]', 'offers: [append_note]')(page)
      await change('tools: [search_holdings, ', 'tools: [teleport, ')(page)
      await change('about one topic.', 'about one topic and writes a report.')(page)
      await page.getByText('There is no tool teleport.').waitFor()
    },
  },
  {
    ...{ name: 'editor-broken', looks: 'one', scene: 'full', address: edit },
    act: async (page) => {
      await change('read_document, list_documents]', 'read_document, list_documents')(page)
      await page.getByText('It is not YAML').waitFor()
    },
  },
  {
    ...{ name: 'editor-changes', looks: 'one', scene: 'full', address: edit },
    act: async (page) => {
      await change('level: 3', 'level: 4')(page)
      await tab(page, 'Changes')
      await page.getByRole('region', { name: 'Diff' }).waitFor()
    },
  },
  {
    ...{ name: 'editor-meanwhile', looks: 'one', scene: 'full', address: edit },
    act: async (page) => {
      await change('level: 3', 'level: 3 # quicker')(page)
      await page.getByRole('button', { name: /^Save/ }).click()
      await page.getByText('The file was changed since you opened it.').waitFor()
    },
  },
  {
    ...{ name: 'editor-remove', looks: 'one', scene: 'full', address: edit },
    act: async (page) => {
      await page.getByRole('button', { name: 'Remove…' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'editor-trial', scene: 'full', address: edit, act: tryIt },
  {
    ...{ name: 'editor-trial-differs', scene: 'full', address: edit },
    act: async (page) => {
      await change('stepsMax: 10', 'stepsMax: 4')(page)
      await tryIt(page)
    },
  },
  {
    ...{ name: 'editor-trial-not-started', looks: 'one', scene: 'full', address: edit },
    act: async (page) => {
      await change(
        'charsMax: 500',
        'charsMax: 500, default: null }\n  - { name: depth, title: How deep, isRequired: true, charsMax: 20',
      )(page)
      await tryIt(page)
    },
  },
]
