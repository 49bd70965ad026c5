/**
 * Who had the medium, and what they did with it: hash-chained lines, one file for each side that wrote. What came with a bundle is another's
 * word: it is checked for breaks and shown, and nothing is decided by it.
 */
import * as z from 'zod'
import { fail, ok, type Result } from '../result.ts'
import { readStrictJson, writeStrictJson } from './strict-json.ts'

export const custodyLimits = { bytesMax: 1024 * 1024, linesMax: 2_000, filesMax: 50 } as const

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const words = z.string().max(400)

export const custodyActions = [
  'packed',
  'signed',
  'copied',
  'revolumed',
  'received',
  'loaded',
  'activated',
  'rolled_back',
  'refused',
] as const

export const CustodyLine = z.strictObject({
  n: z.int().min(1).max(10_000_000),
  /** Hash of the line before; null in the first. */
  prev: hex.nullable(),
  action: z.enum(custodyActions),
  /** The account that did it, and on which machine. */
  actor: words,
  machine: words,
  role: words.nullable(),
  media: z.strictObject({ label: words.nullable(), serial: words.nullable() }),
  /** SHA-256 of the `BUNDLE.json` it was done with. */
  setId: hex,
  volume: z.string().max(20).nullable(),
  result: z.string().max(80),
  /** Digests and key ids that were seen. */
  evidence: z.array(words).max(200),
  tool: words,
  time: z.iso.datetime({ precision: 0, offset: false }),
  /** No clock here is to be trusted; this says how little. */
  clock: z.enum(['unchecked', 'behind_floor', 'set_by_person']),
  hash: hex,
})
export type CustodyLine = z.infer<typeof CustodyLine>
export type CustodyEntry = Omit<CustodyLine, 'n' | 'prev' | 'hash'>

const hashOf = ({ hash: _, ...rest }: Omit<CustodyLine, 'hash'> & { hash?: string }, sha256: (text: string) => string): string =>
  sha256(writeStrictJson(rest))

/** Whether a line follows the one before it, and is what its hash says. */
export const isNext = (line: CustodyLine, before: CustodyLine | undefined, sha256: (text: string) => string): boolean =>
  line.n === (before?.n ?? 0) + 1 && line.prev === (before?.hash ?? null) && hashOf(line, sha256) === line.hash

export function nextLine(lines: readonly CustodyLine[], entry: CustodyEntry, sha256: (text: string) => string): CustodyLine {
  const rest = { n: lines.length + 1, prev: lines.at(-1)?.hash ?? null, ...entry }
  return { ...rest, hash: hashOf(rest, sha256) }
}

export const writeCustody = (lines: readonly CustodyLine[]): string => lines.map((line) => writeStrictJson(line)).join('')

export const custodyBroken = fail(
  'bundle.custody_broken',
  'The record of who had this medium is damaged or was changed.',
  'Do not load it. Ask whoever sent it for the medium and its transfer sheet again.',
)

/** All lines, or a refusal when one is missing, changed or belongs to another bundle. */
export function readCustody(text: string, setId: string, sha256: (text: string) => string): Result<readonly CustodyLine[]> {
  const rows = text.split('\n')
  if (rows.pop() !== '' || rows.length > custodyLimits.linesMax) return custodyBroken
  const lines: CustodyLine[] = []
  for (const row of rows) {
    const line = readStrictJson(`${row}\n`, CustodyLine)
    if (line === null || line.setId !== setId || !isNext(line, lines.at(-1), sha256)) return custodyBroken
    lines.push(line)
  }
  return ok(lines)
}
