/** A table as a query is given it, over the real store. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createIngestStore } from '../../main/composition/ingest-store.ts'
import { openHoldings } from '../../main/composition/store.ts'
import { createToolHoldings } from '../../main/composition/tool-holdings.ts'
import type { Block } from '../../main/domain/document.ts'
import { unclassified } from '../../main/domain/label.ts'
import { defaultTenant } from '../../main/domain/tenant.ts'
import { createFeed } from '../../main/feed.ts'
import { systemClock } from '../../main/platform/clock.ts'
import { createNewId } from '../../main/platform/ids.ts'
import { createPaths } from '../../main/platform/paths.ts'
import { openForUse } from '../../main/store/opening.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const paths = createPaths(temporaryFolder())
mkdirSync(paths.blobs)
const newId = createNewId(systemClock, randomBytes)
const holdings = openHoldings(await openForUse(paths, 1, () => undefined), defaultTenant, paths, systemClock, newId, () => undefined)
afterAll(() => holdings.reader.close())
const { collections, imports, documents } = holdings
const feed = createFeed({ boot: newId('boot'), lastSeq: () => 0, readAfter: () => [], runningImports: () => [] })
const store = createIngestStore({
  ...holdings,
  tenantId: defaultTenant,
  paths,
  clock: systemClock,
  ceiling: () => unclassified,
  feed,
  onMoved: () => undefined,
  isInUse: () => true,
  onDefect: () => undefined,
})
const unused = () => Promise.reject(new Error('nothing is searched here'))
const tools = createToolHoldings({ ...holdings, recall: { search: unused, rarity: unused }, ceiling: () => unclassified }, null)

/** Cells by column; a name of null is a cell without one. */
function row(n: number, cells: ReadonlyArray<readonly [name: string | null, text: string]>): Block {
  let text = ''
  const parts = cells.map(([column, cell]) => {
    const start = text.length
    text += `${cell}\t`
    return { start, end: start + cell.length, locator: { kind: 'row', row: n + 1, column } as const, isField: true }
  })
  return { kind: 'row', depth: 0, text, parts, table: 1, isHeader: false, locator: { kind: 'row', row: n + 1, column: null } }
}

async function added(blocks: Block[]): Promise<string> {
  const collectionId = collections.create('Tables', unclassified, 1, 'tester').id
  const path = join(paths.data, 'a.csv')
  writeFileSync(path, 'bytes')
  const importId = newId('imp')
  const files = [{ path, file: 'a.csv' }]
  holdings.db.transaction(() => imports.create({ id: importId, collectionId, label: unclassified, at: 1, by: 'tester', files }))()
  await using source = await open(path, 'r')
  const kept = await store.keepFile(source, new AbortController().signal)
  await store.addDocument(
    importId,
    { path, file: 'a.csv', ordinal: 0 },
    {
      kept,
      parsed: { format: 'csv', title: null, pages: [], blocks, missing: [] },
      passages: [],
      marks: { overall: unclassified, marks: [], portions: new Map(), kept: new Map() },
    },
  )
  const [document] = documents.list({ collectionId, contains: '', limit: 1, offset: 0 }).items
  return document?.publicId ?? ''
}

test('a table of many pages has every row, and a column that only some rows name is empty in the others', async () => {
  const count = 1_234
  const wide = (n: number) =>
    row(n, [
      ['id', `${n}`],
      [null, `second ${n}`],
      ['late', 'here'],
    ])
  const blocks = Array.from({ length: count }, (_, n) => (n === count - 1 ? wide(n) : row(n, [['id', `${n}`]])))
  const table = await tools.readTable(await added(blocks))
  if (!table.ok) throw new Error(table.error.code)
  expect([table.value.file, table.value.columns, table.value.rows.length]).toEqual(['a.csv', ['id', 'column 2', 'late'], count])
  expect(table.value.rows[700]).toEqual(['700', '', ''])
  expect(table.value.rows.at(-1)).toEqual([`${count - 1}`, `second ${count - 1}`, 'here'])
})
