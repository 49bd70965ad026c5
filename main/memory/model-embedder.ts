/** An embedder over an admitted embedding model. Its key names everything that shapes a vector, so that vectors of two models, poolings or prefixes are never compared. */
import { fail, ok, type Result } from '../domain/result.ts'
import type { Embedder, Inference } from '../world.ts'

/** Short texts are cheaper together: a processor spends two to three times as much per token on batches below 64 tokens. */
const limits = { textsPerBatch: 16, textCharsMax: 8_000 } as const

export interface ModelEmbedderOptions {
  readonly inference: Pick<Inference, 'embed'>
  readonly modelId: string
  /** Shown to people. */
  readonly name: string
  /** SHA-256 of the model file, in hexadecimal. */
  readonly digest: string
  readonly dimensions: number
  readonly pooling: string
  /** What the model wants before a question and before a passage, such as `query: ` and `passage: `; mostly empty. */
  readonly queryPrefix: string
  readonly passagePrefix: string
}

const wrongShape = fail(
  'model.embedding_shape',
  'The embedding model gave vectors of another size than it was admitted with.',
  'Verify the model, or choose another one.',
)

/** Unit length, so that the product of two vectors is their cosine. A vector of zeros, or one that is not finite, stays zero: similar to nothing. */
function toUnit(vector: Float32Array): Float32Array {
  let sum = 0
  for (const value of vector) sum += value * value
  if (!Number.isFinite(sum) || sum === 0) return new Float32Array(vector.length)
  const length = Math.sqrt(sum)
  return vector.map((value) => value / length)
}

export function createModelEmbedder(options: ModelEmbedderOptions): Embedder {
  const { inference, modelId, dimensions } = options
  const embed = async (texts: readonly string[], signal?: AbortSignal): Promise<Result<readonly Float32Array[]>> => {
    const vectors: Float32Array[] = []
    for (let from = 0; from < texts.length; from += limits.textsPerBatch) {
      const batch = texts.slice(from, from + limits.textsPerBatch).map((text) => text.slice(0, limits.textCharsMax))
      const reply = await inference.embed({ modelId, texts: batch, ...(signal === undefined ? {} : { signal }) })
      if (!reply.ok) return reply
      const found = reply.value.vectors
      if (found.length !== batch.length || found.some((vector) => vector.length !== dimensions)) return wrongShape
      vectors.push(...found.map(toUnit))
    }
    return ok(vectors)
  }
  return {
    key: ['model', options.digest, options.pooling, JSON.stringify(options.queryPrefix), JSON.stringify(options.passagePrefix)].join('/'),
    dimensions,
    name: options.name,
    embedPassages: (texts, signal) =>
      embed(
        texts.map((text) => options.passagePrefix + text),
        signal,
      ),
    embedQuery: async (text) => {
      const vectors = await embed([options.queryPrefix + text])
      if (!vectors.ok) return vectors
      const [vector] = vectors.value
      return vector === undefined ? wrongShape : ok(vector)
    },
  }
}
