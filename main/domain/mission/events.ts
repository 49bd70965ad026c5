/** What happened to a mission, in its own stream. Ids, numbers and names of ours only: goals, plans, results and words of people are bodies. */
import * as z from 'zod'
import { BodyRef } from '../body-ref.ts'
import { GateVerdict } from '../gate-policy.ts'
import { idOf } from '../ids.ts'
import { planFaultCodes } from './check-plan.ts'
import { Gate, GateDecision } from './gates.ts'
import { MissionOutcome } from './phases.ts'
import { planLimits, ShardKey } from './plan.ts'

const count = z.int().min(0)
const at = { atMs: count }
const agent = z.string().max(64)
const code = z.string().max(80)

export const RunOutcome = z.enum(['complete', 'failed', 'aborted'])
export type RunOutcome = z.infer<typeof RunOutcome>

/** A planner's run that ended without a plan has no fault of a plan. */
export const planRunFailed = 'plan.run_failed'
export const RefusedPlan = z.strictObject({ code: z.enum([...planFaultCodes, planRunFailed]), at: z.string().max(200) })
export type RefusedPlan = z.infer<typeof RefusedPlan>

/** What every shard of a proposed plan says, but for its words. */
export const ProposedShard = z.strictObject({ key: ShardKey, agent, after: z.array(ShardKey).max(planLimits.afterMax), tokensMax: count })
export type ProposedShard = z.infer<typeof ProposedShard>

export const ResultCounts = z.strictObject({ claims: count, supported: count, quotes: count, verified: count })
export type ResultCounts = z.infer<typeof ResultCounts>

export const BoardKind = z.enum(['observation', 'decision', 'finding', 'risk', 'parameter', 'question', 'lesson'])
export type BoardKind = z.infer<typeof BoardKind>
export const DirectiveName = z.enum(['approach', 'priority', 'constraints'])
export type DirectiveName = z.infer<typeof DirectiveName>

export const MissionEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('mission.created'), goal: BodyRef, gates: z.array(Gate).max(4), tokensMax: count, ...at }),
  /** What the holdings have on the goal, before anybody plans. */
  z.strictObject({ type: z.literal('mission.looked'), look: BodyRef, passages: count, documents: count, ...at }),
  z.strictObject({ type: z.literal('mission.plan_started'), runId: idOf('run'), attempt: z.int().min(1), ...at }),
  z.strictObject({
    type: z.literal('mission.plan_proposed'),
    /** Of the planner; null where a person made it: who that was, the event's actor says. */
    runId: idOf('run').nullable(),
    revision: z.int().min(1),
    plan: BodyRef,
    shards: z.array(ProposedShard).min(1).max(planLimits.shardsMax),
    verdict: GateVerdict,
    ...at,
  }),
  /** Nothing of the plan is kept but why. */
  z.strictObject({ type: z.literal('mission.plan_refused'), runId: idOf('run'), faults: z.array(RefusedPlan).min(1).max(200), ...at }),
  z.strictObject({ type: z.literal('gate.opened'), gate: Gate, ...at }),
  z.strictObject({ type: z.literal('gate.decided'), gate: Gate, decision: GateDecision, feedback: BodyRef.nullable(), ...at }),
  z.strictObject({
    type: z.literal('mission.committed'),
    revision: z.int().min(1),
    shards: z
      .array(z.strictObject({ key: ShardKey, shardId: idOf('shd') }))
      .min(1)
      .max(planLimits.shardsMax),
    ...at,
  }),
  /** A run asked for another task: it is one more shard, and its results lie on the blackboard like all others. */
  z.strictObject({
    type: z.literal('mission.shard_added'),
    ...ProposedShard.shape,
    shardId: idOf('shd'),
    task: BodyRef,
    byRunId: idOf('run'),
    byStepId: idOf('stp'),
    ...at,
  }),
  z.strictObject({ type: z.literal('mission.run_started'), key: ShardKey, runId: idOf('run'), attempt: z.int().min(1), ...at }),
  z.strictObject({
    type: z.literal('mission.run_ended'),
    key: ShardKey,
    runId: idOf('run'),
    outcome: RunOutcome,
    code: code.nullable(),
    ...at,
  }),
  /** `fault` says why a result was not taken. */
  z.strictObject({
    type: z.literal('mission.result_checked'),
    key: ShardKey,
    runId: idOf('run'),
    fault: code.nullable(),
    counts: ResultCounts,
    ...at,
  }),
  /** Nothing that it was to work from was there, or `code` says why else. */
  z.strictObject({ type: z.literal('mission.shard_skipped'), key: ShardKey, code: code.nullable(), ...at }),
  z.strictObject({ type: z.literal('mission.joined'), report: BodyRef, counts: ResultCounts, ...at }),
  z.strictObject({ type: z.literal('mission.paused'), ...at }),
  z.strictObject({ type: z.literal('mission.resumed'), ...at }),
  z.strictObject({ type: z.literal('mission.completed'), outcome: MissionOutcome, ...at }),
  /** `author` is an agent's name, or null where a person wrote it: who that was, the event's actor says. */
  z.strictObject({
    type: z.literal('board.decided'),
    entryId: idOf('ent'),
    kind: BoardKind,
    author: agent.nullable(),
    content: BodyRef,
    /** Between 0 and 1; null = nobody said. */
    confidence: z.number().min(0).max(1).nullable(),
    ...at,
  }),
  z.strictObject({
    type: z.literal('board.directed'),
    name: DirectiveName,
    revision: z.int().min(1),
    author: agent.nullable(),
    content: BodyRef,
    ...at,
  }),
])
export type MissionEvent = z.infer<typeof MissionEvent>
