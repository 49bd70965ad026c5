/** Ended runs in numbers, from their rows and events. Runs that were carried in from elsewhere measure nothing here. */
import * as z from 'zod'
import { Usage } from '../domain/budget.ts'
import { StepPhase } from '../domain/run/step-phases.ts'
import { contextPercentOf, type RunFigures } from '../domain/run-figures.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

const RunRow = z.object({
  runId: z.string(),
  agent: z.string(),
  status: z.enum(['complete', 'failed', 'aborted']),
  failure: z.string().nullable(),
  labelId: z.number(),
  createdAtMs: z.number(),
  endedAtMs: z.number(),
  tokens: z.number(),
  usage: z.string().transform((json) => Usage.parse(JSON.parse(json))),
})
const StepRow = z.object({
  kind: z.enum(['model', 'tool']),
  name: z.string(),
  phase: StepPhase,
  failure: z.string().nullable(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
})

export interface RunFiguresStore {
  /** Null for a run that is not over, was made elsewhere, or is not there. */
  of(runId: string): RunFigures | null
  /** Ids of ended runs that began at `sinceMs` or later, newest first, at most `max`; of these labels, null = all. */
  since(sinceMs: number, max: number, labels?: readonly number[] | null): readonly string[]
}

export function createRunFigures(db: Db, labels: Pick<Labels, 'labelOf'>, tenant: string): RunFiguresStore {
  const ended = "tenant_id = :tenant AND is_imported = 0 AND status IN ('complete', 'failed', 'aborted')"
  const one = db.prepare<[object], unknown>(
    `SELECT id AS runId, agent, status, failure, label_id AS labelId, created_at AS createdAtMs, ended_at AS endedAtMs, tokens_used AS tokens, usage
     FROM runs WHERE ${ended} AND id = :runId`,
  )
  const steps = db.prepare<[string, string], unknown>(
    `SELECT kind, name, phase, failure, started_at AS startedAtMs, ended_at AS endedAtMs FROM steps
     WHERE tenant_id = ? AND run_id = ? AND copied_from IS NULL ORDER BY ordinal`,
  )
  const contexts = db.prepare<[string, string], { promptTokens: number; contextTokens: number }>(
    `SELECT json_extract(body, '$.promptTokens') AS promptTokens, json_extract(body, '$.contextTokens') AS contextTokens FROM events
     WHERE tenant_id = ? AND stream = ? AND type = 'context.built' ORDER BY version`,
  )
  const newest = db
    .prepare<[object], string>(
      `SELECT id FROM runs WHERE ${ended} AND created_at >= :sinceMs AND ${isSeen('label_id')} ORDER BY created_at DESC, id DESC LIMIT :max`,
    )
    .pluck()

  return {
    of: (runId) => {
      const found = one.get({ tenant, runId })
      if (found === undefined) return null
      const { labelId, usage, ...row } = RunRow.parse(found)
      const percents = contexts.all(tenant, runId).flatMap((built) => contextPercentOf(built.promptTokens, built.contextTokens) ?? [])
      const fullest = Math.max(0, ...percents)
      return {
        ...row,
        label: labels.labelOf(labelId),
        activeMs: usage.activeMs,
        steps: steps.all(tenant, runId).map((step) => StepRow.parse(step)),
        contextPercent: fullest === 0 ? null : fullest,
        lastContextPercent: percents.at(-1) ?? null,
      }
    },
    since: (sinceMs, max, seen) => newest.all({ tenant, sinceMs, max, labels: seenParameter(seen) }),
  }
}
