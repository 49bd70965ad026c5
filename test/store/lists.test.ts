/** Lists of large holdings: what is shown is read in its order, and nothing is counted that is not shown. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultBudget } from '../../main/domain/budget.ts'
import { unclassified } from '../../main/domain/label.ts'
import { systemClock } from '../../main/platform/clock.ts'
import { createNewId } from '../../main/platform/ids.ts'
import { createCollections } from '../../main/store/collections.ts'
import { createDocuments } from '../../main/store/documents.ts'
import { createImports } from '../../main/store/imports.ts'
import { createLabels } from '../../main/store/labels.ts'
import { openStore } from '../../main/store/open.ts'
import { createRuns } from '../../main/store/runs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const db = openStore(join(folder, 'holdfast.db'))
const labels = createLabels(db)
const newId = createNewId(systemClock, randomBytes)
const imports = createImports(db, labels, 'station')
const runs = createRuns(db, labels, 'station')
const documents = createDocuments(db, labels, newId, 'station')
const collection = createCollections(db, labels, newId, 'station').create('A', unclassified, 1, 'tester')

const untouched = { documentId: null, passages: 0, pages: 0, missing: [], code: null, reason: null, hint: null } as const

describe('imports', () => {
  const add = (id: string, at: number, files: readonly string[]) =>
    imports.create({
      ...{ id, collectionId: collection.id, label: unclassified, at, by: 'tester' },
      files: files.map((path) => ({ path, file: 'a' })),
    })
  add('imp_1', 1, ['/a', join(folder, 'uploads', 'upl_1'), join(folder, 'uploads-of-others', 'b')])
  add('imp_2', 3, ['/a', '/b'])
  add('imp_3', 2, [])

  test('the newest come first, each with its own totals', () => {
    imports.settle('imp_2', 0, { ...untouched, outcome: 'indexed', passages: 7 })
    const { items, total } = imports.list(2, 0)
    expect(items.map(({ id, totals }) => [id, totals.files, totals.done, totals.passages])).toEqual([
      ['imp_2', 2, 1, 7],
      ['imp_3', 0, 0, 0],
    ])
    expect(total).toBe(3)
    expect(imports.list(2, 2).items.map(({ id }) => id)).toEqual(['imp_1'])
    expect(imports.nextWaiting('imp_2')?.path).toBe('/b')
  })

  test('the head is the import without its totals', () => {
    const { totals, ...head } = imports.get('imp_2') ?? { totals: null }
    expect(totals?.files).toBe(2)
    expect(imports.head('imp_2')).toEqual(head)
    expect(imports.head('imp_9')).toBeNull()
  })

  test('only the paths of the folder itself are named', () => {
    expect(imports.pathsIn('imp_1', join(folder, 'uploads'))).toEqual([join(folder, 'uploads', 'upl_1')])
  })
})

test('conversations come by their last run, each with its first question', () => {
  const run =
    db.prepare(`INSERT INTO runs (id, tenant_id, shard_id, agent, attempt, status, reason, conversation_id, label_id, version, epoch,
    created_at, moved_at, tokens_used) VALUES (?, 'station', ?, 'ask', 1, 'queued', 'user_request', ?, ?, 1, 0, ?, 0, 0)`)
  const ask = (conversation: string, n: number, at: number) => {
    const shard = {
      id: `shd_${n}`,
      agent: 'ask',
      task: 'answer',
      input: `bdy_${n}`,
      retriesMax: 0,
      timeoutMs: 1,
      budget: defaultBudget,
      requirements: [],
      label: unclassified,
    }
    runs.createShard({ ...shard, at, by: 'tester' })
    run.run(`run_${n}`, `shd_${n}`, conversation, labels.idOf(unclassified), at)
  }
  for (const [id, at] of Object.entries({ cnv_1: 1, cnv_2: 2, cnv_3: 30 })) runs.createConversation(id, null, at, 'tester')
  ask('cnv_1', 1, 10)
  ask('cnv_2', 2, 20)
  ask('cnv_1', 3, 40)
  const rows = runs.conversations(3, 0).items.map(({ id, runs: count, firstInput, lastAt }) => [id, count, firstInput, lastAt])
  expect(rows).toEqual([
    ['cnv_1', 2, 'bdy_1', 40],
    ['cnv_3', 0, null, 30],
    ['cnv_2', 1, 'bdy_2', 20],
  ])
  expect(runs.conversations(1, 2).items.map(({ id }) => id)).toEqual(['cnv_2'])
  expect(runs.conversation('cnv_1')).toMatchObject({ id: 'cnv_1', runs: 2, firstInput: 'bdy_1', createdAt: 1, lastAt: 40 })
})

test('a document knows how many pages it has without reading their sizes', () => {
  db.prepare("INSERT INTO blobs VALUES ('sha256:a', 1, NULL)").run()
  const pages = [
    { width: 595, height: 842 },
    { width: 842, height: 595 },
  ]
  const parsed = { title: null, format: 'pdf', pages, missing: [] } as const
  const { id, publicId } = documents.begin({
    ...{ collectionId: collection.id, label: unclassified, file: 'a.pdf', digest: 'sha256:a', bytes: 1, at: 1, by: 'tester' },
    parsed: { ...parsed, pages, missing: [] },
  })
  documents.markReady(id)
  expect(documents.find(publicId)?.pageCount).toBe(2)
  expect(documents.pages(id)).toEqual(pages)
})

test('each list has an index that gives its order', () => {
  const plan = (sql: string) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
  for (const [table, time, extra] of [
    ['runs', 'created_at', ''],
    ['imports', 'started_at', ''],
    ['documents', 'imported_at', ' AND is_ready = 1'],
  ]) {
    const found = plan(`SELECT * FROM ${table} WHERE tenant_id = 'station'${extra} ORDER BY ${time} DESC, id DESC LIMIT 50`)
    expect(found).toContain(`${table}_by_time`)
    expect(found).not.toContain('TEMP B-TREE')
  }
})
