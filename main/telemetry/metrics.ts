/**
 * Metrics of agents in Prometheus' words, in memory. Label values are names and codes of ours, never a text, and bounded in number. Runs
 * are counted under their label, so that nobody is told how many there are of what they may not see.
 */
// Part by part, since the whole brings a client of a push gateway along, and with it a way to a network.
import AggregatorRegistry from 'prom-client/lib/cluster.js'
import Counter from 'prom-client/lib/counter.js'
import Gauge from 'prom-client/lib/gauge.js'
import Histogram from 'prom-client/lib/histogram.js'
import Registry from 'prom-client/lib/registry.js'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Label } from '../domain/label.ts'
import type { RunFigures } from '../domain/run-figures.ts'

/** Beyond these, agents and codes are counted as `other`, and labels together, for whoever may see everything. */
export const metricLimits = { agentsMax: 200, codesMax: 300, labelsMax: 64 } as const

const durationBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200]
const agentName = /^[a-z][a-z0-9_-]{0,63}$/
const codeName = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE

export interface Metrics {
  /** A run is over. Each is told once. */
  ended(run: RunFigures): void
  /** A context was built for a model. */
  context(agent: string, label: Label, percent: number): void
  /** A context was built before the core started. What is shown already is newer, and stays. */
  contextBefore(agent: string, label: Label, percent: number): void
  /** The exposition of everything whose label `maySee` lets through; null = everything. */
  text(maySee: ((label: Label) => boolean) | null): Promise<string>
}

/** Lets the first `max` distinct values through that have the right form, and says `other` for the rest. */
function createNames(form: RegExp, max: number): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (!form.test(value)) return 'other'
    if (known.has(value) || known.size >= max) return known.has(value) ? value : 'other'
    known.add(value)
    return value
  }
}

function createSeries() {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    executions: new Counter({
      name: 'agent_executions_total',
      help: 'Runs that are over, by agent and how they ended',
      labelNames: ['agent_name', 'status'],
      registers,
    }),
    errors: new Counter({
      name: 'agent_errors_total',
      help: 'Failures of runs and of their calls, by agent and code',
      labelNames: ['agent_name', 'error_type'],
      registers,
    }),
    duration: new Histogram({
      name: 'agent_duration_seconds',
      help: 'Seconds that ended runs took, from their creation (total), while executed (active), and in calls of models and tools',
      labelNames: ['agent_name', 'phase'],
      buckets: durationBuckets,
      registers,
    }),
    context: new Gauge({
      name: 'agent_context_utilization_percent',
      help: 'How full the last context was that a model was shown, in percent of what it can hold',
      labelNames: ['agent_name'],
      aggregator: 'max',
      registers,
    }),
    /** Agents of whom a context is shown. */
    shown: new Set<string>(),
  }
}
type Series = ReturnType<typeof createSeries>

export function createMetrics(): Metrics {
  const agents = createNames(agentName, metricLimits.agentsMax)
  const codes = createNames(codeName, metricLimits.codesMax)
  const byLabel = new Map<string, { readonly label: Label; readonly series: Series }>()
  const rest = createSeries()

  function seriesOf(label: Label): Series {
    const key = canonicalJson(label)
    const known = byLabel.get(key)
    if (known !== undefined) return known.series
    if (byLabel.size >= metricLimits.labelsMax) return rest
    const series = createSeries()
    byLabel.set(key, { label, series })
    return series
  }

  function show(agent: string, label: Label, percent: number, isNewer: boolean): void {
    const { context, shown } = seriesOf(label)
    const agent_name = agents(agent)
    if (!isNewer && shown.has(agent_name)) return
    shown.add(agent_name)
    context.set({ agent_name }, percent)
  }

  return {
    ended: ({ agent, status, failure, label, createdAtMs, endedAtMs, activeMs, steps }) => {
      const { executions, errors, duration } = seriesOf(label)
      const agent_name = agents(agent)
      executions.inc({ agent_name, status })
      const failures = [failure, ...steps.map((step) => step.failure)].filter((code) => code !== null)
      for (const code of failures) errors.inc({ agent_name, error_type: codes(code) })
      const took = (phase: string, ms: number) => duration.observe({ agent_name, phase }, Math.max(0, ms) / 1_000)
      took('total', endedAtMs - createdAtMs)
      took('active', activeMs)
      for (const { kind, startedAtMs, endedAtMs: end } of steps) if (end !== null) took(kind, end - startedAtMs)
    },
    context: (agent, label, percent) => show(agent, label, percent, true),
    contextBefore: (agent, label, percent) => show(agent, label, percent, false),
    text: async (maySee) => {
      const seen = [...byLabel.values()].flatMap(({ label, series }) => (maySee === null || maySee(label) ? series.registry : []))
      // Without any there is still a head for each name.
      const registries = [...seen, maySee === null ? rest.registry : createSeries().registry]
      return AggregatorRegistry.aggregate(await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()))).metrics()
    },
  }
}
