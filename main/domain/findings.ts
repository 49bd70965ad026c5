/** What an agent leaves that delivers no file: claims with verified quotes, small enough for whoever goes on with them. Pure. */
import * as z from 'zod'
import { AnsweredClaim, Citation } from './answer.ts'
import { FellBack } from './crossing.ts'
import { Label } from './label.ts'
import { fail, ok, type Result } from './result.ts'
import { Tier } from './tier.ts'
import { tokensAtMost } from './token-estimate.ts'

export const findingsLimits = { tokensMax: 5_000 } as const

const count = z.int().min(0)

export const Findings = z.strictObject({
  kind: z.literal('findings'),
  title: z.string(),
  claims: z.array(AnsweredClaim),
  citations: z.array(Citation),
  /** Of everything that was drafted, also of what was left out for want of room. */
  counts: z.strictObject({ claims: count, supported: count, quotes: count, verified: count }),
  tier: Tier,
  device: z.string(),
  label: Label,
  /** Another tier was to draft it, and did not. */
  fellBack: FellBack.optional(),
})
export type Findings = z.infer<typeof Findings>

const tooLarge = fail(
  'findings.too_large',
  'Not even the best supported claim is small enough to be handed on.',
  'Ask for less at once, or about a smaller document.',
)

/** Only these claims, with the citations that they rest on, numbered anew in the order they are used. */
function keep(findings: Findings, claims: readonly AnsweredClaim[]): Findings {
  const numbers = new Map<number, number>()
  for (const claim of claims) for (const n of claim.citations) if (!numbers.has(n)) numbers.set(n, numbers.size + 1)
  const citations = [...numbers].flatMap(([from, n]) => findings.citations.filter((one) => one.n === from).map((one) => ({ ...one, n })))
  return {
    ...findings,
    claims: claims.map((claim) => ({ ...claim, citations: claim.citations.map((n) => numbers.get(n) ?? n) })),
    citations,
  }
}

/**
 * The findings within the limit: what is least supported is left out first, of equals the later one. Fails with `findings.too_large`
 * when a single claim is over it.
 */
export function compactFindings(
  findings: Findings,
  tokensMax: number = findingsLimits.tokensMax,
  countTokens: (text: string) => number = (text) => tokensAtMost([text]),
): Result<Findings> {
  const support = ({ supported, citations }: AnsweredClaim): number => (supported ? citations.length : 0)
  const ranked = findings.claims.map((claim, at) => ({ claim, at })).sort((a, b) => support(b.claim) - support(a.claim) || a.at - b.at)
  const first = (kept: number): Findings => {
    const chosen = ranked.slice(0, kept).sort((a, b) => a.at - b.at)
    return keep(
      findings,
      chosen.map(({ claim }) => claim),
    )
  }
  const fits = (made: Findings): boolean => countTokens(JSON.stringify(made)) <= tokensMax
  let [low, high] = [0, ranked.length]
  // How much room they take only grows with their number.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(first(middle))) low = middle
    else high = middle - 1
  }
  return low === 0 && (ranked.length > 0 || !fits(first(0))) ? tooLarge : ok(first(low))
}
