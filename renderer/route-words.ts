/** What the router decided, in words: where to, why beyond this machine, and why not. */
import type { RouteCause, RouteMode, RouteRefusal } from '../main/domain/route.ts'
import type { Tier } from '../main/domain/tier.ts'

export const tierTitles: Readonly<Record<Tier, string>> = {
  reflex: 'Reflex',
  edge: 'Edge',
  datacenter: 'Datacenter',
  frontier: 'Frontier',
}

/** Whether a name is that of a tier, and not of an agent or a tool. */
export const isTierName = (name: string): name is Tier => Object.hasOwn(tierTitles, name)

export const routeTitles: Readonly<Record<RouteMode, string>> = {
  local: 'Stays here',
  automatic: 'May go up',
  suggest: 'Going up suggested',
  ask: 'May it go up?',
}

export const causeWords: Readonly<Record<RouteCause, string>> = {
  requested: 'a person asked',
  no_edge_model: 'no model here',
  context_too_large: 'too large for here',
  failed_attempts: 'failed here',
  features: 'a hard task',
}

export const refusalWords: Readonly<Record<RouteRefusal, string>> = {
  not_configured: 'none is configured',
  disabled: 'it is switched off',
  tier_forbidden: 'the policy forbids the tier',
  policy_tightened: 'the policy is broken',
  destination_not_listed: 'the policy does not list its address',
  above_tier_clearance: 'the label is above what the tier may have',
  above_endpoint_clearance: 'the label is above what it may have',
  context_too_small: 'it would not fit',
  no_quota: 'there is no quota left',
  unhealthy: 'it does not answer',
  overridden: 'somebody closed it',
  not_needed: 'it is not needed',
}
