/** What crosses the two channels: one call with its reply, and the feed. The same for every shell. */
import * as z from 'zod'
import { Failure, type Result } from '../domain/result.ts'
import type { CallInput, CallName, CallOutput } from './calls.ts'
import type { FeedItem } from './runs.ts'

export const CallRequest = z.strictObject({ name: z.string().max(80), input: z.unknown() })
export type CallRequest = z.infer<typeof CallRequest>

export const CallReply = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: Failure }),
])
export type CallReply = z.infer<typeof CallReply>

/** The client, derived from the calls. It never rejects: a broken connection is a failure too. */
export interface Api {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Result<CallOutput<N>>>
  /** Delivers a snapshot first, then everything after `after` (the last `seq` seen, or null). Reconnects by itself; returns how to stop. */
  subscribe(after: number | null, listen: (item: FeedItem) => void): () => void
}
