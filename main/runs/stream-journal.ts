/**
 * The one way to change what has a stream of its own: a command is decided, its events, projections and bodies are committed together, and
 * only then is anything told. Nothing else writes to such a stream.
 */
import type { Actor, Issuer } from '../domain/actor.ts'
import { assert } from '../domain/assert.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { join, type Label } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { ok, type Result } from '../domain/result.ts'
import type { Clock, Failpoint } from '../world.ts'

/** What kind of stream it is. All of it is pure. */
export interface StreamKind<State, Command, Event extends RecordedEvent['event']> {
  readonly initial: State
  readonly isAbsent: (state: State) => boolean
  readonly parse: (event: unknown) => Event
  readonly decide: (state: State, command: Command, issuer: Issuer, atMs: number) => Result<readonly Event[]>
  readonly evolve: (state: State, event: Event) => State
}

export interface StreamStore<State, Event extends RecordedEvent['event']> {
  transaction<T>(work: () => T): T
  readStream(stream: string): readonly RecordedEvent[]
  append(append: {
    readonly stream: string
    readonly expectedVersion: number
    readonly events: readonly Event[]
    readonly actor: Actor
    readonly label: Label
    readonly at: number
  }): readonly RecordedEvent[]
  /** Inside the transaction of the events. */
  project(change: {
    readonly id: string
    readonly state: State
    readonly version: number
    readonly events: readonly Event[]
    readonly actor: Actor
    readonly label: Label
    readonly at: number
  }): void
  putBody(text: string, label: Label): BodyRef
}

/** A stream as it stands, with the label that its events carry. */
export interface Streamed<State> {
  readonly state: State
  readonly version: number
  readonly label: Label
}

export interface StreamJournal<State, Command> {
  read(id: string): Streamed<State>
  /**
   * Decides `commands` in order and commits all their events, or none. `build` may put bodies, which belong to the same transaction.
   * `label` raises what the events carry; it never lowers it. A stream begins with it, or with the ceiling.
   */
  send(id: string, build: (put: (text: string) => BodyRef) => readonly Command[], actor: Actor, label?: Label): Result<Streamed<State>>
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

export function createStreamJournal<State, Command, Event extends RecordedEvent['event']>(
  kind: StreamKind<State, Command, Event>,
  store: StreamStore<State, Event>,
  clock: Clock,
  floor: () => Label,
  publish: (events: readonly RecordedEvent[]) => void,
  failpoint: Failpoint = () => undefined,
): StreamJournal<State, Command> {
  const cache = new Map<string, Streamed<State>>()

  function read(id: string): Streamed<State> {
    const known = cache.get(id)
    if (known !== undefined) return known
    const recorded = store.readStream(id)
    const state = recorded.reduce<State>((folded, { event }) => kind.evolve(folded, kind.parse(event)), kind.initial)
    const streamed = { state, version: recorded.length, label: recorded.at(-1)?.label ?? floor() }
    // A stream that is not there yet may be taken in from elsewhere.
    if (!kind.isAbsent(state)) remember(id, streamed)
    return streamed
  }

  function remember(id: string, streamed: Streamed<State>): void {
    cache.delete(id)
    cache.set(id, streamed)
    const oldest = cache.keys().next().value
    if (cache.size > cacheMax && oldest !== undefined) cache.delete(oldest)
  }

  return {
    read,
    send: (id, build, actor, label) => {
      const before = read(id)
      const at = clock()
      // Nothing is carried yet by what begins: whoever begins it says what it holds.
      const isNew = kind.isAbsent(before.state)
      const carried = label === undefined ? before.label : isNew ? label : join(before.label, label)
      try {
        const { after, recorded } = store.transaction(() => {
          let state = before.state
          const events: Event[] = []
          for (const command of build((text) => store.putBody(text, carried))) {
            const decision = kind.decide(state, command, actor.issuer, at)
            if (!decision.ok) throw new Refused(decision)
            state = decision.value.reduce<State>(kind.evolve, state)
            // What could not be read back would leave the stream unreadable for good.
            events.push(...decision.value.map((event) => kind.parse(event)))
          }
          assert(!kind.isAbsent(state), 'a command left nothing')
          if (events.length === 0) return { after: before, recorded: [] }
          const appended = store.append({ stream: id, expectedVersion: before.version, events, actor, label: carried, at })
          const version = before.version + events.length
          store.project({ id, state, version, events, actor, label: carried, at })
          failpoint('journal.before_commit')
          return { after: { state, version, label: carried }, recorded: appended }
        })
        failpoint('journal.after_commit')
        remember(id, after)
        publish(recorded)
        return ok(after)
      } catch (error) {
        cache.delete(id)
        if (error instanceof Refused) return error.result
        throw error
      }
    },
  }
}
