/** What a mission found, put together from what its agents brought: by shard, each sentence with its quotes, and what was noticed on the way. */
import * as z from 'zod'
import { AnsweredClaim, Citation } from '../answer.ts'
import { Tier } from '../tier.ts'
import { ResultCounts } from './events.ts'
import { ShardKey } from './plan.ts'

/**
 * What a check by reading said of a claim. `number_not_quoted`: a number in it stands in none of its quotes. `repeated`: the same words of the
 * same passage hold up a claim of another shard as well. `differs`: a claim of another shard says nearly the same with other numbers.
 */
export const claimNotes = ['number_not_quoted', 'repeated', 'differs'] as const
export const ClaimNote = z.strictObject({ note: z.enum(claimNotes), shard: ShardKey.nullable() })
export type ClaimNote = z.infer<typeof ClaimNote>

export const ReportSection = z.strictObject({
  key: ShardKey,
  title: z.string(),
  agent: z.string(),
  runId: z.string(),
  tier: Tier,
  device: z.string(),
  /** Only what rests on a verified quote. Numbers are those of the report's citations. */
  claims: z.array(AnsweredClaim.extend({ notes: z.array(ClaimNote) })),
  /** Sentences that rested on nothing and were left out. */
  leftOut: z.int().min(0),
  /** What its agent says that it found besides and did not hand on, for want of room. Nobody checked it. */
  omitted: z.int().min(0).default(0),
})
export type ReportSection = z.infer<typeof ReportSection>

export const MissionReport = z.strictObject({
  goal: z.string(),
  sections: z.array(ReportSection),
  citations: z.array(Citation),
  /** Shards that brought nothing, and why. */
  missing: z.array(
    z.strictObject({ key: ShardKey, title: z.string(), status: z.enum(['refused', 'failed', 'skipped']), code: z.string().nullable() }),
  ),
  counts: ResultCounts,
})
export type MissionReport = z.infer<typeof MissionReport>
