/**
 * What the core and its inference process say to each other. Replies are parsed on arrival: the process runs native code on files
 * from outside.
 */
import * as z from 'zod'
import type { ChatMessage } from '../world.ts'

export const backends = ['cuda', 'vulkan', 'metal', 'cpu'] as const
export type Backend = (typeof backends)[number]

export interface LoadRequest {
  readonly do: 'load'
  readonly file: string
  readonly role: 'chat' | 'embed'
  readonly contextTokens: number
  readonly backend: Backend
  readonly threads: number
}

/** Renders the chat template and counts; the prompt stays in the process under the number that comes back. */
export interface RenderRequest {
  readonly do: 'render'
  readonly messages: readonly ChatMessage[]
  /** Texts to be counted each by itself. */
  readonly pieces: readonly string[]
}

export interface GenerateRequest {
  readonly do: 'generate'
  readonly prompt: number
  /** What was evaluated before is reused for the same one alone. */
  readonly owner: string
  /** Null leaves the text free. */
  readonly grammar: string | null
  readonly tokensMax: number
  readonly seed: number
  readonly temperature: number
  /** Null leaves the usual cut. */
  readonly topP: number | null
  readonly stop: readonly string[]
}

export interface EmbedRequest {
  readonly do: 'embed'
  readonly texts: readonly string[]
  /** Refuses a text that does not fit whole. */
  readonly isWhole: boolean
}

export type LlamaRequest = LoadRequest | RenderRequest | GenerateRequest | EmbedRequest

const count = z.int().min(0)

export const LoadReply = z.strictObject({
  device: z.string().max(200),
  contextTokens: count,
  threads: count,
  dimensions: count,
  notes: z.array(z.string().max(400)).max(20),
})
export type LoadReply = z.infer<typeof LoadReply>

export const RenderReply = z.strictObject({ prompt: count, tokens: count, pieces: z.array(count) })
export type RenderReply = z.infer<typeof RenderReply>

export const GenerateReply = z.strictObject({
  text: z.string(),
  stop: z.enum(['end', 'length', 'cancelled']),
  promptTokens: count,
  reusedTokens: count,
  completionTokens: count,
  firstTokenMs: z.number().min(0),
  totalMs: z.number().min(0),
})
export type GenerateReply = z.infer<typeof GenerateReply>

export const EmbedReply = z.strictObject({ vectors: z.array(z.instanceof(Float32Array)), tokens: count })
export type EmbedReply = z.infer<typeof EmbedReply>

/** `text` is new output; the others only say that work goes on. */
export const LlamaEvent = z.union([z.strictObject({ text: z.string() }), z.strictObject({ done: z.number(), total: z.number() })])
export type LlamaEvent = z.infer<typeof LlamaEvent>
