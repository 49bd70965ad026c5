/** What the log says of routing: decisions, overrides, and how the calls of each tier went. Reads only. */
import * as z from 'zod'
import { Actor } from '../domain/actor.ts'
import { exemptionLimits } from '../domain/exemption.ts'
import { RouteDecision } from '../domain/route.ts'
import { RoutingRecord, routingRecordTypes } from '../domain/route-figures.ts'
import { StationEvent } from '../domain/station-events.ts'
import { ofRouting } from './endpoints.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

export type OverrideRow = Omit<Extract<StationEvent, { type: 'route.overridden' }>, 'type'> & { readonly madeBy: string }

const Decided = RouteDecision.extend({ stepId: z.string(), atMs: z.number() }).strip()
export interface DecisionRow {
  readonly seq: number
  readonly runId: string
  readonly stepId: string
  readonly at: number
  readonly decision: RouteDecision
}

interface Page<T> {
  readonly items: readonly T[]
  readonly total: number
}

export interface Routes {
  /** Newest first; of runs with one of these labels, null = all. */
  decisions(limit: number, offset: number, labels?: readonly number[] | null): Page<DecisionRow>
  overrides(limit: number, offset: number): Page<OverrideRow>
  /** Those that were made within the hour before `atMs`, or after it by a clock that went back. */
  recentOverrides(atMs: number): readonly OverrideRow[]
  /** What the last `events` events of the log say of model calls, decisions and overrides, oldest first. Imported runs are left out. */
  records(events: number, labels?: readonly number[] | null): readonly RoutingRecord[]
}

const kinds = JSON.stringify(routingRecordTypes)

export function createRoutes(db: Db, tenant: string): Routes {
  const ofType = (type: string) => `FROM events e WHERE ${ofRouting} AND type = '${type}' AND e.tenant_id = :tenant`
  const madeHere = `AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.id = e.stream AND r.is_imported = 1 AND r.tenant_id = :tenant)`
  const newest = 'ORDER BY seq DESC LIMIT :limit OFFSET :offset'
  const decided = `${ofType('route.decided')} ${madeHere} AND ${isSeen('e.label_id')}`
  const overridden = ofType('route.overridden')
  const pageOfDecisions = db.prepare<object, { seq: number; stream: string; body: string }>(`SELECT seq, stream, body ${decided} ${newest}`)
  const countDecisions = db.prepare<object, { n: number }>(`SELECT count(*) AS n ${decided}`)
  const pageOfOverrides = db.prepare<object, { actor: string; body: string }>(`SELECT actor, body ${overridden} ${newest}`)
  const countOverrides = db.prepare<object, { n: number }>(`SELECT count(*) AS n ${overridden}`)
  const recent = db.prepare<object, { actor: string; body: string }>(`SELECT actor, body ${overridden} AND at_ms > :since ORDER BY seq`)
  const tail = db.prepare<object, { body: string }>(`SELECT body FROM events e
    WHERE seq > (SELECT seq FROM events WHERE tenant_id = :tenant ORDER BY seq DESC LIMIT 1) - :events
      AND type IN (SELECT value FROM json_each(:kinds)) AND tenant_id = :tenant ${madeHere} AND ${isSeen('e.label_id')} ORDER BY seq`)

  const toOverride = ({ actor, body }: { readonly actor: string; readonly body: string }): OverrideRow[] => {
    const event = StationEvent.parse(JSON.parse(body))
    if (event.type !== 'route.overridden') return []
    const { type: _type, ...rest } = event
    return [{ ...rest, madeBy: Actor.parse(JSON.parse(actor)).account }]
  }
  return {
    decisions: (limit, offset, seen) => ({
      items: pageOfDecisions.all({ tenant, labels: seenParameter(seen), limit, offset }).map(({ seq, stream, body }) => {
        const { stepId, atMs, ...decision } = Decided.parse(JSON.parse(body))
        return { seq, runId: stream, stepId, at: atMs, decision }
      }),
      total: countDecisions.get({ tenant, labels: seenParameter(seen) })?.n ?? 0,
    }),
    overrides: (limit, offset) => ({
      items: pageOfOverrides.all({ tenant, limit, offset }).flatMap(toOverride),
      total: countOverrides.get({ tenant })?.n ?? 0,
    }),
    recentOverrides: (atMs) => recent.all({ tenant, since: atMs - exemptionLimits.lastsMs }).flatMap(toOverride),
    records: (events, seen) =>
      tail.all({ tenant, events, kinds, labels: seenParameter(seen) }).map(({ body }) => RoutingRecord.parse(JSON.parse(body))),
  }
}
