/** One run: what it is, what can be done with it, and how it stood at any moment. Folds the same events with the same machine as the core. */
import { Link, useNavigate } from '@tanstack/react-router'
import { PanelRight } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { useCall, useRunEvents } from '../../api.tsx'
import { buttonLook, IconButton } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { SidePanel } from '../../components/side-panel.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { useIsWide } from '../../components/use-media.ts'
import { visibleString } from '../../documents/visible-text.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { contextStepOf, modelStepsOf } from '../context/model-steps.ts'
import { EventDetails } from './event-details.tsx'
import { foldRun } from './fold-run.ts'
import { HoldBar } from './hold-bar.tsx'
import { ActionNotes, RunMenu, useRunActions } from './run-actions.tsx'
import { RunControls, useRunControls } from './run-controls.tsx'
import { RunFacts } from './run-facts.tsx'
import { RunView } from './run-view.tsx'
import { statusText, statusTones } from './run-words.ts'

const unfoldable = {
  code: 'run.unfoldable',
  message: 'The events of this run do not follow from one another.',
  hint: 'Verify the log: it says which event is not as it was written.',
}

const allRuns = (
  <Link to="/runs" className={buttonLook()}>
    All runs
  </Link>
)

/** The step of the call that has the focus, or null. */
const focusedStep = (): string | null => document.activeElement?.closest<HTMLElement>('[data-step]')?.dataset.step ?? null

function Run({ run, events }: { run: RunSummary; events: readonly RecordedEvent[] }) {
  useShowsLabel(run.label)
  const navigate = useNavigate()
  const isWide = useIsWide()
  const [at, setAt] = useState<number | null>(null)
  // The past is looked at; only the present is paused or stopped.
  const controls = useRunControls(at === null ? run : undefined)
  const actions = useRunActions(run)
  const [selected, setSelected] = useState<number | null>(null)
  const [isOpen, setOpen] = useState<boolean | null>(null)
  const state = useMemo(() => foldRun(at === null ? events : events.slice(0, at)), [events, at])
  const shown = events.find((recorded) => recorded.version === selected)
  const modelSteps = useMemo(() => modelStepsOf(at === null ? events : events.slice(0, at)), [events, at])
  const contextStep = shown === undefined ? null : contextStepOf(shown, modelSteps)
  const isPanelOpen = isOpen ?? isWide
  const isPast = at !== null
  const past =
    isPast && state !== null ? { status: state.status, holds: state.holds.map(({ kind }) => kind), isCancelRequested: false } : run
  useShortcut('panel.toggle', () => setOpen(!isPanelOpen))
  useShortcut(
    'context.show',
    () => {
      const stepId = modelSteps.find((one) => one === focusedStep()) ?? contextStep ?? modelSteps.at(-1)
      if (stepId !== undefined) void navigate({ to: '/runs/$runId/context/$stepId', params: { runId: run.id, stepId } })
    },
    modelSteps.length > 0,
  )
  return (
    <Screen
      title={run.title === null ? 'A run whose text was purged' : visibleString(run.title)}
      chips={
        <>
          {isPast && <Chip tone="warn">the past</Chip>}
          <Chip tone={statusTones[past.status]}>{statusText(past)}</Chip>
          <LabelChip label={run.label} />
          {run.isImported && <Chip tone="info">from another machine</Chip>}
        </>
      }
      actions={
        <>
          {run.conversationId !== null && (
            <Link to="/ask/$conversationId" params={{ conversationId: run.conversationId }} className={buttonLook({ kind: 'quiet' })}>
              Open answer
            </Link>
          )}
          {!isPast && <RunControls run={run} controls={controls} />}
          <RunMenu run={run} actions={actions} />
          {!isWide && (
            <IconButton label="Show the details" aria-expanded={isPanelOpen} onClick={() => setOpen(!isPanelOpen)}>
              <PanelRight strokeWidth={1.6} />
            </IconButton>
          )}
        </>
      }
    >
      {controls.failure !== null && (
        <div className="shrink-0 border-b border-line px-6 py-3">
          <FailureNotice failure={controls.failure} />
        </div>
      )}
      <ActionNotes actions={actions} />
      <div className="relative flex min-h-0 flex-1 overflow-clip">
        <div className="flex min-w-0 flex-1 flex-col">
          {state === null ? (
            <FailurePanel failure={unfoldable}>{allRuns}</FailurePanel>
          ) : (
            <>
              <RunView {...{ run, events, at, state, selected }} onSelect={setSelected} onOpen={() => setOpen(true)} onTravel={setAt} />
              {!isPast && (
                <HoldBar state={state} isBusy={controls.isBusy} onResume={controls.resume} onRaise={() => actions.setOpen('raise')} />
              )}
            </>
          )}
        </div>
        <SidePanel label="Details" isOpen={isPanelOpen} onClose={() => setOpen(false)}>
          <div className="min-h-0 flex-1 overflow-auto">
            <RunFacts run={run} state={state} events={events} />
            {shown === undefined ? (
              <p className="px-4.5 py-4 text-ink-2">Choose an event to see who did it, its hash, and the texts that belong to it.</p>
            ) : (
              <EventDetails
                key={shown.version}
                recorded={shown}
                contextStep={contextStep}
                onTravel={() => setAt(shown.version >= events.length ? null : shown.version)}
              />
            )}
          </div>
        </SidePanel>
      </div>
    </Screen>
  )
}

export function RunScreen({ runId }: { runId: string }) {
  const run = useCall('runs.get', { runId })
  const events = useRunEvents(runId)
  const failed = run.isError ? run : events.isError ? events : null
  if (failed !== null) {
    return (
      <Screen title="Run">
        <FailurePanel failure={failed.error.failure} onRetry={() => void failed.refetch()}>
          {allRuns}
        </FailurePanel>
      </Screen>
    )
  }
  if (run.data === undefined || events.data === undefined) {
    return (
      <Screen title="Run">
        <SkeletonRows label="Reading the run" rows={8} />
      </Screen>
    )
  }
  return <Run run={run.data} events={events.data} />
}
