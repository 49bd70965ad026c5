/** Rows of every way out that was tried. Append-only: the end of an allowed connection is all that is ever added to a row. */
import * as z from 'zod'
import { type Digest, formatDigest, parseDigest } from '../domain/digest.ts'
import { type EgressAttempt, EgressKind, EgressPart, EgressReason } from '../domain/egress.ts'
import type { Db } from './open.ts'

const Row = z.object({
  entry: z.number(),
  at: z.number(),
  boot: z.string(),
  part: EgressPart,
  kind: EgressKind,
  destination: z.string(),
  salt: z.string(),
  decision: z.enum(['allowed', 'denied', 'test']),
  reason: EgressReason,
  count: z.number(),
  digest: z.string().transform(parseDigest).nullable(),
  runId: z.string().nullable(),
  stepId: z.string().nullable(),
  endedAt: z.number().nullable(),
  bytesOut: z.number().nullable(),
  bytesIn: z.number().nullable(),
})
export type EgressRow = Readonly<z.infer<typeof Row>>
export type EgressDecision = EgressRow['decision']

export interface EgressCounts {
  readonly allowed: number
  readonly denied: number
  readonly test: number
}

export interface EgressLedger {
  /** Returns the number of the row. */
  add(attempt: EgressAttempt, at: number, boot: string, salt: string): number
  end(entry: number, at: number, bytes: { readonly bytesOut: number; readonly bytesIn: number }): void
  /** Newest first. */
  list(
    which: { readonly decision?: EgressDecision | undefined; readonly part?: EgressPart | undefined },
    limit: number,
    offset: number,
  ): {
    readonly items: readonly EgressRow[]
    readonly total: number
  }
  /** Oldest first, after this row. */
  after(entry: number, limit: number): readonly EgressRow[]
  /** Attempts, not rows: a row may stand for many. Of one boot, or of all. */
  counts(boot?: string): EgressCounts
  /** The number of the last row, 0 before there is one. */
  last(): number
}

const columns = `id AS entry, at, boot, part, kind, destination, salt, decision, reason, count, digest, run_id AS runId, step_id AS stepId,
  ended_at AS endedAt, bytes_out AS bytesOut, bytes_in AS bytesIn`

const decisionOf = ({ reason, isTest }: EgressAttempt): EgressDecision => (isTest ? 'test' : reason === 'permitted' ? 'allowed' : 'denied')
const formatted = (digest: Digest | null): string | null => (digest === null ? null : formatDigest(digest))

export function createEgressLedger(db: Db, tenant: string): EgressLedger {
  const insert = db.prepare(`INSERT INTO egress_ledger
    (tenant_id, at, boot, part, kind, destination, salt, decision, reason, count, digest, run_id, step_id)
    VALUES (:tenant, :at, :boot, :part, :kind, :destination, :salt, :decision, :reason, :count, :digest, :runId, :stepId)`)
  const close = db.prepare(`UPDATE egress_ledger SET ended_at = :at, bytes_out = :bytesOut, bytes_in = :bytesIn
    WHERE tenant_id = :tenant AND id = :entry`)
  const asked = 'tenant_id = :tenant AND (:decision IS NULL OR decision = :decision) AND (:part IS NULL OR part = :part)'
  const page = db.prepare(`SELECT ${columns} FROM egress_ledger WHERE ${asked} ORDER BY id DESC LIMIT :limit OFFSET :offset`)
  const total = db.prepare<object, { n: number }>(`SELECT count(*) AS n FROM egress_ledger WHERE ${asked}`)
  const following = db.prepare(`SELECT ${columns} FROM egress_ledger WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?`)
  const sums = db.prepare<object, { decision: EgressDecision; n: number }>(`SELECT decision, sum(count) AS n FROM egress_ledger
    WHERE tenant_id = :tenant AND (:boot IS NULL OR boot = :boot) GROUP BY decision`)
  const newest = db.prepare<[string], { id: number | null }>('SELECT max(id) AS id FROM egress_ledger WHERE tenant_id = ?')
  const parse = (row: unknown): EgressRow => Row.parse(row)

  return {
    add: (attempt, at, boot, salt) => {
      const { isTest: _isTest, digest, ...rest } = attempt
      const row = { ...rest, tenant, at, boot, salt, decision: decisionOf(attempt), digest: formatted(digest) }
      return Number(insert.run(row).lastInsertRowid)
    },
    end: (entry, at, bytes) => void close.run({ tenant, entry, at, ...bytes }),
    list: ({ decision = null, part = null }, limit, offset) => ({
      items: page.all({ tenant, decision, part, limit, offset }).map(parse),
      total: total.get({ tenant, decision, part })?.n ?? 0,
    }),
    after: (entry, limit) => following.all(tenant, entry, limit).map(parse),
    counts: (boot) => {
      const found = new Map(sums.all({ tenant, boot: boot ?? null }).map(({ decision, n }) => [decision, n]))
      return { allowed: found.get('allowed') ?? 0, denied: found.get('denied') ?? 0, test: found.get('test') ?? 0 }
    },
    last: () => newest.get(tenant)?.id ?? 0,
  }
}
