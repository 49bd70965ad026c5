/** Where a model runs. `reflex` has no model: deterministic, always labelled as such. */
import * as z from 'zod'

export const tiers = ['reflex', 'edge', 'datacenter', 'frontier'] as const
export const Tier = z.enum(tiers)
export type Tier = z.infer<typeof Tier>
