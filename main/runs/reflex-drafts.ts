/** Drafts without a model besides answering a question: how a document's parts begin, what a reviewer looks for, what each document says. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DraftClaim } from '../domain/claim.ts'
import { quoteLimits } from '../domain/quote.ts'
import { ok, type Result } from '../domain/result.ts'
import { findSensitive, quoteAround, type SensitiveSpan } from '../domain/sensitive-text.ts'
import type { DraftParts, FoundPassage } from './draft.ts'

export const reflexDraftLimits = { leadsMax: 6, marksMax: 60, sidesMax: 2, sentenceCharsMax: 400, passagesPerTurn: 16 } as const

type QuoteOnly = DraftParts['quoteOnly']

/** So many of a list, from its first to its last, evenly. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * (items.length - 1)) / Math.max(1, count - 1))] as T)
}

/** The first sentence of a text that is long enough to be a quote. */
function leadOf(text: string): string | null {
  for (const sentence of text.split(/(?<=[.!?])\s+|\n+/)) {
    const trimmed = sentence.trim()
    const isProof = trimmed.length >= quoteLimits.charsMin && trimmed.split(/\s+/).length > quoteLimits.wordsMin
    if (isProof && trimmed.length <= reflexDraftLimits.sentenceCharsMax) return trimmed
  }
  return null
}

/** How the parts of a document begin: what its writer put first. */
export const leads: QuoteOnly = async (_question, passages) => {
  const found = passages.flatMap(({ text }, i) => {
    const quote = leadOf(text)
    return quote === null ? [] : [{ text: quote, n: i + 1, quote }]
  })
  return ok(spread(found, reflexDraftLimits.leadsMax))
}

/** What stands in each passage that a reviewer looks for. */
export function marks(more: (text: string) => readonly SensitiveSpan[]): QuoteOnly {
  return async (_question, passages) => {
    const claims = passages.flatMap(({ text }, i) =>
      findSensitive(text, more).map((span): DraftClaim => {
        const shown = text.slice(span.start, span.end).replaceAll(/\s+/g, ' ').trim()
        return { text: `Here stands ${span.what}: ${shown.slice(0, 120)}`, n: i + 1, quote: quoteAround(text, span) }
      }),
    )
    return ok(claims.slice(0, reflexDraftLimits.marksMax))
  }
}

/** The first passages in which a reviewer finds something, at most so many. Others get their turn while a long document is looked through. */
export async function marked(
  passages: readonly FoundPassage[],
  count: number,
  more: (text: string) => readonly SensitiveSpan[],
): Promise<readonly FoundPassage[]> {
  const found: FoundPassage[] = []
  for (const [at, passage] of passages.entries()) {
    if (found.length >= count) break
    if (at % reflexDraftLimits.passagesPerTurn === reflexDraftLimits.passagesPerTurn - 1) await nextTurn()
    if (findSensitive(passage.text, more).length > 0) found.push(passage)
  }
  return found
}

/** What each of two documents says of the question, side by side. */
export function sides(quoteOnly: QuoteOnly): QuoteOnly {
  return async (question, passages): Promise<Result<readonly DraftClaim[] | null>> => {
    const documents = [...new Set(passages.map(({ documentId }) => documentId))].slice(0, reflexDraftLimits.sidesMax)
    const claims: DraftClaim[] = []
    for (const documentId of documents) {
      const own = passages.flatMap((passage, i) => (passage.documentId === documentId ? [{ passage, n: i + 1 }] : []))
      const quoted = await quoteOnly(
        question,
        own.map(({ passage }) => passage),
      )
      if (!quoted.ok) return quoted
      const file = own[0]?.passage.file ?? ''
      for (const claim of quoted.value ?? []) {
        const n = own[claim.n - 1]?.n
        if (n !== undefined) claims.push({ ...claim, n, text: `${file}: ${claim.text}` })
      }
    }
    return ok(claims)
  }
}
