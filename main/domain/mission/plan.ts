/** A plan: which tasks a mission consists of, for which agent each, and which must be over before. What a model proposes is read by this form and no other. */
import * as z from 'zod'

export const planLimits = { shardsMax: 64, afterMax: 16, titleCharsMax: 200, fieldsMax: 16, fieldCharsMax: 10_000 } as const

/** Names a shard within its plan. */
export const ShardKey = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/)

export const PlannedShard = z.strictObject({
  key: ShardKey,
  title: z.string().trim().min(1).max(planLimits.titleCharsMax),
  agent: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  input: z.record(z.string().max(32), z.string().max(planLimits.fieldCharsMax)),
  /** Shards whose results it works from. */
  after: z.array(ShardKey).max(planLimits.afterMax),
  /** What it may spend; absent = what its agent may. */
  budget: z.strictObject({ tokensMax: z.int().min(0) }).optional(),
})
export type PlannedShard = z.infer<typeof PlannedShard>

export const MissionPlan = z.strictObject({ shards: z.array(PlannedShard).min(1).max(planLimits.shardsMax) })
export type MissionPlan = z.infer<typeof MissionPlan>

/** A plan as a person takes it up to change it: each shard with its own limit. */
export const planToChange = (
  shards: ReadonlyArray<{
    readonly key: string
    readonly title: string | null
    readonly agent: string
    readonly input: Readonly<Record<string, string>>
    readonly after: readonly string[]
    readonly tokensMax: number
  }>,
): MissionPlan => ({
  shards: shards.map(({ key, title, agent, input, after, tokensMax }) => ({
    ...{ key, title: title ?? '', agent, input: { ...input }, after: [...after], budget: { tokensMax } },
  })),
})
