/** When agents do so badly that somebody should look. Rules are rows, judged over the runs of a while; pure. */
import type { RunFigures } from './run-figures.ts'

export const alertLimits = { errorShareMax: 0.05, contextPercentMax: 40, activeMsMax: 300_000 } as const
/** Over how long, and of how many runs at most, the newest first. */
export const alertWindow = { lastsMs: 24 * 60 * 60_000, runsMax: 200 } as const

export const alertKinds = ['errors', 'context', 'duration'] as const
export type AlertKind = (typeof alertKinds)[number]

export interface Alert {
  readonly agent: string
  readonly kind: AlertKind
  /** A share of runs, percent of a context, or milliseconds: the worst that was measured. */
  readonly measured: number
  readonly limit: number
}

type Measured = Pick<RunFigures, 'agent' | 'status' | 'contextPercent' | 'activeMs'>

/** A run that a person ended is neither a success nor an error. Null = nothing was measured. */
const rules: Readonly<Record<AlertKind, { readonly limit: number; readonly measure: (runs: readonly Measured[]) => number | null }>> = {
  errors: {
    limit: alertLimits.errorShareMax,
    measure: (runs) => {
      const judged = runs.filter(({ status }) => status !== 'aborted')
      return judged.length === 0 ? null : judged.filter(({ status }) => status === 'failed').length / judged.length
    },
  },
  context: {
    limit: alertLimits.contextPercentMax,
    measure: (runs) => Math.max(0, ...runs.map(({ contextPercent }) => contextPercent ?? 0)),
  },
  duration: { limit: alertLimits.activeMsMax, measure: (runs) => Math.max(0, ...runs.map(({ activeMs }) => activeMs)) },
}

/** By agent, in the order of their names; only what lies above its limit. */
export function alertsOf(runs: readonly Measured[]): readonly Alert[] {
  const byAgent = Map.groupBy(runs, ({ agent }) => agent)
  return [...byAgent.keys()].toSorted().flatMap((agent) =>
    alertKinds.flatMap((kind): readonly Alert[] => {
      const { limit, measure } = rules[kind]
      const measured = measure(byAgent.get(agent) ?? [])
      return measured !== null && measured > limit ? [{ agent, kind, measured, limit }] : []
    }),
  )
}
