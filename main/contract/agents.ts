/** Agents, tools and budgets as they cross the border. */
import * as z from 'zod'
import { Budget, Usage } from '../domain/budget.ts'
import { idOf } from '../domain/ids.ts'
import { ServedBy } from '../domain/run/events.ts'
import { StepPhase } from '../domain/run/step-phases.ts'
import { Effect, Risk } from '../domain/tool.ts'

const count = z.int().min(0)
const time = z.int().min(0)

/** One field of what an agent is given. */
export const AgentField = z.strictObject({
  name: z.string(),
  title: z.string(),
  isRequired: z.boolean(),
  charsMax: z.int().min(1),
})

export const AgentSummary = z.strictObject({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  input: z.array(AgentField),
  tools: z.array(z.string()),
  budget: Budget,
  stepsMax: count,
})
export type AgentSummary = z.infer<typeof AgentSummary>

export const ToolSummary = z.strictObject({
  name: z.string(),
  summary: z.string(),
  effect: Effect,
  risk: Risk,
  needsApproval: z.boolean(),
  breaker: z.enum(['closed', 'open', 'half_open']),
  failuresInRow: count,
})
export type ToolSummary = z.infer<typeof ToolSummary>

/** One call of a run. Texts are bodies, read with `bodies.read`. */
export const StepSummary = z.strictObject({
  id: idOf('stp'),
  runId: idOf('run'),
  agent: z.string(),
  ordinal: count,
  kind: z.enum(['model', 'tool']),
  name: z.string(),
  effect: Effect,
  risk: Risk,
  phase: StepPhase,
  input: idOf('bdy'),
  output: idOf('bdy').nullable(),
  feedback: idOf('bdy').nullable(),
  /** Our own code of a failure, or of why what was proposed was not taken. */
  failure: z.string().nullable(),
  served: ServedBy.nullable(),
  copiedFrom: idOf('stp').nullable(),
  requiresApproval: z.boolean(),
  approvalTimeoutMs: time.nullable(),
  approval: z
    .strictObject({ decision: z.string(), decidedBy: z.string().nullable(), decidedAt: time.nullable(), reason: idOf('bdy').nullable() })
    .nullable(),
  startedAt: time,
  endedAt: time.nullable(),
  durationMs: count.nullable(),
  tokensUsed: count,
  canUndo: z.boolean(),
})
export type StepSummary = z.infer<typeof StepSummary>

export const RunBudget = z.strictObject({ budget: Budget, usage: Usage })

/** `concurrentRunsMax`: runs under way at once, 1 to 64; the others wait in the queue. Null = the default of this machine. */
export const Quota = z.strictObject({
  tokensMax: count.nullable(),
  costMicrosMax: count.nullable(),
  concurrentRunsMax: z.int().min(1).max(64).nullable().default(null),
})
/** What was set, what the policy allows at most (the stricter of both holds), and what is spent. */
export const QuotaStatus = Quota.extend({ policy: Quota, tokensSpent: count, costMicrosSpent: count })
export type QuotaStatus = z.infer<typeof QuotaStatus>
