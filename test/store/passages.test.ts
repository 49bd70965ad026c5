import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReader } from '../../main/store/open.ts'
import { createTermCounter, insertPassages, readPassages, removePassages, searchTerms } from '../../main/store/passages.ts'
import { type Holdings, openHoldings } from '../support/holdings.ts'

let holdings: Holdings
beforeEach(() => {
  holdings = openHoldings()
})
afterEach(() => holdings.close())

const everything = { collections: null, labels: null }
const find = (expression: string, filter: Parameters<typeof searchTerms>[2]['filter'] = everything, count = 10) =>
  searchTerms(holdings.db, 'station', { expression, filter, count }).map(({ passage }) => passage)

test('the best match comes first, ties by passage, and headings are searched too', () => {
  const { passages } = holdings.add({
    passages: [
      'pump pump pump',
      'pump and many other words about something else entirely',
      { heading: 'Pump house', text: 'valves' },
      'lamp',
      'lamp',
    ],
  })
  expect(find('"pump"')).toHaveLength(3)
  expect(find('"pump"')[0]).toBe(passages[0])
  expect(find('"hous"')).toEqual([passages[2]])
  expect(find('"lamp"')).toEqual([passages[3], passages[4]])
  const [best, next] = searchTerms(holdings.db, 'station', { expression: '"pump"', filter: everything, count: 2 })
  expect(best?.score).toBeGreaterThan(next?.score ?? Number.POSITIVE_INFINITY)
})

test('SRC-03 filters hold before the limit', () => {
  for (let i = 0; i < 30; i++) holdings.add({ collection: 'Other', level: 'secret', passages: ['pump pump'] })
  const mine = holdings.add({ collection: 'Mine', passages: ['a pump among other words'] })
  expect(find('"pump"', { collections: [holdings.collection('Mine')], labels: null }, 1)).toEqual(mine.passages)
  expect(find('"pump"', { collections: null, labels: [holdings.label('unclassified')] }, 1)).toEqual(mine.passages)
  expect(find('"pump"', { collections: [], labels: null })).toEqual([])
})

test('a document that is still being written is neither found nor read', () => {
  const unready = holdings.add({ isReady: false, passages: ['pump'] })
  const ready = holdings.add({ passages: ['pump'] })
  expect(find('"pump"')).toEqual(ready.passages)
  expect(readPassages(holdings.db, 'station', [...unready.passages, ...ready.passages], everything).map(({ passage }) => passage)).toEqual(
    ready.passages,
  )
})

test('removed passages leave the index, and so do those of a deleted document; their numbers are not used again', () => {
  const first = holdings.add({ passages: ['pump', 'pump'] })
  const second = holdings.add({ passages: ['pump'] })
  expect(removePassages(holdings.db, 'station', first.document)).toBe(2)
  expect(find('"pump"')).toEqual(second.passages)
  holdings.db.prepare('DELETE FROM documents WHERE id = ?').run(second.document)
  expect(find('"pump"')).toEqual([])
  const third = holdings.add({ passages: ['pump'] })
  expect(third.passages[0]).toBeGreaterThan(second.passages[0] ?? 0)
})

test('a failure in the middle of an insert leaves nothing', () => {
  const { document } = holdings.add({ passages: [] })
  const label = holdings.label('unclassified')
  const owner = { tenantId: 'station', document, collection: holdings.collection('Documents'), label, portion: () => label }
  const draft = { ordinal: 0, heading: '', text: 'pump', locator: { kind: 'lines' as const, from: 1, to: 1 }, anchors: [], label: null }
  expect(() => insertPassages(holdings.db, owner, [draft, draft], (text) => text)).toThrow()
  expect(find('"pump"')).toEqual([])
  expect(holdings.db.prepare('SELECT count(*) FROM passages').pluck().get()).toBe(0)
})

test('passages are read in the order asked, with what is needed to show them, and only under the filter', () => {
  const { passages } = holdings.add({ level: 'secret', passages: [{ heading: 'Title › Part', text: 'one' }, 'two'] })
  const [one = 0, two = 0] = passages
  expect(readPassages(holdings.db, 'station', [two, 999, one], everything).map(({ passage }) => passage)).toEqual([two, one])
  expect(readPassages(holdings.db, 'station', [one], everything)[0]).toMatchObject({
    passageId: expect.stringMatching(/^doc_0+\d\.0$/),
    collection: 'Documents',
    heading: 'Title › Part',
    text: 'one',
    locator: { kind: 'lines', from: 1, to: 1 },
    label: { level: 'secret' },
  })
  expect(readPassages(holdings.db, 'station', [one, two], { collections: null, labels: [holdings.label('unclassified')] })).toEqual([])
})

test('terms are counted over passages, anew after each commit of another connection', () => {
  holdings.add({ passages: ['pump pump', 'pump lamp'] })
  const reader = openReader(holdings.file)
  const count = createTermCounter(reader, 'station')
  expect(count(['pump', 'lamp', 'zeppelin'])).toEqual({ passages: 2, counts: [2, 1, 0] })
  holdings.add({ passages: ['lamp'] })
  expect(count(['pump', 'lamp'])).toEqual({ passages: 3, counts: [2, 2] })
  reader.close()
})

test('terms keep the point of a decimal and the letters of every script', () => {
  holdings.add({ passages: ['depth 7.4 metres', 'depth 74 metres', 'עומק', '港町'] })
  expect(find('"7.4"')).toEqual([1])
  expect(find('"74"')).toEqual([2])
  expect(find('"עומק"')).toEqual([3])
  expect(find('"港町"')).toEqual([4])
})
