/**
 * Judges where a task may run: every reason to stay is looked at before any to go, and one is enough. Pure, from what is in memory, and
 * total: what is missing or not understood keeps the task here.
 *
 * Confidence that going up serves the task: 1 − (1 − f) · Π (1 − strength of each cause), with
 * f = 0.35 complexity + 0.25 novelty + 0.15 risk + 0.25 scope. It never falls when a feature rises or a cause is added.
 */
import * as z from 'zod'
import { noQuota, type QuotaLeft } from './budget.ts'
import type { Endpoint, EndpointModel } from './endpoint.ts'
import { addressKey, isInternal } from './ip-address.ts'
import { type Label, permits } from './label.ts'
import { type OutsideTier, outsideTiers, Policy, type PolicyInForce, type TierRule } from './policy.ts'
import type { RouteCause, RouteDecision, RouteMode, RouteRefusal, RouteTask, TaskFeatures } from './route.ts'
import type { RouteOverride } from './route-override.ts'

export const routeRules = {
  weights: { complexity: 0.35, novelty: 0.25, risk: 0.15, scope: 0.25 },
  strengths: { requested: 1, context_too_large: 0.95, no_edge_model: 0.8, failed_attempts: 0.8 },
  /** Features alone are a cause from here on. */
  featuresMin: 0.5,
  failedAttemptsMin: 2,
  /** The least that a policy may ask for. */
  automaticAbove: 0.9,
  suggestFrom: 0.7,
} as const

/** What routing reads of a policy. */
export const RoutePolicy = z.object({
  version: z.int().min(0),
  tiers: Policy.shape.tiers,
  routing: Policy.shape.routing,
  egress: Policy.shape.egress.nullable(),
  isTightened: z.boolean(),
})
export type RoutePolicy = z.infer<typeof RoutePolicy>

export interface KnownEndpoint {
  readonly endpoint: Endpoint
  readonly isHealthy: boolean
  /** Median of the last calls; null = not measured. */
  readonly firstTokenMs: number | null
}

export interface RouteKnowledge {
  readonly endpoints: readonly KnownEndpoint[]
  /** Null = it cannot be read, and nothing leaves. */
  readonly policy: RoutePolicy | null
  readonly quota: QuotaLeft
  /** Those in force. */
  readonly overrides: readonly RouteOverride[]
}

export const nothingKnown: RouteKnowledge = { endpoints: [], policy: null, quota: noQuota, overrides: [] }

/** A policy as far as it can be understood; whatever is wrong with it closes every way out. */
export function readPolicy(policy: unknown): RoutePolicy | null {
  const parsed = RoutePolicy.safeParse(policy)
  return parsed.success ? parsed.data : null
}

const sixDigits = (share: number): number => Math.round(share * 1e6) / 1e6

export const featureWeight = (features: TaskFeatures): number => {
  const { weights } = routeRules
  const { complexity, novelty, risk, scope } = features
  return sixDigits(weights.complexity * complexity + weights.novelty * novelty + weights.risk * risk + weights.scope * scope)
}

/** Why to look beyond the edge, for one tier: a request speaks for the tier that was asked for, and for no other. */
export function causesOf(task: RouteTask, tier: OutsideTier): readonly RouteCause[] {
  const { edgeContextTokens, promptTokens, completionTokens, failedAttempts, requested, features } = task
  return [
    ...(requested === tier ? (['requested'] as const) : []),
    ...(edgeContextTokens === null ? (['no_edge_model'] as const) : []),
    ...(edgeContextTokens !== null && promptTokens + completionTokens > edgeContextTokens ? (['context_too_large'] as const) : []),
    ...(failedAttempts >= routeRules.failedAttemptsMin ? (['failed_attempts'] as const) : []),
    ...(featureWeight(features) >= routeRules.featuresMin ? (['features'] as const) : []),
  ]
}

export function confidenceOf(features: TaskFeatures, causes: readonly RouteCause[]): number {
  const doubt = causes.reduce((rest, cause) => (cause === 'features' ? rest : rest * (1 - routeRules.strengths[cause])), 1)
  return sixDigits(1 - (1 - featureWeight(features)) * doubt)
}

/** Above 0.9 it goes by itself where the tier's rule lets it; from 0.7 on it is suggested, below it is asked. A policy only raises both. */
export function modeOf(confidence: number, rule: TierRule, routing: RoutePolicy['routing']): Exclude<RouteMode, 'local'> {
  const isSure = confidence > Math.max(routeRules.automaticAbove, routing.automaticAbove)
  if (isSure && rule.crossing === 'automatic') return 'automatic'
  return confidence >= Math.max(routeRules.suggestFrom, routing.suggestAbove) ? 'suggest' : 'ask'
}

const cost = (tokens: number, microsPerMillion: number): number => Math.ceil((tokens * microsPerMillion) / 1_000_000)

/** What so many tokens cost at most, in millionths of the site's currency. */
export const costMicros = (model: EndpointModel, promptTokens: number, completionTokens: number): number =>
  cost(promptTokens, model.promptMicros) + cost(completionTokens, model.completionMicros)

interface Candidate {
  readonly known: KnownEndpoint
  readonly model: EndpointModel
  readonly costMicrosMax: number
}

/** The cheapest model that the task fits into; ties by name. */
function modelFor(known: KnownEndpoint, { promptTokens, completionTokens }: RouteTask): Candidate | null {
  let best: Candidate | null = null
  for (const model of known.endpoint.models) {
    if (promptTokens + completionTokens > model.contextTokens) continue
    const costMicrosMax = costMicros(model, promptTokens, completionTokens)
    const isBetter =
      best === null || costMicrosMax < best.costMicrosMax || (costMicrosMax === best.costMicrosMax && model.name < best.model.name)
    if (isBetter) best = { known, model, costMicrosMax }
  }
  return best
}

/** Where no list says otherwise, a datacenter lies inside of the site. */
export function isListed(endpoint: Pick<Endpoint, 'tier' | 'host' | 'port'>, egress: PolicyInForce['egress']): boolean {
  const key = addressKey(endpoint.host)
  if (key === null) return false
  if (egress === null) return endpoint.tier === 'frontier' || isInternal(endpoint.host)
  return egress.some(({ host, port }) => port === endpoint.port && addressKey(host) === key)
}

const exceeds = (needed: number, left: number | null): boolean => left !== null && !(needed <= left)

/** What keeps everything from this endpoint, whatever its label. */
function standingOf(endpoint: Endpoint, policy: RoutePolicy | null): RouteRefusal | null {
  if (!endpoint.isEnabled) return 'disabled'
  if (policy === null || policy.isTightened) return 'policy_tightened'
  if (!policy.tiers[endpoint.tier].isAllowed) return 'tier_forbidden'
  return isListed(endpoint, policy.egress) ? null : 'destination_not_listed'
}

/** Endpoints and policies are values: what one says of the other is found once. */
const standings = new WeakMap<Endpoint, { readonly policy: RoutePolicy | null; readonly standing: RouteRefusal | null }>()

/** What keeps this label from this endpoint, whatever the task: looked at again when a request is sent. */
export function refusalOf(endpoint: Endpoint, label: Label, policy: RoutePolicy | null): RouteRefusal | null {
  let known = standings.get(endpoint)
  if (known === undefined || known.policy !== policy) {
    known = { policy, standing: standingOf(endpoint, policy) }
    standings.set(endpoint, known)
  }
  if (known.standing !== null) return known.standing
  const clearance = policy?.tiers[endpoint.tier].clearance ?? null
  if (clearance === null || !permits(clearance, label)) return 'above_tier_clearance'
  return permits(endpoint.clearance, label) ? null : 'above_endpoint_clearance'
}

export const isOverridden = (
  task: Pick<RouteTask, 'requested' | 'runId'>,
  { id, tier }: Endpoint,
  overrides: readonly RouteOverride[],
): boolean =>
  task.requested === 'edge' ||
  task.requested === 'reflex' ||
  overrides.some(
    ({ runId, away }) =>
      (runId === null || runId === task.runId) &&
      (away.kind === 'outside' || (away.kind === 'tier' && away.tier === tier) || (away.kind === 'endpoint' && away.endpointId === id)),
  )

function judge(task: RouteTask, known: KnownEndpoint, { policy, quota, overrides }: RouteKnowledge): Candidate | RouteRefusal {
  const refusal = refusalOf(known.endpoint, task.label, policy)
  if (refusal !== null) return refusal
  const candidate = modelFor(known, task)
  if (candidate === null) return 'context_too_small'
  if (exceeds(task.promptTokens + task.completionTokens, quota.tokens) || exceeds(candidate.costMicrosMax, quota.costMicros))
    return 'no_quota'
  if (!known.isHealthy) return 'unhealthy'
  if (isOverridden(task, known.endpoint, overrides)) return 'overridden'
  return causesOf(task, known.endpoint.tier).length === 0 ? 'not_needed' : candidate
}

/** By price, then by the time to the first token as measured, then by id. */
function compare(a: Candidate, b: Candidate): number {
  const [x, y] = [a, b].map(({ known }) => known.firstTokenMs ?? Number.MAX_VALUE)
  return a.costMicrosMax - b.costMicrosMax || (x ?? 0) - (y ?? 0) || (a.known.endpoint.id < b.known.endpoint.id ? -1 : 1)
}

const isCandidate = (judged: Candidate | RouteRefusal): judged is Candidate => typeof judged !== 'string'

/** What was asked for by name comes first, then the datacenter. */
const orderFor = (requested: RouteTask['requested']): readonly OutsideTier[] =>
  requested === 'frontier' ? ['frontier', 'datacenter'] : outsideTiers

export function decideRoute(task: RouteTask, known: RouteKnowledge): RouteDecision {
  const { endpoints, policy } = known
  const refused: { endpointId: string | null; tier: OutsideTier; reason: RouteRefusal }[] = []
  let chosen: Candidate | null = null
  for (const tier of orderFor(task.requested)) {
    const ofTier = endpoints.filter(({ endpoint }) => endpoint.tier === tier)
    if (ofTier.length === 0) refused.push({ endpointId: null, tier, reason: 'not_configured' })
    const judged = ofTier.map((one) => ({ id: one.endpoint.id, result: judge(task, one, known) }))
    for (const { id, result } of judged) if (!isCandidate(result)) refused.push({ endpointId: id, tier, reason: result })
    chosen ??= judged.flatMap(({ result }) => (isCandidate(result) ? [result] : [])).sort(compare)[0] ?? null
  }
  const policyVersion = policy?.version ?? 0
  if (chosen === null || policy === null) {
    const asked = task.requested === 'frontier' ? 'frontier' : 'datacenter'
    const causes = causesOf(task, asked)
    return {
      ...{ mode: 'local', tier: task.edgeContextTokens === null ? 'reflex' : 'edge', endpointId: null, model: null },
      ...{ confidence: confidenceOf(task.features, causes), causes: [...causes], refused, costMicrosMax: 0, policyVersion },
    }
  }
  const { endpoint } = chosen.known
  const causes = causesOf(task, endpoint.tier)
  const confidence = confidenceOf(task.features, causes)
  return {
    ...{ mode: modeOf(confidence, policy.tiers[endpoint.tier], policy.routing), tier: endpoint.tier, endpointId: endpoint.id },
    ...{ model: chosen.model.name, confidence, causes: [...causes], refused, costMicrosMax: chosen.costMicrosMax, policyVersion },
  }
}
