/** The events of a run, one under the other, in plain words. The last one of a run under way stands out. */
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { Chip } from '../../components/chip.tsx'
import { formatClock, formatDuration, formatExact } from '../../format.ts'
import { describeEvent, type EventTone } from './describe-event.ts'

const dots: Readonly<Record<EventTone, string>> = {
  plain: 'border-line-strong bg-surface',
  ok: 'border-ok bg-ok',
  warn: 'border-warn bg-warn',
  bad: 'border-bad bg-bad',
}

const shownFromMs = 10

interface Props {
  readonly events: readonly RecordedEvent[]
  readonly isUnderWay: boolean
  readonly selected?: number | null
  readonly onSelect?: (version: number) => void
}

function Entry({ recorded, beforeMs, isNow }: { recorded: RecordedEvent; beforeMs: number; isNow: boolean }) {
  const { title, detail, tone, chips, isName } = describeEvent(recorded)
  const took = recorded.at - beforeMs
  return (
    <>
      <span
        aria-hidden
        className={`absolute top-3.5 left-[5px] size-2.75 rounded-full border-2 ${isNow ? 'border-accent bg-accent ring-4 ring-accent-soft' : dots[tone]}`}
      />
      <span className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-3">
        <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <span className={isName === true ? 'font-mono text-small font-medium' : 'font-medium'}>{title}</span>
          {chips.map((chip) => (
            <Chip key={chip} tone={tone}>
              {chip}
            </Chip>
          ))}
        </span>
        <span className="flex gap-3 text-small text-ink-3 tabular">
          {took >= shownFromMs && <span title="Since the event before">+{formatDuration(took)}</span>}
          <time dateTime={new Date(recorded.at).toISOString()} title={formatExact(recorded.at)}>
            {formatClock(recorded.at)}
          </time>
        </span>
      </span>
      <span className="mt-0.5 block text-small text-ink-2">{detail}</span>
    </>
  )
}

const entryLook = 'relative block w-full rounded-md py-1.5 pr-2.5 pl-8 text-left'

export function Timeline({ events, isUnderWay, selected = null, onSelect }: Props) {
  return (
    <ol className="relative before:absolute before:top-4 before:bottom-5 before:left-2.5 before:w-px before:bg-line-strong">
      {events.map((recorded, i) => {
        const isNow = isUnderWay && i === events.length - 1
        const entry = <Entry recorded={recorded} beforeMs={events[i - 1]?.at ?? recorded.at} isNow={isNow} />
        const isSelected = selected === recorded.version
        return (
          <li key={recorded.version} data-event={recorded.version}>
            {onSelect === undefined ? (
              <div className={entryLook}>{entry}</div>
            ) : (
              <button
                type="button"
                aria-pressed={isSelected}
                onClick={() => onSelect(recorded.version)}
                className={`${entryLook} transition-colors ${isSelected ? 'bg-accent-soft/60' : 'hover:bg-hover'}`}
              >
                {entry}
              </button>
            )}
          </li>
        )
      })}
    </ol>
  )
}
