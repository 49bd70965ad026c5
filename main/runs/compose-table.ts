/** A table as a file: marking in its first and last line, each row with the document, the place and the words it was taken from. Pure. */

import { plainLine } from '../domain/inert-text.ts'
import { type Label, marking } from '../domain/label.ts'
import { describeLocator } from '../domain/locator.ts'
import { type CheckedRow, tableLimits } from '../domain/table-draft.ts'
import { csvCell } from '../exports/csv-paper.ts'
import { formulaLine } from '../tools/spreadsheet-cells.ts'
import type { CitablePassage } from './compose-answer.ts'

/** Whatever a spreadsheet would run, wherever it takes a cell to begin, stands behind a dot: a quotation mark alone does not hold everywhere. */
const inertCell = (text: string): string =>
  plainLine(text)
    .split(/([,;|])/)
    .map((piece) => (formulaLine(piece) === null ? piece : piece.replace(/^[\s"']*/, '$&·')))
    .join('')

export interface TableRow {
  readonly cells: readonly string[]
  readonly file: string
  readonly place: string
  readonly quote: string
}

/** Checked rows with where they stand. */
export const placedRows = (rows: readonly CheckedRow[], passages: readonly CitablePassage[]): readonly TableRow[] =>
  rows.flatMap(({ cells, n, quote, span }) => {
    const passage = passages.find((one) => one.n === n)
    return passage === undefined ? [] : [{ cells, file: passage.file, place: describeLocator(passage.locate(span)), quote }]
  })

/** Rows of a table document as they stand in it, by the names of its columns; a column that it does not have stays empty. */
export function rowsOfTable(
  table: {
    readonly file: string
    readonly columns: readonly string[]
    readonly rows: readonly (readonly (string | number | null)[])[]
    readonly tableColumns: readonly { readonly name: string; readonly header: string }[]
  },
  columns: readonly string[],
): readonly TableRow[] {
  const wanted = (name: string): number => {
    const same = (other: string): boolean => other.toLowerCase() === name.toLowerCase()
    const own = table.tableColumns.find(({ name: one, header }) => same(one) || same(header))?.name ?? name
    return table.columns.findIndex((one) => one.toLowerCase() === own.toLowerCase())
  }
  const places = columns.map(wanted)
  const row = table.columns.indexOf('row')
  return table.rows.slice(0, tableLimits.tableRowsMax).map((cells, at) => ({
    cells: places.map((place) => (place < 0 ? '' : String(cells[place] ?? ''))),
    file: table.file,
    place: `row ${row < 0 ? at + 1 : cells[row]}`,
    quote: cells.filter((_cell, i) => i !== row).join(' | '),
  }))
}

/** `isCut`: the table has more rows than could be taken. */
export function composeTable(columns: readonly string[], rows: readonly TableRow[], label: Label, isCut = false): string {
  const lines = [
    [marking(label)],
    [...columns, 'Document', 'Place', 'Quote'],
    ...rows.map(({ cells, file, place, quote }) => [...cells, file, place, quote]),
    ...(isCut ? [[`Only the first ${rows.length} rows are here; the table has more or exactly as many.`]] : []),
    [marking(label)],
  ]
  return `${lines.map((cells) => cells.map((cell) => csvCell(inertCell(cell))).join(',')).join('\r\n')}\r\n`
}
