/** Pure work on answers: which words of a claim stand in its sources, how claims make paragraphs, and an answer as plain text. */
import type { Answer, AnsweredClaim, Citation } from '../main/contract/answer.ts'
import { plainLine } from '../main/domain/inert-text.ts'
import { marking } from '../main/domain/label.ts'
import { describeLocator } from '../main/domain/locator.ts'
import { portionMark } from '../main/domain/portion.ts'

const limits = { wordsMin: 3, charsMin: 12, sentencesMax: 3 } as const

/** A stretch of a claim. `citation` is there when these very words stand in a verified quote. */
export interface Piece {
  readonly text: string
  readonly citation: Citation | null
}

export interface MarkedClaim {
  readonly pieces: readonly Piece[]
  /** Citations that no stretch of the sentence belongs to: they stand after it. */
  readonly after: readonly Citation[]
}

interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
}

const wordsOf = (text: string): readonly Word[] =>
  [...text.matchAll(/[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}'’.,:-]*[\p{L}\p{N}\p{M}])?/gu)].map((match) => ({
    ...{ text: match[0].toLowerCase().replaceAll('’', "'"), start: match.index, end: match.index + match[0].length },
  }))

/** The longest run of words that two texts share, as a range of the first; null when it is too short to mean anything. */
export function sharedRun(text: string, quote: string): { readonly start: number; readonly end: number } | null {
  const words = wordsOf(text)
  const quoted = wordsOf(quote)
  let best = { length: 0, endsAt: 0 }
  let previous: number[] = []
  for (const [i, word] of words.entries()) {
    const row = new Array<number>(quoted.length).fill(0)
    for (const [j, other] of quoted.entries()) {
      if (word.text !== other.text) continue
      const length = (previous[j - 1] ?? 0) + 1
      row[j] = length
      if (length > best.length) best = { length, endsAt: i }
    }
    previous = row
  }
  const start = words[best.endsAt - best.length + 1]?.start ?? 0
  const end = words[best.endsAt]?.end ?? 0
  return best.length >= limits.wordsMin && end - start >= limits.charsMin ? { start, end } : null
}

/** Marks what a claim took word for word. Only verified quotes mark anything. */
export function markClaim(claim: AnsweredClaim, citations: readonly Citation[]): MarkedClaim {
  const own = claim.citations.flatMap((n) => citations.filter((citation) => citation.n === n))
  const spans: { start: number; end: number; citation: Citation }[] = []
  const after: Citation[] = []
  for (const citation of own) {
    const run = citation.verified ? sharedRun(claim.text, citation.quote) : null
    const isFree = run !== null && spans.every((span) => run.end <= span.start || run.start >= span.end)
    if (run !== null && isFree) spans.push({ ...run, citation })
    else after.push(citation)
  }
  spans.sort((a, b) => a.start - b.start)
  const pieces: Piece[] = []
  let at = 0
  for (const { start, end, citation } of spans) {
    if (start > at) pieces.push({ text: claim.text.slice(at, start), citation: null })
    pieces.push({ text: claim.text.slice(start, end), citation })
    at = end
  }
  if (at < claim.text.length) pieces.push({ text: claim.text.slice(at), citation: null })
  return { pieces, after }
}

/** Sentences about the same source stand together; no paragraph grows past three. */
export function paragraphsOf(answer: Pick<Answer, 'claims' | 'citations'>): readonly (readonly AnsweredClaim[])[] {
  const sourceOf = (claim: AnsweredClaim) => answer.citations.find((citation) => claim.citations.includes(citation.n))?.documentId ?? null
  const paragraphs: AnsweredClaim[][] = []
  let source: string | null = null
  for (const claim of answer.claims) {
    const last = paragraphs.at(-1)
    const here = sourceOf(claim)
    const isOther = here !== null && source !== null && here !== source
    if (last === undefined || last.length >= limits.sentencesMax || (isOther && last.length > 1)) paragraphs.push([claim])
    else last.push(claim)
    source = here ?? source
  }
  return paragraphs
}

export interface QuoteCount {
  readonly verified: number
  readonly all: number
}

export const countQuotes = (answer: Pick<Answer, 'citations'>): QuoteCount => ({
  verified: answer.citations.filter((citation) => citation.verified).length,
  all: answer.citations.length,
})

export const countUnsupported = (answer: Pick<Answer, 'claims'>): number => answer.claims.filter((claim) => !claim.supported).length

/** An answer to paste elsewhere: marked at both ends and before each part, each sentence with its numbers, each source with its quote. No part is marked lower than the whole. */
export function answerAsText(answer: Answer): string {
  const mark = marking(answer.label)
  const portion = `(${portionMark(answer.label)})`
  const sentences = answer.claims.map((claim) => {
    const numbers = claim.citations.map((n) => ` [${n}]`).join('')
    return `${portion} ${claim.text}${numbers}${claim.supported ? '' : ' [no source supports this]'}`
  })
  const sources = answer.citations.map(
    (citation) =>
      `${portion} [${citation.n}] ${citation.file}, ${describeLocator(citation.locator)}: “${plainLine(citation.quote)}”${citation.verified ? '' : ' (not found in the source)'}`,
  )
  const body = sentences.length === 0 ? [`${portion} Not in your documents.`] : sentences
  return [mark, '', `${portion} ${answer.question}`, '', body.join('\n'), ...(sources.length === 0 ? [] : ['', ...sources]), '', mark].join(
    '\n',
  )
}
