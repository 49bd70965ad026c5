/** Tables that stand within a running text: their widths, their rows, and the header that stays in sight. */
import type { Block } from '../../main/domain/document.ts'
import type { Span } from '../../main/domain/quote.ts'
import { Column } from './block-row.tsx'
import { CellsInLine, CellText, placedCells } from './table-cells.tsx'
import { gridColumns, layTable, type TableLayout } from './table-layout.ts'

/** How far above a row its table's header is looked for. */
const headerRowsMax = 2_000

/** Layouts of all tables among the blocks read so far, by their number. */
export function layTables(blocks: readonly Block[], roomPx: number): ReadonlyMap<number, TableLayout> {
  const rows = new Map<number, Block[]>()
  for (const block of blocks) {
    if (block.table === 0) continue
    const found = rows.get(block.table)
    if (found === undefined) rows.set(block.table, [block])
    else found.push(block)
  }
  return new Map([...rows].map(([table, found]) => [table, layTable(found, roomPx)]))
}

/** The header of the table that `index` stands in, when it has scrolled out of sight. */
export function headerAbove(at: (index: number) => Block | undefined, index: number): Block | null {
  const table = at(index)?.table ?? 0
  if (table === 0 || at(index)?.isHeader === true) return null
  for (let above = index - 1; above >= Math.max(0, index - headerRowsMax); above--) {
    const block = at(above)
    if (block === undefined || block.table !== table) return null
    if (block.isHeader) return block
  }
  return null
}

export function TableRow({ row, layout, marks }: { readonly row: Block; readonly layout: TableLayout; readonly marks: readonly Span[] }) {
  const placed = placedCells(row, layout)
  const weight = row.isHeader ? 'border-line-strong font-semibold' : 'border-line'
  const look = `border-b px-2 py-1.5 text-base ${weight} ${marks.length > 0 ? 'bg-warn-soft' : ''}`
  return (
    <Column>
      {placed === null ? (
        <div className={look}>
          <CellsInLine row={row} marks={marks} />
        </div>
      ) : (
        <div className={`grid gap-x-4 ${look}`} style={{ gridTemplateColumns: gridColumns(layout) }}>
          {placed.map((cell, column) => (
            <span key={cell === null ? `empty ${column}` : cell.start} className="min-w-0 wrap-anywhere">
              {cell !== null && <CellText row={row} cell={cell} marks={marks} />}
            </span>
          ))}
        </div>
      )}
    </Column>
  )
}
