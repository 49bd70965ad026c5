/** The one way to change a run. */
import type { Label } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { RunCommand } from '../domain/run/commands.ts'
import { decide } from '../domain/run/decide.ts'
import { RunEvent } from '../domain/run/events.ts'
import { evolve } from '../domain/run/evolve.ts'
import { type ExistingRun, initialState, type RunState } from '../domain/run/state.ts'
import type { Clock, Failpoint } from '../world.ts'
import { createStreamJournal, type Streamed, type StreamJournal, type StreamKind, type StreamStore } from './stream-journal.ts'

export interface RunStore extends Omit<StreamStore<RunState, RunEvent>, 'project'> {
  project(change: {
    readonly runId: string
    readonly run: ExistingRun
    readonly version: number
    readonly events: readonly RunEvent[]
    readonly label: Label
    readonly at: number
  }): void
}

/** A run as it stands, with the label that its events carry. */
export type Journaled = Streamed<RunState>
export type Journal = StreamJournal<RunState, RunCommand>

const runs: StreamKind<RunState, RunCommand, RunEvent> = {
  initial: initialState,
  isAbsent: ({ status }) => status === 'absent',
  parse: (event) => RunEvent.parse(event),
  decide,
  evolve,
}

export function createJournal(
  store: RunStore,
  clock: Clock,
  floor: () => Label,
  publish: (events: readonly RecordedEvent[]) => void,
  failpoint?: Failpoint,
): Journal {
  const project: StreamStore<RunState, RunEvent>['project'] = ({ id, state, version, events, label, at }) => {
    if (state.status !== 'absent') store.project({ runId: id, run: state, version, events, label, at })
  }
  return createStreamJournal(runs, { ...store, project }, clock, floor, publish, failpoint)
}
