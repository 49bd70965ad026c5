/** What a run used of what it may, each figure with its limit and the mark at which a person is warned. The set never changes while it runs, so that nothing moves. */
import type { CallOutput } from '../../../main/contract/calls.ts'
import { type Measure, warningShares } from '../../../main/domain/budget.ts'
import { bandOf } from '../../../main/domain/context-window.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { type ExistingRun, usageAt } from '../../../main/domain/run/state.ts'
import { Gauge, type GaugeProps } from '../../components/gauge.tsx'
import { useNow } from '../../components/use-now.ts'
import { formatBytes, formatCount, formatDuration, formatShare } from '../../format.ts'

const everyMs = 1_000

export function contextGauge(events: readonly RecordedEvent[]): GaugeProps {
  const context = events.map(({ event }) => event).findLast((event) => event.type === 'context.built')
  if (context?.type !== 'context.built' || context.contextTokens === 0)
    return { title: 'Context window', value: '–', compared: 'no model used' }
  const share = context.promptTokens / context.contextTokens
  const markShare = context.limitTokens / context.contextTokens
  const about = { title: 'Context window', value: formatShare(share), compared: `limit ${formatShare(markShare)}`, share, markShare }
  const band = bandOf(share)
  return band === 'optimal' || band === 'good' ? about : { ...about, tone: band === 'warning' ? 'warn' : 'bad' }
}

function quotesGauge(events: readonly RecordedEvent[]): GaugeProps {
  const checked = events.map(({ event }) => event).findLast((event) => event.type === 'quotes.checked')
  if (checked?.type !== 'quotes.checked' || checked.quotes === 0) return { title: 'Quotes verified', value: '–', compared: 'none yet' }
  const share = checked.verified / checked.quotes
  return { title: 'Quotes verified', value: String(checked.verified), compared: `of ${checked.quotes}`, share }
}

function spent(
  title: string,
  measure: Measure,
  used: number,
  limit: number,
  warned: readonly Measure[],
  words: (n: number) => string,
): GaugeProps {
  const share = limit === 0 ? 0 : used / limit
  const about = { title, value: words(used), compared: `of ${words(limit)}`, share, markShare: warningShares[measure] }
  if (limit > 0 && used >= limit) return { ...about, tone: 'bad' }
  return warned.includes(measure) ? { ...about, tone: 'warn' } : about
}

interface Props {
  /** As it stood at the moment that is shown. */
  readonly state: ExistingRun
  /** What the core says now; null for a moment of the past, which the events tell alone. */
  readonly now: CallOutput<'runs.budget'> | null
  readonly events: readonly RecordedEvent[]
}

/** A moment of the past ends with its last event; the present goes on. */
const momentOf = (events: readonly RecordedEvent[], now: Props['now'], nowMs: number): number =>
  now === null ? (events.at(-1)?.at ?? nowMs) : nowMs

export function RunGauges({ state, now, events }: Props) {
  const nowMs = useNow(everyMs)
  const budget = now?.budget ?? state.budget
  const usage = now?.usage ?? state.usage
  const activeMs = Math.max(usage.activeMs, usageAt(state, momentOf(events, now, nowMs)).activeMs)
  const { warned } = state
  const gauges: readonly GaugeProps[] = [
    spent('Tokens', 'tokens', usage.tokens, budget.tokensMax, warned, formatCount),
    contextGauge(events),
    spent('Model calls', 'model_calls', usage.modelCalls, budget.modelCallsMax, warned, formatCount),
    spent('Tool calls', 'tool_calls', usage.toolCalls, budget.toolCallsMax, warned, formatCount),
    spent('Time at work', 'duration', activeMs, budget.durationMsMax, warned, formatDuration),
    state.agent === 'ask'
      ? quotesGauge(events)
      : spent('Written', 'bytes_written', usage.bytesWritten, budget.bytesWrittenMax, warned, formatBytes),
    ...(budget.costMicrosMax > 0 || usage.costMicros > 0
      ? [spent('Cost', 'cost', usage.costMicros, budget.costMicrosMax, warned, (micros) => (micros / 1_000_000).toFixed(2))]
      : []),
  ]
  return (
    <div className="grid grid-cols-3 gap-2.5">
      {gauges.map((gauge) => (
        <Gauge key={gauge.title} {...gauge} />
      ))}
    </div>
  )
}
