/** What is measured of one agent: how its runs ended, what failed, how long they took, how full the window was. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { bandOf, windowRules } from '../../../main/domain/context-window.ts'
import { RunStatus } from '../../../main/domain/run/transitions.ts'
import { buttonLook } from '../../components/button.tsx'
import { Gauge } from '../../components/gauge.tsx'
import { formatCount, formatShare } from '../../format.ts'
import { agentWords, statusWords } from '../runs/run-words.ts'
import { Durations } from './durations.tsx'
import type { AgentFigures, Counted } from './read-metrics.ts'

const barTones: Readonly<Record<string, string>> = { complete: 'bg-ok', failed: 'bg-bad' }

const statusTitle = (status: string): string => {
  const known = RunStatus.safeParse(status)
  return known.success ? statusWords[known.data] : status
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-lg border border-line bg-surface">
      <h3 className="border-b border-line px-4 py-2 font-semibold">{title}</h3>
      <div className="px-4 py-2.5">{children}</div>
    </section>
  )
}

interface BarsProps {
  readonly label: string
  readonly items: readonly Counted[]
  readonly titleOf: (name: string) => string
  readonly barOf: (name: string) => string
  readonly isCode?: boolean
}

/** Counts beside each other, the longest bar for the most. */
function Bars({ label, items, titleOf, barOf, isCode = false }: BarsProps) {
  const most = Math.max(1, ...items.map(({ count }) => count))
  return (
    <ul aria-label={label} className="space-y-1.5">
      {items.map(({ name, count }) => (
        <li key={name} className="grid grid-cols-[minmax(0,12rem)_minmax(0,1fr)_3.5rem] items-center gap-3">
          <span className={`truncate ${isCode ? 'font-mono text-small' : ''}`} title={titleOf(name)}>
            {titleOf(name)}
          </span>
          <span aria-hidden className="h-2 rounded-full bg-sunken">
            <span className={`block h-full rounded-full ${barOf(name)}`} style={{ width: `${(count / most) * 100}%` }} />
          </span>
          <span className="text-right tabular">{formatCount(count)}</span>
        </li>
      ))}
    </ul>
  )
}

function ContextUse({ percent }: { percent: number | null }) {
  if (percent === null) return <p className="text-ink-2">No model was shown anything by this agent.</p>
  const share = percent / 100
  const band = bandOf(share)
  const tone = band === 'critical' ? { tone: 'bad' as const } : band === 'warning' ? { tone: 'warn' as const } : {}
  return (
    <Gauge
      title="The last context that a model was shown"
      value={formatShare(share)}
      compared={`of its window, limit ${formatShare(windowRules.hardShare)}`}
      share={share}
      markShare={windowRules.hardShare}
      {...tone}
    />
  )
}

export function AgentFiguresView({ figures }: { figures: AgentFigures }) {
  const { agent, byStatus, errors, durations, contextPercent } = figures
  return (
    <section
      aria-label={`Measured of ${agentWords(agent)}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="min-w-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
    >
      <div className="mb-4 flex items-center gap-3">
        <h2 className="text-read font-semibold">{agentWords(agent)}</h2>
        <Link to="/runs" search={{ agent }} className={`${buttonLook()} ml-auto`}>
          Its runs
        </Link>
      </div>
      <div className="space-y-4">
        <Card title="How its runs ended">
          {byStatus.length === 0 ? (
            <p className="text-ink-2">None is over yet.</p>
          ) : (
            <Bars label="Runs by their end" items={byStatus} titleOf={statusTitle} barOf={(name) => barTones[name] ?? 'bg-ink-3'} />
          )}
        </Card>
        <Card title="What failed">
          {errors.length === 0 ? (
            <p className="text-ink-2">Nothing: neither a run nor a call.</p>
          ) : (
            <Bars label="Failures of runs and calls by their code" items={errors} titleOf={(name) => name} barOf={() => 'bg-bad'} isCode />
          )}
        </Card>
        <Card title="How long it took">
          {durations.length === 0 ? <p className="text-ink-2">None is over yet.</p> : <Durations durations={durations} />}
        </Card>
        <Card title="How full the window was">
          <ContextUse percent={contextPercent} />
        </Card>
      </div>
      <p className="mt-4 text-small text-ink-2">
        Counted since this Holdfast was started, and before that over the newest 2,000 runs; of what this account may see. A program of the
        site can collect the same figures: see the manual.
      </p>
    </section>
  )
}
