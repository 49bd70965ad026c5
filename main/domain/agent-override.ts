/** What a site takes away from an agent without changing its file: fewer tools, files and documents, smaller budgets. It never gives anything. Pure. */
import * as z from 'zod'
import { AgentDefinition } from './agent.ts'
import { Budget, defaultBudget } from './budget.ts'

export const AgentOverride = z.strictObject({
  tools: AgentDefinition.shape.tools.optional(),
  offers: AgentDefinition.shape.offers.optional(),
  writes: z.array(z.string().min(1).max(120)).optional(),
  stepsMax: AgentDefinition.shape.stepsMax.optional(),
  budget: Budget.omit({ onBreach: true }).partial().optional(),
  /** Denied besides those that are denied already. */
  deniedDataSources: z.array(z.string().min(1).max(200)).max(100).optional(),
})
export type AgentOverride = z.infer<typeof AgentOverride>

/** The narrowed agent, or the field that would have given it something. */
export function narrowAgent(agent: AgentDefinition, override: AgentOverride): AgentDefinition | { readonly widens: string } {
  const isWithin = (wanted: readonly string[] | undefined, held: readonly string[]) => wanted?.every((one) => held.includes(one)) !== false
  for (const field of ['tools', 'offers', 'writes'] as const) if (!isWithin(override[field], agent[field])) return { widens: field }
  if ((override.stepsMax ?? 0) > agent.stepsMax) return { widens: 'stepsMax' }
  const before: Budget = { ...defaultBudget, ...(agent.budget as Partial<Budget>) }
  const limits = Object.entries(override.budget ?? {}).filter(([, limit]) => limit !== undefined)
  for (const [name, limit] of limits) if (Number(limit) > Number(before[name as keyof Budget])) return { widens: `budget.${name}` }
  const tools = override.tools ?? agent.tools
  return {
    ...agent,
    tools,
    offers: (override.offers ?? agent.offers).filter((name) => tools.includes(name)),
    prefetch: agent.prefetch.filter(({ tool }) => tools.includes(tool)),
    playbook: agent.playbook.filter(({ tool }) => tools.includes(tool)),
    writes: override.writes ?? agent.writes,
    stepsMax: override.stepsMax ?? agent.stepsMax,
    budget: { ...agent.budget, ...Object.fromEntries(limits) },
    deniedDataSources: [...agent.deniedDataSources, ...(override.deniedDataSources ?? [])],
  }
}
