/** An answer as every shell shows it: claims, the citations they rest on, and an honest account of what produced it. */
import * as z from 'zod'
import { FellBack } from './crossing.ts'
import { idOf, PassageId } from './ids.ts'
import { Label } from './label.ts'
import { Locator } from './locator.ts'
import { Tier } from './tier.ts'
import { TokenUsage } from './token-usage.ts'

export const Citation = z.strictObject({
  n: z.int().min(1),
  documentId: idOf('doc'),
  passageId: PassageId,
  file: z.string(),
  locator: Locator,
  /** The words as they stand in the source when verified, as the model wrote them when not. */
  quote: z.string(),
  verified: z.boolean(),
})
export type Citation = z.infer<typeof Citation>

export const AnsweredClaim = z.strictObject({ text: z.string(), supported: z.boolean(), citations: z.array(z.int().min(1)) })
export type AnsweredClaim = z.infer<typeof AnsweredClaim>

/** A document close to the question, named when nothing answers it: not evidence. */
export const NearestDocument = z.strictObject({ documentId: idOf('doc'), file: z.string(), locator: Locator })
export type NearestDocument = z.infer<typeof NearestDocument>

export const Answer = z.strictObject({
  runId: idOf('run'),
  question: z.string(),
  /** The claims as one text, in order. Empty when nothing in the documents answers. */
  answer: z.string(),
  /** Whether at least one claim rests on a verified quote. False means "not in your documents". */
  supported: z.boolean(),
  claims: z.array(AnsweredClaim),
  citations: z.array(Citation),
  nearest: z.array(NearestDocument),
  tier: Tier,
  /** Id of the model that wrote the claims, or its name at the tier that it came from; null when no model was used. */
  model: z.string().nullable(),
  /** What really computed it, such as `cpu`, `cuda: NVIDIA RTX 4090`. */
  device: z.string(),
  label: Label,
  usage: TokenUsage,
  /** Another tier was to answer, and did not. */
  fellBack: FellBack.optional(),
})
export type Answer = z.infer<typeof Answer>
