/** No part but one gives a label anew to what is held, and no part takes the lesser of two labels: read from the sources themselves. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { statementsOf } from './sql.ts'

const root = join(import.meta.dirname, '../..')
const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'main'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, source: readFileSync(join(root, path), 'utf8') }))

/** Statements that write a label of rows that have one already. */
const writesLabel = (sql: string): boolean =>
  /\bUPDATE\b[\s\S]*\blabel_id\s*=/i.test(sql.replace(/\bWHERE\b[\s\S]*$/i, '')) || /\bREPLACE\b/i.test(sql)

/** Who writes labels again, and why that lowers none. */
const allowed: Readonly<Record<string, string>> = {
  'main/store/missions.ts': 'the journal joins what a mission carries with what its runs read',
  'main/store/relabel.ts': 'the one act that may lower, each change on record',
  'main/store/run-projections.ts': 'the journal joins what a run carries with what it read',
}

test('A9 labels of what is held are written anew in one place', () => {
  const writers = statementsOf(sources).filter(({ sql }) => writesLabel(sql))
  expect([...new Set(writers.map(({ path }) => path))].toSorted()).toEqual(Object.keys(allowed).toSorted())
})

test('A9 no part takes the lesser of two labels but the one that works out a clearance', () => {
  const users = sources.filter(
    ({ path, source }) => path !== 'main/domain/label.ts' && /import \{[^}]*\bmeet\b[^}]*\} from '[./]*(domain\/)?label\.ts'/.test(source),
  )
  expect(users.map(({ path }) => path)).toEqual(['main/domain/policy.ts'])
})

test('A9 only the handler of labels records that one was lowered, and only as what the change is', () => {
  const recorders = sources.filter(({ path, source }) => /type: '(label|floor)\.changed'/.test(source) && !path.startsWith('main/domain/'))
  expect(recorders.map(({ path }) => path).toSorted()).toEqual(['main/composition/ingest-store.ts', 'main/handlers/labels.ts'])
  const ingest = sources.find(({ path }) => path === 'main/composition/ingest-store.ts')?.source ?? ''
  expect(ingest).not.toContain("'lowered'")
})

test.each([
  ['a direct write', 'UPDATE documents SET label_id = ? WHERE id = ?', true],
  ['a write among others', 'UPDATE passages SET text = ?, label_id = :label WHERE id = ?', true],
  ['an upsert', 'INSERT INTO documents (id, label_id) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET label_id = 3', true],
  ['a replacement', 'INSERT OR REPLACE INTO documents (id, label_id) VALUES (1, 2)', true],
  ['a write of something else where the label is asked', 'UPDATE documents SET is_ready = 1 WHERE label_id = ?', false],
])('a planted statement is told: %s', (_what, sql, isWriter) => {
  expect(writesLabel(sql)).toBe(isWriter)
})
