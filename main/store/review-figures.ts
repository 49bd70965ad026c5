/** What stands in the log of a while, counted: for those who review how agents are run. Runs that were carried in count for nothing. */
import type { ReviewFigures } from '../domain/review.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

export interface ReviewStore {
  /** From `fromMs` on, of what may be seen; null = all. */
  read(fromMs: number, labels: readonly number[] | null): Omit<ReviewFigures, 'from' | 'to' | 'approval'>
}

export function createReviewStore(db: Db, tenant: string): ReviewStore {
  const last = db.prepare<[string], number>('SELECT seq FROM events WHERE tenant_id = ? ORDER BY seq DESC LIMIT 1').pluck()
  const timeFrom = db.prepare<[string, number], { seq: number; at: number }>(
    'SELECT seq, at_ms AS at FROM events WHERE tenant_id = ? AND seq >= ? ORDER BY seq LIMIT 1',
  )
  const among = `FROM events e WHERE e.tenant_id = :tenant AND e.seq >= :seq AND e.at_ms >= :fromMs AND ${isSeen('e.label_id')}
    AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = e.stream AND r.tenant_id = :tenant AND r.is_imported = 1)`
  const counted = db.prepare<[object], { type: string; n: number }>(`SELECT e.type, count(*) AS n ${among} GROUP BY e.type`)
  const created = db.prepare<[object], { byPerson: number; pinned: number; retries: number }>(
    `SELECT coalesce(sum(json_extract(e.actor, '$.issuer') = 'operator'), 0) AS byPerson,
       coalesce(sum(json_array_length(e.body, '$.prompts') > 0), 0) AS pinned,
       coalesce(sum(json_extract(e.body, '$.attempt') > 1), 0) AS retries ${among} AND e.type = 'run.created'`,
  )
  const contexts = db.prepare<[object], { mean: number | null; most: number | null; over: number }>(
    `SELECT avg(share) AS mean, max(share) AS most, coalesce(sum(share > 40), 0) AS over FROM (
       SELECT 100.0 * json_extract(e.body, '$.promptTokens') / nullif(json_extract(e.body, '$.contextTokens'), 0) AS share
       ${among} AND e.type = 'context.built')`,
  )
  const lost = db
    .prepare<[object], number>(
      `SELECT count(*) ${among} AND e.type IN ('run.queued', 'run.held') AND json_extract(e.body, '$.reason') = 'executor_lost'`,
    )
    .pluck()
  const agents = db.prepare<[object], ReviewFigures['agents'][number]>(
    `SELECT r.agent, count(*) AS runs, sum(r.status = 'failed') AS failed, sum(r.tokens_used) AS tokens,
       avg((SELECT count(*) FROM steps s WHERE s.tenant_id = :tenant AND s.run_id = r.id AND s.copied_from IS NULL)) AS steps
     FROM runs r WHERE r.tenant_id = :tenant AND r.is_imported = 0 AND r.created_at >= :fromMs AND ${isSeen('r.label_id')}
     GROUP BY r.agent ORDER BY r.agent`,
  )

  /** The first event of that time, found by halves; times that go back with a clock are sorted out by the statements. */
  function firstSince(fromMs: number): number {
    let [low, high] = [1, (last.get(tenant) ?? 0) + 1]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const found = timeFrom.get(tenant, middle)
      if (found === undefined || found.at >= fromMs) high = middle
      else low = found.seq + 1
    }
    return low
  }

  return {
    read: (fromMs, seen) => {
      const filter = { tenant, fromMs, seq: firstSince(fromMs), labels: seenParameter(seen) }
      return {
        events: Object.fromEntries(counted.all(filter).map(({ type, n }) => [type, n])),
        created: created.get(filter) ?? { byPerson: 0, pinned: 0, retries: 0 },
        contexts: contexts.get(filter) ?? { mean: null, most: null, over: 0 },
        executorsLost: lost.get(filter) ?? 0,
        agents: agents.all({ tenant, fromMs, labels: filter.labels }),
      }
    },
  }
}
