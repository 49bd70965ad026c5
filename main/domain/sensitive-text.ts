/**
 * What somebody looks for before a text is handed on: marks, identifiers, addresses, places, keys. By pattern and check digit alone,
 * so that the same text gives the same findings. It knows no names of people: those a person must look for. Pure.
 */
import { quoteLimits, type Span } from './quote.ts'
import { marksIn } from './reply-marks.ts'
import { secretSpans } from './secret-patterns.ts'

export const sensitiveLimits = { quoteCharsMax: 300, perPassageMax: 20 } as const

export interface SensitiveSpan extends Span {
  /** What it seems to be, in words. */
  readonly what: string
}

/** The check digit of payment cards. */
function isCard(text: string): boolean {
  const digits = [...text.replaceAll(/\D/g, '')].map(Number).toReversed()
  const sum = digits.reduce((total, digit, i) => total + (i % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2), 0)
  return digits.length >= 13 && digits.length <= 19 && sum % 10 === 0
}

/** The check digits of bank accounts (ISO 7064, mod 97-10). */
function isIban(text: string): boolean {
  const compact = text.replaceAll(' ', '').toUpperCase()
  const moved = `${compact.slice(4)}${compact.slice(0, 4)}`
  const remainder = [...moved].reduce((rest, char) => {
    const value = /\d/.test(char) ? char : String(char.charCodeAt(0) - 55)
    return [...value].reduce((left, digit) => (left * 10 + Number(digit)) % 97, rest)
  }, 0)
  return compact.length >= 15 && remainder === 1
}

const isAddress = (text: string): boolean => text.split('.').every((part) => Number(part) <= 255)

/** Every one bounded in length: none takes long on any text. */
const patterns: ReadonlyArray<{ readonly what: string; readonly pattern: RegExp; readonly holds?: (text: string) => boolean }> = [
  { what: 'an e-mail address', pattern: /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b/g },
  { what: 'a social security number', pattern: /\b(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}\b/g },
  { what: 'a payment card number', pattern: /\b\d(?:[ -]?\d){12,18}\b/g, holds: isCard },
  { what: 'a bank account number', pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g, holds: isIban },
  { what: 'a network address', pattern: /\b\d{1,3}(?:\.\d{1,3}){3}\b/g, holds: isAddress },
  {
    what: 'a telephone number',
    pattern: /(?<!\d[ .-]?)(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?|\b\d{2,4}[ .-])\d{3,4}[ .-]\d{3,4}\b(?![ .-]?\d)/g,
  },
  { what: 'a date of birth', pattern: /\b(?:DOB|date of birth|born(?: on)?)\b:?\s{1,3}[\w ,./-]{0,16}\d{2,4}\b/gi },
  { what: 'a passport number', pattern: /\bpassport(?: (?:no|number|nr)\.?)?:?\s{1,3}[A-Z0-9]{6,9}\b/gi },
  { what: 'coordinates', pattern: /\b\d{1,2}[A-HJ-NP-X] ?[A-HJ-NP-Z]{2} ?\d{4,5} ?\d{4,5}\b/g },
  { what: 'coordinates', pattern: /[-+]?\b\d{1,2}\.\d{3,8}(?:°?\s?[NS])?,\s?[-+]?\d{1,3}\.\d{3,8}(?:°?\s?[EW]\b)?/g },
]

const mark = /^.{0,118}$/

/** Lines and brackets that bear a classification mark. */
function marksAt(text: string): readonly SensitiveSpan[] {
  const found: SensitiveSpan[] = []
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) {
    if (mark.test(line) && marksIn(line).length > 0 && !line.includes('('))
      found.push({ what: 'a classification mark', start: index, end: index + line.length })
    for (const bracket of line.matchAll(/\([A-Z][^()\n]{0,118}\)/g)) {
      const start = index + bracket.index
      if (marksIn(bracket[0]).length > 0) found.push({ what: 'a classification mark', start, end: start + bracket[0].length })
    }
  }
  return found
}

/** In the order they stand; of two that overlap the first. `more` finds what a site looks for besides. */
export function findSensitive(text: string, more: (text: string) => readonly SensitiveSpan[] = () => []): readonly SensitiveSpan[] {
  const plain = patterns.flatMap(({ what, pattern, holds = () => true }) =>
    [...text.matchAll(pattern)].flatMap(({ 0: found, index }) => (holds(found) ? [{ what, start: index, end: index + found.length }] : [])),
  )
  const secrets = secretSpans(text).map((span) => ({ what: 'a key or a password', ...span }))
  const all = [...marksAt(text), ...plain, ...secrets, ...more(text)].sort((a, b) => a.start - b.start || b.end - a.end)
  const kept: SensitiveSpan[] = []
  for (const span of all) if (span.start >= (kept.at(-1)?.end ?? 0)) kept.push(span)
  return kept.slice(0, sensitiveLimits.perPassageMax)
}

/** The sentence or line around a span; more of the text where that alone proves nothing. */
export function quoteAround(text: string, { start, end }: Span): string {
  const before = Math.max(
    text.lastIndexOf('\n', start - 1),
    text.lastIndexOf('. ', start - 1) + 1,
    start - sensitiveLimits.quoteCharsMax / 2,
  )
  const ends = [text.indexOf('\n', end), text.indexOf('. ', end)].filter((at) => at >= 0)
  const after = Math.min(...ends, text.length, end + sensitiveLimits.quoteCharsMax / 2)
  // Cut at a white space: a quote may not begin or end inside of a word.
  const from = before <= 0 ? 0 : before + Math.max(0, text.slice(before, start).search(/\s\S/))
  const cut = text.slice(end, after)
  const to = after === text.length || ends.includes(after) ? after : end + Math.max(0, cut.lastIndexOf(' '))
  const quote = text.slice(from, to).trim()
  const isProof = quote.length >= quoteLimits.charsMin && quote.split(/\s+/).length >= quoteLimits.wordsMin
  return isProof ? quote : text.slice(0, sensitiveLimits.quoteCharsMax).trim()
}
