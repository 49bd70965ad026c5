/** What a run used, each figure with what it is compared to. A figure that was not measured is not shown. */
import type { RunSummary } from '../../../main/contract/runs.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { useNow } from '../../components/use-now.ts'
import { formatCount, formatDuration, formatShare } from '../../format.ts'

const everyMs = 1_000

interface GaugeProps {
  readonly title: string
  readonly value: string
  readonly compared: string
  readonly share?: number
  readonly limitShare?: number
}

function Gauge({ title, value, compared, share, limitShare }: GaugeProps) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface px-3.5 py-3">
      <p className="text-small text-ink-2">{title}</p>
      <p className="truncate">
        <span className="text-title font-semibold tracking-[-0.02em] tabular">{value}</span>{' '}
        <span className="text-small text-ink-2 tabular">{compared}</span>
      </p>
      <div aria-hidden className={`relative mt-2 h-1.5 rounded-full ${share === undefined ? '' : 'bg-sunken'}`}>
        {share !== undefined && (
          <span
            className="absolute inset-y-0 left-0 rounded-full bg-accent"
            style={{ width: `${Math.min(100, Math.round(share * 100))}%` }}
          />
        )}
        {limitShare !== undefined && (
          <span className="absolute -inset-y-0.75 w-0.5 bg-ink" style={{ left: `${Math.min(100, Math.round(limitShare * 100))}%` }} />
        )}
      </div>
    </div>
  )
}

function contextGauge(events: readonly RecordedEvent[]): GaugeProps | null {
  const context = events.map(({ event }) => event).findLast((event) => event.type === 'context.built')
  if (context?.type !== 'context.built' || context.contextTokens === 0) return null
  const share = context.promptTokens / context.contextTokens
  const limitShare = context.limitTokens / context.contextTokens
  return { title: 'Context window', value: formatShare(share), compared: `limit ${formatShare(limitShare)}`, share, limitShare }
}

function quotesGauge(events: readonly RecordedEvent[]): GaugeProps | null {
  const checked = events.map(({ event }) => event).findLast((event) => event.type === 'quotes.checked')
  if (checked?.type !== 'quotes.checked' || checked.quotes === 0) return null
  const share = checked.verified / checked.quotes
  return { title: 'Quotes verified', value: String(checked.verified), compared: `of ${checked.quotes}`, share }
}

export function RunGauges({ run, events }: { run: RunSummary; events: readonly RecordedEvent[] }) {
  const nowMs = useNow(everyMs)
  const gauges = [
    {
      title: 'Time',
      value: formatDuration(Math.max(0, (run.endedAt ?? nowMs) - run.createdAt)),
      compared: run.endedAt === null ? 'so far' : '',
    },
    { title: 'Tokens', value: formatCount(run.tokensUsed), compared: run.tokensUsed === 0 ? 'no model used' : 'in and out' },
    contextGauge(events),
    quotesGauge(events),
  ].filter((gauge) => gauge !== null)
  return (
    <div className="mb-5 grid grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))] gap-3">
      {gauges.map((gauge) => (
        <Gauge key={gauge.title} {...gauge} />
      ))}
    </div>
  )
}
