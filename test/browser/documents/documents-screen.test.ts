/** The Documents screen in a real browser, over the product's own console: what a person does with it, by names and roles. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImportedFile } from '../../../main/contract/holdings.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { testId } from '../../support/test-core.ts'
import { expectAccessible, expectNoSideways, expectQuiet } from './checks.ts'
import { labelled, newImport, openReadingRoom, type ReadingRoom, type RunningImport } from './reading-room.ts'
import { browserPath, openWindows, type Windows } from './window.ts'

if (browserPath === undefined) console.warn('Skipped: no Chromium-family browser is installed, so the Documents screen was not opened.')

const text = (words: string) => new TextEncoder().encode(words)

async function filledRoom(): Promise<ReadingRoom> {
  const room = openReadingRoom()
  const first = await room.add('harbour-survey.md', text('# Depths\n\nThe eastern quay has a controlling depth of 7.4 metres.'))
  await room.add('depot-ledger.csv', text('item,count\nrope,4\nbuoy,2\n'), { collection: 'Depot', ...labelled('unclassified') })
  await room.add('watch-log.txt', text('01:20 nothing to report'), {
    missing: [{ where: 'Page 3', reason: 'no text on this page (a scanned image)' }],
  })
  for (let i = 0; i < 600; i++)
    room.list({ ...first, id: testId('doc', 300 + i), file: `minutes-${String(i).padStart(3, '0')}.docx`, format: 'docx' })
  return room
}

/** The file that moved, and the totals that follow from all of them. */
function settle(room: ReadingRoom, running: RunningImport, at: number, change: Partial<ImportedFile>): void {
  running.files[at] = { ...(running.files[at] as ImportedFile), ...change }
  const count = (outcome: ImportedFile['outcome']) => running.files.filter((file) => file.outcome === outcome).length
  const totals = {
    ...{ files: running.files.length, indexed: count('indexed'), inPart: count('indexed_in_part') },
    ...{ duplicates: count('duplicate'), refused: count('refused'), passages: running.files.reduce((sum, file) => sum + file.passages, 0) },
  }
  const done = totals.indexed + totals.inPart + totals.duplicates + totals.refused
  const isOver = done === totals.files
  running.import = {
    ...running.import,
    totals: { ...totals, done },
    ...(isOver ? { state: 'finished', finishedAt: running.import.startedAt + 4_000 } : {}),
  }
  room.emit({
    kind: 'import',
    import: running.import,
    file: { ordinal: at, outcome: running.files[at]?.outcome ?? 'waiting', done: 1, total: 1 },
  })
}

const choose = (page: Page, files: readonly { name: string; bytes: Uint8Array }[]) =>
  page
    .locator('input[type=file]:not([webkitdirectory])')
    .setInputFiles(files.map(({ name, bytes }) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) })))

/** Files dropped on the window, as the browser hands them over. */
const drop = (page: Page, names: readonly string[]) =>
  page.evaluate((dropped) => {
    const dataTransfer = new DataTransfer()
    for (const name of dropped) dataTransfer.items.add(new File([`words of ${name}`], name))
    for (const kind of ['dragenter', 'dragover', 'drop'])
      document.querySelector('main')?.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
  }, names)

describe.skipIf(browserPath === undefined)('UI Documents', () => {
  let windows: Windows
  beforeAll(async () => {
    windows = await openWindows()
  }, 120_000)
  afterAll(() => windows.close())

  test('lists any number of documents, of which only what is seen exists', async () => {
    const opened = await windows.open(await filledRoom(), '#/documents', { width: 1_024, height: 700 })
    const { page } = opened
    await page.getByText('603 documents').waitFor()
    expect(await page.getByRole('row').count()).toBeLessThan(60)
    await page.getByRole('region', { name: 'Documents' }).evaluate((list) => list.scrollTo(0, list.scrollHeight))
    await page.getByRole('link', { name: 'minutes-599.docx' }).waitFor()
    await expectNoSideways(page)
    expectQuiet(opened)
  })

  test('finds by name and by collection, and says when nothing is there', async () => {
    const { page } = await windows.open(await filledRoom(), '#/documents')
    await page.getByRole('searchbox', { name: 'Find by file name' }).fill('ledger')
    await page.getByText('1 document', { exact: true }).waitFor()
    await page.getByRole('searchbox').fill('no such name')
    await page.getByRole('heading', { name: 'No document by that name' }).waitFor()
    await page.getByRole('button', { name: 'Show all documents' }).click()
    await page.getByRole('button', { name: /^Collection:/ }).click()
    await page.getByRole('menuitemradio', { name: /^Depot/ }).click()
    await page.getByText('1 document', { exact: true }).waitFor()
    expect(await page.getByRole('link', { name: 'depot-ledger.csv' }).count()).toBe(1)
  })

  test('J, K and Enter walk the list and open a document', async () => {
    const { page } = await windows.open(await filledRoom(), '#/documents')
    await page.getByText('603 documents').waitFor()
    const focused = (name: string) => page.waitForFunction((file) => document.activeElement?.textContent === file, name)
    // Keys are listened to from the moment the list has settled on screen.
    await page.waitForTimeout(500)
    for (const [key, file] of [
      ['j', 'harbour-survey.md'],
      ['j', 'depot-ledger.csv'],
      ['j', 'watch-log.txt'],
      ['k', 'depot-ledger.csv'],
    ] as const) {
      await page.keyboard.press(key)
      await focused(file)
    }
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'depot-ledger.csv' }).waitFor()
  })

  test('DOC-04 a part that was not read is named', async () => {
    const { page } = await windows.open(await filledRoom(), '#/documents')
    await page.getByRole('button', { name: 'In part' }).click()
    await page.getByText('no text on this page (a scanned image)').waitFor()
    await expectAccessible(page)
  })

  test('a document is removed by keyboard alone, after it was said what goes', async () => {
    const room = await filledRoom()
    const { page } = await windows.open(room, '#/documents')
    const button = page.getByRole('button', { name: 'Remove harbour-survey.md…' })
    await button.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Remove this document?' })
    await dialog.waitFor()
    expect(await dialog.getByText('harbour-survey.md').count()).toBe(1)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await button.evaluate((one) => one === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Remove document' }).press('Enter')
    await page.getByText('602 documents').waitFor()
    expect(room.calls.filter((call) => call.name === 'documents.remove')).toHaveLength(1)
  })

  test('DOC-04 chosen files are sent whole, imported under the chosen label, and each says what became of it', async () => {
    const room = await filledRoom()
    const opened = await windows.open(room, '#/documents')
    const { page } = opened
    await page.getByRole('button', { name: 'Add documents' }).click()
    const large = new Uint8Array(2_500_000).map((_, i) => i % 251)
    await choose(page, [
      { name: 'large.pdf', bytes: large },
      { name: 'empty.txt', bytes: new Uint8Array() },
      { name: 'notes.md', bytes: text('# Notes') },
      { name: 'photo.png', bytes: text('x') },
    ])
    await page.getByText(/1 file left out/).waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Import 3 files' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import into Kessary inquiry' })
    await dialog.waitFor()
    expect(room.uploads.map(({ name, size, received }) => [name, size, received]).toSorted()).toEqual([
      ['empty.txt', 0, 0],
      ['large.pdf', 2_500_000, 2_500_000],
      ['notes.md', 7, 7],
    ])
    const started = room.calls.find((call) => call.name === 'imports.start')?.input
    expect(started).toMatchObject({ collection: 'Kessary inquiry' })
    expect(started).not.toHaveProperty('label')
    const [running] = room.imports
    if (running === undefined) throw new Error('no import was started')
    settle(room, running, 0, { outcome: 'indexed', pages: 4, passages: 31 })
    await dialog.getByText('4 pages, 31 passages').waitFor()
    settle(room, running, 1, {
      outcome: 'refused',
      code: 'parse.empty',
      reason: 'The file is empty.',
      hint: 'Check that it was copied completely.',
    })
    await dialog.getByText('The file is empty. Check that it was copied completely.').waitFor()
    settle(room, running, 2, { outcome: 'indexed_in_part', passages: 2, missing: [{ where: 'Page 2', reason: 'this page is damaged' }] })
    await dialog.getByText('Not read: Page 2: this page is damaged').waitFor()
    await dialog.getByText(/^Finished after/).waitFor()
    await dialog.getByRole('button', { name: /^Refused 1/ }).click()
    await dialog.getByText('large.pdf').waitFor({ state: 'detached' })
    await dialog.getByText('parse.empty').waitFor()
    expect(await dialog.getByRole('listitem').count()).toBe(1)
    await expectAccessible(page)
    expectQuiet(opened)
  })

  test('LBL-01 a new collection takes the ceiling, and says so; another label can be chosen', async () => {
    const room = openReadingRoom()
    const { page } = await windows.open(room, '#/documents')
    await page.getByRole('button', { name: 'Add documents' }).click()
    await page.getByText('Unlabelled material takes the ceiling of this station.').waitFor()
    await page.getByRole('button', { name: 'Label: CUI' }).click()
    await page.getByRole('menuitemradio', { name: /^UNCLASSIFIED/ }).click()
    await page.getByRole('textbox', { name: 'Name of the new collection' }).fill('  Tide tables ')
    await choose(page, [{ name: 'notes.md', bytes: text('# Notes') }])
    await page.getByRole('button', { name: 'Import 1 file' }).click()
    await page.getByRole('dialog', { name: 'Import into Tide tables' }).waitFor()
    expect(room.calls.find((call) => call.name === 'imports.start')?.input).toMatchObject({
      collection: 'Tide tables',
      label: unclassified,
    })
  })

  test('files dropped anywhere on the screen are offered for import, and the window stays', async () => {
    const { page, origin } = await windows.open(openReadingRoom(), '#/documents')
    await page.getByRole('heading', { name: 'Drop files or folders here' }).waitFor()
    await drop(page, ['report.pdf', 'notes.md', 'movie.mp4'])
    await page.getByRole('dialog', { name: 'Add documents' }).waitFor()
    await page.getByText(/^2 files, /).waitFor()
    await page.getByText(/movie\.mp4/).waitFor()
    expect(page.url().startsWith(`${origin}/`)).toBe(true)
  })

  test('a failed start says why, keeps the files, and can be tried again', async () => {
    const room = openReadingRoom()
    const refusal = {
      code: 'label.above_ceiling',
      message: 'This material is labelled above what this station may hold.',
      hint: 'Do not import it here.',
    }
    room.refuse('imports.start', refusal)
    const { page } = await windows.open(room, '#/documents')
    await page.getByRole('button', { name: 'Add documents' }).click()
    await choose(page, [{ name: 'notes.md', bytes: text('# Notes') }])
    await page.getByRole('button', { name: 'Import 1 file' }).click()
    await page.getByText('label.above_ceiling').waitFor()
    await expectAccessible(page)
    room.refuse('imports.start', null)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('dialog', { name: 'Import into Documents' }).waitFor()
  })

  test('an import of 1,000 files is shown again on return, stays quick, and can be stopped', async () => {
    const room = openReadingRoom()
    const running = newImport(
      testId('imp', 5),
      'Archive',
      Array.from({ length: 1_000 }, (_, i) => `case-${String(i).padStart(4, '0')}.pdf`),
    )
    room.imports.push(running)
    const { page, goTo } = await windows.open(room, '#/models', { width: 1_024, height: 700 })
    await goTo('#/documents')
    await page.getByText('Reading into Archive').waitFor()
    await expectNoSideways(page)
    for (let at = 0; at < 400; at++) settle(room, running, at, { outcome: 'indexed', pages: 2, passages: 9 })
    await page.getByText(/400 of 1,?000 files/).waitFor()
    await page.getByRole('button', { name: 'Files' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import into Archive' })
    await dialog.getByText('case-0000.pdf').waitFor()
    expect(await dialog.getByRole('listitem').count()).toBeLessThan(40)
    await dialog.getByRole('region', { name: 'Files: All' }).evaluate((list) => list.scrollTo(0, list.scrollHeight))
    await dialog.getByText('case-0999.pdf').waitFor()
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Stop' }).click()
    await dialog.getByText(/^Cancelled after/).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('Imported into Archive').waitFor({ state: 'detached' })
  })

  const looks = [
    { width: 1_440, height: 900, theme: 'light' },
    { width: 1_024, height: 700, theme: 'dark' },
  ] as const
  for (const look of looks) {
    test(`full, empty, failing and waiting are accessible and fit at ${look.width}, ${look.theme}`, async () => {
      const failing = openReadingRoom()
      failing.refuse('documents.list', { code: 'store.unreadable', message: 'The list could not be read.', hint: 'Run the self-check.' })
      const waiting = openReadingRoom()
      waiting.hold('documents.list')
      for (const [room, sign] of [
        [await filledRoom(), '603 documents'],
        [openReadingRoom(), 'Drop files or folders here'],
        [failing, 'store.unreadable'],
      ] as const) {
        const opened = await windows.open(room, '#/documents', look)
        await opened.page.getByText(sign).waitFor()
        await expectAccessible(opened.page)
        await expectNoSideways(opened.page)
        expectQuiet(opened)
      }
      const { page } = await windows.open(waiting, '#/documents', look)
      await page.getByRole('status', { name: 'Reading the documents' }).waitFor()
      await expectAccessible(page)
    })
  }
})
