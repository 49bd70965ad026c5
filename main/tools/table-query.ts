/** Asks one imported table a question in SQL. The query runs in a process of its own, over a copy in memory that holds this table alone. */
import * as z from 'zod'
import { idOf } from '../domain/ids.ts'
import { ok } from '../domain/result.ts'
import { readingLimits } from './reading.ts'
import type { Tool } from './tool.ts'

/** Longer than the query's own deadline, so that the query's own failure is what is told. */
const limits = { sqlCharsMax: 1_900, timeoutMs: 20_000 } as const

const Input = z.strictObject({
  documentId: idOf('doc').max(readingLimits.idCharsMax),
  sql: z.string().trim().min(1).max(limits.sqlCharsMax),
})
type Input = z.infer<typeof Input>

export const tableQuery: Tool<Input> = {
  name: 'table_query',
  summary: 'Query one table document (CSV) with a single SELECT; the table is called data, its column row counts the rows from 1',
  input: Input,
  effect: 'read',
  risk: 'read',
  timeoutMs: limits.timeoutMs,
  trusted: [],
  estimateBytes: () => 0,
  preview: async ({ documentId, sql }) => ok({ summary: `Queries table ${documentId}: ${sql}`, diff: null, undo: null }),
  perform: async ({ documentId, sql }, { holdings, queryTable, signal }) => {
    const table = await holdings.readTable(documentId)
    if (!table.ok) return table
    const found = await queryTable(table.value, sql, signal)
    if (!found.ok) return found
    const { columns, rows, table: tableColumns } = found.value
    return ok({
      output: { documentId, file: table.value.file, columns, rows, tableColumns },
      artifacts: [{ kind: 'document', documentId }],
      label: table.value.label,
      bytesWritten: 0,
    })
  },
}
