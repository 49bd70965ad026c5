/** Reads tables of text: each row becomes one line that names its columns, each cell keeps its own place. Formulas stay text. */
import Papa from 'papaparse'
import type { Block, BlockPart } from '../../domain/document.ts'
import { decodeText } from './decode.ts'
import { parseLimits } from './limits.ts'
import type { Piece } from './reader.ts'
import { Refused } from './refusals.ts'

const rowsPerPiece = 500
const rowsSampled = 50
const sampleChars = 256 * 1024
const headerCellCharsMax = 120
const separator = ' · '

const numeric = /^[-+−]?[\d.,\s]*\d[\d.,\s]*%?$/
const dated = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/
const looksLikeData = (cell: string): boolean => numeric.test(cell) || dated.test(cell)

/** The first row names the columns when every cell in it is a short, different name and not a value, and something follows. */
function hasHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = rows
  if (first === undefined) return false
  const following = rest.slice(0, rowsSampled).filter((row) => row.some((cell) => cell.trim() !== ''))
  if (following.length === 0) return false
  const names = first.map((cell) => cell.trim())
  while (names.at(-1) === '') names.pop()
  if (names.length === 0 || names.some((name, at) => (name === '' && at > 0) || name.length > headerCellCharsMax || looksLikeData(name)))
    return false
  return new Set(names).size === names.length
}

function rowBlock(cells: readonly string[], names: readonly string[] | null, row: number): Block {
  const parts: BlockPart[] = []
  let text = ''
  cells.forEach((cell, at) => {
    const value = cell.trim()
    if (value === '') return
    const name = names?.[at] ?? ''
    if (text !== '') text += separator
    if (name !== '') text += `${name}: `
    const locator = { kind: 'row' as const, row, column: name === '' ? null : name }
    parts.push({ start: text.length, end: text.length + value.length, locator, isField: true })
    text += value
  })
  return { kind: 'row', depth: 0, text, locator: { kind: 'row', row, column: null }, parts, table: 1, isHeader: false }
}

/** Told from the first rows that are not empty; empty ones would speak against every delimiter. */
function delimiterOf(text: string): string {
  const config = { delimitersToGuess: [',', '\t', ';', '|'], preview: rowsSampled, skipEmptyLines: 'greedy' as const }
  return Papa.parse(text.slice(0, sampleChars), config).meta.delimiter
}

function rowsOf(text: string): string[][] {
  const rows: string[][] = []
  let cells = 0
  Papa.parse<string[]>(text, {
    delimiter: delimiterOf(text),
    step: (result, parser) => {
      rows.push(result.data)
      cells += result.data.length
      if (cells > parseLimits.partsMax * 2 || rows.length > parseLimits.blocksMax * 2) parser.abort()
    },
  })
  if (cells > parseLimits.partsMax * 2 || rows.length > parseLimits.blocksMax * 2) throw new Refused('too_large')
  return rows
}

export function* readCsv(bytes: Uint8Array): Generator<Piece> {
  const text = decodeText(bytes).replace(/^\uFEFF/, '')
  const rows = rowsOf(text)
  while (rows.length > 0 && (rows[0] ?? []).every((cell) => cell.trim() === '')) rows.shift()
  const names = hasHeader(rows) ? (rows.shift() ?? []).map((name) => name.trim().replace(/\s+/g, ' ')) : null
  let blocks: Block[] = []
  for (const [index, cells] of rows.entries()) {
    const block = rowBlock(cells, names, index + 1)
    if (block.text !== '') blocks.push(block)
    if (index % rowsPerPiece === rowsPerPiece - 1) {
      yield { blocks, done: index + 1, total: rows.length }
      blocks = []
    }
  }
  yield { blocks, done: rows.length, total: rows.length }
}
