/** The one way to change a mission. */
import type { Label } from '../domain/label.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import { decideMission } from '../domain/mission/decide.ts'
import { MissionEvent } from '../domain/mission/events.ts'
import { evolveMission } from '../domain/mission/evolve.ts'
import { type MissionState, noMission } from '../domain/mission/state.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { Clock, Failpoint } from '../world.ts'
import { createStreamJournal, type Streamed, type StreamJournal, type StreamKind, type StreamStore } from './stream-journal.ts'

export type MissionStore = StreamStore<MissionState, MissionEvent>
export type JournaledMission = Streamed<MissionState>
export type MissionJournal = StreamJournal<MissionState, MissionCommand>

const missions: StreamKind<MissionState, MissionCommand, MissionEvent> = {
  initial: noMission,
  isAbsent: ({ phase }) => phase === 'absent',
  parse: (event) => MissionEvent.parse(event),
  decide: decideMission,
  evolve: evolveMission,
}

export const createMissionJournal = (
  store: MissionStore,
  clock: Clock,
  floor: () => Label,
  publish: (events: readonly RecordedEvent[]) => void,
  failpoint?: Failpoint,
): MissionJournal => createStreamJournal(missions, store, clock, floor, publish, failpoint)
