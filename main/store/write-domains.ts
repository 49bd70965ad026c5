/** Which living runs write into a domain together, and which wait for another, as their first events and their open holds say it. */
import type { Db } from './open.ts'

export interface WriteDomainRows {
  /** Runs that belong here and have not ended, oldest first; those with a folder of their own are left out. */
  living(): ReadonlyArray<{ readonly runId: string; readonly writeDomain: string }>
  waits(): ReadonlyArray<{ readonly runId: string; readonly holdId: string; readonly waitsFor: string }>
}

export function createWriteDomainRows(db: Db, tenant: string): WriteDomainRows {
  const living = db.prepare<[string], { runId: string; writeDomain: string }>(
    `SELECT r.id AS runId, json_extract(e.body, '$.writeDomain') AS writeDomain
     FROM runs r JOIN events e ON e.tenant_id = r.tenant_id AND e.stream = r.id AND e.version = 1
     WHERE r.tenant_id = ? AND r.is_imported = 0 AND r.status IN ('queued', 'held', 'launching', 'active')
       AND json_extract(e.body, '$.writeDomain') IS NOT NULL ORDER BY r.created_at, r.id`,
  )
  const waits = db.prepare<[string], { runId: string; holdId: string; waitsFor: string }>(
    `SELECT r.id AS runId, h.id AS holdId, json_extract(e.body, '$.waitsFor') AS waitsFor
     FROM runs r JOIN holds h ON h.tenant_id = r.tenant_id AND h.run_id = r.id AND h.kind = 'policy' AND h.closed_at IS NULL
       JOIN events e ON e.tenant_id = r.tenant_id AND e.stream = r.id AND e.type = 'hold.opened' AND json_extract(e.body, '$.holdId') = h.id
     WHERE r.tenant_id = ? AND r.is_imported = 0 AND r.status = 'held' AND json_extract(e.body, '$.waitsFor') IS NOT NULL`,
  )
  return { living: () => living.all(tenant), waits: () => waits.all(tenant) }
}
