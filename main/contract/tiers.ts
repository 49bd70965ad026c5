/** Tiers outside of this machine and their endpoints, where tasks went and why, and what people said about it. */
import * as z from 'zod'
import { breakerStatuses } from '../domain/breaker.ts'
import { Endpoint, EndpointDraft, EndpointSecret } from '../domain/endpoint.ts'
import { Justification } from '../domain/exemption.ts'
import { holdingsLimits } from '../domain/holdings-limits.ts'
import { idOf } from '../domain/ids.ts'
import { OutsideTier, TierRule } from '../domain/policy.ts'
import { RouteDecision, RouteMode, RouteRefusal, RouteTask } from '../domain/route.ts'
import { RouteAway } from '../domain/route-override.ts'
import { Tier } from '../domain/tier.ts'
import { call } from './define.ts'

const count = z.int().min(0)
const time = z.int().min(0)
const milliseconds = z.number().min(0).nullable()
const share = z.number().min(0).max(1).nullable()
const page = { limit: z.int().min(1).max(holdingsLimits.pageMax).default(50), offset: count.default(0) }
const endpointId = z.strictObject({ endpointId: idOf('end') })

export const EndpointStatus = z.strictObject({
  endpoint: Endpoint,
  breaker: z.enum(breakerStatuses),
  failuresInRow: count,
  /** Median of its last calls since the start; null before there was one. */
  firstTokenMs: milliseconds,
  /** Why not even unclassified material may go there now; null = it may. */
  refusal: RouteRefusal.nullable(),
  /** When its certificates end; null without TLS. */
  certificatesEndAt: time.nullable(),
})
export type EndpointStatus = z.infer<typeof EndpointStatus>

export const TierList = z.strictObject({
  policyVersion: count,
  /** The policy is broken: nothing leaves this machine. */
  isTightened: z.boolean(),
  tiers: z.array(z.strictObject({ tier: OutsideTier, rule: TierRule, endpoints: z.array(EndpointStatus) })),
  /** Endpoints whose description is not what was recorded; they are left alone. */
  damaged: z.array(idOf('end')),
})
export type TierList = z.infer<typeof TierList>

export const EndpointTest = z.strictObject({
  ...endpointId.shape,
  isWell: z.boolean(),
  /** Null when all is well. */
  failure: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  model: z.string(),
  firstTokenMs: milliseconds,
  totalMs: z.number().min(0),
  testedAt: time,
})
export type EndpointTest = z.infer<typeof EndpointTest>

export const RecordedDecision = z.strictObject({
  seq: z.int().min(1),
  runId: idOf('run'),
  stepId: idOf('stp'),
  at: time,
  decision: RouteDecision,
})
export type RecordedDecision = z.infer<typeof RecordedDecision>

export const Override = z.strictObject({
  id: idOf('rov'),
  away: RouteAway,
  runId: idOf('run').nullable(),
  /** Null after a purge, and for whoever may not see it. */
  justification: z.string().nullable(),
  madeAt: time,
  madeBy: z.string(),
  expiresAt: time,
  isInForce: z.boolean(),
})
export type Override = z.infer<typeof Override>

export const TierFigures = z.strictObject({
  tier: Tier,
  calls: count,
  failures: count,
  firstTokenMs: z.strictObject({ median: milliseconds, p95: milliseconds, objective: milliseconds, metShare: share }),
  tokens: count,
  costMicros: count,
})
export type TierFigures = z.infer<typeof TierFigures>

export const RouteStatistics = z.strictObject({
  /** How many of the last events were looked at. */
  events: count,
  tiers: z.array(TierFigures),
  decisions: z.strictObject({ total: count, byMode: z.record(RouteMode, count) }),
  /** Of what was put to a person, how much was approved. */
  accuracy: z.strictObject({ approved: count, refused: count, share, target: z.number() }),
  /** Overrides against decisions. */
  overrides: z.strictObject({ total: count, share, target: z.number() }),
})
export type RouteStatistics = z.infer<typeof RouteStatistics>

export const tierCalls = {
  'tiers.list': call('Tiers outside of this machine, their endpoints and how they do', z.strictObject({}), TierList),
  'tiers.add': call('Allow this machine to ask another one', EndpointDraft, EndpointStatus),
  'tiers.change': call(
    'Change an endpoint',
    z.strictObject({ ...endpointId.shape, change: EndpointDraft.omit({ tier: true }).partial() }),
    EndpointStatus,
  ),
  'tiers.secret': call(
    'Keep the keys of an endpoint, in place of those before; null removes one',
    z.strictObject({ ...endpointId.shape, secret: EndpointSecret }),
    EndpointStatus,
  ),
  'tiers.remove': call('Forget an endpoint and its keys', endpointId, endpointId),
  'tiers.test': call('Ask an endpoint for a word, and measure', endpointId, EndpointTest),
  'route.explain': call('What would happen to such a task, and why; nothing is done', RouteTask, RouteDecision),
  'route.list': call(
    'Where tasks went and why, newest first',
    z.strictObject(page),
    z.strictObject({ items: z.array(RecordedDecision), total: count }),
  ),
  'route.override': call(
    'Keep tasks from going to a tier or an endpoint for one hour, and say why',
    z.strictObject({ away: RouteAway, runId: idOf('run').nullable().default(null), justification: Justification }),
    Override,
  ),
  'route.overrides': call('Overrides, newest first', z.strictObject(page), z.strictObject({ items: z.array(Override), total: count })),
  'tiers.statistics': call('How tiers did against their objectives, and how decisions were taken', z.strictObject({}), RouteStatistics),
} as const
