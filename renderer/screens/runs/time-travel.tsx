/** Moves along the events of a run. What is shown then is the past, and says so; nothing that is done there changes it. */
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { formatClock, formatExact } from '../../format.ts'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'

interface Props {
  readonly events: readonly RecordedEvent[]
  /** Version of the event that is looked at; null is now. */
  readonly at: number | null
  readonly onMove: (at: number | null) => void
}

export function TimeTravel({ events, at, onMove }: Props) {
  const { keys } = usePreferences()
  const last = events.length
  const here = Math.min(at ?? last, last)
  const go = (version: number) => onMove(version >= last ? null : Math.max(version, 1))
  useShortcut('run.earlier', () => go(here - 1), last > 1)
  useShortcut('run.later', () => go(here + 1), at !== null)
  const recorded = events[here - 1]
  if (recorded === undefined) return null
  const isPast = at !== null
  return (
    <section
      aria-label="Time travel"
      className={`mt-3 flex h-10 items-center gap-2 rounded-lg border px-2.5 ${isPast ? 'border-warn/50 bg-warn-soft' : 'border-line bg-surface'}`}
    >
      <IconButton label="One event back" onClick={() => go(here - 1)} disabled={here <= 1}>
        <ChevronLeft />
      </IconButton>
      <input
        type="range"
        aria-label="Moment of the run"
        aria-valuetext={`Event ${here} of ${last}, ${formatExact(recorded.at)}`}
        min={1}
        max={last}
        value={here}
        onChange={(event) => go(Number(event.target.value))}
        className="min-w-0 flex-1 accent-accent"
      />
      <IconButton label="One event on" onClick={() => go(here + 1)} disabled={!isPast}>
        <ChevronRight />
      </IconButton>
      <span role="status" className="w-64 shrink-0 truncate text-right text-small tabular max-wide:w-56" title={formatExact(recorded.at)}>
        {isPast ? (
          <>
            <b className="font-semibold text-warn">The past</b>: after event {here} of {last}, {formatClock(recorded.at)}
          </>
        ) : (
          <span className="text-ink-2">Now, after event {last}</span>
        )}
      </span>
      {isPast ? (
        <Button onClick={() => onMove(null)}>Back to now</Button>
      ) : (
        <span className="flex w-24 justify-end gap-1" title="Back and on, one event at a time">
          <Kbd keys={printKey(keyOf('run.earlier', keys))} />
          <Kbd keys={printKey(keyOf('run.later', keys))} />
        </span>
      )}
    </section>
  )
}
