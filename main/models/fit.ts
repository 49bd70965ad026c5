/** Decides, before a model is loaded, which context fits in the memory that is free. Pure: the free memory is passed in. */
import { fail, ok, type Result } from '../domain/result.ts'

export const fitLimits = {
  contextTokensMax: 8_192,
  contextTokensMin: 256,
  /** An embedder takes a whole text in one batch, whose cost grows with its square; passages are far shorter. */
  roleContextTokensMax: { chat: 1_048_576, embed: 2_048 },
  batchTokens: 512,
  /** Buffers of llama.cpp and of Node beside weights and context. */
  overheadBytes: 192 * 1024 * 1024,
  /** Left to the rest of the machine. */
  reserveBytes: 128 * 1024 * 1024,
} as const

export interface ModelSize {
  readonly weightsBytes: number
  readonly cacheBytesPerToken: number
  readonly width: number
  readonly vocabulary: number
  /** What the model was trained for. */
  readonly contextTokens: number
}

export interface Fit {
  readonly contextTokens: number
  readonly neededBytes: number
  /** What was given up, in words for people; empty when nothing was. */
  readonly notes: readonly string[]
}

/** Bytes for weights, context and one batch of `contextTokens`. Attention scores and logits of a batch dominate the rest. */
export const neededBytes = (size: ModelSize, contextTokens: number): number =>
  size.weightsBytes +
  size.cacheBytesPerToken * contextTokens +
  fitLimits.batchTokens * (size.vocabulary * 4 + size.width * 96) +
  fitLimits.overheadBytes

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

/** The contexts to try, largest first. */
export function contextLadder(wanted: number): readonly number[] {
  const steps = [wanted]
  for (let next = Math.floor(wanted / 2); next >= fitLimits.contextTokensMin; next = Math.floor(next / 2)) steps.push(next)
  return steps
}

export function fitContext(size: ModelSize, contextTokensMax: number, freeBytes: number): Result<Fit> {
  const wanted = Math.max(1, Math.min(size.contextTokens, contextTokensMax))
  const usable = freeBytes - fitLimits.reserveBytes
  const contextTokens = contextLadder(wanted).find((tokens) => neededBytes(size, tokens) <= usable)
  if (contextTokens === undefined) {
    const least = neededBytes(size, Math.min(wanted, fitLimits.contextTokensMin))
    return fail(
      'model.memory',
      `The model needs about ${gigabytes(least)} of memory, and ${gigabytes(freeBytes)} is free.`,
      'Close other programs, or use a smaller model or a smaller quantisation.',
    )
  }
  const notes =
    contextTokens === wanted
      ? []
      : [`The context was reduced from ${wanted} to ${contextTokens} tokens, since ${gigabytes(freeBytes)} of memory is free.`]
  return ok({ contextTokens, neededBytes: neededBytes(size, contextTokens), notes })
}
