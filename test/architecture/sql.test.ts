import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { keptFilesTable } from '../../main/store/kept-files.ts'
import { openStore } from '../../main/store/open.ts'
import { statementsOf, withoutTenant } from './sql.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-sql-'))
const db = openStore(join(folder, 'holdfast.db'))
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What may read over all tenants, and why. A statement is known by its file and its beginning. */
const overAll: ReadonlyArray<readonly [path: string, beginning: string, why: string]> = [
  ['audit-rows.ts', 'SELECT seq, stream, version', 'the audit log is one chain of the station'],
  ['audit-rows.ts', 'SELECT seq, hash FROM events', 'the audit log is one chain of the station'],
  ['audit-rows.ts', 'SELECT max(seq)', 'the audit log is one chain of the station'],
  ['audit-rows.ts', 'SELECT size, json, edge, leaves FROM audit_checkpoints WHERE', 'a checkpoint seals the log of all'],
  ['audit-rows.ts', 'SELECT size, json, edge, leaves FROM audit_checkpoints ORDER', 'a checkpoint seals the log of all'],
  ['audit-rows.ts', 'SELECT seq, version, hash FROM events', 'the audit log is one chain of the station'],
  ['backup.ts', 'SELECT coalesce(max(seq), 0)', 'a backup is a copy of the station'],
  ['bodies.ts', 'SELECT (SELECT count(*) FROM documents', 'bytes that two tenants brought are kept once, and go when neither needs them'],
  ['bodies.ts', 'DELETE FROM blobs', 'bytes that two tenants brought are kept once, and go when neither needs them'],
  ['bodies.ts', 'SELECT id FROM bodies WHERE id', 'an id is given once on the station; only that it is taken is told'],
  ['runs.ts', 'SELECT value AS id FROM json_each', 'an id is given once on the station; only that it is taken is told'],
]

const tenantTables = new Set(
  db
    .prepare<[], { name: string }>(
      "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = 'tenant_id' WHERE t.type = 'table'",
    )
    .all()
    .map(({ name }) => name),
)
/** Tables that belong to the station, or to rows of other tables by a number that only those know. */
const ofStation = ['blobs', 'labels', 'tenants', 'passage_terms_1']

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'main'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path.endsWith('.ts') && !path.endsWith('table-sql.ts'))
const statements = statementsOf(tracked.map((path) => ({ path, source: readFileSync(join(root, path), 'utf8') })))
const isException = ({ path, sql }: (typeof statements)[number]) =>
  overAll.find(([file, beginning]) => path === `main/store/${file}` && sql.trim().startsWith(beginning))

test('TEN-02 every table of rows carries its tenant', () => {
  const all = db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()
  const without = all.map(({ name }) => name).filter((name) => !tenantTables.has(name) && !/^passage_terms_1_/.test(name))
  expect(without.toSorted()).toEqual(ofStation.toSorted())
})

test('TEN-02 every statement is understood as the database does', () => {
  expect(statements.length).toBeGreaterThan(120)
  db.exec('DROP TRIGGER passages_leave_index_1')
  db.exec("CREATE VIRTUAL TABLE temp.passage_vocabulary USING fts5vocab('main', 'passage_terms_1', 'row')")
  // Of a copy, and never of the database that serves.
  db.exec(keptFilesTable)
  for (const { sql } of statements) expect(() => db.prepare(sql), sql).not.toThrow()
})

test('TEN-02 every statement that reads or writes rows of tenants names the tenant, each inner select for itself', () => {
  const faults = statements.flatMap((statement) => {
    const tables = withoutTenant(statement.sql, tenantTables)
    return tables.length === 0 || isException(statement) !== undefined
      ? []
      : [`${statement.path}: ${tables.join(', ')} in ${statement.sql}`]
  })
  expect(faults).toEqual([])
})

test('every exception is still one', () => {
  const used = new Set(statements.filter(({ sql }) => withoutTenant(sql, tenantTables).length > 0).map(isException))
  expect(overAll.filter((exception) => !used.has(exception))).toEqual([])
})

test.each([
  ['a plain read', "db.prepare('SELECT * FROM documents WHERE id = ?')", 'documents'],
  [
    'a join of which one side is named, in an inner select',
    "db.prepare('SELECT (SELECT count(*) FROM passages) FROM runs WHERE tenant_id = ?')",
    'passages',
  ],
  ['pieces put together', `const from = 'FROM steps s'\ndb.prepare(\`SELECT s.id \${from} WHERE s.run_id = ?\`)`, 'steps'],
  [
    'pieces made by a function',
    `const of = (state: string) => \`SELECT id FROM holds WHERE closed_at \${state}\`\ndb.prepare(of('IS NULL'))`,
    'holds',
  ],
  ['a row that would belong to nobody', "db.prepare<[string]>('INSERT INTO uploads (id) VALUES (?)')", 'uploads'],
  ['a change', "db.prepare('UPDATE runs SET usage = ? WHERE id = ?')", 'runs'],
  ['a removal', "db\n  .prepare('DELETE FROM vectors WHERE passage_id = ?')", 'vectors'],
])('a planted fault is found: %s', (_what, source, table) => {
  const found = statementsOf([{ path: 'main/store/x.ts', source }])
  expect(found.flatMap(({ sql }) => withoutTenant(sql, tenantTables))).toEqual([table])
})
