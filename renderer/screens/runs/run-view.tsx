/** One run at one moment: what it had spent, its events, its calls, what it asked of people. Now, or any moment before. */
import { ToggleGroup } from 'radix-ui'
import { useEffect, useState } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import { holdingsLimits } from '../../../main/domain/holdings-limits.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import type { ExistingRun } from '../../../main/domain/run/state.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { useCall } from '../../api.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { useShortcut } from '../../frame/shortcuts.tsx'
import { TraceView } from '../trace/trace-view.tsx'
import { requestsOf } from './fold-run.ts'
import { HandedOn } from './handed-on.tsx'
import { RunCalls } from './run-calls.tsx'
import { RunGauges } from './run-gauges.tsx'
import { RunRequests } from './run-requests.tsx'
import { TimeTravel } from './time-travel.tsx'
import { Timeline } from './timeline.tsx'

const views = ['events', 'calls', 'requests', 'trace', 'handed-on'] as const
type View = (typeof views)[number]

function Views({
  view,
  counts,
  onChoose,
}: {
  view: View
  counts: Readonly<Partial<Record<View, number>>>
  onChoose: (view: View) => void
}) {
  const titles: Readonly<Record<View, string>> = {
    ...{ events: 'Events', calls: 'Calls', requests: 'Requests to people', trace: 'Trace', 'handed-on': 'Handed on' },
  }
  return (
    <ToggleGroup.Root
      type="single"
      value={view}
      aria-label="What of the run"
      onValueChange={(chosen) => {
        const next = views.find((one) => one === chosen)
        if (next !== undefined) onChoose(next)
      }}
      className="mt-4 mb-3 flex gap-5 border-b border-line text-small"
    >
      {views.map((one) => (
        <ToggleGroup.Item
          key={one}
          value={one}
          className="-mb-px h-9 border-b-2 border-transparent font-medium text-ink-2 transition-colors hover:text-ink data-[state=on]:border-accent data-[state=on]:text-ink"
        >
          {titles[one]} <span className="text-ink-3 tabular">{counts[one]}</span>
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}

interface EventsProps {
  readonly events: readonly RecordedEvent[]
  readonly isUnderWay: boolean
  readonly selected: number | null
  readonly onSelect: (version: number) => void
  readonly onOpen: () => void
}

function Events({ events, isUnderWay, selected, onSelect, onOpen }: EventsProps) {
  const step = (by: number) => onSelect(Math.min(Math.max((selected ?? 0) + by, 1), Math.max(events.length, 1)))
  useShortcut('list.next', () => step(1))
  useShortcut('list.previous', () => step(-1))
  useShortcut('list.open', onOpen, selected !== null)
  useEffect(() => {
    if (selected !== null) document.querySelector(`[data-event="${selected}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  const open = (version: number) => {
    onSelect(version)
    onOpen()
  }
  return (
    <section aria-label="Events">
      <Timeline events={events} isUnderWay={isUnderWay} selected={selected} onSelect={open} />
    </section>
  )
}

interface Props {
  readonly run: RunSummary
  /** Every event up to now, and the moment that is shown; null is now. */
  readonly events: readonly RecordedEvent[]
  readonly at: number | null
  readonly state: ExistingRun
  readonly selected: number | null
  readonly onSelect: (version: number) => void
  readonly onOpen: () => void
  readonly onTravel: (at: number | null) => void
}

export function RunView({ run, events, at, state, selected, onSelect, onOpen, onTravel }: Props) {
  const [view, setView] = useState<View>('events')
  const budget = useCall('runs.budget', { runId: run.id })
  const isPast = at !== null
  const upTo = isPast ? events.slice(0, at) : events
  const handedOn = useCall('contextBundles.list', { runId: run.id, limit: holdingsLimits.pageMax })
  const counts = {
    ...{ events: upTo.length, calls: state.steps.length, requests: requestsOf(upTo).length },
    ...(handedOn.data === undefined ? {} : { 'handed-on': handedOn.data.total }),
  }
  return (
    <section
      aria-label={isPast ? 'The run in the past' : 'The run'}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className={`min-h-0 min-w-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2! ${isPast ? 'shadow-[inset_3px_0_0_var(--warn)]' : ''}`}
    >
      {run.failure !== null && !isPast && (
        <div className="mb-4">
          <FailureNotice failure={run.failure} />
        </div>
      )}
      <RunGauges state={state} now={isPast ? null : (budget.data ?? null)} events={upTo} />
      <TimeTravel events={events} at={at} onMove={onTravel} />
      <Views view={view} counts={counts} onChoose={setView} />
      {view === 'events' ? (
        <Events events={upTo} isUnderWay={!isTerminal(state.status)} selected={selected} onSelect={onSelect} onOpen={onOpen} />
      ) : view === 'calls' ? (
        <RunCalls run={run} state={state} events={upTo} isPast={isPast} />
      ) : view === 'requests' ? (
        <RunRequests state={state} events={upTo} />
      ) : view === 'trace' ? (
        <div className="flex h-[max(20rem,54vh)] flex-col">
          <TraceView of={{ runId: run.id }} />
        </div>
      ) : (
        <HandedOn runId={run.id} />
      )}
    </section>
  )
}
