/**
 * Where a task may run. Deterministic, and nothing that a model or a document wrote enters it: labels, configuration, policy, counts and
 * a person's request. Local unless every condition holds.
 */
import * as z from 'zod'
import { idOf } from './ids.ts'
import { Label } from './label.ts'
import { Tier } from './tier.ts'

const share = z.number().min(0).max(1)
const count = z.int().min(0)

/** What of a task speaks for a larger model, each 0 to 1. Counted by our own code, never said by a model. */
export const TaskFeatures = z.strictObject({ complexity: share, novelty: share, risk: share, scope: share })
export type TaskFeatures = z.infer<typeof TaskFeatures>

export const RouteTask = z.strictObject({
  /** Join of the labels of everything that would be sent. */
  label: Label,
  features: TaskFeatures,
  promptTokens: count,
  completionTokens: count,
  /** Window of the model at the edge; null = there is none. */
  edgeContextTokens: count.nullable(),
  /** How often the edge has failed at this task. */
  failedAttempts: count,
  /** A tier that a person asked for by name. */
  requested: Tier.nullable(),
  /** The run that it belongs to, for what a person said about this one. */
  runId: idOf('run').nullable().optional(),
})
export type RouteTask = z.infer<typeof RouteTask>

/** Why the router looks beyond the edge. */
export const routeCauses = ['requested', 'no_edge_model', 'context_too_large', 'failed_attempts', 'features'] as const
export const RouteCause = z.enum(routeCauses)
export type RouteCause = z.infer<typeof RouteCause>

/** Why an endpoint may not have it. */
export const routeRefusals = [
  'not_configured',
  'disabled',
  'tier_forbidden',
  'policy_tightened',
  'destination_not_listed',
  'above_tier_clearance',
  'above_endpoint_clearance',
  'context_too_small',
  'no_quota',
  'unhealthy',
  'overridden',
  'not_needed',
] as const
export const RouteRefusal = z.enum(routeRefusals)
export type RouteRefusal = z.infer<typeof RouteRefusal>

/** `local`: stays here. `automatic`: goes without a question. `suggest` and `ask`: a person decides, told so or asked openly. */
export const routeModes = ['local', 'automatic', 'suggest', 'ask'] as const
export const RouteMode = z.enum(routeModes)
export type RouteMode = z.infer<typeof RouteMode>

export const RouteDecision = z.strictObject({
  mode: RouteMode,
  tier: Tier,
  endpointId: idOf('end').nullable(),
  /** Model at the endpoint. */
  model: z.string().nullable(),
  /** How sure the router is that going up serves the task, 0 to 1. */
  confidence: share,
  causes: z.array(RouteCause),
  refused: z.array(z.strictObject({ endpointId: idOf('end').nullable(), tier: Tier, reason: RouteRefusal })),
  /** What it may cost at most, in millionths of the site's currency. */
  costMicrosMax: count,
  /** Version of the policy it was decided under. */
  policyVersion: count,
})
export type RouteDecision = z.infer<typeof RouteDecision>
