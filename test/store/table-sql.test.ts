import { describe, expect, test } from 'vitest'
import { columnNames, queryTable, type SqlTable, TableRefusal, tableLimits } from '../../main/store/table-sql.ts'

const table: SqlTable = {
  columns: ['Quay', 'Depth (m)', 'Code', 'Cost', 'row'],
  rows: [
    ['east', '7', '007', '1.5', 'a'],
    ['west', '11', '010', '2', 'b'],
    ['north', '', '100', '-3.25', 'c'],
    ['west', '4', '', '', ''],
  ],
}
const rowsOf = (sql: string, of: SqlTable = table) => queryTable(of, sql).rows
const faultOf = (sql: string, of: SqlTable = table): string => {
  try {
    return `answered ${JSON.stringify(queryTable(of, sql).rows).slice(0, 100)}`
  } catch (error) {
    if (error instanceof TableRefusal) return error.fault
    throw error
  }
}

describe('a table answers in SQL', () => {
  test.each<[string, readonly unknown[]]>([
    ['SELECT row, quay, depth_m, code, cost, row_2 FROM data WHERE row = 1', [[1, 'east', 7, '007', 1.5, 'a']]],
    ['SELECT count(*), sum(depth_m), max(cost) FROM data', [[4, 22, 2]]],
    ['SELECT avg(depth_m) FROM data', [[22 / 3]]],
    [
      'SELECT quay, count(*) AS n FROM data GROUP BY quay ORDER BY n DESC, quay LIMIT 2',
      [
        ['west', 2],
        ['east', 1],
      ],
    ],
    ['SELECT a.row, b.row FROM data a JOIN data b ON a.quay = b.quay AND a.row < b.row', [[2, 4]]],
    ['WITH deep AS (SELECT * FROM data WHERE depth_m > 5) SELECT group_concat(quay) FROM deep', [['east,west']]],
    ['SELECT quay, rank() OVER (ORDER BY depth_m DESC) FROM data WHERE depth_m IS NOT NULL LIMIT 1', [['west', 1]]],
    ["SELECT code FROM data WHERE code LIKE '0%' AND quay GLOB 'e*'", [['007']]],
    ['SELECT typeof(depth_m), typeof(cost), typeof(code) FROM data WHERE row = 1', [['integer', 'real', 'text']]],
    ['SELECT row FROM data WHERE depth_m IS NULL', [[3]]],
    ['WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n', [[15]]],
    ['WITH deep AS (SELECT * FROM data WHERE depth_m > 5) SELECT count(*) FROM deep', [[2]]],
    ['VALUES (1), (2)', [[1], [2]]],
    ['SELECT upper(quay) FROM data WHERE row = 1;', [['EAST']]],
    ['-- a comment\nSELECT 1 /* ; */ ; -- and another', [[1]]],
    ["SELECT ';' , '--'", [[';', '--']]],
    ['SELECT CASE WHEN depth_m > 5 THEN 1 ELSE 0 END FROM data ORDER BY row', [[1], [1], [0], [0]]],
  ])('%s', (sql, expected) => {
    expect(rowsOf(sql)).toEqual(expected)
  })

  test('with the names of the result’s columns, and of the table’s', () => {
    const found = queryTable(table, 'SELECT row, depth_m AS deep FROM data LIMIT 1')
    expect(found.columns).toEqual(['row', 'deep'])
    expect(found.table[1]).toEqual({ name: 'depth_m', header: 'Depth (m)' })
  })
})

describe('everything but one SELECT over the table is refused', () => {
  test.each([
    ...["ATTACH ':memory:' AS other", "ATTACH '/etc/passwd' AS other", 'DETACH main', 'PRAGMA table_info(data)', 'PRAGMA query_only = OFF'],
    ...['PRAGMA hard_heap_limit = 0', 'SELECT * FROM pragma_database_list', "SELECT * FROM pragma_table_info('data')"],
    ...[
      'SELECT * FROM sqlite_master',
      'SELECT * FROM sqlite_schema',
      'SELECT count(*) FROM sqlite_schema',
      'SELECT count(*) FROM pragma_table_list',
      'SELECT 1 FROM Pragma_table_list',
      'SELECT * FROM sqlite_temp_master',
      'SELECT * FROM main.sqlite_master',
    ],
    ...[
      'DELETE FROM data',
      'UPDATE data SET quay = 1',
      "INSERT INTO data(quay) VALUES ('x')",
      'DROP TABLE data',
      'REPLACE INTO data(row) VALUES (1)',
    ],
    ...[
      'CREATE TABLE other (a)',
      'CREATE TEMP TABLE other (a)',
      'CREATE VIEW v AS SELECT 1',
      'CREATE TRIGGER t AFTER INSERT ON data BEGIN SELECT 1; END',
    ],
    ...['CREATE VIRTUAL TABLE f USING fts5(a)', 'ALTER TABLE data ADD COLUMN x', 'VACUUM', "VACUUM INTO '/tmp/x.db'", 'ANALYZE', 'REINDEX'],
    ...['BEGIN', 'COMMIT', 'SAVEPOINT a', 'DELETE FROM data RETURNING *', 'WITH a AS (SELECT 1) DELETE FROM data'],
    ...["SELECT load_extension('x')", "SELECT readfile('/etc/passwd')", "SELECT writefile('/tmp/x', 'y')", "SELECT fts3_tokenizer('x')"],
    ...['SELECT randomblob(9)', 'SELECT zeroblob(1000000000)', 'SELECT random()', 'SELECT sqlite_version()', "SELECT edit('x')"],
    ...["SELECT * FROM json_each('[1]')", "SELECT json('{}')", 'SELECT * FROM generate_series(1, 10)', 'SELECT last_insert_rowid()'],
    ...[
      'SELECT 1; SELECT 2',
      'SELECT 1; DROP TABLE data',
      'SELECT 1; /* */ SELECT 2',
      'SELECT 1;;SELECT 2',
      "SELECT ';'; DELETE FROM data",
    ],
    ...['EXPLAIN SELECT 1', '/* a */ explain SELECT 1', 'EXPLAIN QUERY PLAN SELECT * FROM data'],
    `SELECT ${'1 + '.repeat(1_500)}1`,
  ])('%s', (sql) => {
    const fault = faultOf(sql)
    // A name that does not exist is an error before anyone asks whether it may be used.
    expect(fault).toMatch(/^(refused|failed)$/)
  })

  test('by SQLite’s own authority where the thing exists', () => {
    for (const sql of [
      "ATTACH ':memory:' AS o",
      'PRAGMA query_only',
      'DELETE FROM data',
      'SELECT * FROM sqlite_master',
      'SELECT randomblob(9)',
      'SELECT 1; SELECT 2',
    ])
      expect(faultOf(sql), sql).toBe('refused')
  })

  test('and what is no SQL is an error, in SQLite’s words', () => {
    expect(faultOf('SELECT depth FROM data')).toBe('failed')
    expect(() => queryTable(table, 'SELECT depth FROM data')).toThrow('no such column: depth')
    for (const sql of ['', '-- nothing', 'SELEC 1', 'SELECT "east" FROM data', 'SELECT \0', 'SELECT * FROM other'])
      expect(faultOf(sql), sql).toBe('failed')
  })
})

describe('what is too large is refused', () => {
  const long: SqlTable = { columns: ['text'], rows: Array.from({ length: 300 }, () => ['x'.repeat(2_000)]) }
  test.each<[string, SqlTable, string]>([
    ['SELECT row FROM data', long, 'result_too_large'],
    ['SELECT text FROM data LIMIT 100', long, 'result_too_large'],
    ['SELECT group_concat(a.text) FROM data a, data b, data c', long, 'failed'],
    ["SELECT length(printf('%2000000d', 1))", long, 'failed'],
    [`SELECT ${Array.from({ length: 60 }, (_, i) => i).join(', ')}`, long, 'result_too_large'],
    [`SELECT 1 ${'UNION ALL SELECT 1 '.repeat(30)}`, long, 'failed'],
    [`SELECT ${'1+'.repeat(300)}1`, long, 'failed'],
    ['SELECT 1', { columns: Array.from({ length: tableLimits.tableColumnsMax + 1 }, String), rows: [] }, 'too_large'],
  ])('%s', (sql, of, expected) => {
    expect(faultOf(sql, of)).toBe(expected)
  })

  test('and a cell over 1,000 characters is cut', () => {
    expect(rowsOf('SELECT text, length(text) FROM data LIMIT 1', long)).toEqual([['x'.repeat(tableLimits.cellCharsMax), 2_000]])
  })
})

test('headers become names that need no quotes', () => {
  const headers = [
    'Depth (m)',
    'depth_m',
    'DEPTH-M',
    '',
    '2024',
    'Größe',
    'row',
    'rowid',
    'a"; DROP TABLE data; --',
    '日本',
    'x'.repeat(99),
    '__proto__',
  ]
  expect(columnNames(headers)).toEqual([
    ...['depth_m', 'depth_m_2', 'depth_m_3', 'column_4', 'c_2024', 'gro_e', 'row_2', 'rowid_2', 'a_drop_table_data', 'column_10'],
    ...['x'.repeat(tableLimits.nameCharsMax), 'proto'],
  ])
  expect(rowsOf('SELECT a_drop_table_data FROM data', { columns: headers, rows: [headers] })).toEqual([['a"; DROP TABLE data; --']])
})

test('rows shorter and longer than the header are read as they are', () => {
  expect(rowsOf('SELECT * FROM data', { columns: ['a', 'b'], rows: [['1'], ['2', 'x', 'y']] })).toEqual([
    [1, 1, null],
    [2, 2, 'x'],
  ])
})

test('a column named like a word of SQL can be asked for in quotes', () => {
  expect(rowsOf('SELECT "select", "order" FROM data', { columns: ['Select', 'Order'], rows: [['1', '2']] })).toEqual([[1, 2]])
})
