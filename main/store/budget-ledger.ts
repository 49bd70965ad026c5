/** What every call set aside and cost, and what is left to a tenant. Written in the transaction of the call's events. */
import type { Amount, QuotaLeft } from '../domain/budget.ts'
import { nothing } from '../domain/budget.ts'
import type { RunEvent } from '../domain/run/events.ts'
import type { Db } from './open.ts'

export interface Quota {
  readonly tokensMax: number | null
  readonly costMicrosMax: number | null
  /** Runs under way at once; others wait in the queue. */
  readonly concurrentRunsMax: number | null
}

export interface BudgetLedger {
  /** Books what these events set aside and settled. Call inside their transaction. */
  book(runId: string, events: readonly RunEvent[]): void
  /** Read inside the transaction that spends: then nobody can spend the same twice. */
  left(): QuotaLeft
  /** As it was set here. */
  quota(): Quota
  /** What holds: the stricter of that and the policy. */
  limits(): Quota
  setQuota(quota: Quota): void
  /** Spent and set aside by all runs. */
  spent(): { readonly tokens: number; readonly costMicros: number }
}

/** What an event sets aside (`reserved`) and what it finally cost (`settled`), by its call. */
function booking(event: RunEvent): { readonly stepId: string; readonly reserved: Amount; readonly settled: Amount } | null {
  switch (event.type) {
    case 'model.requested':
    case 'tool.proposed':
      return { stepId: event.stepId, reserved: event.reserved, settled: nothing }
    case 'model.answered':
    case 'model.failed':
    case 'tool.succeeded':
    case 'tool.failed':
    case 'tool.unknown':
      return { stepId: event.stepId, reserved: nothing, settled: event.settled }
    case 'tool.rejected':
    case 'tool.expired':
    case 'tool.answered':
      return { stepId: event.stepId, reserved: nothing, settled: nothing }
    default:
      return null
  }
}

const isNothing = ({ tokens, costMicros, bytesWritten }: Amount): boolean => tokens + costMicros + bytesWritten === 0

const noLimit: Quota = { tokensMax: null, costMicrosMax: null, concurrentRunsMax: null }
const lower = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b))

/** `bounds` is what the policy allows at most, asked anew each time. */
export function createBudgetLedger(db: Db, tenant: string, bounds: () => Quota = () => noLimit): BudgetLedger {
  const upsert = db.prepare(`
    INSERT INTO budget_ledger (step_id, tenant_id, run_id, tokens_reserved, tokens, cost_reserved, cost, bytes_reserved, bytes)
    VALUES (:step, :tenant, :run, :tokensReserved, :tokens, :costReserved, :cost, :bytesReserved, :bytes)
    ON CONFLICT (step_id) DO UPDATE SET tokens_reserved = :tokensReserved, tokens = :tokens, cost_reserved = :costReserved, cost = :cost,
      bytes_reserved = :bytesReserved, bytes = :bytes`)
  const settle = db.prepare(`UPDATE budget_ledger SET tokens_reserved = 0, cost_reserved = 0, bytes_reserved = 0
    WHERE tenant_id = ? AND step_id = ?`)
  const totals = db.prepare<[string], { tokens: number; cost: number }>('SELECT tokens, cost FROM budget_totals WHERE tenant_id = ?')
  const limits = db.prepare<[string], Quota>(
    'SELECT tokens_max AS tokensMax, cost_micros_max AS costMicrosMax, concurrent_runs_max AS concurrentRunsMax FROM quotas WHERE tenant_id = ?',
  )
  const limit = db.prepare(`INSERT INTO quotas (tenant_id, tokens_max, cost_micros_max, concurrent_runs_max)
    VALUES (:tenant, :tokensMax, :costMicrosMax, :concurrentRunsMax)
    ON CONFLICT (tenant_id) DO UPDATE SET tokens_max = :tokensMax, cost_micros_max = :costMicrosMax, concurrent_runs_max = :concurrentRunsMax`)

  const spent = () => {
    const { tokens = 0, cost = 0 } = totals.get(tenant) ?? {}
    return { tokens, costMicros: cost }
  }
  const quota = (): Quota => limits.get(tenant) ?? noLimit
  const stricter = (): Quota => {
    const [own, most] = [quota(), bounds()]
    return {
      tokensMax: lower(own.tokensMax, most.tokensMax),
      costMicrosMax: lower(own.costMicrosMax, most.costMicrosMax),
      concurrentRunsMax: lower(own.concurrentRunsMax, most.concurrentRunsMax),
    }
  }
  return {
    book: (runId, events) => {
      for (const event of events) {
        const booked = booking(event)
        if (booked === null) continue
        const { stepId, reserved, settled } = booked
        // Most calls cost nothing that is counted: they have no row.
        if (isNothing(settled) && isNothing(reserved)) {
          if (event.type !== 'tool.proposed' && event.type !== 'model.requested') settle.run(tenant, stepId)
          continue
        }
        upsert.run({
          ...{ step: stepId, tenant, run: runId },
          ...{ tokensReserved: reserved.tokens, tokens: settled.tokens, costReserved: reserved.costMicros, cost: settled.costMicros },
          ...{ bytesReserved: reserved.bytesWritten, bytes: settled.bytesWritten },
        })
      }
    },
    left: () => {
      const { tokensMax, costMicrosMax } = stricter()
      if (tokensMax === null && costMicrosMax === null) return { tokens: null, costMicros: null }
      const { tokens, costMicros } = spent()
      return {
        tokens: tokensMax === null ? null : tokensMax - tokens,
        costMicros: costMicrosMax === null ? null : costMicrosMax - costMicros,
      }
    },
    quota,
    limits: stricter,
    setQuota: (wanted) => void limit.run({ tenant, ...wanted }),
    spent,
  }
}
