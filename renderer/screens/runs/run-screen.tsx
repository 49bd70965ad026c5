/** One run: what it used, its events as they happen, and any of them in full beside. Folds the same events with the same machine as the core. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { RunSummary } from '../../../main/contract/runs.ts'
import type { RecordedEvent } from '../../../main/domain/recorded-event.ts'
import { evolve } from '../../../main/domain/run/evolve.ts'
import { initialState } from '../../../main/domain/run/state.ts'
import { isTerminal } from '../../../main/domain/run/transitions.ts'
import { useCall, useRunEvents } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { FailureNotice, FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { Screen } from '../../components/screen.tsx'
import { SidePanel } from '../../components/side-panel.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useIsWide } from '../../components/use-media.ts'
import { formatCount, plural } from '../../format.ts'
import { useShortcut } from '../../frame/shortcuts.tsx'
import { isRunEvent } from './describe-event.ts'
import { EventDetails } from './event-details.tsx'
import { RunControls, useRunControls } from './run-controls.tsx'
import { RunGauges } from './run-gauges.tsx'
import { agentWords, statusText, statusTones } from './run-words.ts'
import { Timeline } from './timeline.tsx'

/** How many events name the one before them, of all. */
const countLinked = (events: readonly RecordedEvent[]): number =>
  events.filter((recorded, i) => i === 0 || recorded.previous === events[i - 1]?.hash).length

function stepsOf(events: readonly RecordedEvent[]): number {
  const state = events.reduce((run, { event }) => (isRunEvent(event) ? evolve(run, event) : run), initialState)
  return state.status === 'absent' ? 0 : state.steps.length
}

function RunFacts({ run, events }: { run: RunSummary; events: readonly RecordedEvent[] }) {
  const linked = countLinked(events)
  const head = events.at(-1)?.hash
  return (
    <section aria-label="This run" className="border-b border-line px-4.5 py-4">
      <h3 className="mb-3 font-semibold">This run</h3>
      <Facts>
        <Fact name="Agent">
          {agentWords(run.agent)}, attempt {run.attempt}
        </Fact>
        <Fact name="Id">
          <Hash value={run.id} label="the id" />
        </Fact>
        <Fact name="Label">
          <LabelChip label={run.label} />
        </Fact>
        <Fact name="Begun">
          <TimeAgo atMs={run.createdAt} />
        </Fact>
        <Fact name="Steps">{formatCount(stepsOf(events))}</Fact>
        <Fact name="Chain">
          {formatCount(linked)} of {plural(events.length, 'event')} linked to the one before
        </Fact>
        {head !== undefined && (
          <Fact name="Head">
            <Hash value={head} label="the hash of the last event" />
          </Fact>
        )}
      </Facts>
    </section>
  )
}

function Events({ run, selected, onSelect }: { run: RunSummary; selected: number | null; onSelect: (version: number) => void }) {
  const events = useRunEvents(run.id)
  if (events.isPending) return <SkeletonRows label="Reading the events" />
  if (events.isError) return <FailurePanel failure={events.error.failure} onRetry={() => void events.refetch()} />
  return (
    <>
      <RunGauges run={run} events={events.data} />
      <Timeline events={events.data} isUnderWay={!isTerminal(run.status)} selected={selected} onSelect={onSelect} />
    </>
  )
}

function Detail({ run }: { run: RunSummary }) {
  const isWide = useIsWide()
  const [selected, setSelected] = useState<number | null>(null)
  const [isOpen, setOpen] = useState<boolean | null>(null)
  const events = useRunEvents(run.id).data ?? []
  const shown = events.find((recorded) => recorded.version === selected)
  const isPanelOpen = isOpen ?? isWide
  const step = (by: number) => setSelected((was) => Math.min(Math.max((was ?? 0) + by, 1), Math.max(events.length, 1)))
  useShortcut('panel.toggle', () => setOpen(!isPanelOpen))
  useShortcut('list.next', () => step(1))
  useShortcut('list.previous', () => step(-1))
  useShortcut('list.open', () => setOpen(true), selected !== null)
  return (
    <div className="relative flex min-h-0 flex-1 overflow-clip">
      <section aria-label="Events" className="min-w-0 flex-1 overflow-auto px-6 py-5">
        {run.failure !== null && (
          <div className="mb-5">
            <FailureNotice failure={run.failure} />
          </div>
        )}
        <Events
          run={run}
          selected={selected}
          onSelect={(version) => {
            setSelected(version)
            setOpen(true)
          }}
        />
      </section>
      <SidePanel label="Details" isOpen={isPanelOpen} onClose={() => setOpen(false)}>
        <div className="min-h-0 flex-1 overflow-auto">
          <RunFacts run={run} events={events} />
          {shown === undefined ? (
            <p className="px-4.5 py-4 text-ink-2">Choose an event to see who did it, its hash, and the texts that belong to it.</p>
          ) : (
            <EventDetails key={shown.version} recorded={shown} />
          )}
        </div>
      </SidePanel>
    </div>
  )
}

export function RunScreen({ runId }: { runId: string }) {
  const run = useCall('runs.get', { runId })
  const controls = useRunControls(run.data)
  if (run.isPending) {
    return (
      <Screen title="Run">
        <SkeletonRows label="Reading the run" rows={8} />
      </Screen>
    )
  }
  if (run.isError) {
    return (
      <Screen title="Run">
        <FailurePanel failure={run.error.failure} onRetry={() => void run.refetch()}>
          <Link to="/runs" className={buttonLook()}>
            All runs
          </Link>
        </FailurePanel>
      </Screen>
    )
  }
  const { data } = run
  return (
    <Screen
      title={data.title ?? 'A run whose text was purged'}
      chips={
        <>
          <Chip tone={statusTones[data.status]}>{statusText(data)}</Chip>
          <LabelChip label={data.label} />
        </>
      }
      actions={
        <>
          {data.conversationId !== null && (
            <Link to="/ask/$conversationId" params={{ conversationId: data.conversationId }} className={buttonLook({ kind: 'quiet' })}>
              Open answer
            </Link>
          )}
          <RunControls run={data} controls={controls} />
        </>
      }
    >
      {controls.failure !== null && (
        <div className="px-6 pt-5">
          <FailureNotice failure={controls.failure} />
        </div>
      )}
      <Detail run={data} />
    </Screen>
  )
}
