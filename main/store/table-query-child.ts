/** The process of one table query: it gets a table and a question, answers, and is thrown away. It opens no file. */
import { Refusal, serveChild } from '../child-main.ts'
import { queryTable, type SqlTable, type TableFault, TableRefusal } from './table-sql.ts'

/** A table arrives in pieces, so that sending a large one does not hold up the core. */
export type TableMessage =
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  | { readonly kind: 'rows'; readonly rows: SqlTable['rows'] }
  | { readonly kind: 'query'; readonly sql: string }

const refusals: Readonly<Record<TableFault, readonly [code: string, message: string, hint: string]>> = {
  refused: ['table.refused', 'The query may not run', 'Write one SELECT over the table data; nothing else is permitted.'],
  failed: ['table.failed', 'The query is in error', 'Run SELECT * FROM data LIMIT 1 to see the names of the columns.'],
  too_large: ['table.too_large', 'The table is too large to be queried', 'Import a part of it as a table of its own.'],
  result_too_large: ['table.result_too_large', 'The result is too large', 'Add LIMIT, choose fewer columns, or count and sum instead.'],
}

let columns: readonly string[] = []
const rows: (readonly string[])[] = []

function answer(message: TableMessage): unknown {
  switch (message.kind) {
    case 'columns':
      columns = message.columns
      return null
    case 'rows':
      for (const row of message.rows) rows.push(row)
      return null
    case 'query':
      return queryTable({ columns, rows }, message.sql)
  }
}

// Only the core sends messages here, and only of this type.
serveChild(async (request) => {
  try {
    return answer(request as TableMessage)
  } catch (error) {
    if (!(error instanceof TableRefusal)) throw error
    const [code, message, hint] = refusals[error.fault]
    throw new Refusal(code, error.message === '' ? `${message}.` : `${message}: ${error.message}.`, hint)
  }
})
