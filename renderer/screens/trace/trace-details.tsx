/** The span that is chosen, in full: when, for how long, with what end, from whom it took over, and the way to it. */
import { Link } from '@tanstack/react-router'
import { Button, buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { formatClock, formatDuration, formatExact } from '../../format.ts'
import { lastsMs, type TraceSpan } from './trace-tree.ts'
import { handoffText, kindWords, spanTitle, statusTones, statusWords } from './trace-words.ts'

function Way({ span }: { span: TraceSpan }) {
  const look = buttonLook()
  if (span.kind === 'run') {
    return (
      <Link to="/runs/$runId" params={{ runId: span.id }} className={look}>
        Open the run
      </Link>
    )
  }
  if (span.kind === 'mission') {
    return (
      <Link to="/missions/$missionId" params={{ missionId: span.id }} className={look}>
        Open the mission
      </Link>
    )
  }
  if (span.kind === 'phase' || span.parentId === null) return null
  return span.kind === 'model' ? (
    <Link to="/runs/$runId/context/$stepId" params={{ runId: span.parentId, stepId: span.id }} className={look}>
      What it was shown
    </Link>
  ) : (
    <Link to="/runs/$runId" params={{ runId: span.parentId }} className={look}>
      Open its run
    </Link>
  )
}

interface Props {
  readonly span: TraceSpan
  readonly spans: ReadonlyMap<string, TraceSpan>
  readonly nowMs: number
  /** Whose page this is leads nowhere else. */
  readonly isHere: boolean
  readonly onSelect: (id: string) => void
}

export function TraceDetails({ span, spans, nowMs, isHere, onSelect }: Props) {
  const { startMs, endMs, status, code, handoffs, kind } = span
  return (
    <section
      aria-label="The part that is chosen"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line px-4 py-2.5"
    >
      <span className="min-w-0">
        <span className="flex items-center gap-2">
          <b className="truncate font-semibold">{spanTitle(span)}</b>
          <Chip tone={statusTones[status]}>{statusWords[status]}</Chip>
          {code !== null && status !== 'stopped' && <span className="truncate font-mono text-small text-ink-2">{code}</span>}
        </span>
        <span className="block text-small text-ink-2 tabular">
          {kindWords[kind]}, <span title={formatExact(startMs)}>{formatClock(startMs)}</span>
          {endMs !== null && <span title={formatExact(endMs)}> to {formatClock(endMs)}</span>}, {formatDuration(lastsMs(span, nowMs))}
        </span>
      </span>
      <span className="ml-auto flex flex-wrap items-center justify-end gap-1.5">
        {handoffs.map((handoff) => (
          <Button
            key={`${handoff.reason} ${handoff.from}`}
            kind="quiet"
            disabled={!spans.has(handoff.from)}
            onClick={() => onSelect(handoff.from)}
          >
            {handoffText(handoff, spans)}
          </Button>
        ))}
        {!isHere && <Way span={span} />}
      </span>
    </section>
  )
}
