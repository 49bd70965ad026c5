import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { createCollections } from '../../main/store/collections.ts'
import { createImports, type FileOutcome } from '../../main/store/imports.ts'
import { createLabels } from '../../main/store/labels.ts'
import { migrations } from '../../main/store/migrate.ts'
import { type Db, openStore } from '../../main/store/open.ts'
import { createDice } from '../support/dice.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-totals-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const outcomes: readonly FileOutcome[] = ['waiting', 'reading', 'indexed', 'indexed_in_part', 'duplicate', 'refused', 'cancelled']
const importId = `imp_${'0'.repeat(26)}`

function counted(db: Db): unknown {
  const rows = db.prepare<[], { outcome: string; passages: number }>('SELECT outcome, passages FROM import_files').all()
  const count = (...wanted: readonly string[]) => rows.filter(({ outcome }) => wanted.includes(outcome)).length
  return {
    files: rows.length,
    done: rows.length - count('waiting', 'reading'),
    indexed: count('indexed'),
    inPart: count('indexed_in_part'),
    duplicates: count('duplicate'),
    refused: count('refused'),
    passages: rows.reduce((sum, { passages }) => sum + passages, 0),
  }
}

test('DOC-07 the totals of an import are those of its files, whatever becomes of them', () => {
  const db = openStore(join(folder, 'totals.db'))
  const labels = createLabels(db)
  const imports = createImports(db, labels, 'station')
  const collection = createCollections(db, labels, () => `col_${'0'.repeat(26)}`, 'station').create('A', unclassified, 0, 'tester')
  const files = Array.from({ length: 20 }, (_, i) => ({ path: `/${i}`, file: `${i}` }))
  imports.create({ id: importId, collectionId: collection.id, label: unclassified, at: 0, by: 'tester', files })
  const roll = createDice(20_261_124)
  for (let i = 0; i < 300; i++) {
    const outcome = outcomes[roll(outcomes.length)] ?? 'waiting'
    const settled = { outcome, documentId: null, passages: roll(9), pages: 0, missing: [], code: null, reason: null, hint: null }
    imports.settle(importId, roll(files.length), settled)
    if (roll(20) === 0) imports.resetReading()
    if (roll(50) === 0) imports.cancelWaiting(importId)
    expect(imports.get(importId)?.totals).toEqual(counted(db))
  }
  db.close()
})

test('a data folder from before the totals gets them with its next start', () => {
  const file = join(folder, 'before.db')
  const before = new Database(file)
  for (const { version, sql } of migrations().filter(({ name }) => name < '003')) {
    before.exec(sql)
    before.pragma(`user_version = ${version}`)
  }
  before.exec(`INSERT INTO labels (json) VALUES ('${JSON.stringify(unclassified)}');
    INSERT INTO collections (public_id, tenant_id, name, label_id, created_at, created_by) VALUES ('col', 'station', 'A', 1, 0, 'tester');
    INSERT INTO imports (id, tenant_id, collection_id, label_id, state, started_at, started_by) VALUES ('${importId}', 'station', 1, 1, 'running', 0, 'tester');`)
  const insert = before.prepare(
    "INSERT INTO import_files (import_id, ordinal, path, file, outcome, passages) VALUES (?, ?, 'p', 'f', ?, ?)",
  )
  for (const [ordinal, outcome] of outcomes.entries()) insert.run(importId, ordinal, outcome, ordinal)
  before.close()
  const db = openStore(file)
  expect(createImports(db, createLabels(db), 'station').get(importId)?.totals).toEqual(counted(db))
  db.close()
})
