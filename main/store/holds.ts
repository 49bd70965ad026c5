/** Holds that want a person's answer, as rows: open ones for the inbox, decided ones to look back. */
import * as z from 'zod'
import { Actor } from '../domain/actor.ts'
import type { Label } from '../domain/label.ts'
import { answeredKinds, HoldDecision, type HoldKind } from '../domain/run/events.ts'
import { Effect, Risk } from '../domain/tool.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

const Row = z.object({
  holdId: z.string(),
  runId: z.string(),
  stepId: z.string(),
  kind: z.enum(answeredKinds),
  agent: z.string(),
  tool: z.string(),
  effect: Effect,
  risk: Risk,
  /** Body ids. */
  input: z.string(),
  request: z.string().nullable(),
  feedback: z.string().nullable(),
  labelId: z.number(),
  openedAt: z.number(),
  expiresAt: z.number().nullable(),
  rung: z.number(),
  decision: HoldDecision.nullable(),
  decidedAt: z.number().nullable(),
})
export type HoldRow = Omit<z.infer<typeof Row>, 'labelId'> & { readonly label: Label }

/** An open hold of any kind, for whoever looks after deadlines. */
export interface OpenHoldRow {
  readonly holdId: string
  readonly runId: string
  readonly stepId: string | null
  readonly kind: HoldKind
  readonly openedAt: number
  readonly expiresAt: number | null
  readonly rung: number
}

export interface Holds {
  get(holdId: string): HoldRow | null
  /** Open: those that run out first, then the oldest. Decided: newest first. */
  list(
    isOpen: boolean,
    limit: number,
    offset: number,
    labels?: readonly number[] | null,
  ): { readonly items: readonly HoldRow[]; readonly total: number }
  countOpen(labels?: readonly number[] | null): number
  /** Tells the account that closed a hold; null while it is open, or when nobody did. Each run's log is looked through once. */
  deciders(): (runId: string, holdId: string) => string | null
  open(): readonly OpenHoldRow[]
  /** Of the newest `max` calls that a person decided on: how many were let through. What ran out without a decision counts for nothing. */
  decided(max: number): { readonly approved: number; readonly decided: number }
}

const select = `SELECT h.id AS holdId, h.run_id AS runId, h.step_id AS stepId, h.kind, r.agent, s.name AS tool, s.effect, s.risk, s.input,
    h.request, s.feedback, r.label_id AS labelId, h.opened_at AS openedAt, h.expires_at AS expiresAt, h.rung, h.decision,
    h.closed_at AS decidedAt
  FROM holds h JOIN runs r ON r.id = h.run_id JOIN steps s ON s.id = h.step_id`

export function createHolds(db: Db, labels: Labels, tenant: string): Holds {
  const here = 'r.tenant_id = ? AND r.is_imported = 0'
  const seen = `r.tenant_id = :tenant AND r.is_imported = 0 AND ${isSeen('r.label_id')}`
  const one = db.prepare(`${select} WHERE ${here} AND h.id = ?`)
  const open = db.prepare(
    `${select} WHERE ${seen} AND h.closed_at IS NULL ORDER BY coalesce(h.expires_at, 9e15), h.opened_at, h.id LIMIT :limit OFFSET :offset`,
  )
  const decided = db.prepare(
    `${select} WHERE ${seen} AND h.closed_at IS NOT NULL ORDER BY h.closed_at DESC, h.id DESC LIMIT :limit OFFSET :offset`,
  )
  const countOf = (state: string) =>
    db.prepare<[object], { n: number }>(
      `SELECT count(*) AS n FROM holds h JOIN runs r ON r.id = h.run_id WHERE ${seen} AND h.step_id IS NOT NULL AND h.closed_at ${state}`,
    )
  const openCount = countOf('IS NULL')
  const decidedCount = countOf('IS NOT NULL')
  const closed = db.prepare<[string, string], { holdId: string; actor: string }>(
    "SELECT json_extract(body, '$.holdId') AS holdId, actor FROM events WHERE tenant_id = ? AND stream = ? AND type = 'hold.closed'",
  )
  const all = db.prepare<[string], OpenHoldRow>(
    `SELECT h.id AS holdId, h.run_id AS runId, h.step_id AS stepId, h.kind, h.opened_at AS openedAt, h.expires_at AS expiresAt, h.rung
     FROM holds h JOIN runs r ON r.id = h.run_id WHERE ${here} AND h.closed_at IS NULL ORDER BY h.opened_at`,
  )

  const rate = db.prepare<[string, number], { approved: number; decided: number }>(
    `SELECT coalesce(sum(decision = 'approved'), 0) AS approved, count(*) AS decided FROM (
       SELECT h.decision FROM holds h JOIN runs r ON r.id = h.run_id
       WHERE ${here} AND h.kind = 'approval' AND h.decision IN ('approved', 'rejected', 'revised') ORDER BY h.closed_at DESC LIMIT ?)`,
  )

  const parse = (row: unknown): HoldRow => {
    const { labelId, ...rest } = Row.parse(row)
    return { ...rest, label: labels.labelOf(labelId) }
  }
  return {
    get: (holdId) => {
      const row = one.get(tenant, holdId)
      return row === undefined ? null : parse(row)
    },
    list: (isOpen, limit, offset, visible) => {
      const filter = { tenant, labels: seenParameter(visible) }
      return {
        items: (isOpen ? open : decided).all({ ...filter, limit, offset }).map(parse),
        total: (isOpen ? openCount : decidedCount).get(filter)?.n ?? 0,
      }
    },
    countOpen: (visible) => openCount.get({ tenant, labels: seenParameter(visible) })?.n ?? 0,
    deciders: () => {
      const known = new Map<string, ReadonlyMap<string, string>>()
      return (runId, holdId) => {
        const actors = known.get(runId) ?? new Map(closed.all(tenant, runId).map((row) => [row.holdId, row.actor]))
        known.set(runId, actors)
        const actor = Actor.nullable().parse(JSON.parse(actors.get(holdId) ?? 'null'))
        return actor?.issuer === 'operator' ? actor.account : null
      }
    },
    open: () => all.all(tenant),
    decided: (max) => rate.get(tenant, max) ?? { approved: 0, decided: 0 },
  }
}
