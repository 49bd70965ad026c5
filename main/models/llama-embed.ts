/** Inside the inference process: turns texts into unit vectors. A text that is longer than the model's context is cut at its end. */
import type { LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp'
import { Refusal } from '../child-main.ts'
import type { EmbedReply, EmbedRequest, LlamaEvent } from './llama-protocol.ts'

/** Begin and end markers that the library adds. */
const markerTokens = 4

/** Scales a vector to length 1; a vector without direction stays zero. */
export function unit(vector: readonly number[], dimensions: number): Float32Array<ArrayBuffer> {
  const length = Math.hypot(...vector)
  const scaled = new Float32Array(dimensions)
  if (Number.isFinite(length) && length > 0) for (const [index, value] of vector.entries()) scaled[index] = value / length
  return scaled
}

export async function embedTexts(
  model: LlamaModel,
  context: LlamaEmbeddingContext,
  contextTokens: number,
  { texts, isWhole }: Omit<EmbedRequest, 'do'>,
  emit: (event: LlamaEvent) => void,
  signal: AbortSignal,
): Promise<EmbedReply> {
  const vectors: Float32Array<ArrayBuffer>[] = []
  const tokensMax = Math.max(1, contextTokens - markerTokens)
  let tokens = 0
  for (const text of texts) {
    if (signal.aborted) break
    const all = model.tokenize(text, false, 'trimLeadingSpace')
    if (isWhole && all.length > tokensMax)
      throw new Refusal(
        'model.context_full',
        `A text has ${all.length} tokens, and the model's context holds ${tokensMax}.`,
        'Send it in shorter parts.',
      )
    const kept = all.slice(0, tokensMax)
    tokens += kept.length
    const { vector } = await context.getEmbeddingFor(kept)
    vectors.push(unit(vector, model.embeddingVectorSize))
    emit({ done: vectors.length, total: texts.length })
  }
  return { vectors, tokens }
}
