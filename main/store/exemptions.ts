/** Rows of guardrails that were lifted, with who, when and why. Write them in the transaction of their events. */
import * as z from 'zod'
import { LiftableGuardrail } from '../domain/exemption.ts'
import type { Db } from './open.ts'

const Row = z.object({
  id: z.string(),
  guardrail: LiftableGuardrail,
  /** Body id. */
  justification: z.string(),
  grantedAtMs: z.number(),
  grantedBy: z.string(),
  endedAtMs: z.number().nullable(),
})
export type ExemptionRow = Readonly<z.infer<typeof Row>>

export interface Exemptions {
  add(row: Omit<ExemptionRow, 'endedAtMs'>): void
  end(id: string, atMs: number): void
  /** Those whose end nobody has noted yet, oldest first; they may have run out. */
  open(): readonly ExemptionRow[]
  /** Newest first. */
  list(limit: number, offset: number): { readonly items: readonly ExemptionRow[]; readonly total: number }
}

const columns = `id, guardrail, justification, granted_at AS grantedAtMs, granted_by AS grantedBy, ended_at AS endedAtMs`

export function createExemptions(db: Db, tenant: string): Exemptions {
  const insert = db.prepare(`INSERT INTO exemptions (id, tenant_id, guardrail, justification, granted_at, granted_by)
    VALUES (:id, :tenant, :guardrail, :justification, :grantedAtMs, :grantedBy)`)
  const close = db.prepare('UPDATE exemptions SET ended_at = ? WHERE tenant_id = ? AND id = ?')
  const open = db.prepare(`SELECT ${columns} FROM exemptions WHERE tenant_id = ? AND ended_at IS NULL ORDER BY granted_at, id`)
  const page = db.prepare(`SELECT ${columns} FROM exemptions WHERE tenant_id = ? ORDER BY granted_at DESC, id DESC LIMIT ? OFFSET ?`)
  const count = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM exemptions WHERE tenant_id = ?')
  const parse = (row: unknown): ExemptionRow => Row.parse(row)
  return {
    add: (row) => void insert.run({ tenant, ...row }),
    end: (id, atMs) => void close.run(atMs, tenant, id),
    open: () => open.all(tenant).map(parse),
    list: (limit, offset) => ({ items: page.all(tenant, limit, offset).map(parse), total: count.get(tenant)?.n ?? 0 }),
  }
}
