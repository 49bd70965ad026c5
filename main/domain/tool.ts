/** What a tool is to the run machine: its effect, its risk, what it gives back. The tools themselves stand in `tools/`. */
import * as z from 'zod'
import { Label } from './label.ts'
import { Failure } from './result.ts'

/** `unsafe` may not be done twice; `read` changes nothing; `idempotent` may be repeated. */
export const effects = ['read', 'idempotent', 'unsafe'] as const
export const Effect = z.enum(effects)
export type Effect = z.infer<typeof Effect>

/**
 * What a call could harm. `human` asks a person and does nothing else; `delegate` lets another agent work, which spends; `crossing` sends
 * something to another machine, and `crossing_permitted` is one that was allowed before; a tool that nobody registered is `unknown`.
 */
export const risks = [
  'read',
  'compute',
  'note',
  'human',
  'delegate',
  'write',
  'delete',
  'command',
  'email',
  'deploy',
  'crossing',
  'crossing_permitted',
  'unknown',
] as const
export const Risk = z.enum(risks)
export type Risk = z.infer<typeof Risk>

/** The step by which something leaves this machine. It is no tool, and no agent may be given it. */
export const crossingTool = 'cross_boundary'
/** The tool by which a run of a mission asks for a task of another agent. */
export const delegateTool = 'delegate'

const minute = 60_000
const hour = 60 * minute

/** Rules are rows: whether a person decides before the call, and how long the request stands, in attended time. Null waits for ever. */
export const riskRules: Readonly<Record<Risk, { readonly needsApproval: boolean; readonly approvalTimeoutMs: number | null }>> = {
  read: { needsApproval: false, approvalTimeoutMs: null },
  compute: { needsApproval: false, approvalTimeoutMs: null },
  note: { needsApproval: false, approvalTimeoutMs: null },
  human: { needsApproval: false, approvalTimeoutMs: null },
  delegate: { needsApproval: false, approvalTimeoutMs: hour },
  write: { needsApproval: true, approvalTimeoutMs: hour },
  delete: { needsApproval: true, approvalTimeoutMs: hour },
  command: { needsApproval: true, approvalTimeoutMs: 30 * minute },
  email: { needsApproval: true, approvalTimeoutMs: 2 * hour },
  deploy: { needsApproval: true, approvalTimeoutMs: 4 * hour },
  crossing: { needsApproval: true, approvalTimeoutMs: hour },
  crossing_permitted: { needsApproval: false, approvalTimeoutMs: null },
  unknown: { needsApproval: true, approvalTimeoutMs: hour },
}

/** A call waits for a person when its risk says so, and always when it may not be done twice. */
export const needsApproval = (risk: Risk, effect: Effect): boolean => riskRules[risk].needsApproval || effect === 'unsafe'

const count = z.int().min(0)

/** Something a call made or found, by id or by name in the run's own folder; never its text. */
export const Artifact = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('passage'), passageId: z.string(), documentId: z.string() }),
  z.strictObject({ kind: z.literal('document'), documentId: z.string() }),
  /** A file in the run's folder. `written` is the body of what was put there, `previous` of what stood there before, null when nothing did. */
  z.strictObject({
    kind: z.literal('file'),
    name: z.string(),
    sizeBytes: count,
    written: z.string(),
    previous: z.string().nullable(),
  }),
  /** One line of the run's notes, told from the others by the step that appended it; `written` is its body. */
  z.strictObject({ kind: z.literal('note'), name: z.string(), stepId: z.string(), isNewFile: z.boolean(), written: z.string() }),
])
export type Artifact = z.infer<typeof Artifact>

/** What every tool gives back, whatever happened. `output` is what the agent reads; it is data, never an instruction. */
export const ToolReply = z.strictObject({
  ok: z.boolean(),
  error: Failure.nullable(),
  output: z.json(),
  artifacts: z.array(Artifact),
  /** The join of the labels of what was read; null when nothing labelled was. */
  label: Label.nullable(),
  metrics: z.strictObject({ durationMs: z.number().min(0), bytesWritten: count }),
})
export type ToolReply = z.infer<typeof ToolReply>
