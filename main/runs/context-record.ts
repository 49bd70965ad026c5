/** What a run puts on record of a context before it is sent, and the last look at its size. */
import type { BuiltContext } from '../context/build.ts'
import { type ContextAllowance, tokensIn } from '../domain/context-window.ts'
import { fail, ok } from '../domain/result.ts'
import type { ChatRequest } from '../world.ts'
import type { ContextRecord } from './session.ts'

export const contextRecord = (built: BuiltContext, passages: readonly string[]): ContextRecord => {
  const { promptTokens, limitTokens, contextTokens, exemptionId, record } = built
  const parts = { parts: [...record.parts], leftOut: [...record.leftOut] }
  return { passages, promptTokens, limitTokens, contextTokens, exemptionId, parts }
}

/** Looked at once more when the prompt is rendered for good: the model may have been loaded anew, with a smaller window. */
export const withinWindow =
  ({ shareMax }: ContextAllowance): NonNullable<ChatRequest['onPrompt']> =>
  ({ tokens, contextTokens }) =>
    tokens <= tokensIn(contextTokens, shareMax)
      ? ok(null)
      : fail('context.too_large', 'The window of the model has become smaller.', 'Ask again.')
