/** What tools may ask of the holdings, under the run's label filter. The composition supplies it; tools know no store. */
import type { Label } from '../domain/label.ts'
import type { Locator } from '../domain/locator.ts'
import type { Result } from '../domain/result.ts'

export interface HeldPassage {
  readonly passageId: string
  readonly documentId: string
  readonly file: string
  readonly heading: string
  readonly text: string
  readonly locator: Locator
  readonly label: Label
}

export interface HeldDocument {
  readonly documentId: string
  readonly file: string
  readonly title: string | null
  readonly format: string
  readonly collection: string
  readonly passages: number
  readonly label: Label
}

/** One imported table (a CSV file): its column names, and its rows as text in order. */
export interface HeldTable {
  readonly documentId: string
  readonly file: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly label: Label
}

export interface ToolHoldings {
  search(query: string, collection: string | null, count: number, signal: AbortSignal): Promise<Result<readonly HeldPassage[]>>
  readPassage(passageId: string): Promise<Result<HeldPassage>>
  /** The document's blocks as text, `count` of them from `from`; `total` says how many there are. */
  readDocument(
    documentId: string,
    from: number,
    count: number,
  ): Promise<Result<{ readonly document: HeldDocument; readonly blocks: readonly string[]; readonly total: number }>>
  listDocuments(
    collection: string | null,
    from: number,
    count: number,
  ): Promise<Result<{ readonly documents: readonly HeldDocument[]; readonly total: number }>>
  readTable(documentId: string): Promise<Result<HeldTable>>
}

/** A cell of a result; text is cut after 1,000 characters. */
export type TableCell = string | number | null

export interface TableRows {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly TableCell[])[]
  /** The queried table's own columns: the name to use in SQL, and the header as the file has it. */
  readonly table: readonly { readonly name: string; readonly header: string }[]
}

/**
 * One read-only SELECT over a table, in a process of its own that a deadline ends. The table is called `data`; its column `row` counts
 * the rows from 1 as they stand in the file. Failures: `table.refused` (not a single permitted SELECT), `table.failed` (SQL in error),
 * `table.too_large`, `table.result_too_large`, `table.deadline`, `table.memory`, `table.cancelled`, `table.crashed`.
 */
export type QueryTable = (table: HeldTable, sql: string, signal: AbortSignal) => Promise<Result<TableRows>>
