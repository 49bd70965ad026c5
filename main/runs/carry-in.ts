/**
 * Takes in a run that was made elsewhere, after its file was checked: everything in one transaction, its events with the hashes they
 * came with. Beside the journal this alone writes a run's stream, and only one that is not here yet.
 */
import type { Actor } from '../domain/actor.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { dominates, type Label } from '../domain/label.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { CheckedRunFile } from '../domain/run/check-run-file.ts'
import { decide } from '../domain/run/decide.ts'
import { evolve } from '../domain/run/evolve.ts'
import { bodyRefsIn, type CarriedBody } from '../domain/run/run-file.ts'
import type { RunState } from '../domain/run/state.ts'
import type { EventLog } from '../store/event-log.ts'
import type { Shard } from '../store/runs.ts'
import type { Clock } from '../world.ts'
import type { RunStore } from './journal.ts'

export interface CarryParts {
  readonly transaction: RunStore['transaction']
  readonly log: Pick<EventLog, 'readStream' | 'append' | 'appendRecorded'>
  /** Writes rows of runs, holds and calls, and books nothing: it was paid for elsewhere. */
  readonly project: RunStore['project']
  readonly shardOf: (id: string) => Shard | null
  readonly createShard: (shard: Shard) => void
  readonly attemptsOf: (shardId: string) => ReadonlyArray<{ readonly id: string; readonly attempt: number }>
  /** The first id that means something else here, or null. */
  readonly takenId: (ids: readonly string[]) => string | null
  readonly bodies: {
    /** `same` when exactly this is here, `other` when its id means something else here. */
    compareRecorded(body: CarriedBody): 'absent' | 'same' | 'other'
    putRecorded(body: CarriedBody): void
    labelOf(body: string): Label | null
    matches(reference: BodyRef): boolean
  }
  readonly clock: Clock
  readonly publish: (events: readonly RecordedEvent[]) => void
}

/** The id of the run that was taken in. */
export type CarryIn = (checked: CheckedRunFile & { readonly sha256: string }, actor: Actor) => Result<string>

const again = fail('run.already_here', 'This very run is here already.', 'Look at it in the list of runs.')
const other = fail(
  'run.other_here',
  'A run with this id is here already, and its events are others.',
  'Find out which of the two was changed.',
)
const taken = (id: string) =>
  fail(
    'runfile.taken_id',
    `The file names ${id}, which means something else here.`,
    'Find out where the file comes from; nothing of it was stored.',
  )

function refuse({ file, run, runId }: CheckedRunFile, parts: CarryParts): Result<never> | null {
  const here = parts.log.readStream(runId)
  if (here.length > 0) return file.events.every(({ hash }, index) => here[index]?.hash === hash) ? again : other
  const own = new Set(file.events.flatMap(({ event }) => (event.type === 'hold.opened' ? [event.holdId] : [])))
  const id = parts.takenId([...own, ...run.steps.map((step) => step.id), runId, file.shard.id])
  if (id !== null) return taken(id)
  const shard = parts.shardOf(file.shard.id)
  if (shard !== null && canonicalJson(shard) !== canonicalJson(file.shard)) return taken(file.shard.id)
  if (parts.attemptsOf(file.shard.id).some(({ attempt }) => attempt === run.attempt)) return taken(file.shard.id)
  const strange = file.bodies.find((body) => parts.bodies.compareRecorded(body) === 'other') ?? strangeAmongPurged(file, parts)
  return strange === undefined ? null : taken(strange.body)
}

/** A text that is gone there and still here: a run that names it could read it here, so it must be that text, and not labelled above the run. */
function strangeAmongPurged({ events, purged }: CheckedRunFile['file'], { bodies }: CarryParts): BodyRef | undefined {
  const here = new Set(purged.filter((body) => bodies.labelOf(body) !== null))
  const highest = events.at(-1)?.label
  if (here.size === 0 || highest === undefined) return undefined
  const named = events.flatMap(({ event }) => bodyRefsIn(event)).filter(({ body }) => here.has(body))
  return named.find((reference) => !dominates(highest, bodies.labelOf(reference.body) ?? highest) || !bodies.matches(reference))
}

export const createCarryIn =
  (parts: CarryParts): CarryIn =>
  (checked, actor) => {
    const refused = refuse(checked, parts)
    if (refused !== null) return refused
    const { file, run, runId, sha256 } = checked
    const { transaction, log, project, shardOf, createShard, bodies, clock, publish } = parts
    const marked = decide(run, { type: 'run.import', file: { alg: 'sha256', value: sha256 } }, actor.issuer, clock())
    if (!marked.ok) return marked
    const last = file.events.at(-1)
    const first = file.events[0]
    if (last === undefined || first === undefined) return other
    const recorded = transaction(() => {
      for (const body of file.bodies) if (bodies.compareRecorded(body) === 'absent') bodies.putRecorded(body)
      if (shardOf(file.shard.id) === null) createShard(file.shard)
      const carried = log.appendRecorded(file.events)
      const { label } = last
      const mark = log.append({ stream: runId, expectedVersion: carried.length, events: marked.value, actor, label, at: clock() })
      const events = [...file.events.map(({ event }) => event), ...marked.value]
      const state = marked.value.reduce<RunState>(evolve, run)
      if (state.status === 'absent') throw new Error('a run that was carried in is there')
      project({ runId, run: state, version: events.length, events, label, at: first.at })
      return [...carried, ...mark]
    })
    publish(recorded)
    return ok(runId)
  }
