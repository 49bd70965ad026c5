/**
 * The cells of one row. A cell stands under a column only where that is certain; otherwise the cells follow each other, each
 * with its name where it has one.
 */
import type { Block } from '../../main/domain/document.ts'
import type { Span } from '../../main/domain/quote.ts'
import { SourceText } from './source-text.tsx'
import { type Cell, cellsByColumn, cellsOf, marksWithin, type TableLayout } from './table-layout.ts'

interface Props {
  readonly row: Block
  readonly marks: readonly Span[]
}

export function CellText({ row, cell, marks }: Props & { readonly cell: Cell }) {
  return <SourceText text={row.text.slice(cell.start, cell.end)} marks={marksWithin(marks, cell)} />
}

/** The row's cells by column, or null when they are to follow each other. */
export const placedCells = (row: Block, layout: TableLayout): readonly (Cell | null)[] | null =>
  layout.widths.length === 0 ? null : cellsByColumn(row, layout)

/** Cells that follow each other, each kept together with its name. */
export function CellsInLine({ row, marks }: Props) {
  const cells = cellsOf(row)
  if (cells.length === 0) return <SourceText text={row.text} marks={marks} />
  return (
    <span className="flex flex-wrap gap-x-5 gap-y-1">
      {cells.map((cell) => (
        <span key={cell.start} className="min-w-0 wrap-anywhere">
          {cell.name !== null && (
            <span className="mr-1.5 font-sans text-small text-ink-3">
              <SourceText text={cell.name} />
            </span>
          )}
          <CellText row={row} cell={cell} marks={marks} />
        </span>
      ))}
    </span>
  )
}
