/** Reads what is measured of agents out of the text that a scraper gets, and puts it together by agent. Pure. */

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const unescaped = (value: string): string => value.replaceAll(/\\(.)/g, (_all, one: string) => (one === 'n' ? '\n' : one))
const numberOf = (text: string): number => (text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text))

/** Samples of the text exposition format; comments and what is no sample are passed over. */
function samplesOf(text: string): readonly Sample[] {
  return text.split('\n').flatMap((one) => {
    const found = one.startsWith('#') ? null : line.exec(one)
    if (found === null) return []
    const [, name = '', inside = '', value = ''] = found
    const labels = Object.fromEntries([...inside.matchAll(label)].map(([, key = '', text = '']) => [key, unescaped(text)]))
    const number = numberOf(value)
    return Number.isNaN(number) ? [] : [{ name, labels, value: number }]
  })
}

export interface Counted {
  readonly name: string
  readonly count: number
}

export interface Took {
  readonly phase: string
  readonly count: number
  readonly meanMs: number
  /** Half of them took at most this long, and nine of ten; by the buckets they were counted in. Null beyond the last bucket. */
  readonly halfMs: number | null
  readonly mostMs: number | null
}

export interface AgentFigures {
  readonly agent: string
  readonly executions: number
  readonly byStatus: readonly Counted[]
  readonly errors: readonly Counted[]
  readonly durations: readonly Took[]
  /** Percent of what a model can hold, of the last context; null where none was shown. */
  readonly contextPercent: number | null
}

const phases = ['total', 'active', 'model', 'tool'] as const

/** The upper end of the bucket that holds this share of all. */
function within(buckets: readonly Sample[], count: number, share: number): number | null {
  const found = buckets.find(({ value }) => value >= count * share)
  const end = found === undefined ? Number.POSITIVE_INFINITY : numberOf(found.labels.le ?? '')
  return Number.isFinite(end) ? end * 1_000 : null
}

function durationsOf(samples: readonly Sample[]): readonly Took[] {
  return phases.flatMap((phase) => {
    const ofPhase = samples.filter(({ labels }) => labels.phase === phase)
    const figure = (name: string) => ofPhase.find((sample) => sample.name === `agent_duration_seconds_${name}`)?.value ?? 0
    const count = figure('count')
    if (count === 0) return []
    const buckets = ofPhase
      .filter(({ name }) => name === 'agent_duration_seconds_bucket')
      .toSorted((a, b) => numberOf(a.labels.le ?? '') - numberOf(b.labels.le ?? ''))
    const meanMs = (figure('sum') / count) * 1_000
    return [{ phase, count, meanMs, halfMs: within(buckets, count, 0.5), mostMs: within(buckets, count, 0.9) }]
  })
}

function countedBy(samples: readonly Sample[], name: string, key: string): readonly Counted[] {
  return samples
    .filter((sample) => sample.name === name && sample.value > 0)
    .map(({ labels, value }) => ({ name: labels[key] ?? '', count: value }))
    .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name))
}

/** By agent, the one with the most runs first. */
export function readMetrics(text: string): readonly AgentFigures[] {
  const byAgent = Map.groupBy(
    samplesOf(text).filter(({ labels }) => labels.agent_name !== undefined),
    ({ labels }) => labels.agent_name ?? '',
  )
  return [...byAgent]
    .map(([agent, samples]): AgentFigures => {
      const byStatus = countedBy(samples, 'agent_executions_total', 'status')
      return {
        ...{ agent, byStatus, executions: byStatus.reduce((sum, { count }) => sum + count, 0) },
        ...{ errors: countedBy(samples, 'agent_errors_total', 'error_type'), durations: durationsOf(samples) },
        contextPercent: samples.find(({ name }) => name === 'agent_context_utilization_percent')?.value ?? null,
      }
    })
    .toSorted((a, b) => b.executions - a.executions || a.agent.localeCompare(b.agent))
}
