/** Approvals and runs as a person meets them, by keyboard, with invented content: what may be decided, and what is said when it may not. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diffIds, gateId, questionIds, writerRunId } from './fixture-approvals.ts'
import { id } from './fixture-ids.ts'
import { doneRunId, spentRunId } from './fixture-writer.ts'
import { browserPath, type Harness, openHarness } from './harness.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so nothing was decided in a window.')

let harness: Harness

const open = async (address: string): Promise<Page> => (await harness.open('full', address, { size: 'small', theme: 'light' })).page
const go = (page: Page, address: string) => page.evaluate(`location.hash = ${JSON.stringify(address)}`)
const focused = (page: Page) => page.evaluate<string>('document.activeElement?.textContent ?? ""')
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true })
const request = (page: Page) => page.getByRole('region', { name: /^Request: / })
const decision = (page: Page) => page.getByRole('region', { name: 'Decision' })
const readThrough = async (page: Page) => {
  await request(page).focus()
  await page.keyboard.press('End')
  await decision(page).getByText('Read to its end.').waitFor()
}

describe.skipIf(browserPath === undefined)('UI of the run engine', () => {
  beforeAll(async () => {
    harness = await openHarness()
  }, 120_000)
  afterAll(() => harness.close())

  test('HUM-11 HUM-12 a call is approved by key only once it was read to its end, for the hash that was shown, and the next request takes the focus', async () => {
    const page = await open('#/ask')
    await page.getByRole('link', { name: /Approvals 12 waiting/ }).waitFor()
    await page.getByLabel('Your question').focus()
    await page.keyboard.press('Control+i')
    await heading(page, 'write_file').waitFor()
    await decision(page).getByText('Read it to its end to approve.').waitFor()
    await page.keyboard.press('a')
    await decision(page).getByText('Not yet: read it to its end first.').waitFor()
    expect(await page.getByRole('button', { name: /^Approve/ }).isDisabled()).toBe(true)

    await readThrough(page)
    await page.keyboard.press('a')
    await heading(page, 'send_to_pier').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe('Request: send_to_pier')
    await page.getByText('write_file approved. 11 requests left.').waitFor()
    await page.getByRole('link', { name: /Approvals 11 waiting/ }).waitFor()

    // What hides in arguments is named, and a decision that came too late says so and changes nothing.
    for (const sign of ['U+202E', 'U+200B']) await request(page).getByText(sign).waitFor()
    await page.keyboard.press('End')
    await decision(page).getByText('Read to its end.').waitFor()
    await page.keyboard.press('a')
    await page.getByRole('alert').getByText('The time to decide on this call is over.').waitFor()
    await page.getByRole('alert').getByText('hold.expired').waitFor()
    expect(await heading(page, 'send_to_pier').count()).toBe(1)
    await page.context().close()
  })

  test('HUM-11 while the texts of a request are on their way nothing decides on it, and no key is kept for later', async () => {
    const page = await open('#/runs')
    await page.evaluate(`(() => {
      const { call } = holdfast
      const texts = new Promise((resolve) => { globalThis.bringTexts = resolve })
      globalThis.decisions = []
      holdfast.call = async (name, input) => {
        if (/^approvals\\.(approve|reject|revise|answer)$/.test(name)) decisions.push(name)
        if (name === 'approvals.get') await texts
        return call(name, input)
      }
    })()`)
    await go(page, `#/approvals/${diffIds.at49}`)
    await heading(page, 'write_file').waitFor()
    await page.getByRole('status', { name: 'Reading the request' }).waitFor()
    for (const key of ['End', 'a', 'r', 'v']) await page.keyboard.press(key)
    await page.evaluate('bringTexts()')
    await decision(page).getByText('Read it to its end to approve.').waitFor()
    await page.keyboard.press('a')
    await decision(page).getByText('Not yet: read it to its end first.').waitFor()
    expect(await page.evaluate('decisions')).toEqual([])
    await page.context().close()
  })

  test('HUM-13 who goes elsewhere while a decision is on its way is not brought back', async () => {
    const page = await open(`#/approvals/${diffIds.at49}`)
    await page.evaluate(`(() => {
      const { call } = holdfast
      const answer = new Promise((resolve) => { globalThis.bringAnswer = resolve })
      globalThis.answered = false
      holdfast.call = async (name, input) => {
        const result = await call(name, input)
        if (name === 'approvals.approve') { await answer; setTimeout(() => { answered = true }, 500) }
        return result
      }
    })()`)
    await heading(page, 'write_file').waitFor()
    await readThrough(page)
    await page.keyboard.press('a')
    await go(page, '#/runs')
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor()
    await page.evaluate('bringAnswer()')
    await expect.poll(() => page.evaluate('answered')).toBe(true)
    expect(new URL(page.url()).hash).toBe('#/runs')
    await page.context().close()
  })

  test('HUM-06 HUM-13 a rejection needs a reason and a revision needs words; Esc takes neither', async () => {
    const page = await open(`#/approvals/${diffIds.at49}`)
    await heading(page, 'write_file').waitFor()
    await page.keyboard.press('r')
    await decision(page).getByText('Not yet: read it to its end first.').waitFor()
    const reason = page.getByLabel('Why is it rejected?')
    expect(await reason.count()).toBe(0)
    await readThrough(page)
    await page.keyboard.press('r')
    await reason.waitFor()
    await page.keyboard.press('Control+Enter')
    expect(
      await decision(page)
        .getByRole('button', { name: /^Reject/ })
        .isDisabled(),
    ).toBe(true)
    await page.keyboard.press('Escape')
    await reason.waitFor({ state: 'detached' })
    await page.keyboard.press('r')
    await page.keyboard.type('Not this file.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('write_file rejected. 11 requests left.').waitFor()
    await readThrough(page)
    await page.keyboard.press('v')
    await page.keyboard.type('Name the bay first.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('write_file sent back. 10 requests left.').waitFor()
    await page.getByRole('radio', { name: 'Decided' }).click()
    await request(page).getByText('“Name the bay first.”').waitFor()
    expect(await decision(page).count()).toBe(0)
    await page.context().close()
  })

  test('HUM-09 a diff of 49 lines stands in the request, of 50 and 499 folded under its summary, of 500 behind a link', async () => {
    const page = await open(`#/approvals/${diffIds.at49}`)
    const rows = page.locator('[data-diff]')
    const unfold = page.getByRole('button', { name: 'Unfold the diff' })
    await rows.first().waitFor()
    expect([await rows.count(), await unfold.count()]).toEqual([49, 0])
    for (const [holdId, lines] of [
      [diffIds.at50, 50],
      [diffIds.at499, 499],
    ] as const) {
      await go(page, `#/approvals/${holdId}`)
      await page.getByText(`${lines} lines`, { exact: true }).waitFor()
      expect(await rows.count()).toBe(0)
      await unfold.click()
      expect(await rows.count()).toBe(lines)
    }
    await go(page, `#/approvals/${diffIds.at500}`)
    await page.getByText('500 lines', { exact: true }).waitFor()
    expect([await rows.count(), await unfold.count()]).toEqual([0, 0])
    await page.getByRole('link', { name: 'Open the whole diff' }).click()
    await page.getByRole('heading', { level: 1, name: 'Diff of write_file' }).waitFor()
    await rows.first().waitFor()
    expect(await rows.count()).toBeLessThan(120)
    await page.getByRole('link', { name: 'Back to the request' }).click()
    await heading(page, 'write_file').waitFor()
    await page.context().close()
  })

  test('HUM-02 each form of question is answered by keyboard, and an answer that does not fit is refused with what is wrong and where', async () => {
    const page = await open(`#/approvals/${questionIds.choice}`)
    await page.getByRole('radio', { name: /02:31/ }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    expect(await page.getByRole('radio', { name: /02:40/ }).isChecked()).toBe(true)
    await page.keyboard.press('Enter')
    await page.getByText('Request answered. 11 requests left.').waitFor()
    await page.getByText('May the names of the watch').last().waitFor()
    await page.getByRole('radio', { name: 'No', exact: true }).check()
    await page.getByRole('button', { name: 'Answer' }).click()
    await page.getByText('Request answered. 10 requests left.').waitFor()

    const field = page.getByRole('textbox', { name: 'Your answer' })
    await page.getByText('a whole number, 1 to 6, needed').waitFor()
    await field.fill('{"pages": 9, "reader": "insurer"')
    await page.keyboard.press('Control+Enter')
    await page.getByText('This is not complete JSON.').waitFor()
    await field.fill('{"pages": 9, "reader": "insurer"}')
    await page.keyboard.press('Control+Enter')
    await page
      .getByRole('alert')
      .getByText(/answer\.pages: expected at most 6/)
      .waitFor()
    await field.fill('{"pages": 2, "reader": "insurer"}')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Request answered. 9 requests left.').waitFor()
    await page.context().close()
  })

  test('HUM-05 a proposal shows every part of it as the words of its agent, and is decided like a call', async () => {
    const page = await open(`#/approvals/${gateId}`)
    await request(page)
      .getByText(/^Written by Report writer/)
      .first()
      .waitFor()
    for (const part of ['Summary', 'Findings', 'Proposal', 'Alternatives it set aside', 'Impact', 'Risks', 'Way back', 'Questions it has'])
      await request(page).getByRole('heading', { level: 4, name: part, exact: true }).waitFor()
    for (const said of ['Not chosen:', 'Against it:', '82 %, by its own account', '14,500 tokens, 4:00'])
      await request(page).getByText(said).first().waitFor()
    await readThrough(page)
    await page.getByRole('button', { name: /Approve the proposal/ }).click()
    await page.getByText('Request answered. 11 requests left.').waitFor()
    await page.context().close()
  })

  test('RUN-12 RUN-14 the page goes back along the events, marks the past, and shows the state folded up to there', async () => {
    const page = await open(`#/runs/${writerRunId}`)
    await page.getByText('held · waits for an approval').waitFor()
    await page.getByRole('region', { name: 'What holds it' }).getByRole('link', { name: 'Decide on it' }).waitFor()
    expect(await page.getByRole('button', { name: /^Pause/ }).count()).toBe(1)
    await page.getByLabel('Moment of the run').fill('14')
    const past = page.getByRole('region', { name: 'The run in the past' })
    await past.getByText('after event 14 of 41').waitFor()
    await page.getByText('running', { exact: true }).waitFor()
    expect(await past.getByRole('radio', { name: 'Calls 3' }).count()).toBe(1)
    expect(await page.locator('[data-event]').count()).toBe(14)
    expect(await page.getByRole('button', { name: /^Pause/ }).count()).toBe(0)
    await past.focus()
    await page.keyboard.press('[')
    await past.getByText('after event 13 of 41').waitFor()
    await page.getByRole('button', { name: 'Back to now' }).click()
    await page.getByText('Now, after event 41').waitFor()

    // What happens live is added below; nothing that is read moves.
    const top = () => page.locator('[data-event="3"]').evaluate((entry) => entry.getBoundingClientRect().top)
    const before = await top()
    await page.evaluate(`(() => {
      const event = { type: 'hold.escalated', holdId: ${JSON.stringify(id('hld', 1))}, rung: 2, atMs: Date.now() }
      const label = { level: 'unclassified', categories: ['CUI'], dissemination: [], releasability: 'any' }
      const actor = { issuer: 'scheduler', account: 'holdfast' }
      const about = { stream: ${JSON.stringify(writerRunId)}, version: 42, at: Date.now(), tenant: 'station', previous: 'x', hash: 'y' }
      holdfast.tell({ kind: 'event', event: { seq: 990, ...about, actor, label, event } })
    })()`)
    await page.getByText('Now, after event 42').waitFor()
    await page.getByText('call 2 of 3').waitFor()
    expect(await top()).toBe(before)
    await page.context().close()
  })

  test('RUN-13 TOL-05 OBS-06 calls show their arguments, prompt and result; one is undone, the run replayed, compared and exported', async () => {
    const page = await open(`#/runs/${doneRunId}`)
    await page.getByRole('radio', { name: /^Calls/ }).click()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page
      .getByRole('region', { name: 'The exact prompt' })
      .getByText(/^You write reports/)
      .waitFor()
    await page
      .getByRole('region', { name: 'What it wrote' })
      .getByText(/search_holdings/)
      .waitFor()
    expect(await page.getByRole('button', { name: 'Fork from here' }).count()).toBe(1)
    await page.getByRole('button', { name: /write_file done/ }).click()
    await page
      .getByRole('region', { name: 'Arguments' })
      .getByText(/Where was the Pale Heron/)
      .waitFor()
    await page.getByText('Decision of a person: approved by m.arden.').waitFor()
    await page.getByRole('button', { name: 'Undo this call' }).click()
    await page.getByRole('button', { name: 'Undo this call' }).waitFor({ state: 'detached' })

    const menu = async (entry: string) => {
      await page.getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: new RegExp(`^${entry}`) }).click()
    }
    await menu('Replay')
    await page.getByRole('dialog').getByText('The replay is the same.').waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toMatch(/^More/)
    const [file] = await Promise.all([page.waitForEvent('download'), menu('Export')])
    expect(file.suggestedFilename()).toBe('pale-heron.holdfast-run.json')
    expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toMatchObject({ run: doneRunId })
    await page.getByText('Its hash was checked.').waitFor()
    await menu('Compare')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /same task/ })
      .click()
    await page.getByRole('heading', { level: 1, name: 'Two runs side by side' }).waitFor()
    await page.getByText('4 of 9 calls differ.').waitFor()
    await page.getByText('"02:40, corrected for the clock"').waitFor()
    expect(await page.locator('[data-differs="true"] button[aria-expanded="true"]').count()).toBe(4)
    await page.context().close()
  })

  test('UI of 5,000 runs only what is in view is read again when one moves, and what was read stays until another choice is there', async () => {
    const page = await open('#/ask')
    await page.evaluate(`(async () => {
      const { call } = holdfast
      const [base] = (await call('runs.list', { limit: 1 })).value.items
      globalThis.all = Array.from({ length: 5000 }, (_, i) => ({ ...base, id: base.id.slice(0, -4) + (1000 + i), title: 'Task ' + i }))
      globalThis.asked = []
      globalThis.gate = null
      holdfast.call = async (name, input) => {
        if (name !== 'runs.list' || input.limit !== 100) return call(name, input)
        asked.push(input.offset)
        if (input.statuses !== undefined) await new Promise((open) => { globalThis.gate = open })
        return { ok: true, value: { items: all.slice(input.offset, input.offset + 100), total: all.length } }
      }
      location.hash = '#/runs'
    })()`)
    const list = page.getByRole('listbox', { name: 'Runs' })
    await list.getByText('Task 0', { exact: true }).waitFor()
    for (const index of [1_000, 2_000, 3_000, 4_999]) {
      await page.evaluate(`document.querySelector('[role=listbox]').scrollTop = ${index * 60}`)
      await list.getByText(`Task ${index}`, { exact: true }).waitFor()
    }
    await page.evaluate('asked.length = 0')
    await page.evaluate(`holdfast.tell({ kind: 'event', event: {
      seq: 901, stream: '${id('run', 1)}', version: 9, at: 0, event: { type: 'run.aborted', from: 'active', reason: 'user_request', atMs: 0 } } })`)
    await expect.poll(() => page.evaluate('asked')).toEqual([0, 4_900])
    expect(await page.getByRole('option').count()).toBeLessThan(60)

    await page.evaluate(`location.hash = '#/runs?state=failed'`)
    await expect.poll(() => page.evaluate('gate !== null')).toBe(true)
    expect(await list.getByText('Task 4999', { exact: true }).count()).toBe(1)
    await page.evaluate('gate()')
    await list.waitFor()

    // That nothing was found is said of what was looked for alone.
    await page.evaluate('all.length = 0')
    await page.evaluate(`location.hash = '#/runs?state=held'`)
    await expect.poll(() => page.evaluate('asked.filter((one) => one === 0).length')).toBeGreaterThan(1)
    await page.evaluate('gate()')
    await page.getByText('No run is like that').waitFor()
    await page.evaluate('gate = null')
    await page.evaluate(`location.hash = '#/runs?state=complete'`)
    await expect.poll(() => page.evaluate('gate !== null')).toBe(true)
    expect(await page.getByText('No run is like that').count()).toBe(0)
    await page.evaluate('gate()')
    await page.getByText('No run is like that').waitFor()
    await page.context().close()
  })

  test('RUN-10 BUD-04 runs are found by words and state, started from what the agent asks for, imported, and given more to spend', async () => {
    const page = await open('#/runs')
    await page.getByRole('searchbox', { name: 'Find by what was asked' }).fill('berth sheet')
    await page.getByText('3 runs', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'State: Every state' }).click()
    await page.getByRole('menuitemradio', { name: 'Complete' }).click()
    await page.getByText('1 run', { exact: true }).waitFor()
    expect(await page.evaluate<string>('location.hash')).toMatch(/state=.?.?.?complete/)
    await page.setInputFiles('input[aria-label="Run file"]', { name: 'run.json', mimeType: 'application/json', buffer: Buffer.from('{}') })
    await page.getByRole('alert').getByText('This file is not a run').waitFor()

    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('s')
    const dialog = page.getByRole('dialog', { name: 'Start a run' })
    await dialog.getByLabel('What the report is about').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TEXTAREA')
    expect(await dialog.getByRole('button', { name: 'Start the run' }).isDisabled()).toBe(true)
    await page.keyboard.type('Where was the Pale Heron?')
    await dialog.getByRole('button', { name: 'Start the run' }).click()
    await page.waitForFunction('/runs\\/run_/.test(location.hash)')

    await go(page, `#/runs/${spentRunId}`)
    await page.getByText('used up', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Change the limits…' }).click()
    await page.getByRole('spinbutton', { name: /^Tokens/ }).fill('40000')
    await page.getByRole('button', { name: 'Change the limits', exact: true }).click()
    await page.getByText('of 40,000').waitFor()
    await page.context().close()
  })
})
