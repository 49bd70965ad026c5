/** Ingestion over the real store: a document counts whole or not at all, also when its import is cancelled while it is written. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createIngestStore } from '../../main/composition/ingest-store.ts'
import { openHoldings } from '../../main/composition/store.ts'
import type { Block, ParsedDocument } from '../../main/domain/document.ts'
import type { DocumentMarks } from '../../main/domain/document-marks.ts'
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
const onDefect = () => undefined
const store = createIngestStore({
  ...holdings,
  tenantId: defaultTenant,
  paths,
  clock: systemClock,
  ceiling: () => unclassified,
  feed,
  onMoved: () => undefined,
  isInUse: () => true,
  onDefect,
})

const block = (n: number): Block => ({
  ...{ kind: 'paragraph', depth: 0, text: `Paragraph ${n}.`, parts: [], table: 0, isHeader: false },
  locator: { kind: 'lines', from: n + 1, to: n + 1 },
})
const blocks = Array.from({ length: 1_000 }, (_, n) => block(n))
const marks: DocumentMarks = { overall: unclassified, marks: [], portions: new Map(), kept: new Map() }
const parsed: ParsedDocument = { format: 'text', title: null, pages: [], blocks, missing: [] }

test('DOC-04 cancelled while it is written, a document leaves nothing', async () => {
  const collectionId = collections.create('A', unclassified, 1, 'tester').id
  const path = join(paths.data, 'a.txt')
  writeFileSync(path, 'bytes')
  const importId = newId('imp')
  const files = [{ path, file: 'a.txt' }]
  holdings.db.transaction(() => imports.create({ id: importId, collectionId, label: unclassified, at: 1, by: 'tester', files }))()
  const [file] = files.map((one) => ({ ...one, ordinal: 0 }))
  if (file === undefined) throw new Error('there is no file')
  await using source = await open(path, 'r')
  const kept = await store.keepFile(source, new AbortController().signal)

  const written = store.addDocument(importId, file, { kept, parsed, passages: [], marks })
  imports.cancelWaiting(importId)
  imports.finish(importId, 'cancelled', 2)
  await expect(written).rejects.toThrow('cancelled')
  store.dropFile(kept.digest)
  expect(documents.unready()).toEqual([])
  expect(documents.counts().documents).toBe(0)
  expect(imports.get(importId)?.totals).toMatchObject({ indexed: 0, inPart: 0, done: 1 })
  await expect(store.addDocument(importId, file, { kept, parsed: { ...parsed, blocks: [block(0)] }, passages: [], marks })).rejects.toThrow(
    'cancelled',
  )
})

test('STO-03 a watcher that throws is let go, and the next is still told', () => {
  const told: string[] = []
  feed.subscribe(null, (item) => {
    if (item.kind !== 'snapshot') throw new Error('thrown by a watcher')
  })
  feed.subscribe(null, (item) => told.push(item.kind))
  feed.embedding(1, 2)
  feed.embedding(2, 2)
  expect(told).toEqual(['snapshot', 'embedding', 'embedding'])
})
