/**
 * What a document says of where it comes from: its originator, its serial or date-time group, its date. Read from its first lines, only
 * where they say so in words; nothing is guessed. Pure.
 */
import type { Particulars } from './working-paper.ts'

export const particularLimits = { blocks: 40, lines: 80, lineCharsMax: 240, valueCharsMax: 120 } as const

const originator = /^(?:originator|issued by|issuing (?:office|authority|body)|prepared by|author|from)\s*[:.]\s*(.+)$/i
/** Of a message: its sender in capitals, without a colon. */
const sender = /^FM\s+([A-Z0-9][A-Z0-9 .,/-]{2,})$/
const serial =
  /^(?:(?:report|document|file|message|serial)\s*(?:no\.?|number|ref(?:erence)?)?|ref(?:erence)?(?:\s*no\.?)?)\s*[:.#]\s*([A-Z0-9][A-Z0-9 ./-]{1,})$/i
const group = /\b(\d{6}Z\s?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\s?\d{2}(?:\d{2})?)\b/
const dated = /^(?:date(?:\s+of\s+(?:report|issue))?|dated|issued)\s*[:.]\s*(.*\d.*)$/i

const first = (lines: readonly string[], patterns: readonly RegExp[]): string | null => {
  for (const line of lines) {
    for (const pattern of patterns) {
      const found = pattern.exec(line)?.[1]?.trim()
      if (found !== undefined && found !== '') return found.slice(0, particularLimits.valueCharsMax)
    }
  }
  return null
}

/** `texts`: the document's first blocks, in order. */
export function readParticulars(texts: readonly string[]): Particulars {
  const lines = texts
    .flatMap((text) => text.split('\n'))
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && line.length <= particularLimits.lineCharsMax)
    .slice(0, particularLimits.lines)
  const isSerial = (value: string | null): string | null => (value !== null && /\d/.test(value) ? value : null)
  return {
    originator: first(lines, [originator, sender]),
    serial: isSerial(first(lines, [serial])) ?? first(lines, [group]),
    date: first(lines, [dated]),
  }
}
