/** The viewer in a real browser, over the product's own console, on documents whose every word stands at a known place. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DocumentSummary } from '../../../main/contract/holdings.ts'
import { expectAccessible, expectNoSideways, expectQuiet } from './checks.ts'
import {
  csvOf,
  hostileHtml,
  makeHostile,
  makeOutOfOrder,
  makeSurvey,
  outOfOrderQuote,
  quote,
  quotePage,
  page as sheet,
} from './made-documents.ts'
import { openReadingRoom, type ReadingRoom } from './reading-room.ts'
import { browserPath, openWindows, type Windows } from './window.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so no document was opened.')

const samples = join(import.meta.dirname, '../../../main/sample-case/documents')
const elsewhere = 'http://127.0.0.9:9'

const address = (document: DocumentSummary, passage?: string, words?: string): string => {
  const search = new URLSearchParams({ ...(passage === undefined ? {} : { passage }), ...(words === undefined ? {} : { quote: words }) })
  return `#/documents/${document.id}?${search.toString()}`
}

interface Rect {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Rectangles of the highlight and of the page, in CSS pixels. */
const rects = (page: Page, selector: string): Promise<readonly Rect[]> =>
  page.locator(selector).evaluateAll((found) =>
    found.map((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect()
      return { left, right, top, bottom }
    }),
  )

const drawn = (page: Page, number: number) => page.locator(`[data-page="${number}"] .page-text`).waitFor({ state: 'attached' })

describe.skipIf(browserPath === undefined)('ANS-02 a citation opens the document at the span', () => {
  let windows: Windows
  let room: ReadingRoom
  let survey: DocumentSummary
  let box: { left: number; right: number; baseline: number }

  beforeAll(async () => {
    windows = await openWindows()
    room = openReadingRoom()
    const made = await makeSurvey(12)
    box = made.quoteBox
    survey = await room.add('harbour-survey.pdf', made.bytes)
  }, 120_000)
  afterAll(() => windows.close())

  test('the highlight covers the quoted words of a PDF to the letter, where the font says that they stand', async () => {
    const opened = await windows.open(room, address(survey, room.passageWith(survey, quote), quote))
    const { page } = opened
    await drawn(page, quotePage)
    await page.waitForTimeout(300)
    const [paper] = await rects(page, `[data-page="${quotePage}"]`)
    const boxes = await rects(page, '[data-quote-box]')
    expect(paper).toBeDefined()
    expect(boxes).toHaveLength(1)
    const [mark] = boxes
    if (paper === undefined || mark === undefined) return
    const scale = (paper.right - paper.left) / sheet.width
    const points = {
      left: (mark.left - paper.left) / scale,
      right: (mark.right - paper.left) / scale,
      top: (mark.top - paper.top) / scale,
      bottom: (mark.bottom - paper.top) / scale,
    }
    expect(Math.abs(points.left - box.left)).toBeLessThan(3)
    expect(Math.abs(points.right - box.right)).toBeLessThan(3)
    expect(points.top).toBeLessThan(box.baseline - sheet.size * 0.6)
    expect(points.top).toBeGreaterThan(box.baseline - sheet.lineStep)
    expect(points.bottom).toBeGreaterThan(box.baseline)
    expect(points.bottom).toBeLessThan(box.baseline + sheet.lineStep / 2)
    // The same line in the layer that is selected and read aloud.
    const spans = await page.locator(`[data-page="${quotePage}"] .page-text span`).evaluateAll((found, words) => {
      const span = found.find((one) => one.textContent?.includes(words))
      const rect = span?.getBoundingClientRect()
      return rect === undefined ? null : { top: rect.top, bottom: rect.bottom, left: rect.left, right: rect.right }
    }, quote)
    expect(spans).not.toBeNull()
    expect(mark.left).toBeGreaterThanOrEqual((spans?.left ?? 0) - 4)
    expect(mark.right).toBeLessThanOrEqual((spans?.right ?? 0) + 4)
    expect(Math.min(mark.bottom, spans?.bottom ?? 0) - Math.max(mark.top, spans?.top ?? 0)).toBeGreaterThan(8)
    expectQuiet(opened)
  })

  test('words that the file holds in another order than they are read are marked to the letter too', async () => {
    const made = await makeOutOfOrder()
    const list = await room.add('list.pdf', made.bytes)
    const { page } = await windows.open(room, address(list, room.passageWith(list, outOfOrderQuote), outOfOrderQuote))
    await drawn(page, 1)
    await page.waitForTimeout(300)
    const [paper] = await rects(page, '[data-page="1"]')
    const [mark] = await rects(page, '[data-quote-box]')
    if (paper === undefined || mark === undefined) throw new Error('nothing is marked')
    const scale = (paper.right - paper.left) / sheet.width
    expect(Math.abs((mark.left - paper.left) / scale - made.left)).toBeLessThan(3)
    expect(Math.abs((mark.right - paper.left) / scale - made.right)).toBeLessThan(3)
  })

  test('the passage is in view, holds the focus, and is announced', async () => {
    const { page } = await windows.open(room, address(survey, room.passageWith(survey, quote), quote), { width: 1_024, height: 700 })
    await drawn(page, quotePage)
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    expect(focused).toBe(`Quoted passage, page ${quotePage}`)
    expect(await page.getByRole('status').filter({ hasText: 'Quoted passage' }).textContent()).toBe(`Quoted passage, page ${quotePage}`)
    const [mark] = await rects(page, '[data-quote-box]')
    const [room1] = await rects(page, '[aria-label="Pages of the document"]')
    expect(mark?.top).toBeGreaterThan(room1?.top ?? Number.POSITIVE_INFINITY)
    expect(mark?.bottom).toBeLessThan(room1?.bottom ?? 0)
  })

  test('the highlight stays on its words at any zoom, and the reader on the page', async () => {
    const { page } = await windows.open(room, address(survey, room.passageWith(survey, quote), quote))
    await drawn(page, quotePage)
    for (const name of ['Larger', 'Larger', 'Smaller', 'Smaller', 'Smaller']) {
      await page.getByRole('button', { name, exact: true }).click()
      await page.waitForTimeout(500)
      const [paper] = await rects(page, `[data-page="${quotePage}"]`)
      const [mark] = await rects(page, '[data-quote-box]')
      if (paper === undefined || mark === undefined) throw new Error('the page went out of sight')
      const scale = (paper.right - paper.left) / sheet.width
      expect(Math.abs((mark.left - paper.left) / scale - box.left)).toBeLessThan(4)
      expect(Math.abs((mark.right - paper.left) / scale - box.right)).toBeLessThan(4)
    }
    expect(await page.getByLabel('Page', { exact: true }).inputValue()).toBe(String(quotePage))
  })

  test('only the pages in view exist, whichever is gone to', async () => {
    const { page } = await windows.open(room, address(survey))
    await drawn(page, 1)
    await page.getByLabel('Page', { exact: true }).fill('11')
    await page.getByLabel('Page', { exact: true }).press('Enter')
    await drawn(page, 11)
    expect(await page.locator('[data-page]').count()).toBeLessThanOrEqual(4)
    expect(await page.locator('[data-page="1"]').count()).toBe(0)
  })

  test('words that do not stand in the passage are said not to, and the passage is shown', async () => {
    const passage = room.passageWith(survey, quote)
    const { page } = await windows.open(room, address(survey, passage, 'words that nobody ever wrote in this survey'))
    await page.getByText('These words do not stand in the passage marked here').waitFor()
    await page.locator('[data-quote-box]').first().waitFor()
    expect(await page.getByRole('button', { name: 'Copy quote' }).count()).toBe(0)
  })

  for (const [file, words] of [
    ['02-buoy-telemetry.csv', '2026-03-12 00:00'],
    ['03-port-control-transcript.txt', 'All stations, Port Control. Front passing the Light now'],
    ['04-harbour-master-memo.html', 'The Pale Heron is on contract to the Authority until 30 September 2026'],
    ['05-mooring-inspection.docx', 'Scrapes of blue-green paint were found on the hull'],
    ['06-investigator-notes.md', 'six BP-220 packs going to the Pale Heron'],
  ] as const) {
    test(`${file}: exactly the quoted words are marked, in view and focused`, async () => {
      const sample = await room.add(file, new Uint8Array(readFileSync(join(samples, file))))
      const opened = await windows.open(room, address(sample, room.passageWith(sample, words), words), { width: 1_024, height: 700 })
      const { page } = opened
      const mark = page.locator('[data-quote-mark]')
      await mark.first().waitFor()
      expect((await mark.allTextContents()).join('').replace(/\s+/g, ' ')).toBe(words)
      const isFocusInside = await mark.first().evaluate((one) => document.activeElement === one.closest('[data-block]'))
      expect(isFocusInside).toBe(true)
      const [rect] = await rects(page, '[data-quote-mark]')
      expect(rect?.top).toBeGreaterThan(112)
      expect(rect?.bottom).toBeLessThan(650)
      await expectNoSideways(page)
      await expectAccessible(page)
      expectQuiet(opened)
    })
  }

  test('a row deep in a long file is reached without reading what stands before it', async () => {
    const long = await room.add('soundings.csv', new TextEncoder().encode(csvOf(20_000)))
    const words = 'soundings of lane 17777'
    const before = room.calls.length
    const { page } = await windows.open(room, address(long, room.passageWith(long, words), words))
    await page.locator('[data-quote-mark]').first().waitFor()
    expect(await page.getByRole('rowheader', { name: '17777', exact: true }).count()).toBe(1)
    expect(await page.getByRole('columnheader', { name: 'sounded_on' }).count()).toBe(1)
    expect(room.calls.slice(before).filter((call) => call.name === 'documents.blocks').length).toBeLessThanOrEqual(6)
    expect(await page.getByRole('row').count()).toBeLessThan(90)
  })

  test('axe finds nothing serious over a PDF, in both themes', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const { page } = await windows.open(room, address(survey, room.passageWith(survey, quote), quote), { theme })
      await drawn(page, quotePage)
      await expectAccessible(page)
    }
  })

  test('a file that cannot be drawn or read any more says so, with the code, and can be tried again', async () => {
    room.refuse('documents.bytes', { code: 'store.damaged', message: 'The stored file could not be read.', hint: 'Run the self-check.' })
    const { page } = await windows.open(room, address(survey))
    await page.getByText('store.damaged').waitFor()
    room.refuse('documents.bytes', null)
    await page.getByRole('button', { name: 'Try again' }).click()
    await drawn(page, 1)
  })
})

describe.skipIf(browserPath === undefined)('D2, D5, E3 a hostile document stays a document', () => {
  let windows: Windows
  beforeAll(async () => {
    windows = await openWindows()
  }, 120_000)
  afterAll(() => windows.close())

  test('a PDF with scripts, links and forms runs nothing, asks for nothing and offers nothing to click', async () => {
    const room = openReadingRoom()
    const hostile = await room.add('hostile.pdf', await makeHostile(elsewhere))
    const opened = await windows.open(room, address(hostile))
    await drawn(opened.page, 1)
    await opened.page.locator('[data-page="1"]').click({ position: { x: 200, y: 180 } })
    await opened.page.waitForTimeout(500)
    expect(await opened.page.locator('[data-page="1"] a').count()).toBe(0)
    expect(opened.page.url().startsWith(opened.origin)).toBe(true)
    expect(opened.page.context().pages()).toHaveLength(1)
    expectQuiet(opened)
  })

  test('markup in a text is shown as words, and hidden characters are named', async () => {
    const room = openReadingRoom()
    const hostile = await room.add('note.html', new TextEncoder().encode(hostileHtml(elsewhere)))
    const opened = await windows.open(room, address(hostile))
    const text = opened.page.getByRole('region', { name: 'Text of the document' })
    await text.getByText('stands here as words').waitFor()
    expect(await text.locator('img, script, iframe').count()).toBe(0)
    expect(await text.getByText('U+202E').count()).toBe(1)
    expect(await text.getByText('U+200B').count()).toBe(1)
    expect(await opened.page.evaluate('window.isTaken')).toBeUndefined()
    expectQuiet(opened)
  })
})
