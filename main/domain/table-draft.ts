/** Rows that a model takes out of passages: a cell stands only when it is in the words that its row quotes. Pure. */
import * as z from 'zod'
import { checkClaim, claimLimits, type NumberedPassage } from './claim.ts'
import { normalise, type Span } from './quote.ts'

export const tableLimits = { columnsMax: 8, columnCharsMax: 40, rowsMax: 12, cellCharsMax: 200, tableRowsMax: 200 } as const

const DraftRow = z.strictObject({
  n: z.int().min(0).max(99),
  quote: z.string().max(claimLimits.quoteCharsMax),
  cells: z.record(z.string(), z.string().max(tableLimits.cellCharsMax)),
})
export type DraftRow = z.infer<typeof DraftRow>
const DraftRows = z.strictObject({ rows: z.array(DraftRow).max(tableLimits.rowsMax) })

export interface CheckedRow {
  /** By the columns, in their order; empty where nothing stands. */
  readonly cells: readonly string[]
  readonly n: number
  readonly quote: string
  readonly span: Span
}

/** Names of columns as a person writes them: `Date; Place; Amount`, or with commas. */
export function columnsOf(text: string): readonly string[] {
  const names = text
    .split(/[;,\n|]/)
    .map((name) => name.replaceAll(/\s+/g, ' ').trim().slice(0, tableLimits.columnCharsMax))
    .filter((name) => name !== '')
  return [...new Set(names)].slice(0, tableLimits.columnsMax)
}

/** The grammar of the rows. */
export const rowSchema = (columns: readonly string[]) => (passages: number) => ({
  type: 'object',
  properties: {
    rows: {
      type: 'array',
      maxItems: tableLimits.rowsMax,
      items: {
        type: 'object',
        properties: {
          n: { enum: Array.from({ length: passages + 1 }, (_, i) => i) },
          quote: { type: 'string', maxLength: 600 },
          cells: {
            type: 'object',
            properties: Object.fromEntries(columns.map((name) => [name, { type: 'string', maxLength: tableLimits.cellCharsMax }])),
            required: columns,
            additionalProperties: false,
          },
        },
        required: ['n', 'quote', 'cells'],
        additionalProperties: false,
      },
    },
  },
  required: ['rows'],
  additionalProperties: false,
})

/** What a model wrote, as rows. Untrusted: one that breaks off, or does not fit, is no row. */
export function readRows(text: string): readonly DraftRow[] {
  try {
    const whole = DraftRows.safeParse(JSON.parse(text))
    return whole.success ? whole.data.rows : []
  } catch {
    const end = text.lastIndexOf('}}')
    // Cut off by the token limit: what was completed counts.
    return end < 0 || text.endsWith('}}]}') ? [] : readRows(`${text.slice(0, end + 2)}]}`)
  }
}

const word = /[\p{L}\p{N}\p{M}_]/u

/** Whether a cell stands in a quote, after the normalisation that quotes have, and not as a part of another word or number. */
export function isInQuote(quote: string, cell: string): boolean {
  const [inside, wanted] = [normalise(quote).text, normalise(cell).text]
  if (wanted === '') return false
  for (let at = inside.indexOf(wanted); at !== -1; at = inside.indexOf(wanted, at + 1)) {
    const [before, after] = [inside[at - 1] ?? '', inside[at + wanted.length] ?? '']
    const isCut = (word.test(before) && word.test(wanted[0] ?? '')) || (word.test(after) && word.test(wanted.at(-1) ?? ''))
    if (!isCut) return true
  }
  return false
}

export interface CheckedRows {
  readonly rows: readonly CheckedRow[]
  readonly counts: { readonly claims: number; readonly supported: number; readonly quotes: number; readonly verified: number }
  /** Cells that were written and are not in their quote. */
  readonly dropped: number
}

/** Rows whose quote was found, with the cells that stand in it; a row without any is left out. `claims` counts rows, `quotes` cells. */
export function checkRows(drafted: readonly DraftRow[], columns: readonly string[], passages: readonly NumberedPassage[]): CheckedRows {
  const rows: CheckedRow[] = []
  let [quotes, verified] = [0, 0]
  for (const { n, quote, cells } of drafted) {
    const written = columns.map((name) => (cells[name] ?? '').trim())
    quotes += written.filter((cell) => cell !== '').length
    const [found] = checkClaim({ text: quote, n, quote }, passages).quotes
    if (found?.span == null) continue
    const stands = written.map((cell) => (isInQuote(found.quote, cell) ? cell : ''))
    const count = stands.filter((cell) => cell !== '').length
    verified += count
    if (count > 0) rows.push({ cells: stands, n, quote: found.quote, span: found.span })
  }
  return { rows, counts: { claims: drafted.length, supported: rows.length, quotes, verified }, dropped: quotes - verified }
}
