/** Inside the inference process: turns texts into unit vectors. A text that is longer than the model's context is cut at its end. */
import type { LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp'
import type { LlamaEvent } from './llama-protocol.ts'

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
  texts: readonly string[],
  emit: (event: LlamaEvent) => void,
  signal: AbortSignal,
): Promise<Float32Array<ArrayBuffer>[]> {
  const vectors: Float32Array<ArrayBuffer>[] = []
  for (const text of texts) {
    if (signal.aborted) break
    const tokens = model.tokenize(text, false, 'trimLeadingSpace').slice(0, Math.max(1, contextTokens - markerTokens))
    const { vector } = await context.getEmbeddingFor(tokens)
    vectors.push(unit(vector, model.embeddingVectorSize))
    emit({ done: vectors.length, total: texts.length })
  }
  return vectors
}
