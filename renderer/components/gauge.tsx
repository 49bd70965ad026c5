/** One figure with its limit, and the mark at which a person is warned. */

export interface GaugeProps {
  readonly title: string
  readonly value: string
  readonly compared: string
  readonly share?: number
  /** Where a limit or a warning stands. */
  readonly markShare?: number
  readonly tone?: 'warn' | 'bad'
}

const bars = { warn: 'bg-warn', bad: 'bg-bad' } as const

export function Gauge({ title, value, compared, share, markShare, tone }: GaugeProps) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface px-3 py-2.5">
      <p className="flex items-baseline justify-between gap-2 text-small text-ink-2">
        <span className="truncate">{title}</span>
        {tone !== undefined && (
          <span className={`shrink-0 text-note font-semibold ${tone === 'bad' ? 'text-bad' : 'text-warn'}`}>
            {tone === 'bad' ? 'used up' : 'nearly used'}
          </span>
        )}
      </p>
      <p className="truncate">
        <span className="text-read font-semibold tracking-[-0.01em] tabular">{value}</span>{' '}
        <span className="text-small text-ink-2 tabular">{compared}</span>
      </p>
      <div aria-hidden className={`relative mt-1.5 h-1.5 rounded-full ${share === undefined ? '' : 'bg-sunken'}`}>
        {share !== undefined && (
          <span
            className={`absolute inset-y-0 left-0 rounded-full ${tone === undefined ? 'bg-accent' : bars[tone]}`}
            style={{ width: `${Math.min(100, Math.round(share * 100))}%` }}
          />
        )}
        {markShare !== undefined && (
          <span className="absolute -inset-y-0.5 w-0.5 bg-ink-2" style={{ left: `${Math.min(100, Math.round(markShare * 100))}%` }} />
        )}
      </div>
    </div>
  )
}
