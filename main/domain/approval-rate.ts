/** Whether the people who approve still look: what share of proposals they let through, and what that says. Pure. */
import * as z from 'zod'

export const rateLimits = {
  /** Fewer decisions say nothing. */
  decisionsMin: 10,
  /** Of the newest so many. */
  decisionsMax: 100,
  badBelow: 0.5,
  healthyFrom: 0.8,
  healthyTo: 0.9,
} as const

/** `rubber_stamp`: nothing was ever refused. `bad_proposals`: more is refused than let through. `fair` and `high` lie beside the healthy range. */
export const rateVerdicts = ['too_few', 'bad_proposals', 'fair', 'healthy', 'high', 'rubber_stamp'] as const
export const RateVerdict = z.enum(rateVerdicts)
export type RateVerdict = z.infer<typeof RateVerdict>

export const ApprovalRate = z.strictObject({
  approved: z.int().min(0),
  decided: z.int().min(0),
  /** Between 0 and 1; null where nothing was decided. */
  rate: z.number().min(0).max(1).nullable(),
  verdict: RateVerdict,
})
export type ApprovalRate = z.infer<typeof ApprovalRate>

/** `approved` of `decided` newest decisions of people; what ran out without one is no decision. */
export function judgeRate(approved: number, decided: number): ApprovalRate {
  const { decisionsMin, badBelow, healthyFrom, healthyTo } = rateLimits
  const rate = decided === 0 ? null : approved / decided
  const verdictOf = (share: number): RateVerdict => {
    if (share === 1) return 'rubber_stamp'
    if (share < badBelow) return 'bad_proposals'
    if (share < healthyFrom) return 'fair'
    return share <= healthyTo ? 'healthy' : 'high'
  }
  return { approved, decided, rate, verdict: rate === null || decided < decisionsMin ? 'too_few' : verdictOf(rate) }
}
