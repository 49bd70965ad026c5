/**
 * Quote verification: is this span really in that passage? Both sides go through one normalisation, and every normalised
 * character remembers where it stood, so that a verified quote comes back as a span of the original text.
 */

export const quoteLimits = { wordsMin: 3, charsMin: 12, charsMax: 4_000 } as const

/** Half-open range of UTF-16 code units in a text. */
export interface Span {
  readonly start: number
  readonly end: number
}

interface Normalised {
  readonly text: string
  /** For each code unit of `text`, where its source began and ended. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

const ligatures: Readonly<Record<string, string>> = {
  '\uFB00': 'ff',
  '\uFB01': 'fi',
  '\uFB02': 'fl',
  '\uFB03': 'ffi',
  '\uFB04': 'ffl',
  '\uFB05': 'st',
  '\uFB06': 'st',
}

/** A base character with its combining marks, a run of Hangul jamo, or a run of white space. */
const cluster = /\s+|[\u1100-\u11FF]+|\P{M}\p{M}+|[\s\S]/gu
const lineEndHyphen = /^\s*\n\s*$/
const letter = /^\p{L}$/u

/** NFC (never NFKC, which turns 10² into 102), ligatures U+FB00–FB06 expanded, soft and line-end hyphens dropped, white space collapsed. */
export function normalise(source: string): Normalised {
  const clusters = [...source.matchAll(cluster)].map((match) => ({ text: match[0], start: match.index }))
  let text = ''
  const starts: number[] = []
  const ends: number[] = []
  const push = (out: string, start: number, end: number) => {
    for (let i = 0; i < out.length; i++) {
      starts.push(start)
      ends.push(end)
    }
    text += out
  }
  for (let i = 0; i < clusters.length; i++) {
    const here = clusters[i]
    if (here === undefined) break
    const next = clusters[i + 1]
    const afterNext = clusters[i + 2]
    const end = here.start + here.text.length
    if (here.text === '\u00AD') continue
    if (/^\s/.test(here.text)) {
      if (text !== '' && i < clusters.length - 1) push(' ', here.start, end)
      continue
    }
    const isLineEndHyphen =
      (here.text === '-' || here.text === '\u2010') &&
      letter.test(text.at(-1) ?? '') &&
      next !== undefined &&
      lineEndHyphen.test(next.text) &&
      afterNext !== undefined &&
      letter.test(afterNext.text)
    if (isLineEndHyphen) {
      i += 1
      continue
    }
    push(ligatures[here.text] ?? here.text.normalize('NFC'), here.start, end)
  }
  return text.endsWith(' ') ? { text: text.slice(0, -1), starts: starts.slice(0, -1), ends: ends.slice(0, -1) } : { text, starts, ends }
}

const wordCharacter = /[\p{L}\p{N}\p{M}_]/u
const digit = /\p{Nd}/u

/** A quote may not begin or end inside a word or a number: `7.4 metres` is not in `17.4 metres`, nor `4 metres` in `7.4 metres`. */
function standsAlone(text: string, at: number, length: number): boolean {
  const first = text[at] ?? ''
  const last = text[at + length - 1] ?? ''
  const before = text[at - 1] ?? ''
  const after = text[at + length] ?? ''
  if (wordCharacter.test(first) && wordCharacter.test(before)) return false
  if (wordCharacter.test(last) && wordCharacter.test(after)) return false
  if (digit.test(first)) {
    if (/[.,:]/.test(before) && digit.test(text[at - 2] ?? '')) return false
    if (/[-\u2212+]/.test(before) && !wordCharacter.test(text[at - 2] ?? '')) return false
  }
  if (digit.test(last)) {
    if (/[.,:]/.test(after) && digit.test(text[at + length + 1] ?? '')) return false
    if (/[%\u2030]/.test(after)) return false
  }
  return true
}

const countWords = (text: string): number => text.split(' ').filter((word) => wordCharacter.test(word)).length

/**
 * Finds a quote in a passage. Returns its first span in the original text, or null when it is not there or too short to
 * prove anything. `fields` are the spans of whole cells or fields: a quote that is exactly one of them may be short.
 */
export function findQuote(passage: string, quote: string, fields: readonly Span[] = []): Span | null {
  if (quote.length > quoteLimits.charsMax) return null
  const wanted = normalise(quote).text
  if (wanted === '' || !wordCharacter.test(wanted)) return null
  for (const field of fields) {
    if (normalise(passage.slice(field.start, field.end)).text === wanted) return field
  }
  if (wanted.length < quoteLimits.charsMin || countWords(wanted) < quoteLimits.wordsMin) return null
  const source = normalise(passage)
  for (let at = source.text.indexOf(wanted); at !== -1; at = source.text.indexOf(wanted, at + 1)) {
    if (!standsAlone(source.text, at, wanted.length)) continue
    const start = source.starts[at]
    const end = source.ends[at + wanted.length - 1]
    if (start !== undefined && end !== undefined) return { start, end }
  }
  return null
}
