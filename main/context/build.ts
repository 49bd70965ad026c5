/**
 * Builds what a model is shown: instructions, numbered evidence, and the question after the evidence. Deterministic: the same
 * inputs give the same bytes. It counts with the serving model's own tokenizer and refuses rather than overflow.
 */
import { contextShares } from '../domain/exemption.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ChatMessage } from '../world.ts'

export const contextLimits = {
  /** Share of the model's window that a prompt may take. */
  shareMax: contextShares.usual,
  /** Small models lose the thread in long evidence, whatever their window. */
  promptTokensMax: 6_000,
} as const

export interface Evidence {
  readonly n: number
  /** File and place, as a person would name it. */
  readonly source: string
  readonly text: string
}

export interface ContextRequest {
  readonly instructions: string
  readonly question: string
  /** Best first. Those that do not fit are left out from the end. */
  readonly evidence: readonly Evidence[]
  /** Another share of the window, where a person lifted the usual one, or the model is not one of this machine. */
  readonly shareMax?: number
  readonly promptTokensMax?: number
  readonly countTokens: (messages: readonly ChatMessage[]) => Promise<Result<{ readonly tokens: number; readonly contextTokens: number }>>
}

export interface BuiltContext {
  readonly messages: readonly ChatMessage[]
  /** Numbers of the passages that are in it. */
  readonly included: readonly number[]
  readonly promptTokens: number
  readonly limitTokens: number
  readonly contextTokens: number
}

export function renderContext(
  request: Pick<ContextRequest, 'instructions' | 'question'>,
  evidence: readonly Evidence[],
): readonly ChatMessage[] {
  const passages = evidence.map(({ n, source, text }) => `[${n}] ${source}\n${text}`)
  return [
    { role: 'system', text: request.instructions.trim() },
    { role: 'user', text: `${['Passages:', ...passages].join('\n\n')}\n\nQuestion: ${request.question}` },
  ]
}

/** Fails with `context.too_large` when not even the best passage fits beside the question. */
export async function buildContext(request: ContextRequest): Promise<Result<BuiltContext>> {
  for (let kept = request.evidence.length; kept > 0; ) {
    const evidence = request.evidence.slice(0, kept)
    const messages = renderContext(request, evidence)
    const counted = await request.countTokens(messages)
    if (!counted.ok) return counted
    const { tokens, contextTokens } = counted.value
    const { shareMax = contextLimits.shareMax, promptTokensMax = contextLimits.promptTokensMax } = request
    const limitTokens = Math.min(Math.floor(contextTokens * shareMax), promptTokensMax)
    if (tokens <= limitTokens) {
      return ok({ messages, included: evidence.map(({ n }) => n), promptTokens: tokens, limitTokens, contextTokens })
    }
    // Drop what the overflow suggests, at least one: each count renders the whole prompt.
    kept = Math.min(kept - 1, Math.floor((kept * limitTokens) / tokens))
  }
  return fail(
    'context.too_large',
    'The question and its best passage do not fit into the window of this model.',
    'Ask a shorter question, or use a model with a larger window.',
  )
}
