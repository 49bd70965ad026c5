/**
 * One SELECT over one table, in a database in memory that holds nothing else. SQLite itself asks, for each thing that a statement would
 * do, whether it may; whatever does not stand in the lists below is denied: no write, no PRAGMA, no ATTACH, no extension, no other table.
 */
import { constants, DatabaseSync, type StatementSync } from 'node:sqlite'

export const tableLimits = {
  tableColumnsMax: 200,
  tableRowsMax: 200_000,
  tableCharsMax: 32 * 1024 * 1024,
  sqlCharsMax: 4_000,
  rowsMax: 200,
  columnsMax: 50,
  resultBytesMax: 48 * 1024,
  cellCharsMax: 1_000,
  valueBytesMax: 1_000_000,
  heapBytesMax: 384 * 1024 * 1024,
  nameCharsMax: 40,
} as const

export type Cell = string | number | null
export interface SqlTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}
export interface SqlRows {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  readonly table: readonly { readonly name: string; readonly header: string }[]
}

export type TableFault = 'refused' | 'failed' | 'too_large' | 'result_too_large'
/** Why a query has no result. `detail` is SQLite's own word on the query, never on the table's content. */
export class TableRefusal extends Error {
  readonly fault: TableFault
  constructor(fault: TableFault, detail = '') {
    super(detail)
    this.fault = fault
  }
}

const allowedFunctions: ReadonlySet<string> = new Set([
  ...['abs', 'avg', 'ceil', 'ceiling', 'coalesce', 'concat', 'concat_ws', 'count', 'cume_dist', 'date', 'datetime', 'dense_rank', 'exp'],
  ...[
    'first_value',
    'floor',
    'format',
    'glob',
    'group_concat',
    'ifnull',
    'iif',
    'instr',
    'julianday',
    'lag',
    'last_value',
    'lead',
    'length',
  ],
  ...['like', 'ln', 'log', 'log10', 'log2', 'lower', 'ltrim', 'max', 'min', 'mod', 'nth_value', 'ntile', 'nullif', 'percent_rank', 'pow'],
  ...[
    'power',
    'printf',
    'rank',
    'replace',
    'round',
    'row_number',
    'rtrim',
    'sign',
    'sqrt',
    'strftime',
    'string_agg',
    'substr',
    'substring',
  ],
  ...['sum', 'time', 'timediff', 'total', 'trim', 'trunc', 'typeof', 'unicode', 'unixepoch', 'upper', 'char'],
])

/** A header as a name that needs no quotes: `Depth (m)` is `depth_m`. A name that is taken gets a number. */
export function columnNames(headers: readonly string[]): readonly string[] {
  const taken = new Set(['row', 'rowid', 'oid', '_rowid_'])
  return headers.map((header, index) => {
    const plain = header
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/\p{M}/gu, '')
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '')
      .slice(0, tableLimits.nameCharsMax)
    const base = plain === '' ? `column_${index + 1}` : /^[0-9]/.test(plain) ? `c_${plain}` : plain
    let name = base
    for (let next = 2; taken.has(name); next++) name = `${base}_${next}`
    taken.add(name)
    return name
  })
}

type ColumnType = 'INTEGER' | 'REAL' | 'TEXT'

/** Leading zeros mark a code, which stays text. */
const isInteger = (cell: string): boolean => /^-?(0|[1-9][0-9]{0,14})$/.test(cell)
const isNumber = (cell: string): boolean => /^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?$/.test(cell)

/** A column counts as numbers when every filled cell is one. */
function typeOf(table: SqlTable, column: number): ColumnType {
  const cells = table.rows.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== '')
  if (cells.length === 0 || !cells.every(isNumber)) return 'TEXT'
  return cells.every(isInteger) ? 'INTEGER' : 'REAL'
}

/** An empty cell is NULL, so that it counts in no average. */
function cellValue(cell: string, type: ColumnType): string | number | bigint | null {
  if (cell.trim() === '') return null
  return type === 'TEXT' ? cell : type === 'INTEGER' ? BigInt(cell.trim()) : Number(cell)
}

function load(db: DatabaseSync, table: SqlTable, names: readonly string[]): void {
  const types = names.map((_, column) => typeOf(table, column))
  const columns = names.map((name, column) => `"${name}" ${types[column]}`)
  db.exec(`CREATE TABLE data (${['"row" INTEGER PRIMARY KEY', ...columns].join(', ')}) STRICT`)
  const insert = db.prepare(`INSERT INTO data VALUES (${['?', ...names.map(() => '?')].join(', ')})`)
  db.exec('BEGIN')
  table.rows.forEach((row, index) => {
    insert.run(index + 1, ...names.map((_, column) => cellValue(row[column] ?? '', types[column] ?? 'TEXT')))
  })
  db.exec('COMMIT')
}

/** A count reads no column; then the name may be one that the query itself gave, and must not be one of SQLite's. */
const isCountOfOwn = (name: string | null, column: string | null): boolean =>
  column === '' && name !== null && !/^(sqlite_|pragma_|json_|jsonb_)/i.test(name)

function judge(action: number, first: string | null, second: string | null): number {
  switch (action) {
    case constants.SQLITE_SELECT:
    case constants.SQLITE_RECURSIVE:
      return constants.SQLITE_OK
    case constants.SQLITE_READ:
      return first === 'data' || isCountOfOwn(first, second) ? constants.SQLITE_OK : constants.SQLITE_DENY
    case constants.SQLITE_FUNCTION:
      return allowedFunctions.has(second?.toLowerCase() ?? '') ? constants.SQLITE_OK : constants.SQLITE_DENY
    default:
      return constants.SQLITE_DENY
  }
}

const isDenied = (error: unknown): boolean => error instanceof Error && /not authorized|prohibited/.test(error.message)

/** SQLite's message names tokens of the query; it is cut, since a query is a model's text. */
const detailOf = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 200) : '')

function prepare(db: DatabaseSync, sql: string): StatementSync {
  try {
    return db.prepare(sql)
  } catch (error) {
    throw new TableRefusal(isDenied(error) ? 'refused' : 'failed', detailOf(error))
  }
}

const withoutComments = (sql: string): string => sql.replaceAll(/--[^\n]*(\n|$)|\/\*[\s\S]*?\*\//g, ' ').trim()

/** The driver ignores what follows the first statement; here a second one is a refusal. Comments may follow. */
const isSingle = (sql: string, statement: StatementSync): boolean => /^[\s;]*$/.test(withoutComments(sql.slice(statement.sourceSQL.length)))

/** An EXPLAIN asks no leave of its own. It shows how SQLite works, and nothing of the table. */
const isExplained = (sql: string): boolean => /^explain\b/i.test(withoutComments(sql))

function shown(value: unknown): Cell {
  if (value === null || typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') return value.slice(0, tableLimits.cellCharsMax).toWellFormed()
  return null
}

function collect(statement: StatementSync): Pick<SqlRows, 'columns' | 'rows'> {
  const columns = statement.columns().map(({ name }) => name.slice(0, tableLimits.nameCharsMax))
  if (columns.length === 0) throw new TableRefusal('refused', 'it has no result')
  if (columns.length > tableLimits.columnsMax) throw new TableRefusal('result_too_large')
  const rows: Cell[][] = []
  let bytes = 0
  try {
    for (const row of statement.iterate()) {
      const cells = Array.from(row as unknown as ArrayLike<unknown>, shown)
      bytes += Buffer.byteLength(JSON.stringify(cells)) + 1
      if (rows.length >= tableLimits.rowsMax || bytes > tableLimits.resultBytesMax) throw new TableRefusal('result_too_large')
      rows.push(cells)
    }
  } catch (error) {
    throw error instanceof TableRefusal ? error : new TableRefusal('failed', detailOf(error))
  }
  return { columns, rows }
}

/** Throws a `TableRefusal`. May run for ever on an endless query: the caller's process is ended at a deadline. */
export function queryTable(table: SqlTable, sql: string): SqlRows {
  if (table.columns.length > tableLimits.tableColumnsMax || table.rows.length > tableLimits.tableRowsMax)
    throw new TableRefusal('too_large')
  const names = columnNames(table.columns)
  const db = new DatabaseSync(':memory:', { allowExtension: false, defensive: true, enableDoubleQuotedStringLiterals: false })
  try {
    db.exec(`PRAGMA hard_heap_limit = ${tableLimits.heapBytesMax}; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY`)
    load(db, table, names)
    db.exec('PRAGMA query_only = ON')
    Object.assign(db.limits, {
      length: tableLimits.valueBytesMax,
      sqlLength: tableLimits.sqlCharsMax,
      column: 400,
      exprDepth: 100,
      attach: 0,
      compoundSelect: 20,
    })
    db.setAuthorizer(judge)
    if (sql.length > tableLimits.sqlCharsMax) throw new TableRefusal('refused', 'the query is too long')
    const statement = prepare(db, sql)
    if (isExplained(sql)) throw new TableRefusal('refused', 'it is no SELECT')
    if (!isSingle(sql, statement)) throw new TableRefusal('refused', 'it is more than one statement')
    statement.setReturnArrays(true)
    return {
      ...collect(statement),
      table: names.map((name, index) => ({ name, header: (table.columns[index] ?? '').slice(0, tableLimits.cellCharsMax) })),
    }
  } finally {
    db.close()
  }
}
