/** What may be asked of a run, and who may ask it. Time, ids and bodies arrive as data. */

import type { Issuer } from '../actor.ts'
import type { BodyRef } from '../body-ref.ts'
import type { Digest } from '../digest.ts'
import type { Label } from '../label.ts'
import type { Tier } from '../tier.ts'
import type { TokenUsage } from '../token-usage.ts'
import type { Effect, Executor, HoldKind } from './events.ts'
import type { Reason } from './transitions.ts'

interface Owned {
  /** The epoch in which the sender was given the run; a write of an older one is refused. */
  readonly epoch: number
}
interface OfStep extends Owned {
  readonly stepId: string
}

export type RunCommand =
  | {
      readonly type: 'run.create'
      readonly shardId: string
      readonly agent: string
      readonly attempt: number
      readonly conversationId: string | null
      readonly input: BodyRef
    }
  | { readonly type: 'run.queue'; readonly reason: Reason }
  | { readonly type: 'run.launch'; readonly executor: Executor; readonly epoch: number }
  | ({ readonly type: 'run.activate' } & Owned)
  /** The executor stops at a safe point because a hold is open. */
  | ({ readonly type: 'run.yield' } & Owned)
  | ({ readonly type: 'run.complete'; readonly result: BodyRef; readonly label: Label } & Owned)
  | ({ readonly type: 'run.fail'; readonly code: string; readonly reason: Reason } & Owned)
  /** The executor acknowledges a cancellation. */
  | ({ readonly type: 'run.abort'; readonly reason: Reason } & Owned)
  /**
   * The executor is gone (`executor_lost`) or closes down in order (`scheduler`): what is half-done is settled, and the run goes back
   * to the queue or is held.
   */
  | { readonly type: 'run.recover'; readonly atMs: number; readonly holdId: string; readonly reason: 'executor_lost' | 'scheduler' }
  | { readonly type: 'run.pause'; readonly holdId: string; readonly atMs: number }
  | { readonly type: 'run.cancel'; readonly atMs: number; readonly reason: Reason }
  | { readonly type: 'hold.open'; readonly holdId: string; readonly kind: HoldKind; readonly atMs: number; readonly reason: Reason }
  | { readonly type: 'hold.release'; readonly holdId: string; readonly atMs: number }
  | ({
      readonly type: 'context.record'
      readonly prompt: BodyRef
      readonly passages: readonly string[]
      readonly promptTokens: number
      readonly limitTokens: number
      readonly contextTokens: number
    } & OfStep)
  | ({
      readonly type: 'model.request'
      readonly tier: Tier
      readonly modelId: string | null
      readonly modelDigest: Digest | null
      readonly input: BodyRef
      readonly seed: number
      readonly atMs: number
    } & OfStep)
  | ({
      readonly type: 'model.answer'
      readonly output: BodyRef
      readonly stop: 'end' | 'length'
      readonly device: string
      readonly usage: TokenUsage
      readonly atMs: number
    } & OfStep)
  | ({ readonly type: 'model.fail'; readonly code: string; readonly atMs: number } & OfStep)
  | ({
      readonly type: 'tool.propose'
      readonly tool: string
      readonly effect: Effect
      readonly input: BodyRef
      readonly atMs: number
    } & OfStep)
  | ({ readonly type: 'tool.request_approval'; readonly holdId: string; readonly atMs: number } & OfStep)
  | {
      readonly type: 'tool.approve' | 'tool.reject' | 'tool.expire'
      readonly stepId: string
      readonly holdId: string
      readonly atMs: number
    }
  | ({ readonly type: 'tool.dispatch'; readonly atMs: number } & OfStep)
  | ({ readonly type: 'tool.succeed'; readonly output: BodyRef; readonly atMs: number } & OfStep)
  | ({ readonly type: 'tool.fail'; readonly code: string; readonly isBeforeEffect: boolean; readonly atMs: number } & OfStep)
  | ({
      readonly type: 'quotes.record'
      readonly claims: number
      readonly supported: number
      readonly quotes: number
      readonly verified: number
    } & OfStep)

export type RunCommandType = RunCommand['type']

/** Rights are rows: who may send which command. A model may propose a tool call, and nothing else. */
export const mayIssue: Readonly<Record<RunCommandType, readonly Issuer[]>> = {
  'run.create': ['operator', 'scheduler'],
  'run.queue': ['operator', 'scheduler'],
  'run.launch': ['scheduler'],
  'run.activate': ['runtime'],
  'run.yield': ['runtime'],
  'run.complete': ['runtime'],
  'run.fail': ['runtime', 'scheduler'],
  'run.abort': ['runtime', 'scheduler'],
  'run.recover': ['scheduler'],
  'run.pause': ['operator'],
  'run.cancel': ['operator', 'scheduler'],
  'hold.open': ['scheduler', 'runtime'],
  'hold.release': ['operator'],
  'context.record': ['runtime'],
  'model.request': ['runtime'],
  'model.answer': ['runtime'],
  'model.fail': ['runtime'],
  'tool.propose': ['model', 'runtime'],
  'tool.request_approval': ['runtime'],
  'tool.approve': ['operator'],
  'tool.reject': ['operator'],
  'tool.expire': ['scheduler'],
  'tool.dispatch': ['runtime'],
  'tool.succeed': ['runtime'],
  'tool.fail': ['runtime'],
  'quotes.record': ['runtime'],
}
