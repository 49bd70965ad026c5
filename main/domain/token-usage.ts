/** What a model call cost. Without a model every count is 0 and there is no first token. */
import * as z from 'zod'

const count = z.int().min(0)

export const TokenUsage = z.strictObject({
  promptTokens: count,
  /** Prompt tokens that were not evaluated again. */
  reusedTokens: count,
  completionTokens: count,
  /** Size of the model's window in tokens; 0 without a model. */
  contextTokens: count,
  /** Milliseconds from the start of the model call to its first token; null without a model. */
  firstTokenMs: z.number().min(0).nullable(),
  totalMs: z.number().min(0),
})
export type TokenUsage = z.infer<typeof TokenUsage>

/** Of what no model was asked for. */
export const noTokens: TokenUsage = {
  promptTokens: 0,
  reusedTokens: 0,
  completionTokens: 0,
  contextTokens: 0,
  firstTokenMs: null,
  totalMs: 0,
}
