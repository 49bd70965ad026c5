/** Rows of acts that want two persons. Write them in the transaction of their events; the table itself refuses a second decision. */
import * as z from 'zod'
import { ActState } from '../domain/act.ts'
import { DualAct } from '../domain/policy.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

const Row = z.object({
  id: z.string(),
  act: DualAct,
  call: z.string(),
  /** Body id of the exact canonical JSON, and its hash as `sha256:…`. */
  arguments: z.string(),
  argumentsHash: z.string(),
  labelId: z.number(),
  requestedAt: z.number(),
  requestedBy: z.string(),
  expiresAt: z.number(),
  state: ActState,
  decidedAt: z.number().nullable(),
  decidedBy: z.string().nullable(),
  /** Body id. */
  reason: z.string().nullable(),
  failure: z.string().nullable(),
})
export type ActRow = Readonly<z.infer<typeof Row>>
export type NewAct = Omit<ActRow, 'state' | 'decidedAt' | 'decidedBy' | 'reason' | 'failure'>

export interface Acts {
  add(act: NewAct): void
  get(id: string): ActRow | null
  decide(id: string, state: 'confirmed' | 'rejected' | 'expired', atMs: number, by: string | null, reason: string | null): void
  end(id: string, state: 'done' | 'failed' | 'unknown', failure: string | null): void
  inState(state: ActState): readonly ActRow[]
  /** Newest first; those that wait alone, or all. */
  list(
    isOpen: boolean,
    limit: number,
    offset: number,
    labels?: readonly number[] | null,
  ): { readonly items: readonly ActRow[]; readonly total: number }
}

const columns = `id, act, call, arguments, arguments_hash AS argumentsHash, label_id AS labelId, requested_at AS requestedAt,
  requested_by AS requestedBy, expires_at AS expiresAt, state, decided_at AS decidedAt, decided_by AS decidedBy, reason, failure`

export function createActs(db: Db, tenant: string): Acts {
  const insert = db.prepare(`INSERT INTO acts
    (id, tenant_id, act, call, arguments, arguments_hash, label_id, requested_at, requested_by, expires_at, state)
    VALUES (:id, :tenant, :act, :call, :arguments, :argumentsHash, :labelId, :requestedAt, :requestedBy, :expiresAt, 'waiting')`)
  const one = db.prepare(`SELECT ${columns} FROM acts WHERE tenant_id = ? AND id = ?`)
  const decide = db.prepare(
    'UPDATE acts SET state = :state, decided_at = :atMs, decided_by = :by, reason = :reason WHERE tenant_id = :tenant AND id = :id',
  )
  const end = db.prepare('UPDATE acts SET state = :state, failure = :failure WHERE tenant_id = :tenant AND id = :id')
  const standing = db.prepare(`SELECT ${columns} FROM acts WHERE tenant_id = ? AND state = ? ORDER BY requested_at, id`)
  const page =
    db.prepare(`SELECT ${columns} FROM acts WHERE tenant_id = :tenant AND (state = 'waiting' OR NOT :isOpen) AND ${isSeen('label_id')}
    ORDER BY requested_at DESC, id DESC LIMIT :limit OFFSET :offset`)
  const count = db.prepare<[object], { n: number }>(
    `SELECT count(*) AS n FROM acts WHERE tenant_id = :tenant AND (state = 'waiting' OR NOT :isOpen) AND ${isSeen('label_id')}`,
  )
  return {
    add: (act) => void insert.run({ tenant, ...act }),
    get: (id) => {
      const row = one.get(tenant, id)
      return row === undefined ? null : Row.parse(row)
    },
    decide: (id, state, atMs, by, reason) => void decide.run({ tenant, id, state, atMs, by, reason }),
    end: (id, state, failure) => void end.run({ tenant, id, state, failure }),
    inState: (state) => standing.all(tenant, state).map((row) => Row.parse(row)),
    list: (isOpen, limit, offset, seen) => {
      const filter = { tenant, isOpen: Number(isOpen), labels: seenParameter(seen) }
      return {
        items: page.all({ ...filter, limit, offset }).map((row) => Row.parse(row)),
        total: count.get(filter)?.n ?? 0,
      }
    },
  }
}
