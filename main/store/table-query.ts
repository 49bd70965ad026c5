/** Runs a query over one table in a throw-away process without a network and without files, which is ended at its deadline. */
import { extname, join } from 'node:path'
import * as z from 'zod'
import { type Failure, fail, ok, type Result } from '../domain/result.ts'
import type { Child, ChildHost } from '../world.ts'
import type { TableMessage } from './table-query-child.ts'
import { type SqlRows, type SqlTable, tableLimits } from './table-sql.ts'

const limits = { deadlineMs: 10_000, residentBytesMax: 700 * 1024 * 1024, rowsPerMessage: 2_000, cellsPerMessage: 20_000 } as const

const Cell = z.union([z.string().max(tableLimits.cellCharsMax), z.number(), z.null()])
const Reply = z.strictObject({
  columns: z.array(z.string()).max(tableLimits.columnsMax),
  rows: z.array(z.array(Cell)).max(tableLimits.rowsMax),
  table: z.array(z.strictObject({ name: z.string(), header: z.string() })).max(tableLimits.tableColumnsMax),
})

const endings: Readonly<Record<string, Failure>> = {
  'child.deadline': {
    code: 'table.deadline',
    message: 'The query took too long and was stopped.',
    hint: 'Ask a smaller question; a recursion needs an end.',
  },
  'child.memory': { code: 'table.memory', message: 'The query needed too much memory and was stopped.', hint: 'Ask a smaller question.' },
  'child.cancelled': { code: 'table.cancelled', message: 'The query was cancelled.', hint: 'Ask again when it is wanted.' },
  'child.closed': { code: 'table.cancelled', message: 'Holdfast was closing.', hint: 'Ask again.' },
}
const crashed = fail('table.crashed', 'The query ended without an answer.', 'Ask another way; if it happens again, import the table anew.')
const tooLarge = fail('table.too_large', 'The table is too large to be queried.', 'Import a part of it as a table of its own.')

const isTooLarge = ({ columns, rows }: SqlTable): boolean => {
  if (columns.length > tableLimits.tableColumnsMax || rows.length > tableLimits.tableRowsMax) return true
  let chars = 0
  for (const row of rows) for (const cell of row) chars += cell.length
  return chars > tableLimits.tableCharsMax
}

export type TableQuery = (table: SqlTable, sql: string, signal: AbortSignal) => Promise<Result<SqlRows>>

/** `deadlineMs` counts from the start of the process. See `QueryTable` in the tools for the failures. */
export function createTableQuery(childHost: ChildHost, deadlineMs: number = limits.deadlineMs): TableQuery {
  const spec = {
    name: 'table_query',
    entry: join(import.meta.dirname, `table-query-child${extname(import.meta.filename)}`),
    residentBytesMax: limits.residentBytesMax,
    readable: [join(import.meta.dirname, '..')],
    isolateNetwork: true,
  } as const
  return async (table, sql, signal) => {
    if (isTooLarge(table)) return tooLarge
    const endsAt = performance.now() + deadlineMs
    const child = childHost.start(spec)
    try {
      for (const message of messagesOf(table)) {
        const sent = await ask(child, message, endsAt, signal)
        if (!sent.ok) return sent
      }
      const answer = await ask(child, { kind: 'query', sql }, endsAt, signal)
      if (!answer.ok) return answer
      const reply = Reply.safeParse(answer.value)
      return reply.success ? ok(reply.data) : crashed
    } finally {
      await child.close()
    }
  }
}

function* messagesOf({ columns, rows }: SqlTable): Generator<TableMessage> {
  yield { kind: 'columns', columns }
  const count = Math.max(1, Math.min(limits.rowsPerMessage, Math.floor(limits.cellsPerMessage / Math.max(1, columns.length))))
  for (let from = 0; from < rows.length; from += count) yield { kind: 'rows', rows: rows.slice(from, from + count) }
}

async function ask(child: Child, message: TableMessage, endsAt: number, signal: AbortSignal): Promise<Result<unknown>> {
  const deadlineMs = Math.max(1, endsAt - performance.now())
  const answer = await child.request({ message, deadlineMs, silenceMsMax: deadlineMs, signal })
  if (answer.ok || answer.error.code.startsWith('table.')) return answer
  const ending = endings[answer.error.code]
  return ending === undefined ? crashed : { ok: false, error: ending }
}
