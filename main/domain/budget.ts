/** What a run may spend: limits, what was used, what is set aside for calls under way. Pure; unknown always counts as too much. */
import * as z from 'zod'
import { severityOfBreach } from './severity.ts'

export const measures = ['tokens', 'cost', 'model_calls', 'tool_calls', 'bytes_written', 'duration', 'depth'] as const
export const Measure = z.enum(measures)
export type Measure = z.infer<typeof Measure>

/** What happens at a limit. `queue` leaves a run where it waits; `alert` only tells. */
export const breachActions = ['terminate', 'pause', 'alert', 'queue'] as const
export const BreachAction = z.enum(breachActions)
export type BreachAction = z.infer<typeof BreachAction>

const count = z.int().min(0)
/** Shares of a limit at which a person is warned, once each. */
export const warningShares: Readonly<Record<Measure, number>> = {
  tokens: 0.8,
  cost: 0.8,
  model_calls: 0.8,
  tool_calls: 0.8,
  bytes_written: 0.8,
  duration: 0.75,
  depth: 1,
}

/** Limits of one run. Cost is in millionths of the site's currency: this machine costs nothing, and what another may cost is shown before. */
export const Budget = z.strictObject({
  tokensMax: count,
  costMicrosMax: count,
  modelCallsMax: count,
  toolCallsMax: count,
  bytesWrittenMax: count,
  durationMsMax: count,
  depthMax: count,
  onBreach: z.partialRecord(Measure, BreachAction),
})
export type Budget = z.infer<typeof Budget>

export const defaultBudget: Budget = {
  tokensMax: 200_000,
  costMicrosMax: 1_000_000,
  modelCallsMax: 20,
  toolCallsMax: 40,
  bytesWrittenMax: 8 * 1024 * 1024,
  durationMsMax: 600_000,
  depthMax: 3,
  onBreach: {},
}

/** Fields that are left out keep what stood there. */
export const mergeBudget = (base: Budget, change: { readonly [K in keyof Budget]?: Budget[K] | undefined }): Budget => {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  // Each entry is of the budget's own type; the compiler cannot see it through `entries`.
  return { ...base, ...(Object.fromEntries(given) as Partial<Budget>) }
}

/** What a run might spend if its agent let it spend `now` instead of `before`: what a person set for the run itself stays. */
export const budgetUnder = (recorded: Budget, before: Budget, now: Budget): Budget => {
  const isSet = (name: keyof Budget): boolean => JSON.stringify(recorded[name]) !== JSON.stringify(before[name])
  const kept = Object.entries(recorded).filter(([name]) => isSet(name as keyof Budget))
  return { ...now, ...(Object.fromEntries(kept) as Partial<Budget>) }
}

/** What a budget does not say follows from how much the limit matters: what is critical ends the run, the rest waits for a person. */
export const actionAt = (budget: Budget, measure: Measure): BreachAction =>
  budget.onBreach[measure] ?? (severityOfBreach[measure] === 'critical' ? 'terminate' : 'pause')

/** A quantity of everything that is spent. Tokens and cost are set aside per model call, bytes per tool call. */
export const Amount = z.strictObject({ tokens: count, costMicros: count, bytesWritten: count })
export type Amount = z.infer<typeof Amount>
export const nothing: Amount = { tokens: 0, costMicros: 0, bytesWritten: 0 }

/** `activeMs` is time spent active, without waiting for people or for a place. */
export const Usage = Amount.extend({ modelCalls: count, toolCalls: count, activeMs: count })
export type Usage = z.infer<typeof Usage>
export const unused: Usage = { ...nothing, modelCalls: 0, toolCalls: 0, activeMs: 0 }

/** What is left to all runs of a tenant together; null = no quota is set. */
export interface QuotaLeft {
  readonly tokens: number | null
  readonly costMicros: number | null
}
export const noQuota: QuotaLeft = { tokens: null, costMicros: null }

/** An estimate before a call. Null = it cannot be said, and the call is denied. */
export interface Estimate {
  readonly tokens?: number | null
  readonly costMicros?: number | null
  readonly bytesWritten?: number | null
  readonly modelCalls?: number
  readonly toolCalls?: number
}

export const plus = (a: Amount, b: Amount): Amount => ({
  tokens: a.tokens + b.tokens,
  costMicros: a.costMicros + b.costMicros,
  bytesWritten: a.bytesWritten + b.bytesWritten,
})

const exceeds = (spent: number, estimate: number | null, limit: number): boolean => estimate === null || spent + estimate > limit

/** Every limit of the run that the estimate would pass: used + set aside + estimate ≤ limit, for each measure. */
export function breachesOf(budget: Budget, usage: Usage, reserved: Amount, estimate: Estimate): readonly Measure[] {
  const { tokens = 0, costMicros = 0, bytesWritten = 0, modelCalls = 0, toolCalls = 0 } = estimate
  const over: Readonly<Record<Measure, boolean>> = {
    tokens: exceeds(usage.tokens + reserved.tokens, tokens, budget.tokensMax),
    cost: exceeds(usage.costMicros + reserved.costMicros, costMicros, budget.costMicrosMax),
    bytes_written: exceeds(usage.bytesWritten + reserved.bytesWritten, bytesWritten, budget.bytesWrittenMax),
    model_calls: exceeds(usage.modelCalls, modelCalls, budget.modelCallsMax),
    tool_calls: exceeds(usage.toolCalls, toolCalls, budget.toolCallsMax),
    duration: usage.activeMs > budget.durationMsMax,
    depth: false,
  }
  return measures.filter((measure) => over[measure])
}

/** What of the quota of all runs together the estimate would pass, or null. */
export function quotaBreachOf(left: QuotaLeft, { tokens = 0, costMicros = 0 }: Estimate): 'tokens' | 'cost' | null {
  if (left.tokens !== null && exceeds(0, tokens, left.tokens)) return 'tokens'
  if (left.costMicros !== null && exceeds(0, costMicros, left.costMicros)) return 'cost'
  return null
}

/** Measures of which it cannot be said what the call would cost. */
export const unknownIn = ({ tokens, costMicros, bytesWritten }: Estimate): readonly Measure[] => [
  ...(tokens === null ? (['tokens'] as const) : []),
  ...(costMicros === null ? (['cost'] as const) : []),
  ...(bytesWritten === null ? (['bytes_written'] as const) : []),
]

/** Used and limit of each measure that has both, for gauges and warnings. */
export const gauges = (
  budget: Budget,
  usage: Usage,
): readonly { readonly measure: Measure; readonly used: number; readonly limit: number }[] => [
  { measure: 'tokens', used: usage.tokens, limit: budget.tokensMax },
  { measure: 'cost', used: usage.costMicros, limit: budget.costMicrosMax },
  { measure: 'model_calls', used: usage.modelCalls, limit: budget.modelCallsMax },
  { measure: 'tool_calls', used: usage.toolCalls, limit: budget.toolCallsMax },
  { measure: 'bytes_written', used: usage.bytesWritten, limit: budget.bytesWrittenMax },
  { measure: 'duration', used: usage.activeMs, limit: budget.durationMsMax },
]

/** Measures that have come to their warning share and were not warned of before. */
export const newWarnings = (budget: Budget, usage: Usage, warned: readonly Measure[]): readonly Measure[] =>
  gauges(budget, usage)
    .filter(({ measure, used, limit }) => limit > 0 && used >= limit * warningShares[measure] && !warned.includes(measure))
    .map(({ measure }) => measure)
