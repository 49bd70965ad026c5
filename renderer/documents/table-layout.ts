/**
 * How rows of a table share the width. Pure. Rows only name the cells that hold something, so a cell goes under a column's
 * name only when that is certain; otherwise the row is shown as a line of its cells.
 */
import type { Block, BlockPart } from '../../main/domain/document.ts'

/** A column wraps its text beyond `readableChars`, but is never made narrower for the sake of others. */
const limits = { charsMin: 4, charsMax: 48, readableChars: 18, columnsMax: 40, rowsMeasured: 400, charPx: 8.5, gapPx: 16 } as const

export interface TableLayout {
  /** Names of the columns where the rows carry them, else null. */
  readonly names: readonly string[] | null
  /** In characters; empty when the table is too wide for columns and each row is shown as a list of its cells. */
  readonly widths: readonly number[]
}

export interface Cell {
  readonly start: number
  readonly end: number
  readonly name: string | null
}

const nameOf = (part: BlockPart): string | null => (part.locator.kind === 'row' ? part.locator.column : null)

export const cellsOf = (row: Block): readonly Cell[] =>
  row.parts.filter((part) => part.isField).map((part) => ({ start: part.start, end: part.end, name: nameOf(part) }))

/**
 * The columns in their order, put together from rows of which each may leave some out: what stands before what in any row,
 * stands so in all.
 */
export function columnNames(rows: readonly Block[]): readonly string[] {
  const before = new Map<string, Set<string>>()
  for (const row of rows) {
    let last: string | null = null
    for (const { name } of cellsOf(row)) {
      if (name === null) continue
      const known = before.get(name) ?? new Set()
      if (last !== null) known.add(last)
      before.set(name, known)
      last = name
    }
  }
  // More than will ever stand side by side: their order does not matter.
  if (before.size > limits.columnsMax) return [...before.keys()]
  const names: string[] = []
  while (names.length < before.size) {
    const open = [...before].filter(([name]) => !names.includes(name))
    const next = open.find(([, earlier]) => [...earlier].every((name) => names.includes(name))) ?? open[0]
    if (next === undefined) break
    names.push(next[0])
  }
  return names
}

const clamp = (chars: number): number => Math.min(limits.charsMax, Math.max(limits.charsMin, chars))

/** Cells of a row by column; null when it cannot be told which cell belongs where. */
export function cellsByColumn(row: Block, layout: TableLayout): readonly (Cell | null)[] | null {
  const cells = cellsOf(row)
  if (layout.names !== null) {
    const byName = layout.names.map((name) => cells.find((cell) => cell.name === name) ?? null)
    return byName.filter((cell) => cell !== null).length === cells.length ? byName : null
  }
  return cells.length === layout.widths.length ? cells : null
}

const fits = (widths: readonly number[], roomPx: number): boolean =>
  widths.reduce((sum, width) => sum + Math.min(width, limits.readableChars) * limits.charPx + limits.gapPx, 0) <= roomPx

/** `rows` are those of one table that were read so far; `roomPx` is the width they share. */
export function layTable(rows: readonly Block[], roomPx: number): TableLayout {
  const measured = rows.slice(0, limits.rowsMeasured)
  const found = columnNames(measured)
  const names = found.length > 0 ? found : null
  const count = names?.length ?? Math.max(1, ...measured.map((row) => cellsOf(row).length))
  if (count > limits.columnsMax) return { names, widths: [] }
  const widths = Array.from({ length: count }, (_, column) => names?.[column]?.length ?? limits.charsMin)
  const layout = { names, widths }
  for (const row of measured) {
    const cells = cellsByColumn(row, layout)
    cells?.forEach((cell, column) => {
      if (cell !== null) widths[column] = Math.max(widths[column] ?? 0, cell.end - cell.start)
    })
  }
  const clamped = widths.map(clamp)
  return { names, widths: fits(clamped, roomPx) ? clamped : [] }
}

/** Columns as wide as their text where there is room, narrower where there is not. */
export const gridColumns = (layout: TableLayout): string =>
  layout.widths.map((width) => `minmax(0, ${Math.ceil(width * 1.1) + 1}ch)`).join(' ')

/** Marks of a row that fall into one cell, counted from the cell's start. */
export const marksWithin = (marks: readonly { readonly start: number; readonly end: number }[], cell: Cell) =>
  marks
    .filter((mark) => mark.start < cell.end && mark.end > cell.start)
    .map((mark) => ({ start: Math.max(mark.start, cell.start) - cell.start, end: Math.min(mark.end, cell.end) - cell.start }))
