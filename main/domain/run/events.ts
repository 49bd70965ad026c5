/** Every fact a run can leave behind. Ids, numbers and commitments only: texts are bodies, and events point at them. */
import * as z from 'zod'
import { BodyRef } from '../body-ref.ts'
import { Digest } from '../digest.ts'
import { idOf, PassageId } from '../ids.ts'
import { Label } from '../label.ts'
import { Tier } from '../tier.ts'
import { TokenUsage } from '../token-usage.ts'
import { Reason, RunStatus } from './transitions.ts'

const count = z.int().min(0)
const time = z.int().min(0)

export const holdKinds = ['operator', 'approval', 'question', 'gate', 'budget', 'policy', 'spiral', 'outcome_unknown', 'version'] as const
export const HoldKind = z.enum(holdKinds)
export type HoldKind = z.infer<typeof HoldKind>

/** `unsafe` may not be done twice; `read` changes nothing; `idempotent` may be repeated. */
export const effects = ['read', 'idempotent', 'unsafe'] as const
export const Effect = z.enum(effects)
export type Effect = z.infer<typeof Effect>

/** Which core process executes a run: a bare pid would be fooled by its reuse. */
export const Executor = z.strictObject({ boot: idOf('boot'), pid: count, startedAt: z.string() })
export type Executor = z.infer<typeof Executor>

/** A failure as it may stand in the log: our own code, never the text of a model, a document or a person. */
export const FailureCode = z.strictObject({ code: z.string().max(80) })

const moved = { from: RunStatus, reason: Reason }
const step = { stepId: idOf('stp') }

export const RunEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('run.created'),
    shardId: idOf('shd'),
    agent: z.string().max(64),
    attempt: z.int().min(1),
    conversationId: idOf('cnv').nullable(),
    input: BodyRef,
  }),
  z.strictObject({ type: z.literal('run.queued'), ...moved }),
  z.strictObject({ type: z.literal('run.held'), ...moved }),
  z.strictObject({ type: z.literal('run.launching'), ...moved, executor: Executor, epoch: z.int().min(1) }),
  z.strictObject({ type: z.literal('run.activated'), ...moved }),
  z.strictObject({ type: z.literal('run.completed'), ...moved, result: BodyRef, label: Label }),
  z.strictObject({ type: z.literal('run.failed'), ...moved, failure: FailureCode }),
  z.strictObject({ type: z.literal('run.aborted'), ...moved }),
  z.strictObject({ type: z.literal('run.cancel_requested'), atMs: time, reason: Reason }),

  z.strictObject({ type: z.literal('hold.opened'), holdId: idOf('hld'), kind: HoldKind, atMs: time, stepId: idOf('stp').nullable() }),
  z.strictObject({
    type: z.literal('hold.closed'),
    holdId: idOf('hld'),
    atMs: time,
    decision: z.enum(['released', 'rejected', 'expired']),
  }),

  z.strictObject({
    type: z.literal('context.built'),
    ...step,
    prompt: BodyRef,
    /** What stands in it, by number; the prompt's commitment covers their text. */
    passages: z.array(PassageId),
    promptTokens: count,
    /** What the passages, the question and the answer may take together. */
    limitTokens: count,
    contextTokens: count,
  }),
  z.strictObject({
    type: z.literal('model.requested'),
    ...step,
    ordinal: count,
    tier: Tier,
    modelId: idOf('mdl').nullable(),
    modelDigest: Digest.nullable(),
    input: BodyRef,
    seed: count,
    atMs: time,
  }),
  z.strictObject({
    type: z.literal('model.answered'),
    ...step,
    output: BodyRef,
    stop: z.enum(['end', 'length']),
    device: z.string().max(200),
    usage: TokenUsage,
    atMs: time,
  }),
  z.strictObject({ type: z.literal('model.failed'), ...step, failure: FailureCode, atMs: time }),

  z.strictObject({
    type: z.literal('tool.proposed'),
    ...step,
    ordinal: count,
    tool: z.string().max(64),
    effect: Effect,
    input: BodyRef,
    atMs: time,
  }),
  z.strictObject({ type: z.literal('tool.approval_requested'), ...step, holdId: idOf('hld') }),
  z.strictObject({ type: z.literal('tool.approved'), ...step, holdId: idOf('hld') }),
  z.strictObject({ type: z.literal('tool.rejected'), ...step, holdId: idOf('hld'), atMs: time }),
  z.strictObject({ type: z.literal('tool.expired'), ...step, holdId: idOf('hld'), atMs: time }),
  z.strictObject({ type: z.literal('tool.dispatched'), ...step, atMs: time }),
  z.strictObject({ type: z.literal('tool.succeeded'), ...step, output: BodyRef, atMs: time }),
  z.strictObject({ type: z.literal('tool.failed'), ...step, failure: FailureCode, isBeforeEffect: z.boolean(), atMs: time }),
  z.strictObject({ type: z.literal('tool.unknown'), ...step, atMs: time }),

  /** Every quote of the answer was looked up in its passage. */
  z.strictObject({ type: z.literal('quotes.checked'), ...step, claims: count, supported: count, quotes: count, verified: count }),
])
export type RunEvent = z.infer<typeof RunEvent>
export type RunEventType = RunEvent['type']
export const runEventTypes: readonly RunEventType[] = RunEvent.options.map((option) => option.shape.type.value)
