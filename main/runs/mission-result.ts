/**
 * Takes what a shard's run left: its form first, then every quote again in the passage that it names, as that is held now. What an agent
 * says of its own quotes counts for nothing.
 */
import * as z from 'zod'
import { AnsweredClaim, Citation } from '../domain/answer.ts'
import { readJson } from '../domain/canonical-json.ts'
import type { Label } from '../domain/label.ts'
import type { ResultCounts } from '../domain/mission/events.ts'
import { findQuote, type Span } from '../domain/quote.ts'
import { ok, type Result } from '../domain/result.ts'
import { Tier } from '../domain/tier.ts'

/** Claims with their citations, whatever else stands beside them. */
const Brought = z.object({
  claims: z.array(AnsweredClaim).max(200),
  citations: z.array(Citation).max(500),
  tier: Tier,
  device: z.string().max(200),
  /** Of all that was found, also of what was left out for want of room. */
  counts: z.object({ claims: z.int().min(0) }).optional(),
})
export type Brought = z.infer<typeof Brought>

export interface HeldPassageText {
  readonly passageId: string
  readonly text: string
  readonly fields: readonly Span[]
  readonly label: Label
}

export interface CheckedResult {
  /** Null: it was taken. */
  readonly fault: string | null
  readonly counts: ResultCounts
  readonly brought: Brought | null
  /** Of the passages that hold it up, as they are labelled now. */
  readonly labels: readonly Label[]
}

/** What is gone, or may not be held here any more, is left out. */
export type ReadPassageTexts = (ids: readonly string[]) => Promise<Result<readonly HeldPassageText[]>>

export const noCounts: ResultCounts = { claims: 0, supported: 0, quotes: 0, verified: 0 }

const refusal = (fault: string): CheckedResult => ({ fault, counts: noCounts, brought: null, labels: [] })

export async function checkResult(text: string | null, readPassages: ReadPassageTexts): Promise<Result<CheckedResult>> {
  if (text === null) return ok(refusal('result.purged'))
  const parsed = Brought.safeParse(readJson(text))
  if (!parsed.success) return ok(refusal('result.malformed'))
  const { claims, citations } = parsed.data
  const known = new Map(citations.map((citation) => [citation.n, citation]))
  if (known.size !== citations.length) return ok(refusal('result.malformed'))
  if (!claims.every((claim) => claim.citations.every((n) => known.has(n)))) return ok(refusal('result.malformed'))
  const read = await readPassages([...new Set(citations.map(({ passageId }) => passageId))])
  if (!read.ok) return read
  const held = new Map(read.value.map((passage) => [passage.passageId, passage]))
  const isVerified = ({ passageId, quote }: Citation): boolean => {
    const passage = held.get(passageId)
    return passage !== undefined && findQuote(passage.text, quote, passage.fields) !== null
  }
  const verified = citations.filter(isVerified).map((citation) => ({ ...citation, verified: true }))
  const numbers = new Set(verified.map(({ n }) => n))
  const judged = claims.map((claim) => {
    const own = claim.citations.filter((n) => numbers.has(n))
    return { ...claim, supported: own.length > 0, citations: own }
  })
  const counts = {
    ...{ claims: claims.length, supported: judged.filter(({ supported }) => supported).length },
    ...{ quotes: citations.length, verified: verified.length },
  }
  // An agent that claims what cannot be found has not done its work; one that found nothing has.
  const isInvented = claims.length > 0 && counts.supported === 0
  return ok({
    fault: isInvented ? 'result.not_supported' : null,
    counts,
    brought: { ...parsed.data, claims: judged, citations: verified },
    labels: verified.flatMap(({ passageId }) => held.get(passageId)?.label ?? []),
  })
}
