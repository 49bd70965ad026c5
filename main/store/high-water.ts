/** The signed high-water mark: a file beside the database that says how far the log had come. It is a lower bound, never the truth. */
import { readFileSync } from 'node:fs'
import { HighWaterMark, signedText, type Unsigned } from '../domain/audit-chain.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { AuditKeys } from './audit-keys.ts'
import { writeDurably, writeDurablySync } from './durable-file.ts'

export type UnsignedMark = Unsigned<HighWaterMark>

/** `broken`: there is a file, and it is no mark. */
export type FoundMark = HighWaterMark | 'absent' | 'broken'

export function readMark(file: string): FoundMark {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return 'absent'
  }
  try {
    const mark = HighWaterMark.safeParse(JSON.parse(text))
    return mark.success ? mark.data : 'broken'
  } catch {
    return 'broken'
  }
}

export const signMark = (mark: UnsignedMark, keys: AuditKeys): HighWaterMark => ({
  ...mark,
  signature: keys.sign(signedText('mark', mark)),
})

const textOf = (mark: HighWaterMark): string => `${canonicalJson(mark)}\n`

export const writeMark = (file: string, mark: HighWaterMark): Promise<void> => writeDurably(file, textOf(mark))
export const writeMarkSync = (file: string, mark: HighWaterMark): void => writeDurablySync(file, textOf(mark))
