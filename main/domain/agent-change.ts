/** Whether an agent as it is defined now may do more than it might when a run of it began. Pure. */
import type { AgentDefinition } from './agent.ts'
import { canonicalJson } from './canonical-json.ts'

const isWithin = (now: readonly unknown[], before: readonly unknown[]): boolean => {
  const had = new Set(before.map(canonicalJson))
  return now.every((one) => had.has(canonicalJson(one)))
}

/**
 * The first field by which it may do more; null where it may do the same or less. What it may spend and the words that lead it are pinned
 * by each run of its own, and what only describes it changes nothing that it does.
 */
export function widenedField(before: AgentDefinition, now: AgentDefinition): string | null {
  for (const field of ['tools', 'offers', 'writes', 'prefetch', 'playbook'] as const) if (!isWithin(now[field], before[field])) return field
  if (now.deliver !== undefined && canonicalJson(now.deliver) !== canonicalJson(before.deliver ?? null)) return 'deliver'
  if (now.output !== before.output) return 'output'
  if (now.stepsMax > before.stepsMax) return 'stepsMax'
  if (!before.allowedDataSources.includes('*') && !isWithin(now.allowedDataSources, before.allowedDataSources)) return 'allowedDataSources'
  return isWithin(before.deniedDataSources, now.deniedDataSources) ? null : 'deniedDataSources'
}
