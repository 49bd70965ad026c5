/** A station's holdings over the real store, with documents that were read by the product's own readers in this process. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createIngestStore } from '../../main/composition/ingest-store.ts'
import { openHoldings } from '../../main/composition/store.ts'
import { type Label, unclassified } from '../../main/domain/label.ts'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import { ok } from '../../main/domain/result.ts'
import { defaultTenant } from '../../main/domain/tenant.ts'
import { createFeed } from '../../main/feed.ts'
import { createIngest } from '../../main/memory/ingest.ts'
import { createNewId } from '../../main/platform/ids.ts'
import { createPaths } from '../../main/platform/paths.ts'
import { openForUse } from '../../main/store/opening.ts'
import { readDocument } from './read-document.ts'
import { temporaryFolder } from './temporary-folder.ts'

export async function openHeldDocuments() {
  const paths = createPaths(temporaryFolder())
  mkdirSync(paths.blobs)
  let now = 1_800_000_000_000
  const clock = () => (now += 1_000)
  const newId = createNewId(clock, randomBytes)
  const events: RecordedEvent[] = []
  const opened = await openForUse(paths, 1, () => undefined)
  const holdings = openHoldings(opened, defaultTenant, paths, clock, newId, (recorded) => void events.push(...recorded))
  const defects: unknown[] = []
  const onDefect = (_where: string, error: unknown) => void defects.push(error)
  let ceiling: Label = unclassified
  let isInUse: (label: Label) => boolean = () => true
  const feed = createFeed({ boot: newId('boot'), lastSeq: () => 0, readAfter: () => [], runningImports: () => [] })
  const parts = {
    ...holdings,
    tenantId: defaultTenant,
    tenant: defaultTenant,
    paths,
    clock,
    newId,
    ceiling: () => ceiling,
    feed,
    onMoved: () => undefined,
    isInUse: (label: Label) => isInUse(label),
    onDefect,
  }
  const ingest = createIngest({
    store: createIngestStore(parts),
    parser: { parse: async ({ path, fileName }) => ok(await readDocument(fileName, await readFile(path))), close: async () => undefined },
    ...{ onProgress: () => undefined, onAdded: () => undefined, onDefect: (error) => onDefect('ingest', error) },
  })
  afterAll(async () => {
    await ingest.close()
    await holdings.reader.close()
    holdings.db.close()
  })
  const { collections, imports, db } = holdings
  return {
    parts,
    events,
    defects,
    setCeiling: (label: Label) => {
      ceiling = label
    },
    setInUse: (isUsed: typeof isInUse) => {
      isInUse = isUsed
    },
    /** Imports one file as `imports.start` does, and says what became of it. */
    add: async (file: string, content: string | Uint8Array, { label = unclassified, collection = 'Documents' } = {}) => {
      const path = join(paths.data, `${randomBytes(4).toString('hex')}-source`)
      writeFileSync(path, content)
      const importId = newId('imp')
      db.transaction(() => {
        const { id } = collections.byName(collection) ?? collections.create(collection, label, clock(), 'tester')
        imports.create({ id: importId, collectionId: id, label, at: clock(), by: 'tester', files: [{ path, file }] })
      })()
      ingest.wake()
      await ingest.idle()
      const [settled] = imports.files(importId, null, 1, 0).items
      if (settled === undefined) throw new Error('the file was not settled')
      return settled
    },
    passages: (documentId: string) =>
      db
        .prepare<[string], { text: string; heading: string; label_id: number }>(
          'SELECT p.text, p.heading, p.label_id FROM passages p JOIN documents d ON d.id = p.document_id WHERE d.public_id = ? ORDER BY p.ordinal',
        )
        .all(documentId)
        .map(({ text, heading, label_id }) => ({ text, heading, label: holdings.labels.labelOf(label_id) })),
  }
}
