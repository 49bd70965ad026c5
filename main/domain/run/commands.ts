/** What may be asked of a run, and who may ask it. Ids and bodies arrive as data, and so does the time, beside the command. */
import type { Issuer } from '../actor.ts'
import type { BodyRef } from '../body-ref.ts'
import type { Budget, Measure, QuotaLeft } from '../budget.ts'
import type { ContextParts } from '../context-part.ts'
import type { Digest } from '../digest.ts'
import type { Label } from '../label.ts'
import type { OutsideTier } from '../policy.ts'
import type { RouteDecision } from '../route.ts'
import type { Tier } from '../tier.ts'
import type { TokenUsage } from '../token-usage.ts'
import type { Effect, Risk } from '../tool.ts'
import type { ApprovalScope, Executor, HoldKind, PinnedPrompt } from './events.ts'
import type { Step } from './state.ts'
import type { Reason } from './transitions.ts'

interface Owned {
  /** The epoch in which the sender was given the run; a write of an older one is refused. */
  readonly epoch: number
}
interface OfStep extends Owned {
  readonly stepId: string
}
interface OfHold {
  readonly stepId: string
  readonly holdId: string
}

export type RunCommand =
  | {
      readonly type: 'run.create'
      readonly shardId: string
      readonly agent: string
      readonly attempt: number
      readonly conversationId: string | null
      readonly input: BodyRef
      readonly budget: Budget
      readonly depth: number
      readonly forkedFrom: { readonly runId: string; readonly ordinal: number } | null
      readonly requirements: readonly string[]
      /** What it is led by, and what it shares; none where nothing was pinned. */
      readonly prompts?: readonly PinnedPrompt[] | undefined
      readonly definition?: BodyRef | undefined
      readonly writeDomain?: string | undefined
    }
  /** Takes a finished step of another run into one that was not queued yet. */
  | { readonly type: 'step.copy'; readonly stepId: string; readonly from: { readonly runId: string; readonly step: Step } }
  | { readonly type: 'run.queue'; readonly reason: Reason }
  | { readonly type: 'run.launch'; readonly executor: Executor; readonly epoch: number }
  | ({ readonly type: 'run.activate' } & Owned)
  /** Another run writes the same file: this one waits until that one has ended. */
  | ({ readonly type: 'run.wait'; readonly holdId: string; readonly waitsFor: string } & Owned)
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
  | { readonly type: 'run.recover'; readonly holdId: string; readonly reason: 'executor_lost' | 'scheduler' }
  | { readonly type: 'run.pause'; readonly holdId: string }
  | { readonly type: 'run.cancel'; readonly reason: Reason }
  /** Marks an ended run as carried here from another machine. */
  | { readonly type: 'run.import'; readonly file: Digest }
  | {
      readonly type: 'hold.open'
      readonly holdId: string
      readonly kind: HoldKind
      readonly reason: Reason
      readonly expiresAtMs: number | null
      /** What a version hold is about. */
      readonly definition?: BodyRef
    }
  | { readonly type: 'hold.release'; readonly holdId: string }
  /** What a run waited for has ended. */
  | { readonly type: 'hold.clear'; readonly holdId: string; readonly ended: string }
  /** A budget or policy hold that nobody lifted in time ends the run. */
  | { readonly type: 'hold.expire'; readonly holdId: string }
  | { readonly type: 'hold.escalate'; readonly holdId: string; readonly rung: number }
  | ({
      readonly type: 'context.record'
      readonly prompt: BodyRef
      readonly passages: readonly string[]
      readonly promptTokens: number
      readonly limitTokens: number
      readonly contextTokens: number
      readonly parts?: ContextParts
      /** By which it may take more than the usual share. */
      readonly exemptionId?: string | null
    } & OfStep)
  /** Why the step was done where it was. */
  | ({ readonly type: 'route.record'; readonly decision: RouteDecision } & OfStep)
  /** Wants to send `payload` to an endpoint. `permission`: nobody yet, the policy, or an approval for this run, by its step. */
  | ({
      readonly type: 'crossing.propose'
      readonly tier: OutsideTier
      readonly endpointId: string
      readonly destination: string
      readonly label: Label
      readonly payload: BodyRef
      readonly input: BodyRef
      readonly permission: 'none' | 'policy' | { readonly stepId: string }
    } & OfStep)
  | ({
      readonly type: 'model.request'
      readonly tier: Tier
      readonly modelId: string | null
      readonly modelDigest: Digest | null
      readonly input: BodyRef
      readonly seed: number
      /** What it may cost at most; null = cannot be said, and it is denied. */
      readonly tokensMax: number | null
      readonly costMicrosMax: number | null
      /** What is left to the tenant, read in the same transaction. */
      readonly left: QuotaLeft
      /** Without it nothing leaves this machine. */
      readonly crossing?: { readonly stepId: string; readonly endpointId: string }
    } & OfStep)
  | ({
      readonly type: 'model.answer'
      readonly output: BodyRef
      readonly stop: 'end' | 'length'
      readonly device: string
      readonly usage: TokenUsage
      readonly costMicros: number
    } & OfStep)
  | ({ readonly type: 'model.fail'; readonly code: string } & OfStep)
  /** Drops what came back: it is labelled above what was asked. */
  | ({ readonly type: 'model.withhold' } & OfStep)
  | ({ readonly type: 'proposal.refuse'; readonly tool: string | null; readonly code: string } & OfStep)
  | ({
      readonly type: 'tool.propose'
      readonly tool: string
      readonly effect: Effect
      readonly risk: Risk
      readonly input: BodyRef
      /** Arguments that neither a person nor the agent's definition gave. */
      readonly tainted?: readonly string[]
      /** The policy wants a person for it. */
      readonly isGuarded?: boolean
      /** It will write so much at most; null = cannot be said, and it is denied. */
      readonly bytesMax: number | null
    } & OfStep)
  | ({
      readonly type: 'tool.request_approval'
      readonly holdId: string
      readonly request: BodyRef | null
      readonly expiresAtMs: number | null
    } & OfStep)
  /** `commitment` is that of the arguments the person saw: a decision is worth nothing for others. */
  | ({ readonly type: 'tool.approve'; readonly commitment: Digest; readonly scope?: ApprovalScope } & OfHold)
  | ({ readonly type: 'tool.reject'; readonly feedback: BodyRef | null; readonly isRevision: boolean } & OfHold)
  | ({ readonly type: 'tool.expire' } & OfHold)
  | ({ readonly type: 'tool.ask'; readonly holdId: string; readonly kind: 'question' | 'gate' } & OfStep)
  | ({ readonly type: 'tool.answer'; readonly output: BodyRef } & OfHold)
  | ({ readonly type: 'tool.dispatch' } & OfStep)
  | ({ readonly type: 'tool.succeed'; readonly output: BodyRef; readonly bytesWritten: number } & OfStep)
  | ({
      readonly type: 'tool.fail'
      readonly code: string
      readonly isBeforeEffect: boolean
      readonly output: BodyRef | null
      readonly bytesWritten: number
    } & OfStep)
  | { readonly type: 'tool.undo'; readonly stepId: string }
  /** A limit was met: what the budget says happens then, happens. */
  | ({ readonly type: 'budget.exceed'; readonly measure: Measure; readonly holdId: string } & Owned)
  /** The time an active run has taken, looked at from outside. */
  | { readonly type: 'budget.check'; readonly holdId: string }
  | { readonly type: 'budget.change'; readonly budget: Budget }
  | ({ readonly type: 'spiral.report'; readonly cause: 'failures' | 'repetition'; readonly holdId: string } & Owned)
  | ({ readonly type: 'requirement.mark'; readonly requirement: string; readonly isMet: boolean } & Owned)
  | ({
      readonly type: 'quotes.record'
      readonly claims: number
      readonly supported: number
      readonly quotes: number
      readonly verified: number
    } & OfStep)

/** What an agent may command while it executes: everything but the effect itself. */
export type AgentCommand = Exclude<RunCommand, { type: 'tool.dispatch' }>

export type RunCommandType = RunCommand['type']

/** Rights are rows: who may send which command. A model may propose a tool call, and nothing else. */
export const mayIssue: Readonly<Record<RunCommandType, readonly Issuer[]>> = {
  'run.create': ['operator', 'scheduler'],
  'step.copy': ['operator'],
  'run.queue': ['operator', 'scheduler'],
  'run.launch': ['scheduler'],
  'run.activate': ['runtime'],
  'run.wait': ['runtime'],
  'run.yield': ['runtime'],
  'run.complete': ['runtime'],
  'run.fail': ['runtime', 'scheduler'],
  'run.abort': ['runtime', 'scheduler'],
  'run.recover': ['scheduler'],
  'run.pause': ['operator'],
  'run.cancel': ['operator', 'scheduler'],
  'run.import': ['operator'],
  'hold.open': ['scheduler', 'runtime'],
  'hold.release': ['operator'],
  'hold.clear': ['scheduler'],
  'hold.expire': ['scheduler'],
  'hold.escalate': ['scheduler'],
  'context.record': ['runtime'],
  'route.record': ['runtime'],
  'crossing.propose': ['runtime'],
  'model.request': ['runtime'],
  'model.answer': ['runtime'],
  'model.fail': ['runtime'],
  'model.withhold': ['runtime'],
  'proposal.refuse': ['runtime'],
  'tool.propose': ['model', 'runtime'],
  'tool.request_approval': ['runtime'],
  'tool.approve': ['operator'],
  'tool.reject': ['operator'],
  'tool.expire': ['scheduler'],
  'tool.ask': ['runtime'],
  'tool.answer': ['operator'],
  'tool.dispatch': ['runtime'],
  'tool.succeed': ['runtime'],
  'tool.fail': ['runtime'],
  'tool.undo': ['operator'],
  'budget.exceed': ['runtime'],
  'budget.check': ['scheduler'],
  'budget.change': ['operator'],
  'spiral.report': ['runtime'],
  'requirement.mark': ['runtime'],
  'quotes.record': ['runtime'],
}
