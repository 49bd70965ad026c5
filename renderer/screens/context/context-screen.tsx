/** What a model was shown at one step of a run: every part, how much of its window each took, and what was left out. */
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { ShownContext } from '../../../main/contract/context.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { useCall, useRunEvents } from '../../api.tsx'
import { buttonLook, IconButton } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { keyOf, printKey } from '../../frame/key-map.ts'
import { usePreferences } from '../../frame/preferences.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { foldRun } from '../runs/fold-run.ts'
import { ContextSummary } from './context-summary.tsx'
import { modelStepsOf } from './model-steps.ts'
import { PartList, type PartsView, WhichParts } from './part-list.tsx'
import { PartPane } from './part-pane.tsx'
import { leftOutRows, shownRows } from './part-rows.ts'
import { bandTones, bandWords } from './part-words.ts'

const nothing: readonly RecordedEvent[] = []

/** From one model call of the run to the next, by buttons and by keys. */
function Walk({ runId, stepId, steps }: { runId: string; stepId: string; steps: readonly string[] }) {
  const navigate = useNavigate()
  const { keys } = usePreferences()
  const at = steps.indexOf(stepId)
  const [before, after] = [at > 0 ? steps[at - 1] : undefined, at < 0 ? undefined : steps[at + 1]]
  const go = (next: string | undefined) => {
    if (next !== undefined) void navigate({ to: '/runs/$runId/context/$stepId', params: { runId, stepId: next }, replace: true })
  }
  useShortcut('context.previous', () => go(before), before !== undefined)
  useShortcut('context.next', () => go(after), after !== undefined)
  if (at < 0) return null
  return (
    <div className="flex items-center gap-1">
      <Kbd keys={printKey(keyOf('context.previous', keys))} />
      <IconButton label="Model call before this one" disabled={before === undefined} onClick={() => go(before)}>
        <ChevronLeft />
      </IconButton>
      <span role="status" className="text-small text-ink-2 tabular">
        {at + 1} of {steps.length}
      </span>
      <IconButton label="Model call after this one" disabled={after === undefined} onClick={() => go(after)}>
        <ChevronRight />
      </IconButton>
      <Kbd keys={printKey(keyOf('context.next', keys))} />
    </div>
  )
}

function Parts({ shown, callOf }: { shown: ShownContext; callOf: (stepId: string) => string | null }) {
  useShowsLabel(shown.label)
  const room = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<PartsView>('shown')
  const [selected, setSelected] = useState<string | null>(null)
  const byView = useMemo(() => ({ shown: shownRows(shown), 'left-out': leftOutRows(shown) }), [shown])
  const rows = byView[view]
  const chosen = rows.find(({ key }) => key === selected) ?? rows[0]
  const open = (key: string) => {
    setSelected(key)
    // The text of the part is there by then.
    requestAnimationFrame(() =>
      room.current?.querySelector<HTMLElement>('[data-part-pane] section section')?.focus({ preventScroll: true }),
    )
  }
  return (
    <>
      <ContextSummary shown={shown} />
      <div ref={room} className="flex min-h-0 flex-1">
        <div className="flex w-88 shrink-0 flex-col border-r border-line max-wide:w-72">
          <WhichParts view={view} counts={{ shown: shown.parts.length, 'left-out': shown.leftOut.length }} onChoose={setView} />
          <PartList {...{ shown, rows, view }} selected={chosen?.key ?? null} onSelect={setSelected} onOpen={open} />
        </div>
        <div data-part-pane className="flex min-w-0 flex-1">
          {chosen !== undefined && (
            <PartPane key={chosen.key} row={chosen} contextTokens={shown.contextTokens} isWhole={shown.isWhole} callOf={callOf} />
          )}
        </div>
      </div>
    </>
  )
}

export function ContextScreen({ runId, stepId }: { runId: string; stepId: string }) {
  const shown = useCall('context.show', { runId, stepId })
  const events = useRunEvents(runId).data ?? nothing
  const steps = useMemo(() => modelStepsOf(events), [events])
  const calls = useMemo(
    () => new Map((foldRun(events)?.steps ?? []).map(({ id, ordinal, name }) => [id, `call ${ordinal + 1}, ${name}`])),
    [events],
  )
  const { data } = shown
  const theRun = (
    <Link to="/runs/$runId" params={{ runId }} className={buttonLook()}>
      The run
    </Link>
  )
  return (
    <Screen
      title={data?.contextTokens === 0 ? 'What was picked from, without a model' : 'What the model was shown'}
      manual="context"
      chips={
        data !== undefined && (
          <>
            <Chip>call {data.ordinal + 1}</Chip>
            {data.contextTokens > 0 && <Chip tone={bandTones[data.band]}>{bandWords[data.band]}</Chip>}
            <LabelChip label={data.label} />
          </>
        )
      }
      actions={
        <>
          <Walk runId={runId} stepId={stepId} steps={steps} />
          {theRun}
        </>
      }
    >
      {data !== undefined ? (
        <Parts key={stepId} shown={data} callOf={(id) => calls.get(id) ?? null} />
      ) : shown.isError ? (
        <FailurePanel failure={shown.error.failure} onRetry={() => void shown.refetch()}>
          {theRun}
        </FailurePanel>
      ) : (
        <SkeletonRows label="Reading what the model was shown" rows={8} />
      )}
    </Screen>
  )
}
