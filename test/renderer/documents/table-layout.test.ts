import { describe, expect, test } from 'vitest'
import type { Block } from '../../../main/domain/document.ts'
import { cellsByColumn, columnNames, layTable, marksWithin } from '../../../renderer/documents/table-layout.ts'
import { readDocument } from '../../support/read-document.ts'

const rowsOf = async (csv: string): Promise<Block[]> => (await readDocument('t.csv', new TextEncoder().encode(csv))).blocks

describe('DOC-02 tables stay tables', () => {
  test('columns keep their order although rows leave cells out', async () => {
    const rows = await rowsOf('berth,depth_m,remark\nA,,silted\n,7.4,\nC,8.1,clear\n')
    expect(columnNames(rows)).toEqual(['berth', 'depth_m', 'remark'])
  })

  test('an empty cell stays empty: nothing slips under another name', async () => {
    const rows = await rowsOf('berth,depth_m,remark\nA,,silted\nB,7.4,clear\n')
    const layout = layTable(rows, 900)
    const first = rows[0]
    if (first === undefined) throw new Error('no rows')
    const cells = cellsByColumn(first, layout)
    expect(cells?.map((cell) => (cell === null ? null : first.text.slice(cell.start, cell.end)))).toEqual(['A', null, 'silted'])
  })

  test('a row of an unnamed table with fewer cells is not forced into columns', () => {
    const row = (...cells: string[]): Block => {
      const text = cells.join(' · ')
      let at = 0
      const parts = cells.map((cell) => {
        const start = at
        at += cell.length + 3
        const locator = { kind: 'paragraph' as const, headings: [], paragraph: 1 }
        return { start, end: start + cell.length, locator, isField: true }
      })
      return { kind: 'row', depth: 0, text, locator: { kind: 'paragraph', headings: [], paragraph: 1 }, parts, table: 1, isHeader: false }
    }
    const full = row('Item', 'Depth', 'State')
    const short = row('Mooring', 'worn')
    const layout = layTable([full, short], 900)
    expect(cellsByColumn(full, layout)).toHaveLength(3)
    expect(cellsByColumn(short, layout)).toBeNull()
  })

  test('a table too wide for its room is shown row by row instead of sideways', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `measurement_${i}`)
    const rows = await rowsOf(`${names.join(',')}\n${names.map((_, i) => `value ${i}`).join(',')}\n`)
    expect(layTable(rows, 800).widths).toEqual([])
    expect(layTable(rows, 8_000).widths).toHaveLength(30)
  })

  test('marks are counted from the start of their cell', () => {
    const cell = { start: 10, end: 20, name: null }
    expect(marksWithin([{ start: 4, end: 13 }], cell)).toEqual([{ start: 0, end: 3 }])
    expect(marksWithin([{ start: 0, end: 10 }], cell)).toEqual([])
  })
})
