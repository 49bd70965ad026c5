/** `holdfast route explain|override`. */
import type { CallInput } from '../contract/calls.ts'
import type { CommandOutput } from '../contract/cli.ts'
import { ok, type Result } from '../domain/result.ts'
import type { RouteCause, RouteDecision, RouteRefusal } from '../domain/route.ts'
import type { CommandCore } from './core.ts'
import { plain, type Spoken } from './output.ts'

const modes: Readonly<Record<RouteDecision['mode'], string>> = {
  local: 'It stays on this machine.',
  automatic: 'It goes without a question.',
  suggest: 'It is suggested to a person, who is shown what would be sent.',
  ask: 'A person is asked, and is shown what would be sent.',
}
const causes: Readonly<Record<RouteCause, string>> = {
  requested: 'a person asked for it',
  no_edge_model: 'no model serves on this machine',
  context_too_large: 'it does not fit the model on this machine',
  failed_attempts: 'the model on this machine failed at it twice',
  features: 'of what the task is',
}
export const refusalWords: Readonly<Record<RouteRefusal, string>> = {
  not_configured: 'no endpoint is configured',
  disabled: 'it is switched off',
  tier_forbidden: 'the policy forbids the tier',
  policy_tightened: 'the policy is broken',
  destination_not_listed: 'the policy does not list its address',
  above_tier_clearance: 'the label is above what the tier may have',
  above_endpoint_clearance: 'the label is above what it may have',
  context_too_small: 'it does not fit its window',
  no_quota: 'the quota does not suffice',
  unhealthy: 'it failed five times in a row',
  overridden: 'a person keeps it from there',
  not_needed: 'nothing speaks for it',
}

export async function routeExplain(
  core: CommandCore,
  task: CallInput<'route.explain'>,
): Promise<Result<Spoken<CommandOutput<'route explain'>>>> {
  const explained = await core.call('route.explain', task)
  if (!explained.ok) return explained
  const { mode, tier, endpointId, model, confidence, causes: why, refused, costMicrosMax, policyVersion } = explained.value
  const destination = endpointId === null ? tier : `${tier}, ${endpointId}, ${plain(model ?? '')}, at most ${costMicrosMax / 1e6}`
  return ok({
    value: explained.value,
    lines: [
      modes[mode],
      `Where: ${destination}`,
      `Why: ${why.length === 0 ? 'nothing speaks for another tier' : `because ${why.map((cause) => causes[cause]).join(', ')}`}`,
      `Confidence: ${confidence.toFixed(2)}, under policy ${policyVersion}`,
      ...refused.map(({ endpointId: id, tier: of, reason }) => `Not ${id ?? of}: ${refusalWords[reason]}`),
    ],
  })
}

export async function routeOverride(
  core: CommandCore,
  input: CallInput<'route.override'>,
): Promise<Result<Spoken<CommandOutput<'route override'>>>> {
  const made = await core.call('route.override', input)
  if (!made.ok) return made
  return ok({ value: made.value, lines: [`${made.value.id} holds until ${new Date(made.value.expiresAt).toISOString()}.`] })
}
