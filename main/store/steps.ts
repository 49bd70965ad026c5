/** The calls of runs as rows: of one run in their order, or of all runs, newest first. */
import * as z from 'zod'
import { StepPhase } from '../domain/run/step-phases.ts'
import { Effect, Risk } from '../domain/tool.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

const Row = z.object({
  id: z.string(),
  runId: z.string(),
  agent: z.string(),
  ordinal: z.number(),
  kind: z.enum(['model', 'tool']),
  name: z.string(),
  effect: Effect,
  risk: Risk,
  phase: StepPhase,
  /** Body ids. */
  input: z.string(),
  output: z.string().nullable(),
  feedback: z.string().nullable(),
  failure: z.string().nullable(),
  copiedFrom: z.string().nullable(),
  isImported: z.number().transform((flag) => flag === 1),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  tokens: z.number(),
  holdId: z.string().nullable(),
  decision: z.string().nullable(),
  decidedAt: z.number().nullable(),
  expiresAt: z.number().nullable(),
})
export type StepRow = z.infer<typeof Row>

export interface StepFilter {
  readonly runId: string | null
  readonly agent: string | null
  readonly tool: string | null
  readonly phase: StepPhase | null
  /** Ids of labels that may be seen; null = all. */
  readonly labels: readonly number[] | null
}

export interface Steps {
  list(filter: StepFilter, limit: number, offset: number): { readonly items: readonly StepRow[]; readonly total: number }
  get(stepId: string): StepRow | null
}

const columns = `s.id, s.run_id AS runId, r.agent, s.ordinal, s.kind, s.name, s.effect, s.risk, s.phase, s.input, s.output, s.feedback,
  s.failure, s.copied_from AS copiedFrom, r.is_imported AS isImported, s.started_at AS startedAt, s.ended_at AS endedAt, coalesce(b.tokens, 0) AS tokens,
  h.id AS holdId, h.decision, h.closed_at AS decidedAt, h.expires_at AS expiresAt`
const from =
  'FROM steps s JOIN runs r ON r.id = s.run_id LEFT JOIN budget_ledger b ON b.step_id = s.id LEFT JOIN holds h ON h.step_id = s.id'
const where = `r.tenant_id = :tenant AND (:runId IS NULL OR s.run_id = :runId) AND (:agent IS NULL OR r.agent = :agent)
  AND (:tool IS NULL OR (s.kind = 'tool' AND s.name = :tool)) AND (:phase IS NULL OR s.phase = :phase)
  AND ${isSeen('r.label_id')}`

export function createSteps(db: Db, tenant: string): Steps {
  const ofRun = db.prepare(`SELECT ${columns} ${from} WHERE ${where} ORDER BY s.ordinal LIMIT :limit OFFSET :offset`)
  const ofAll = db.prepare(`SELECT ${columns} ${from} WHERE ${where} ORDER BY s.started_at DESC, s.id DESC LIMIT :limit OFFSET :offset`)
  const count = db.prepare<[object], { n: number }>(`SELECT count(*) AS n FROM steps s JOIN runs r ON r.id = s.run_id WHERE ${where}`)
  const one = db.prepare(`SELECT ${columns} ${from} WHERE r.tenant_id = ? AND s.id = ?`)
  return {
    list: (filter, limit, offset) => {
      const chosen = { tenant, ...filter, labels: seenParameter(filter.labels) }
      const rows = (filter.runId === null ? ofAll : ofRun).all({ ...chosen, limit, offset })
      return { items: rows.map((row) => Row.parse(row)), total: count.get(chosen)?.n ?? 0 }
    },
    get: (stepId) => {
      const row = one.get(tenant, stepId)
      return row === undefined ? null : Row.parse(row)
    },
  }
}
