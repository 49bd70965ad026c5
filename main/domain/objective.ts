/** How well agents and tiers are to do, and how much of what may go wrong has gone wrong. Pure. */
import * as z from 'zod'

export const objectiveLimits = { windowMs: 7 * 24 * 60 * 60_000, triesMin: 20 } as const

const share = z.number().min(0.5).max(0.9999)
/** Of each agent's runs, and of each tier's model calls, so many at least succeed. */
export const Objectives = z.strictObject({ agents: share, tiers: share })
export type Objectives = z.infer<typeof Objectives>
export const defaultObjectives: Objectives = { agents: 0.95, tiers: 0.95 }

export const objectiveKinds = ['agent', 'tier'] as const

export interface ErrorBudget {
  readonly kind: (typeof objectiveKinds)[number]
  /** Name of the agent or the tier. */
  readonly subject: string
  readonly tries: number
  readonly failures: number
  readonly objective: number
  /** Of the failures that the objective allows; from 1 on it is used up. */
  readonly burnt: number
  readonly isBreached: boolean
}

export type Tried = Pick<ErrorBudget, 'kind' | 'subject' | 'tries' | 'failures'>

/** Of few tries one failure says little: a budget is breached from `triesMin` on. */
export function budgetOf(tried: Tried, objectives: Objectives): ErrorBudget {
  const objective = tried.kind === 'agent' ? objectives.agents : objectives.tiers
  const allowed = (1 - objective) * Math.max(tried.tries, objectiveLimits.triesMin)
  const burnt = tried.failures / allowed
  return { ...tried, objective, burnt, isBreached: tried.tries >= objectiveLimits.triesMin && burnt > 1 }
}
