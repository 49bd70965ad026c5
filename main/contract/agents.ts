/** Agents, tools and budgets as they cross the border. */
import * as z from 'zod'
import { AgentOutput, promptUses } from '../domain/agent.ts'
import { Budget, Usage } from '../domain/budget.ts'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { ServedBy } from '../domain/run/events.ts'
import { StepPhase } from '../domain/run/step-phases.ts'
import { Effect, Risk } from '../domain/tool.ts'
import { AgentFault } from './prompts.ts'

const count = z.int().min(0)
const time = z.int().min(0)

/** One field of what an agent is given. */
export const AgentField = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** A document is given by its id or its file name. */
  kind: z.enum(['text', 'document']),
  isRequired: z.boolean(),
  charsMax: z.int().min(1),
})

export const AgentSummary = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** One sentence: what it answers for. */
  responsibility: z.string(),
  summary: z.string(),
  /** How much its work must be verified, 0 (every change) to 5 (the end result only). */
  level: z.int().min(0).max(5),
  output: AgentOutput,
  /** Whether it came with the product or lies in the site's folder. */
  origin: z.enum(['product', 'site']),
  /** A file of the site takes something away from it. */
  isNarrowed: z.boolean(),
  input: z.array(AgentField),
  tools: z.array(z.string()),
  budget: Budget,
  stepsMax: count,
  /** Of the pack that it came with; of any other, the lowest. */
  label: Label,
})
export type AgentSummary = z.infer<typeof AgentSummary>

/** A file that is not offered as an agent, and why. `line` counts from 1; null where the file as a whole is wrong. */
export const RefusedAgent = z.strictObject({
  file: z.string(),
  code: z.string(),
  message: z.string(),
  line: count.nullable(),
  field: z.string().nullable(),
  label: Label,
})
export type RefusedAgent = z.infer<typeof RefusedAgent>

export const AgentList = z.strictObject({ items: z.array(AgentSummary), refused: z.array(RefusedAgent) })
export type AgentList = z.infer<typeof AgentList>

/** An agent with all that is said of it. */
export const AgentDetail = AgentSummary.extend({
  offers: z.array(z.string()),
  writes: z.array(z.string()),
  /** Patterns of documents that it may retrieve, and of those that it may not in any case. */
  allowedDataSources: z.array(z.string()),
  deniedDataSources: z.array(z.string()),
  prompts: z.array(z.strictObject({ use: z.enum(promptUses), agent: z.string(), prompt: z.string() })),
  runbook: z.string(),
  faults: z.array(AgentFault),
})
export type AgentDetail = z.infer<typeof AgentDetail>

/** `isOffered`: it would be, if it lay in the folder of the site. */
export const AgentCheck = z.strictObject({
  name: z.string().nullable(),
  isOffered: z.boolean(),
  refused: RefusedAgent.omit({ file: true, label: true }).nullable(),
  /** `line` counts from 1; null where the field stands nowhere. */
  faults: z.array(AgentFault.extend({ line: count.nullable() })),
})
export type AgentCheck = z.infer<typeof AgentCheck>

export const AgentPack = z.strictObject({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  author: z.string(),
  license: z.string(),
  agents: z.array(z.string()),
  workflows: z.array(z.string()),
  label: Label,
})
export type AgentPack = z.infer<typeof AgentPack>

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
