/** Agents and their prompts as a person meets them, by keyboard, with invented content: what is said, what is published, and what moving a label does. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from './fixture-api.ts'
import { browserPath, focused, type Harness, openHarness } from './harness.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no agent was looked at in a window.')

let harness: Harness
const draft = '#/agents/research/prompts/draft'

const open = async (address: string, size: 'large' | 'small' = 'large', scene: Scene = 'full'): Promise<Page> => {
  const { page } = await harness.open(scene, address, { size, theme: 'light' })
  await page.evaluate(`(() => {
    const { call } = holdfast
    globalThis.changes = []
    holdfast.call = (name, input) => {
      if (/^(prompts.(publish|label)|agents.(install|reload))$/.test(name)) changes.push([name, input])
      return call(name, input)
    }
  })()`)
  return page
}
/** Somebody published a version: as the feed tells it. */
const published = `holdfast.tell({ kind: 'event', event: {
  seq: 901, stream: 'station', version: 9, at: 0,
  event: { type: 'prompt.published', promptId: 'x', version: 5, origin: 'site', text: {}, atMs: 0 } } })`
const lost = { ok: false, error: { code: 'store.unreadable', message: 'The store could not be read.', hint: 'Try again.' } }

const changes = (page: Page) => page.evaluate<ReadonlyArray<readonly [string, Record<string, unknown>]>>('changes')
const title = (page: Page, name: RegExp) => page.getByRole('heading', { level: 1, name })
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true })
const press = async (page: Page, name: string | RegExp) => {
  await page.getByRole('button', { name }).focus()
  await page.keyboard.press('Enter')
}

describe.skipIf(browserPath === undefined)('UI of agents', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('AGT-01 agents are gone through by keyboard: J and K move, Enter goes into the one that is open, Esc comes back to the list', async () => {
    const page = await open('#/runs')
    await page.keyboard.press('g')
    await title(page, /^Agents$/).waitFor()
    await page.getByRole('region', { name: 'Agent: ask' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.getByRole('region', { name: 'Agent: report-writer' }).waitFor()
    expect(page.url()).toContain('#/agents/report-writer')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Agent: report-writer')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Agents')
    await page.keyboard.press('End')
    await page.getByRole('region', { name: 'Agent: buoy-notices' }).waitFor()
    expect(await page.getByRole('option').count()).toBeLessThan(40)
    // An agent that is linked to is brought into view in its list.
    await harness.goTo(page, '#/agents/cargo-digest')
    await page.getByRole('option', { name: /^Cargo digest/ }).waitFor()
    await page.context().close()
  })

  test('AGT-01 AGT-02 an agent says what it answers for, is given, leaves, may use and may spend', async () => {
    const page = await open('#/agents/report-writer')
    const agent = page.getByRole('region', { name: 'Agent: report-writer' })
    await agent.getByText('Writes one report in which every sentence has its source.').waitFor()
    const row = (table: string, name: RegExp) => agent.getByRole('table', { name: table }).getByRole('row', { name })
    await row('What it is given', /^task .* at most 2,000 characters required$/).waitFor()
    await row('What it is given', /^collection .* may be left out$/).waitFor()
    await row('Tools', /^write_file .* asks a person first .* its plan alone$/).waitFor()
    await row('Tools', /^calculate .* a model, or its plan$/).waitFor()
    await row('Tools', /^request_human_approval This version does not have this tool/).waitFor()
    await row('Limits', /^Time at work 8:00 the run waits for a person$/).waitFor()
    await agent.getByText('A report as a file, once a person has approved it.').waitFor()
    await page.getByRole('link', { name: 'Start a run…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Agent: Report writer' }).waitFor()
    await page.context().close()
  })

  test('AGT-01 a runbook is inert: no element of its own, no link out, and what hides is named', async () => {
    const page = await open('#/agents/research')
    const agent = page.getByRole('region', { name: 'Agent: research' })
    await agent.getByText('<img src=x onerror=alert(1)> is text here').waitFor()
    await agent.getByText('so is [U+202E] what turns its order').waitFor()
    expect(await agent.locator('img').count()).toBe(0)
    expect(await agent.getByRole('link', { name: 'runs', exact: true }).getAttribute('href')).toMatch(/#\/manual\/runs$/)
    expect(await agent.getByRole('link', { name: 'elsewhere' }).count()).toBe(0)
    await page.context().close()
  })

  test('AGT-01 a refused file says why, where and what to do; one that narrows says that its agent is not offered', async () => {
    const page = await open('#/agents')
    await page.getByRole('radio', { name: 'Refused 4' }).click()
    const file = (name: string) => page.getByRole('region', { name: `Refused file: ${name}` })
    await file('harbour-watch.yaml').getByText('Keep one responsibility here').waitFor()
    await page.keyboard.press('j')
    await file('tides.yaml').getByText('Line 31, field').waitFor()
    await page.keyboard.press('j')
    await file('summarise.local.yaml').getByText('summarise is not offered at all').waitFor()
    await page.keyboard.press('j')
    // A name that a shell would read as something else is not offered for it.
    expect(await file('o[U+202E]lmay.yaml').getByRole('button', { name: 'Copy' }).count()).toBe(0)
    await page.evaluate(`location.hash = '#/agents/tides'`)
    await file('tides.yaml').waitFor()
    await press(page, 'Read the folder again')
    await page.getByText(/^Read again: \d+ agents offered, 4 files refused\.$/).waitFor()
    expect((await changes(page)).map(([name]) => name)).toEqual(['agents.reload'])
    await page.context().close()
  })

  test('PKG-01 a pack is installed from a file under the label that was chosen; one that is refused changes nothing and says why', async () => {
    const page = await open('#/agents')
    await press(page, 'Install a pack…')
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Install the pack' }).isDisabled()).toBe(true)
    await dialog
      .getByLabel('Pack of agents')
      .setInputFiles({ name: 'harbour.tar.zst', mimeType: 'application/zstd', buffer: Buffer.alloc(2_000_000) })
    await dialog.getByRole('button', { name: 'Install the pack' }).click()
    await dialog.getByText('The pack needs holdfast 2.0.0 or later').waitFor()
    await dialog.getByRole('button', { name: /^Label of what it brings/ }).click()
    await page.getByRole('menuitemradio', { name: /^UNCLASSIFIED/ }).click()
    await dialog.getByRole('button', { name: 'Install the pack' }).click()
    await page.getByText('harbour 1.2.0 was installed.').waitFor()
    await page.getByRole('region', { name: 'Pack: harbour' }).getByRole('link', { name: 'berths' }).click()
    await page.getByText('of the pack harbour').waitFor()
    await page.getByRole('note', { name: 'Marking, top of the screen' }).waitFor()
    await page.context().close()
  })

  test('PKG-01 a pack that is being sent is stopped by Esc, and one that is being installed keeps its dialog open', async () => {
    const page = await open('#/agents')
    await page.evaluate(`(() => {
      const { call } = holdfast
      globalThis.held = {}
      holdfast.call = async (name, input) => {
        if (name === 'uploads.append' || name === 'agents.install') await new Promise((resolve) => { held[name] = resolve })
        return call(name, input)
      }
    })()`)
    const dialog = page.getByRole('dialog')
    const send = async () => {
      await press(page, 'Install a pack…')
      await dialog
        .getByLabel('Pack of agents')
        .setInputFiles({ name: 'harbour.tar.zst', mimeType: 'application/zstd', buffer: Buffer.alloc(1_000) })
      await dialog.getByRole('button', { name: 'Install the pack' }).click()
      await expect.poll(() => page.evaluate(`typeof held['uploads.append']`)).toBe('function')
    }
    await send()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.evaluate(`held['uploads.append'](); delete held['uploads.append']`)
    await send()
    expect(await page.evaluate(`typeof held['agents.install']`)).toBe('undefined')
    await page.evaluate(`held['uploads.append']()`)
    await dialog.getByRole('button', { name: 'Looking at it…' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await dialog.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true)
    await page.evaluate(`held['agents.install']()`)
    await dialog.getByText('The pack needs holdfast 2.0.0 or later').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.context().close()
  })

  test('PRM-01 PRM-03 versions are gone through by keyboard, any two are compared, and tokens are said to be counted or estimated', async () => {
    const page = await open(draft, 'small')
    await title(page, /^research\/draft$/).waitFor()
    // The one in use is open.
    await heading(page, 'Version 2').waitFor()
    await page.getByText('Counted by the model that serves here.').waitFor()
    await page.keyboard.press('k')
    await heading(page, 'Version 3').waitFor()
    await page.getByText('Estimated: no model that serves here has counted them.').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Words of version 3')
    await page.getByRole('radio', { name: 'What changed' }).click()
    await page.getByText('From version 2 to version 3').waitFor()
    const diff = page.getByRole('region', { name: 'Diff' })
    expect(await diff.locator('[data-diff="added"]').allTextContents()).toEqual([
      expect.stringContaining('+- Times are those of the harbour, 24 hours, with the day.'),
    ])
    await press(page, /^Compared with: Version 2/)
    await page.getByRole('menuitemradio', { name: /^Version 1/ }).click()
    await page.getByText('From version 1 to version 3').waitFor()
    expect(await diff.locator('[data-diff="removed"]').count()).toBe(2)
    // The banner follows what is compared, and what stands in the list.
    await page.keyboard.press('k')
    await page.getByText('prompt.purged').waitFor()
    await page.context().close()
  })

  test('PRM-01 a new version is written, published as candidate, compared, and leads runs only once current points at it', async () => {
    const page = await open(draft)
    await press(page, 'Write a new one from it…')
    const field = page.getByLabel('Words of the new version')
    const publish = page.getByRole('button', { name: /^Publish as candidate/ })
    await expect.poll(() => focused(page)).toBe('Words of the new version')
    expect(await publish.isDisabled()).toBe(true)
    await page.keyboard.type('Be brief.\u202e\n')
    await page.getByText('A hidden character stands in line 1: U+202E.').waitFor()
    expect(await publish.isDisabled()).toBe(true)
    await field.fill('Be brief, and say when.\n')
    await page.getByText('about 6 tokens, estimated').waitFor()
    await page.getByText('300 to 800 are recommended').waitFor()
    await page.keyboard.press('Control+Enter')
    await page.getByText('Version 5 was published; candidate points at it.').waitFor()
    await page.getByText('From version 2 to version 5').waitFor()
    await page.getByText('version 2 in use').waitFor()

    await press(page, 'Point a label at it…')
    await page.getByText('Runs under way keep the version that they began with').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Point a label at it…')
    await page.keyboard.press('Enter')
    await press(page, 'Lead new runs by version 5')
    await page.getByText('current points at version 5.').waitFor()
    await page.getByText('version 5 in use').waitFor()
    await page.getByRole('radio', { name: 'Moves of labels' }).click()
    await page.getByRole('option', { name: /^current to version 5 m\.arden, just now/ }).waitFor()
    await page.getByRole('listbox', { name: 'Moves of labels' }).press('End')
    await page.keyboard.press('Enter')
    await heading(page, 'Version 1').waitFor()
    expect((await changes(page)).map(([name, { as, version }]) => [name, as, version])).toEqual([
      ['prompts.publish', undefined, undefined],
      ['prompts.label', 'current', 5],
    ])
    await page.context().close()
  })

  test('PRM-01 words that were not published are not lost by a key or a link, and one that cannot be published stays as it was typed', async () => {
    const page = await open(`${draft}?version=3&write=true`)
    const field = page.getByLabel('Words of the new version')
    await field.fill('Say it on a full disk.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('The disk of the data folder is full.').waitFor()
    expect(await field.inputValue()).toBe('Say it on a full disk.')
    // Nor by what others publish meanwhile, and not when it cannot be read again.
    await page.evaluate(`holdfast.call('prompts.publish', { agent: 'research', prompt: 'draft', text: 'From elsewhere.' })`)
    await page.evaluate(published)
    await page.getByRole('option', { name: /^Version 5 candidate/ }).waitFor()
    await page.evaluate(`(() => {
      const { call } = holdfast
      holdfast.call = (name, input) => name.startsWith('prompts.') ? Promise.resolve(${JSON.stringify(lost)}) : call(name, input)
    })()`)
    await page.evaluate(published)
    await page.evaluate('holdfast.rest()')
    expect(await field.inputValue()).toBe('Say it on a full disk.')
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByRole('dialog', { name: 'Throw away what you wrote?' }).waitFor()
    await press(page, 'Go on writing')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await field.inputValue()).toBe('Say it on a full disk.')
    await page.getByRole('link', { name: 'Runs' }).click()
    await press(page, 'Throw it away')
    await title(page, /^Runs$/).waitFor()
    expect((await changes(page)).length).toBe(2)
    await page.context().close()
  })

  test('PRM-01 the first version of a prompt that an agent names is written in the window, and comes into use at once', async () => {
    const page = await open('#/agents/research/prompts/nowhere')
    await press(page, 'Write the first version…')
    await page.getByLabel('Words of the new version').fill('Say what you found.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Version 1 was published; candidate and current point at it.').waitFor()
    await page.getByText('version 1 in use').waitFor()
    await page.getByRole('region', { name: 'Words of version 1' }).getByText('Say what you found.').waitFor()
    // Another is first while one writes: nothing of what was written is lost.
    await harness.goTo(page, '#/agents/research/prompts/elsewhere?write=true')
    await page.getByLabel('Words of the new version').fill('Say what you found, and where.')
    await page.evaluate(`holdfast.call('prompts.publish', { agent: 'research', prompt: 'elsewhere', text: 'From elsewhere.' })`)
    await page.evaluate(published)
    await page.getByText('version 1 in use').waitFor()
    expect(await page.getByLabel('Words of the new version').inputValue()).toBe('Say what you found, and where.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Version 2 was published; candidate points at it.').waitFor()
    await page.context().close()
  })

  test('PRM-01 the same words again are said to be the version that is there, and what others publish stands there without asking', async () => {
    const page = await open(`${draft}?version=2&write=true`)
    const words = await page.evaluate<string>(
      `holdfast.call('prompts.get', { agent: 'research', prompt: 'draft', version: 1 }).then((r) => r.value.text)`,
    )
    await page.getByLabel('Words of the new version').fill(words)
    await page.keyboard.press('Control+Enter')
    await page.getByText('These words are version 1 already; candidate points at it now.').waitFor()
    await page.evaluate(`holdfast.call('prompts.publish', { agent: 'research', prompt: 'draft', text: 'From elsewhere.' })`)
    await page.evaluate(published)
    await page.getByRole('option', { name: /^Version 5 candidate/ }).waitFor()
    await page.context().close()
  })

  test('PRM-01 who may not manage agents reads all of it and is told who may', async () => {
    const page = await open(draft, 'large', 'auditor')
    const write = page.getByRole('button', { name: 'Write a new one from it…' })
    await write.waitFor()
    expect([await write.isDisabled(), await write.getAttribute('title')]).toEqual([true, expect.stringContaining('administrator')])
    expect(await page.getByRole('button', { name: 'Point a label at it…' }).isDisabled()).toBe(true)
    await page.context().close()
  })
})
