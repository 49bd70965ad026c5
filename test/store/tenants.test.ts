/** What a tenant has for itself in one database: rows, term statistics, embedders; and what an older database keeps when it learns of tenants. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unclassified } from '../../main/domain/label.ts'
import { indexText } from '../../main/memory/lexical.ts'
import { migrations } from '../../main/store/migrate.ts'
import { openReader, openStore } from '../../main/store/open.ts'
import { createTermCounter, insertPassages, removePassages, searchTerms } from '../../main/store/passages.ts'
import { createSettings } from '../../main/store/settings.ts'
import { admitTenant, termsTable } from '../../main/store/tenants.ts'
import { activateEmbedder, activeEmbedder, countVectors, dropIdleVectors, putVectors, registerEmbedder } from '../../main/store/vectors.ts'
import { type Holdings, openHoldings } from '../support/holdings.ts'
import { newId, openRunStore } from '../support/run-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const everything = { collections: null, labels: null }
let holdings: Holdings
beforeEach(() => {
  holdings = openHoldings()
})
afterEach(() => holdings.close())

/** Passages of another tenant, in a document and a collection of its own. */
function addFor(tenant: string, texts: readonly string[]): readonly number[] {
  const { db } = holdings
  admitTenant(db, tenant)
  const { document, passages: own } = holdings.add({ passages: [] })
  expect(own).toEqual([])
  const collection = Number(db.prepare('SELECT collection_id FROM documents WHERE id = ?').pluck().get(document))
  db.prepare('UPDATE documents SET tenant_id = ? WHERE id = ?').run(tenant, document)
  const drafts = texts.map((text, ordinal) => ({
    ...{ ordinal, heading: '', text, locator: { kind: 'lines' as const, from: 1, to: 1 }, anchors: [], label: null },
  }))
  const label = holdings.label('unclassified')
  const owner = { tenantId: tenant, document, collection, label, portion: () => label }
  return insertPassages(db, owner, drafts, indexText)
}

test('TEN-02 a name that is none is not admitted, and one that is here is admitted once', () => {
  for (const name of ['', 'A', "a'b", 'a b', '../a', 'run_1', 'x'.repeat(33)]) expect(() => admitTenant(holdings.db, name)).toThrow()
  admitTenant(holdings.db, 'beta')
  admitTenant(holdings.db, 'beta')
  expect([termsTable(holdings.db, 'station'), termsTable(holdings.db, 'beta'), termsTable(holdings.db, 'gamma')]).toEqual([
    'passage_terms_1',
    'passage_terms_2',
    null,
  ])
})

test('TEN-02 what one tenant holds is neither found by another nor weighs in its search', () => {
  const { db } = holdings
  holdings.add({ passages: ['the red buoy drifted', 'the blue buoy sank'] })
  const ask = (tenant: string, expression: string) => searchTerms(db, tenant, { expression, filter: everything, count: 10 })
  const before = ask('station', '"buoy" OR "drift"')
  const count = createTermCounter(openReader(holdings.file), 'station')
  const counted = count(['buoy', 'drift'])
  const theirs = addFor('beta', ['buoy buoy buoy', 'drifting buoys drift', 'a secret word: heron'])
  expect(ask('station', '"buoy" OR "drift"')).toEqual(before)
  expect(count(['buoy', 'drift'])).toEqual(counted)
  expect(ask('station', '"heron"')).toEqual([])
  expect(ask('beta', '"heron"').map(({ passage }) => passage)).toEqual([theirs[2]])
  // A tenant that was never here finds nothing.
  expect(ask('gamma', '"buoy"')).toEqual([])
  expect(createTermCounter(openReader(holdings.file), 'gamma')(['buoy'])).toEqual({ passages: 0, counts: [0] })
})

test('TEN-02 passages that go leave the index of their own tenant, and nobody removes those of another', () => {
  const { db } = holdings
  const [first] = addFor('beta', ['heron'])
  const document = Number(db.prepare('SELECT document_id FROM passages WHERE id = ?').pluck().get(first))
  expect(removePassages(db, 'station', document)).toBe(0)
  expect(removePassages(db, 'beta', document)).toBe(1)
  expect(searchTerms(db, 'beta', { expression: '"heron"', filter: everything, count: 1 })).toEqual([])
  expect(db.prepare('SELECT count(*) FROM passage_terms_2_docsize').pluck().get()).toBe(0)
})

test('TEN-02 each tenant has embedders and vectors of its own, and gives none to the passages of another', () => {
  const { db } = holdings
  const { passages } = holdings.add({ passages: ['one'] })
  const [theirs = 0] = addFor('beta', ['two'])
  const kind = { key: 'k', name: 'k', dimensions: 2 }
  const [ours, other] = [registerEmbedder(db, 'station', kind), registerEmbedder(db, 'beta', kind)]
  expect(ours.id).not.toBe(other.id)
  activateEmbedder(db, 'station', ours.id)
  expect(activeEmbedder(db, 'beta')).toBeNull()
  activateEmbedder(db, 'beta', other.id)
  const vector = Float32Array.of(1, 0)
  expect(
    putVectors(
      db,
      'station',
      ours,
      [...passages, theirs].map((passage) => ({ passage, vector })),
    ),
  ).toBe(1)
  expect(putVectors(db, 'beta', other, [{ passage: theirs, vector }])).toBe(1)
  expect([countVectors(db, 'station', ours.id), countVectors(db, 'beta', ours.id)]).toEqual([1, 0])
  expect(dropIdleVectors(db, 'station', 0, 10)).toBe(0)
})

test('TEN-02 one tenant reads neither the events nor the texts of another, and cannot write into its stream', () => {
  const at = join(folder, newId('boot'))
  mkdirSync(at)
  const ours = openRunStore(at, { tenant: 'alpha' })
  const theirs = openRunStore(at, { tenant: 'beta' })
  const runId = ours.start()
  const { body } = ours.body('what alpha asked')
  expect(theirs.log.readStream(runId)).toEqual([])
  expect(theirs.log.readAfter(0, 10)).toEqual([])
  expect([theirs.log.lastSeq(), theirs.log.versionOf(runId)]).toEqual([0, 0])
  expect(theirs.journal.read(runId).state.status).toBe('absent')
  expect([theirs.bodies.read(body), theirs.bodies.labelOf(body)]).toEqual([null, null])
  expect([theirs.runs.get(runId), theirs.runs.heldLabels(), theirs.runs.ownsBody(runId, body)]).toEqual([null, [], false])
  const recorded = { body, salt: '00', label: unclassified, text: 'what alpha asked' }
  expect(theirs.bodies.compareRecorded(recorded)).toBe('other')
  expect(theirs.runs.takenId([runId])).toBe(runId)
  const write = () =>
    theirs.log.append({
      ...{ stream: runId, expectedVersion: 0, label: unclassified, at: 1 },
      ...{ events: [{ type: 'core.started', boot: newId('boot') }], actor: { issuer: 'runtime', account: 'x' } },
    })
  expect(write).toThrow(/UNIQUE/)
  const rows = ours.rows()
  expect(rows).toEqual(theirs.rows())
  ours.close()
  theirs.close()
})

test('the same bytes of two tenants are kept once, and stay as long as one of them needs them', () => {
  const at = join(folder, newId('boot'))
  mkdirSync(at)
  const ours = openRunStore(at, { tenant: 'alpha' })
  const theirs = openRunStore(at, { tenant: 'beta' })
  const [one, other] = [ours.body('the same'), theirs.body('the same')]
  expect(one.commitment.value).not.toBe(other.commitment.value)
  expect(ours.db.prepare('SELECT count(*) FROM blobs').pluck().get()).toBe(1)
  ours.db.prepare('DELETE FROM bodies WHERE id = ?').run(one.body)
  theirs.bodies.sweep(null)
  expect([ours.bodies.read(one.body), theirs.bodies.read(other.body)]).toEqual([null, 'the same'])
  ours.close()
  theirs.close()
})

test('an older database keeps its words, vectors, models and settings, as those of its one tenant', () => {
  const file = join(folder, 'before.db')
  const before = new Database(file)
  before.pragma('foreign_keys = ON')
  for (const { version, sql } of migrations().filter(({ name }) => name < '008')) {
    before.exec(sql)
    before.pragma(`user_version = ${version}`)
  }
  before.exec(`INSERT INTO labels (json) VALUES ('${JSON.stringify(unclassified)}');
    INSERT INTO collections VALUES (1, 'col', 'station', 'A', 1, 0, 'tester');
    INSERT INTO blobs VALUES ('d', 0, NULL);
    INSERT INTO documents VALUES (1, 'doc', 'station', 1, 1, 'f', NULL, 'text', 'd', 0, '[]', '[]', 0, 'tester', 1);
    INSERT INTO passages VALUES (5, 'station', 1, 1, 1, 0, '', 'heron', '{}', '[]');
    INSERT INTO passage_terms (rowid, heading, text) VALUES (5, '', 'heron');
    INSERT INTO embedders (id, key, name, dimensions, is_active, changes) VALUES (3, 'k', 'k', 2, 1, 7), (4, 'l', 'l', 2, 0, 0);
    INSERT INTO vectors (passage_id, embedder_id, vector) VALUES (5, 3, x'0000803f00000000'), (5, 4, x'0000803f00000000');
    INSERT INTO models VALUES ('mdl', 'sha256:1', '{}', 'f', 1, 1, 1, 1, 1, 'tester', 1);
    INSERT INTO settings VALUES ('station.ceiling', '{"level":"secret"}');`)
  before.close()
  const db = openStore(file)
  expect(db.pragma('foreign_key_check')).toEqual([])
  expect(activeEmbedder(db, 'station')).toMatchObject({ id: 3, key: 'k' })
  expect([3, 4].map((id) => countVectors(db, 'station', id))).toEqual([1, 1])
  expect(searchTerms(db, 'station', { expression: '"heron"', filter: everything, count: 1 })).toHaveLength(1)
  expect(db.prepare('SELECT tenant_id, digest FROM models').all()).toEqual([{ tenant_id: 'station', digest: 'sha256:1' }])
  expect(createSettings(db, 'station').get('station.ceiling')).toEqual({ level: 'secret' })
  expect(createSettings(db, 'beta').get('station.ceiling')).toBeUndefined()
  db.prepare('DELETE FROM documents').run()
  expect(db.prepare('SELECT id, changes FROM embedders ORDER BY id').all()).toEqual([
    { id: 3, changes: 8 },
    { id: 4, changes: 1 },
  ])
  db.close()
})
