/** Records facts of a tenant's own stream, which has its name. Use `commit` around the rows they belong to; `append` where a transaction is open already, and `publish` after it. */
import type { Actor } from '../domain/actor.ts'
import type { Label } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { StationEvent } from '../domain/station-events.ts'
import type { Clock } from '../world.ts'
import type { EventLog } from './event-log.ts'
import type { Db } from './open.ts'

export interface StationLog {
  append(event: StationEvent, actor: Actor, label: Label): RecordedEvent
  /** One transaction: `work` writes rows and records events; watchers are told once it is committed. */
  commit<T>(actor: Actor, work: (record: (event: StationEvent, label: Label) => void) => T): T
  publish(events: readonly RecordedEvent[]): void
}

export function createStationLog(
  db: Db,
  log: EventLog,
  tenant: string,
  clock: Clock,
  publish: (events: readonly RecordedEvent[]) => void,
): StationLog {
  const append = (event: StationEvent, actor: Actor, label: Label): RecordedEvent => {
    const expectedVersion = log.versionOf(tenant)
    const [recorded] = log.append({ stream: tenant, expectedVersion, events: [event], actor, label, at: clock() })
    if (recorded === undefined) throw new Error('an event was not recorded')
    return recorded
  }
  return {
    append,
    publish,
    commit: (actor, work) => {
      const recorded: RecordedEvent[] = []
      const value = db.transaction(() => work((event, label) => void recorded.push(append(event, actor, label))))()
      publish(recorded)
      return value
    },
  }
}
