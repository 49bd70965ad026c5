/** Every fact a run can leave behind. Ids, numbers and commitments only: texts are bodies, and events point at them. */
import * as z from 'zod'
import { promptUses } from '../agent.ts'
import { BodyRef } from '../body-ref.ts'
import { Amount, BreachAction, Budget, Measure } from '../budget.ts'
import { ContextParts } from '../context-part.ts'
import { Digest } from '../digest.ts'
import { idOf, PassageId } from '../ids.ts'
import { Label } from '../label.ts'
import { OutsideTier } from '../policy.ts'
import { RouteDecision } from '../route.ts'
import { Tier } from '../tier.ts'
import { TokenUsage } from '../token-usage.ts'
import { Effect, Risk } from '../tool.ts'
import { StepPhase } from './step-phases.ts'
import { Reason, RunStatus } from './transitions.ts'

const count = z.int().min(0)
const time = z.int().min(0)

export const holdKinds = ['operator', 'approval', 'question', 'gate', 'budget', 'policy', 'spiral', 'outcome_unknown', 'version'] as const
export const HoldKind = z.enum(holdKinds)
export type HoldKind = z.infer<typeof HoldKind>

/** Holds that want an answer to one call. */
export const answeredKinds = ['approval', 'question', 'gate'] as const satisfies readonly HoldKind[]

export const holdDecisions = ['released', 'approved', 'rejected', 'revised', 'answered', 'expired', 'ended'] as const
export const HoldDecision = z.enum(holdDecisions)
export type HoldDecision = z.infer<typeof HoldDecision>

/** Which core process executes a run: a bare pid would be fooled by its reuse. */
export const Executor = z.strictObject({ boot: idOf('boot'), pid: count, startedAt: z.string() })
export type Executor = z.infer<typeof Executor>

/** A failure as it may stand in the log: our own code, never the text of a model, a document or a person. */
export const FailureCode = z.strictObject({ code: z.string().max(80) })
/** Our own short names: of agents, tools, requirements. */
const name = z.string().min(1).max(64)
const argument = z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,63}$/)

/** A request that would leave this machine: where to, under which label, and its exact bytes. */
export const Crossing = z.strictObject({
  tier: OutsideTier,
  endpointId: idOf('end'),
  /** Its address when this was proposed; streams of an older version do not say it. */
  destination: z.string().max(300).optional(),
  label: Label,
  payload: BodyRef,
  /** The crossing whose approval for this run covers it; null = one of its own, or the policy. */
  coveredBy: idOf('stp').nullable(),
})
export type Crossing = z.infer<typeof Crossing>

export const approvalScopes = ['once', 'run'] as const
export const ApprovalScope = z.enum(approvalScopes)
export type ApprovalScope = z.infer<typeof ApprovalScope>

/** A version of a prompt that a run uses to its end. The body's commitment is over its exact bytes. */
export const PinnedPrompt = z.strictObject({
  use: z.enum(promptUses),
  agent: name,
  name,
  version: z.int().min(1),
  body: BodyRef,
})
export type PinnedPrompt = z.infer<typeof PinnedPrompt>

/** Runs of one domain write into it together: a file of it is written by one of them at a time. */
export const WriteDomain = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

const moved = { from: RunStatus, reason: Reason, atMs: time }
const step = { stepId: idOf('stp') }
const ofHold = { ...step, holdId: idOf('hld') }

export const ServedBy = z.strictObject({ device: z.string().max(200), stop: z.enum(['end', 'length']), usage: TokenUsage })
export type ServedBy = z.infer<typeof ServedBy>

export const RunEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('run.created'),
    shardId: idOf('shd'),
    agent: name,
    attempt: z.int().min(1),
    conversationId: idOf('cnv').nullable(),
    input: BodyRef,
    budget: Budget,
    /** 0 for what a person started; a run that another started lies one deeper. */
    depth: count,
    /** The run and the step (inclusive) that this one begins with a copy of. */
    forkedFrom: z.strictObject({ runId: idOf('run'), ordinal: count }).nullable(),
    /** What must hold in the end, by name. Nobody changes the list; only whether each was met is marked. */
    requirements: z.array(name).max(100),
    /** The prompts that lead it, and its agent as it was defined then; streams of an older version do not say it. */
    prompts: z.array(PinnedPrompt).max(promptUses.length).optional(),
    definition: BodyRef.optional(),
    /** Absent: it writes into a folder of its own. */
    writeDomain: WriteDomain.optional(),
  }),
  z.strictObject({ type: z.literal('run.queued'), ...moved }),
  z.strictObject({ type: z.literal('run.held'), ...moved }),
  z.strictObject({ type: z.literal('run.launching'), ...moved, executor: Executor, epoch: z.int().min(1) }),
  z.strictObject({ type: z.literal('run.activated'), ...moved }),
  z.strictObject({ type: z.literal('run.completed'), ...moved, result: BodyRef, label: Label }),
  z.strictObject({ type: z.literal('run.failed'), ...moved, failure: FailureCode }),
  z.strictObject({ type: z.literal('run.aborted'), ...moved }),
  z.strictObject({ type: z.literal('run.cancel_requested'), atMs: time, reason: Reason }),
  /** The events before this one were made elsewhere and carried here: nothing executes them again. */
  z.strictObject({ type: z.literal('run.imported'), file: Digest, atMs: time }),
  /** A finished step of another run, taken over as it stands. */
  z.strictObject({
    type: z.literal('step.copied'),
    ...step,
    from: z.strictObject({ runId: idOf('run'), stepId: idOf('stp') }),
    ordinal: count,
    kind: z.enum(['model', 'tool']),
    name,
    effect: Effect,
    risk: Risk,
    input: BodyRef,
    phase: StepPhase,
    output: BodyRef.nullable(),
    feedback: BodyRef.nullable(),
    refusal: FailureCode.nullable(),
    failure: FailureCode.nullable(),
    served: ServedBy.nullable(),
    startedAtMs: time,
    endedAtMs: time.nullable(),
  }),

  z.strictObject({
    type: z.literal('hold.opened'),
    holdId: idOf('hld'),
    kind: HoldKind,
    atMs: time,
    stepId: idOf('stp').nullable(),
    /** When it ends without a person; null = it waits for one. */
    expiresAtMs: time.nullable(),
    /** It ends when this run does. */
    waitsFor: idOf('run').optional(),
    /** What the agent is now, where a person decides whether the run goes on with it. */
    definition: BodyRef.optional(),
  }),
  z.strictObject({ type: z.literal('hold.closed'), holdId: idOf('hld'), atMs: time, decision: HoldDecision }),
  /** Nobody answered for a while: first, second, third call. */
  z.strictObject({ type: z.literal('hold.escalated'), holdId: idOf('hld'), rung: z.int().min(1).max(3), atMs: time }),

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
    /** What it consists of, and what was left out; streams of an older version do not say it. */
    ...ContextParts.partial().shape,
    /** By which it takes more than the usual share of the window. */
    exemptionId: idOf('exm').optional(),
  }),
  /** A prompt came near the limit of its model's window. */
  z.strictObject({
    type: z.literal('context.near_limit'),
    ...step,
    promptTokens: count,
    limitTokens: count,
    contextTokens: count,
    atMs: time,
  }),
  /** Something spoke for another tier than the usual one; `stepId` is the step that it led to. */
  RouteDecision.extend({ type: z.literal('route.decided'), ...step, model: z.string().max(200).nullable(), atMs: time }),
  z.strictObject({
    type: z.literal('model.requested'),
    ...step,
    ordinal: count,
    tier: Tier,
    modelId: idOf('mdl').nullable(),
    modelDigest: Digest.nullable(),
    input: BodyRef,
    seed: count,
    /** Set aside until the call is settled. */
    reserved: Amount,
    /** The crossing that lets it leave this machine, and where to. */
    crossing: z.strictObject({ stepId: idOf('stp'), endpointId: idOf('end') }).optional(),
    atMs: time,
  }),
  z.strictObject({
    type: z.literal('model.answered'),
    ...step,
    output: BodyRef,
    stop: z.enum(['end', 'length']),
    device: z.string().max(200),
    usage: TokenUsage,
    settled: Amount,
    atMs: time,
  }),
  z.strictObject({ type: z.literal('model.failed'), ...step, failure: FailureCode, settled: Amount, atMs: time }),
  /** What came back was labelled above what was asked. It was dropped. */
  z.strictObject({ type: z.literal('reply.withheld'), ...step, atMs: time }),
  /** What a model proposed was no call that may be made: malformed, unknown, or not on the agent's list. Nothing of it ran. */
  z.strictObject({ type: z.literal('proposal.refused'), ...step, tool: name.nullable(), failure: FailureCode, atMs: time }),

  z.strictObject({
    type: z.literal('tool.proposed'),
    ...step,
    ordinal: count,
    tool: name,
    effect: Effect,
    risk: Risk,
    input: BodyRef,
    reserved: Amount,
    crossing: Crossing.optional(),
    /** Names of arguments that neither a person nor the agent's definition gave. */
    tainted: z.array(argument).min(1).max(50).optional(),
    /** The policy wanted a person for it, besides those calls that always want one. */
    isGuarded: z.literal(true).optional(),
    atMs: time,
  }),
  /** `request` is what the person is shown: the change it would make, and how it can be undone. */
  z.strictObject({ type: z.literal('tool.approval_requested'), ...ofHold, request: BodyRef.nullable(), atMs: time }),
  z.strictObject({ type: z.literal('tool.approved'), ...ofHold, scope: ApprovalScope.optional(), atMs: time }),
  z.strictObject({ type: z.literal('tool.rejected'), ...ofHold, feedback: BodyRef.nullable(), isRevision: z.boolean(), atMs: time }),
  z.strictObject({ type: z.literal('tool.expired'), ...ofHold, atMs: time }),
  /** The call is a question to a person; its output is what the person says. */
  z.strictObject({ type: z.literal('tool.asked'), ...ofHold, atMs: time }),
  z.strictObject({ type: z.literal('tool.answered'), ...ofHold, output: BodyRef, atMs: time }),
  z.strictObject({ type: z.literal('tool.dispatched'), ...step, atMs: time }),
  z.strictObject({ type: z.literal('tool.succeeded'), ...step, output: BodyRef, settled: Amount, atMs: time }),
  z.strictObject({
    type: z.literal('tool.failed'),
    ...step,
    failure: FailureCode,
    output: BodyRef.nullable(),
    isBeforeEffect: z.boolean(),
    settled: Amount,
    atMs: time,
  }),
  /** Its executor is gone and it may be repeated: the call stands as it did before it was dispatched. */
  z.strictObject({ type: z.literal('tool.returned'), ...step, atMs: time }),
  z.strictObject({ type: z.literal('tool.unknown'), ...step, settled: Amount, atMs: time }),
  z.strictObject({ type: z.literal('tool.undone'), ...step, atMs: time }),

  z.strictObject({ type: z.literal('budget.warned'), measure: Measure, atMs: time }),
  z.strictObject({ type: z.literal('budget.exceeded'), measure: Measure, action: BreachAction, atMs: time }),
  z.strictObject({ type: z.literal('budget.changed'), budget: Budget, atMs: time }),
  z.strictObject({ type: z.literal('spiral.detected'), cause: z.enum(['failures', 'repetition']), atMs: time }),
  z.strictObject({ type: z.literal('requirement.marked'), requirement: name, isMet: z.boolean(), atMs: time }),

  /** Every quote of the answer was looked up in its passage. */
  z.strictObject({ type: z.literal('quotes.checked'), ...step, claims: count, supported: count, quotes: count, verified: count }),
])
export type RunEvent = z.infer<typeof RunEvent>
export type RunEventType = RunEvent['type']
export const runEventTypes: readonly RunEventType[] = RunEvent.options.map((option) => option.shape.type.value)
