/** How tiers did against their objectives, and how people took the router's proposals. Counted from events; pure. */
import * as z from 'zod'
import { Amount } from './budget.ts'
import { RouteMode } from './route.ts'
import { Tier, tiers } from './tier.ts'
import { unreachable } from './unreachable.ts'

/** The target shares of proposals that people approve, and of decisions that they override. */
export const routeTargets = { accuracy: 0.9, overrides: 0.1 } as const

const step = { stepId: z.string() }

/** What is read of the events that tell how routing went; the rest of each is left aside. */
export const RoutingRecord = z.discriminatedUnion('type', [
  z.object({ type: z.literal('route.decided'), ...step, mode: RouteMode }),
  z.object({ type: z.literal('route.overridden') }),
  z.object({ type: z.literal('tool.proposed'), ...step, crossing: z.object({ endpointId: z.string() }).optional() }),
  z.object({ type: z.literal('tool.approved'), ...step }),
  z.object({ type: z.literal('tool.rejected'), ...step }),
  z.object({ type: z.literal('model.requested'), ...step, tier: Tier, crossing: z.object({ endpointId: z.string() }).optional() }),
  z.object({ type: z.literal('model.answered'), ...step, usage: z.object({ firstTokenMs: z.number().nullable() }), settled: Amount }),
  z.object({ type: z.literal('model.failed'), ...step, settled: Amount }),
])
export type RoutingRecord = z.infer<typeof RoutingRecord>
export const routingRecordTypes = RoutingRecord.options.map((option) => option.shape.type.value)

/** Objective of a tier or of one endpoint, in milliseconds to the first token; null = none is set. */
export interface Objectives {
  readonly ofTier: (tier: Tier) => number | null
  readonly ofEndpoint: (endpointId: string) => number | null
}

export interface Figures {
  readonly tier: Tier
  readonly calls: number
  readonly failures: number
  readonly firstTokenMs: {
    readonly median: number | null
    readonly p95: number | null
    readonly objective: number | null
    readonly metShare: number | null
  }
  readonly tokens: number
  readonly costMicros: number
}

/** Nearest rank: a value that was measured, never one between two. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

const newSum = (): Sum => ({ calls: 0, failures: 0, tokens: 0, costMicros: 0 })
const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : Math.min(1, part / whole))

type Requested = Extract<RoutingRecord, { type: 'model.requested' }>

interface Sample {
  readonly tier: Tier
  readonly firstTokenMs: number | null
  readonly objective: number | null
}
interface Sum {
  calls: number
  failures: number
  tokens: number
  costMicros: number
}

/** Calls without a first token, such as those of no model, count for no objective. */
function timesOf(samples: readonly Sample[], objective: number | null): Figures['firstTokenMs'] {
  const timed = samples.flatMap((sample) => (sample.firstTokenMs === null ? [] : [{ ...sample, firstTokenMs: sample.firstTokenMs }]))
  const judged = timed.flatMap((sample) => (sample.objective === null ? [] : [sample.firstTokenMs <= sample.objective]))
  const times = timed.map(({ firstTokenMs }) => firstTokenMs)
  return {
    median: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    objective,
    metShare: shareOf(judged.filter((isMet) => isMet).length, judged.length),
  }
}

export interface RouteFigures {
  readonly tiers: readonly Figures[]
  readonly decisions: { readonly total: number; readonly byMode: Readonly<Record<RouteMode, number>> }
  readonly accuracy: { readonly approved: number; readonly refused: number; readonly share: number | null; readonly target: number }
  readonly overrides: { readonly total: number; readonly share: number | null; readonly target: number }
}

export function routeFigures(records: readonly RoutingRecord[], objectives: Objectives): RouteFigures {
  const requested = new Map<string, Requested>()
  const crossings = new Set<string>()
  const samples: Sample[] = []
  const sums: Readonly<Record<Tier, Sum>> = { reflex: newSum(), edge: newSum(), datacenter: newSum(), frontier: newSum() }
  const byMode: Record<RouteMode, number> = { local: 0, automatic: 0, suggest: 0, ask: 0 }
  let [approved, refused, overridden] = [0, 0, 0]

  const ended = (event: Extract<RoutingRecord, { type: 'model.answered' | 'model.failed' }>) => {
    const asked = requested.get(event.stepId)
    if (asked === undefined) return
    const { tier, crossing } = asked
    const sum = sums[tier]
    sum.calls += 1
    sum.tokens += event.settled.tokens
    sum.costMicros += event.settled.costMicros
    if (event.type === 'model.failed') {
      sum.failures += 1
      return
    }
    const objective = crossing === undefined ? objectives.ofTier(tier) : objectives.ofEndpoint(crossing.endpointId)
    samples.push({ tier, firstTokenMs: event.usage.firstTokenMs, objective })
  }
  for (const event of records) {
    switch (event.type) {
      case 'model.requested':
        requested.set(event.stepId, event)
        break
      case 'model.answered':
      case 'model.failed':
        ended(event)
        break
      case 'route.decided':
        byMode[event.mode] += 1
        break
      case 'route.overridden':
        overridden += 1
        break
      case 'tool.proposed':
        if (event.crossing !== undefined) crossings.add(event.stepId)
        break
      case 'tool.approved':
        if (crossings.has(event.stepId)) approved += 1
        break
      case 'tool.rejected':
        if (crossings.has(event.stepId)) refused += 1
        break
      default:
        unreachable(event)
    }
  }
  const total = Object.values(byMode).reduce((sum, n) => sum + n, 0)
  return {
    tiers: tiers.map((tier) => ({
      ...{ tier, ...sums[tier] },
      firstTokenMs: timesOf(
        samples.filter((sample) => sample.tier === tier),
        objectives.ofTier(tier),
      ),
    })),
    decisions: { total, byMode },
    accuracy: { approved, refused, share: shareOf(approved, approved + refused), target: routeTargets.accuracy },
    overrides: { total: overridden, share: shareOf(overridden, total), target: routeTargets.overrides },
  }
}
