/** Reviews of how agents are run, from the store alone, of what whoever asks may see. */
import type { Handlers } from '../dispatch.ts'
import { judgeRate, rateLimits } from '../domain/approval-rate.ts'
import { ok } from '../domain/result.ts'
import { reviewLastsMs, reviewMarkdown } from '../domain/review.ts'
import { createReviewStore } from '../store/review-figures.ts'
import type { Services } from './services.ts'

type Parts = Pick<Services, 'db' | 'tenant' | 'holds' | 'clock' | 'sightOf'>

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export const reviewHandlers = ({ db, tenant, holds, clock, sightOf }: Parts): Pick<Handlers, 'reports.review'> => ({
  'reports.review': ({ period }, { account }) => {
    const at = clock()
    const fromMs = at - reviewLastsMs[period]
    const { approved, decided } = holds.decided(rateLimits.decisionsMax)
    const read = createReviewStore(db, tenant).read(fromMs, sightOf(account)?.labelIds() ?? null)
    const figures = { ...read, from: day(fromMs), to: day(at), approval: judgeRate(approved, decided) }
    return ok({ period, at, markdown: reviewMarkdown(period, figures) })
  },
})
