/** Full-text search over the manual: simple words, and the parts that have all of them, or most. Pure. */
import type { Span } from '../../main/domain/quote.ts'
import type { ManualPageName } from './page-names.ts'

export const searchLimits = { charsMax: 200, wordsMax: 8, hitsMax: 40, snippetChars: 190, leadChars: 50, countMax: 5 } as const

/** A part of a page, as it is searched. */
export interface SearchedPart {
  readonly page: ManualPageName
  readonly pageTitle: string
  readonly anchor: string | null
  readonly title: string
  readonly text: string
}

export interface Hit {
  readonly part: SearchedPart
  readonly snippet: string
}

export interface Found {
  readonly hits: readonly Hit[]
  /** False where no part has all of the words. */
  readonly hasAllWords: boolean
}

export function wordsOf(query: string): readonly string[] {
  const words = query
    .slice(0, searchLimits.charsMax)
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
  return [...new Set(words.filter((word) => word !== ''))].slice(0, searchLimits.wordsMax)
}

/** Where the words stand in a text. */
export function spansOf(text: string, words: readonly string[]): readonly Span[] {
  const low = text.toLowerCase()
  // Where small letters are longer than large ones, positions would lie.
  if (low.length !== text.length) return []
  return words.flatMap((word) => {
    const spans: Span[] = []
    for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + word.length)) spans.push({ start: at, end: at + word.length })
    return spans
  })
}

const isWordStart = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1))

/** How much a text says of a word: where words begin with it, more. */
function weight(text: string, word: string): number {
  const spans = spansOf(text, [word])
  if (spans.length === 0) return 0
  return Math.min(spans.length, searchLimits.countMax) + (spans.some(({ start }) => isWordStart(text, start)) ? searchLimits.countMax : 0)
}

/** What a word counts for in a part; 0 when it is not there. */
const score = (part: SearchedPart, word: string): number =>
  weight(part.title, word) * 4 + weight(part.pageTitle, word) * 2 + weight(part.text, word)

/** The stretch of a text that has most of the words, cut between words. */
export function snippetOf(text: string, words: readonly string[]): string {
  const spans = [...spansOf(text, words)].sort((a, b) => a.start - b.start)
  const reach = searchLimits.snippetChars - searchLimits.leadChars
  const wordsFrom = (start: number) =>
    new Set(
      spans
        .filter((span) => span.start >= start && span.end <= start + reach)
        .map((span) => text.slice(span.start, span.end).toLowerCase()),
    )
  let best = { start: 0, size: 0 }
  for (const { start } of spans) {
    const { size } = wordsFrom(start)
    if (size > best.size) best = { start, size }
  }
  const wanted = Math.max(0, Math.min(best.start - searchLimits.leadChars, text.length - searchLimits.snippetChars))
  const from = wanted === 0 ? 0 : text.indexOf(' ', wanted) + 1
  const end = from + searchLimits.snippetChars
  const to = end >= text.length ? text.length : Math.max(text.lastIndexOf(' ', end), from + 1)
  return `${from > 0 ? '…\u00A0' : ''}${text.slice(from, to).trim()}${to < text.length ? '\u00A0…' : ''}`
}

export function searchParts(parts: readonly SearchedPart[], query: string): Found {
  const words = wordsOf(query)
  const weighed = parts.map((part) => {
    const scores = words.map((word) => score(part, word))
    return { part, has: scores.filter((one) => one > 0).length, sum: scores.reduce((all, one) => all + one, 0) }
  })
  const most = Math.max(0, ...weighed.map(({ has }) => has))
  if (words.length === 0 || most < words.length / 2) return { hits: [], hasAllWords: true }
  const hits = weighed
    .filter(({ has }) => has === most)
    .sort((a, b) => b.sum - a.sum)
    .slice(0, searchLimits.hitsMax)
    .map(({ part }) => ({ part, snippet: snippetOf(part.text, words) }))
  return { hits, hasAllWords: most === words.length }
}
