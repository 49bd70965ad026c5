/** Claims: what a model offers, and what Holdfast makes of it once every quote was looked up in its passage. */
import * as z from 'zod'
import { findQuote, type Span } from './quote.ts'

export const claimLimits = { claimsMax: 12, textCharsMax: 1_200, quoteCharsMax: 1_200 } as const

/** One claim as the model writes it under the grammar: a sentence, the number of the passage it rests on (0 = none), and the words it takes from it. */
export const DraftClaim = z.strictObject({
  text: z.string().max(claimLimits.textCharsMax),
  n: z.int().min(0).max(99),
  quote: z.string().max(claimLimits.quoteCharsMax),
})
export type DraftClaim = z.infer<typeof DraftClaim>

export const DraftAnswer = z.strictObject({ claims: z.array(DraftClaim).max(claimLimits.claimsMax) })
export type DraftAnswer = z.infer<typeof DraftAnswer>

/** A passage as it stood, numbered, in the context. */
export interface NumberedPassage {
  readonly n: number
  readonly text: string
  readonly fields: readonly Span[]
}

export interface CheckedQuote {
  /** The passage's number in the context. */
  readonly n: number
  readonly quote: string
  /** Where the quote stands in the passage; null when it could not be verified. */
  readonly span: Span | null
}

export interface CheckedClaim {
  readonly text: string
  readonly supported: boolean
  readonly quotes: readonly CheckedQuote[]
}

/** Supported only by its own verified quote: a number that names no passage, or words that are not in it, support nothing. */
export function checkClaim(claim: DraftClaim, passages: readonly NumberedPassage[]): CheckedClaim {
  const text = claim.text.trim()
  const passage = passages.find((candidate) => candidate.n === claim.n)
  if (passage === undefined || claim.quote.trim() === '') return { text, supported: false, quotes: [] }
  const span = findQuote(passage.text, claim.quote, passage.fields)
  const quote = span === null ? claim.quote : passage.text.slice(span.start, span.end)
  return { text, supported: span !== null, quotes: [{ n: claim.n, quote, span }] }
}
