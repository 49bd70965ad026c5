/** Incidents as rows, and what objectives are measured by. Write incidents in the transaction of their events. */
import * as z from 'zod'
import { incidentCauses } from '../domain/incident.ts'
import type { Label } from '../domain/label.ts'
import type { Tried } from '../domain/objective.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

const Row = z.object({
  id: z.string(),
  cause: z.enum(incidentCauses),
  /** Name of an agent, a tool or a tier, or the id of an endpoint. */
  subject: z.string(),
  runId: z.string().nullable(),
  labelId: z.number(),
  openedAt: z.number(),
  closedAt: z.number().nullable(),
  closedBy: z.string().nullable(),
  /** Body id. */
  reason: z.string().nullable(),
})
export type IncidentRow = Omit<z.infer<typeof Row>, 'labelId'> & { readonly label: Label }

export interface Incidents {
  add(row: Pick<IncidentRow, 'id' | 'cause' | 'subject' | 'runId' | 'label' | 'openedAt'>): void
  close(id: string, closedAt: number, closedBy: string, reason: string): void
  get(id: string): IncidentRow | null
  /** Whether one of this kind is open already, or any that this run brought about. */
  isOpen(about: Pick<IncidentRow, 'cause' | 'subject' | 'runId'>): boolean
  hasRun(runId: string): boolean
  /** When the last one of this kind was closed; null = never. */
  lastClosedAt(cause: IncidentRow['cause'], subject: string): number | null
  /** Newest first. */
  list(
    filter: { readonly isOpen: boolean | null; readonly labels: readonly number[] | null },
    limit: number,
    offset: number,
  ): { readonly items: readonly IncidentRow[]; readonly total: number }
  /** Runs by agent and model calls by tier that ended since then, of runs that belong here. */
  tried(sinceMs: number, labels?: readonly number[] | null): readonly Tried[]
}

export function createIncidents(db: Db, labels: Labels, tenant: string): Incidents {
  const columns = `id, cause, subject, run_id AS runId, label_id AS labelId, opened_at AS openedAt, closed_at AS closedAt, closed_by AS closedBy, reason`
  const passes = `tenant_id = :tenant AND ${isSeen('label_id')} AND (:isOpen IS NULL OR (closed_at IS NULL) = :isOpen)`
  const insert = db.prepare(`INSERT INTO incidents (id, tenant_id, cause, subject, run_id, label_id, opened_at)
    VALUES (:id, :tenant, :cause, :subject, :runId, :label, :openedAt)`)
  const end = db.prepare('UPDATE incidents SET closed_at = ?, closed_by = ?, reason = ? WHERE tenant_id = ? AND id = ?')
  const one = db.prepare(`SELECT ${columns} FROM incidents WHERE tenant_id = ? AND id = ?`)
  const open = db
    .prepare<[object], number>(
      `SELECT count(*) FROM incidents WHERE tenant_id = :tenant AND closed_at IS NULL
         AND ((cause = :cause AND subject = :subject) OR (:runId IS NOT NULL AND run_id = :runId))`,
    )
    .pluck()
  const ofRun = db.prepare<[string, string], number>('SELECT count(*) FROM incidents WHERE tenant_id = ? AND run_id = ?').pluck()
  const closed = db
    .prepare<[string, string, string], number | null>(
      'SELECT max(closed_at) FROM incidents WHERE tenant_id = ? AND cause = ? AND subject = ?',
    )
    .pluck()
  const page = db.prepare(`SELECT ${columns} FROM incidents WHERE ${passes} ORDER BY opened_at DESC, id DESC LIMIT :limit OFFSET :offset`)
  const count = db.prepare<[object], number>(`SELECT count(*) FROM incidents WHERE ${passes}`).pluck()
  const ofAgents = db.prepare<[object], Omit<Tried, 'kind'>>(
    `SELECT agent AS subject, count(*) AS tries, sum(status = 'failed') AS failures FROM runs
     WHERE tenant_id = :tenant AND is_imported = 0 AND created_at >= :sinceMs AND status IN ('complete', 'failed') AND ${isSeen('label_id')}
     GROUP BY agent ORDER BY agent`,
  )
  const ofTiers = db.prepare<[object], Omit<Tried, 'kind'>>(
    `SELECT s.name AS subject, count(*) AS tries, sum(s.phase = 'failed') AS failures FROM steps s JOIN runs r ON r.id = s.run_id
     WHERE r.tenant_id = :tenant AND r.is_imported = 0 AND r.created_at >= :sinceMs AND s.tenant_id = r.tenant_id
       AND s.kind = 'model' AND s.copied_from IS NULL AND s.phase IN ('succeeded', 'failed') AND ${isSeen('r.label_id')}
     GROUP BY s.name ORDER BY s.name`,
  )
  const parse = (row: unknown): IncidentRow => {
    const { labelId, ...rest } = Row.parse(row)
    return { ...rest, label: labels.labelOf(labelId) }
  }
  return {
    add: ({ label, ...row }) => void insert.run({ ...row, tenant, label: labels.idOf(label) }),
    close: (id, at, by, reason) => void end.run(at, by, reason, tenant, id),
    get: (id) => {
      const row = one.get(tenant, id)
      return row === undefined ? null : parse(row)
    },
    isOpen: ({ cause, subject, runId }) => (open.get({ tenant, cause, subject, runId }) ?? 0) > 0,
    hasRun: (runId) => (ofRun.get(tenant, runId) ?? 0) > 0,
    lastClosedAt: (cause, subject) => closed.get(tenant, cause, subject) ?? null,
    list: ({ isOpen, labels: seen }, limit, offset) => {
      const filter = { tenant, labels: seenParameter(seen), isOpen: isOpen === null ? null : Number(isOpen) }
      return { items: page.all({ ...filter, limit, offset }).map(parse), total: count.get(filter) ?? 0 }
    },
    tried: (sinceMs, seen) => {
      const filter = { tenant, sinceMs, labels: seenParameter(seen) }
      return [
        ...ofAgents.all(filter).map((row) => ({ kind: 'agent' as const, ...row })),
        ...ofTiers.all(filter).map((row) => ({ kind: 'tier' as const, ...row })),
      ]
    },
  }
}
