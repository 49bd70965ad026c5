/**
 * The one way to change a run: a command is decided, its events, projections and bodies are committed together, and only then is
 * anything told. Nothing else writes to a run's stream.
 */
import type { Actor } from '../domain/actor.ts'
import { assert } from '../domain/assert.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { join, type Label } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { ok, type Result } from '../domain/result.ts'
import type { RunCommand } from '../domain/run/commands.ts'
import { decide } from '../domain/run/decide.ts'
import { RunEvent } from '../domain/run/events.ts'
import { evolve } from '../domain/run/evolve.ts'
import { initialState, type RunState } from '../domain/run/state.ts'
import type { Clock, Failpoint } from '../world.ts'

export interface RunStore {
  transaction<T>(work: () => T): T
  readStream(stream: string): readonly RecordedEvent[]
  append(append: {
    readonly stream: string
    readonly expectedVersion: number
    readonly events: readonly RunEvent[]
    readonly actor: Actor
    readonly label: Label
    readonly at: number
  }): readonly RecordedEvent[]
  project(change: {
    readonly runId: string
    readonly run: Exclude<RunState, { status: 'absent' }>
    readonly version: number
    readonly events: readonly RunEvent[]
    readonly label: Label
    readonly at: number
  }): void
  putBody(text: string, label: Label): BodyRef
}

/** A run as it stands, with the label that its events carry. */
export interface Journaled {
  readonly state: RunState
  readonly version: number
  readonly label: Label
}

export interface Journal {
  read(runId: string): Journaled
  /**
   * Decides `commands` in order and commits all their events, or none. `build` may put bodies, which belong to the same transaction.
   * `label` raises what the events carry; it never lowers it. A run begins with it, or with the ceiling.
   */
  send(runId: string, build: (put: (text: string) => BodyRef) => readonly RunCommand[], actor: Actor, label?: Label): Result<Journaled>
}

/** Thrown inside the transaction so that it rolls back, and turned into a value at once. */
class Refused extends Error {
  readonly result: Result<never>
  constructor(result: Result<never>) {
    super('refused')
    this.result = result
  }
}

const cacheMax = 256

export function createJournal(
  store: RunStore,
  clock: Clock,
  floor: () => Label,
  publish: (events: readonly RecordedEvent[]) => void,
  failpoint: Failpoint = () => undefined,
): Journal {
  const cache = new Map<string, Journaled>()

  function read(runId: string): Journaled {
    const known = cache.get(runId)
    if (known !== undefined) return known
    const recorded = store.readStream(runId)
    const state = recorded.reduce<RunState>((folded, { event }) => evolve(folded, RunEvent.parse(event)), initialState)
    const journaled = { state, version: recorded.length, label: recorded.at(-1)?.label ?? floor() }
    // A stream that is not there yet may be taken in from elsewhere.
    if (state.status !== 'absent') remember(runId, journaled)
    return journaled
  }

  function remember(runId: string, journaled: Journaled): void {
    cache.delete(runId)
    cache.set(runId, journaled)
    const oldest = cache.keys().next().value
    if (cache.size > cacheMax && oldest !== undefined) cache.delete(oldest)
  }

  return {
    read,
    send: (runId, build, actor, label) => {
      const before = read(runId)
      const at = clock()
      // Nothing is carried yet by a run that begins: whoever begins it says what it holds.
      const isNew = before.state.status === 'absent'
      const carried = label === undefined ? before.label : isNew ? label : join(before.label, label)
      try {
        const { after, recorded } = store.transaction(() => {
          let state = before.state
          const events: RunEvent[] = []
          for (const command of build((text) => store.putBody(text, carried))) {
            const decision = decide(state, command, actor.issuer, at)
            if (!decision.ok) throw new Refused(decision)
            state = decision.value.reduce<RunState>(evolve, state)
            // What could not be read back would leave the run unreadable for good.
            events.push(...decision.value.map((event) => RunEvent.parse(event)))
          }
          assert(state.status !== 'absent', 'a command left no run')
          if (events.length === 0) return { after: before, recorded: [] }
          const appended = store.append({ stream: runId, expectedVersion: before.version, events, actor, label: carried, at })
          const version = before.version + events.length
          store.project({ runId, run: state, version, events, label: carried, at })
          failpoint('journal.before_commit')
          return { after: { state, version, label: carried }, recorded: appended }
        })
        failpoint('journal.after_commit')
        remember(runId, after)
        publish(recorded)
        return ok(after)
      } catch (error) {
        cache.delete(runId)
        if (error instanceof Refused) return error.result
        throw error
      }
    },
  }
}
