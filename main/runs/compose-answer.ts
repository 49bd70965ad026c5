/** From checked claims to the answer a person sees: only sources that were used, numbered in the order they appear, each with the place its quote stands. Pure. */
import type { Answer, AnsweredClaim, Citation, NearestDocument } from '../domain/answer.ts'
import type { CheckedClaim } from '../domain/claim.ts'
import { plainLine } from '../domain/inert-text.ts'
import type { Locator } from '../domain/locator.ts'
import type { Span } from '../domain/quote.ts'

/** A passage that may be cited, by its number in the context. */
export interface CitablePassage {
  readonly n: number
  readonly passageId: string
  readonly documentId: string
  readonly file: string
  readonly locate: (span: Span) => Locator
}

export interface ComposedClaims {
  readonly claims: readonly AnsweredClaim[]
  readonly citations: readonly Citation[]
}

/** What a model wrote and what a file is called stand as plain lines. Quotes that were not found are not shown: a claim without support is marked, and brings no source. The same quote is one citation. */
export function composeClaims(checked: readonly CheckedClaim[], passages: readonly CitablePassage[]): ComposedClaims {
  const citations: Citation[] = []
  const cite = (n: number, quote: string, span: Span): readonly number[] => {
    const passage = passages.find((candidate) => candidate.n === n)
    if (passage === undefined) return []
    const { passageId, documentId, file } = passage
    const known = citations.find((citation) => citation.passageId === passageId && citation.quote === quote)
    if (known !== undefined) return [known.n]
    const citation: Citation = {
      n: citations.length + 1,
      documentId,
      passageId,
      file: plainLine(file),
      locator: passage.locate(span),
      quote,
      verified: true,
    }
    citations.push(citation)
    return [citation.n]
  }
  const claims = checked
    .map((claim) => ({ ...claim, text: plainLine(claim.text) }))
    .filter(({ text }) => text !== '')
    .map(({ text, supported, quotes }) => ({
      text,
      supported,
      citations: quotes.flatMap(({ n, quote, span }) => (span === null ? [] : cite(n, quote, span))),
    }))
  return { claims, citations }
}

/** The first passages' documents, each once: where a person might look on, and no evidence. */
export function nearestDocuments(
  passages: readonly CitablePassage[],
  whole: (n: number) => Locator,
  count: number,
): readonly NearestDocument[] {
  const seen = new Set<string>()
  return passages
    .filter(({ documentId }) => !seen.has(documentId) && seen.add(documentId))
    .slice(0, count)
    .map(({ n, documentId, file }) => ({ documentId, file: plainLine(file), locator: whole(n) }))
}

/** The rest of an answer around its claims. */
export function composeAnswer(composed: ComposedClaims, about: Omit<Answer, 'answer' | 'supported' | 'claims' | 'citations'>): Answer {
  const supported = composed.claims.some((claim) => claim.supported)
  return {
    ...about,
    answer: composed.claims.map(({ text }) => text).join(' '),
    supported,
    claims: [...composed.claims],
    citations: [...composed.citations],
    nearest: supported ? [] : about.nearest,
  }
}
