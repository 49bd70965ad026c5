/** What a tier is for and what serves there, as its list in `models-manifest/` says. Objectives are configured here and measured elsewhere. */
import * as z from 'zod'

const count = z.int().min(0)

/** Which way out a tier has: none, to addresses inside of the site, or to what the policy allows. */
export const tierEgress = ['denied', 'internal', 'allowed'] as const

export const TierProfile = z.strictObject({
  egress: z.enum(tierEgress),
  /** Billions of parameters of the models that the tier is meant for; null = not said. */
  parametersMin: count.nullable(),
  parametersMax: count.nullable(),
  /** Null = whatever the endpoint runs. */
  quantisation: z.string().max(40).nullable(),
  /** The window that a model there has at least. */
  contextTokensMin: z.int().min(512),
  /** Time to the first token that is aimed at, on a warm model. */
  firstTokenMsMax: z.int().min(1),
})
export type TierProfile = z.infer<typeof TierProfile>
