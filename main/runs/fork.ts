/**
 * Begins a new run with a copy of another's finished steps. The copies say where they came from and share the bodies they point at;
 * nothing is written to the other run's stream.
 */
import type { Actor } from '../domain/actor.ts'
import { join } from '../domain/label.ts'
import type { Pins } from '../domain/prompt.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { isOpenPhase } from '../domain/run/step-phases.ts'
import type { Shard } from '../store/runs.ts'
import type { Clock, NewId } from '../world.ts'
import type { Journal } from './journal.ts'
import { pinsLike } from './pins-like.ts'

const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')
const imported = fail('run.imported', 'This run was carried here from elsewhere; it is read, never executed.', 'Start a run of your own.')
const purged = fail('run.input_purged', 'What was asked has been purged.', 'Ask again.')
const noStep = (steps: number) =>
  fail(
    'run.unknown_step',
    steps === 0 ? 'The run has no steps yet.' : `The run has no such step; its steps are 0 to ${steps - 1}.`,
    'Look at the run again.',
  )

export interface ForkParts {
  readonly journal: Journal
  readonly shardOf: (id: string) => Shard | null
  readonly createShard: (shard: Shard) => void
  /** Whether a body's text is still there. */
  readonly isKept: (body: string) => boolean
  readonly newId: NewId
  readonly pinsOf: (agent: string) => Result<Pins>
  readonly clock: Clock
}

/** The new run's id, led by the same words unless those in use now are wanted. `at` is the ordinal of the last step to take over; steps that are not finished are left out. */
export function forkRun(parts: ForkParts, runId: string, at: number, actor: Actor, words: 'same' | 'current' = 'same'): Result<string> {
  const { journal, shardOf, createShard, isKept, newId, clock, pinsOf } = parts
  const { state, label } = journal.read(runId)
  const shard = state.status === 'absent' ? null : shardOf(state.shardId)
  if (state.status === 'absent' || shard === null) return unknown
  if (state.isImported) return imported
  if (at >= state.steps.length) return noStep(state.steps.length)
  if (!isKept(state.input.body)) return purged
  const { agent, conversationId, input, budget, depth, writeDomain } = state
  const { requirements } = shard
  const steps = state.steps.filter(({ ordinal, phase }) => ordinal <= at && !isOpenPhase(phase))
  const [forkId, shardId] = [newId('run'), newId('shd')]
  const pins = pinsLike(state, words, pinsOf)
  if (!pins.ok) return pins
  // What is copied carries all that the other run has read.
  const carried = join(join(label, shard.label), pins.value.label)
  const sent = journal.send(
    forkId,
    (put) => {
      createShard({ ...shard, id: shardId, budget, label: carried, at: clock(), by: actor.account })
      const forkedFrom = { runId, ordinal: at }
      return [
        {
          ...{ type: 'run.create', shardId, agent, attempt: 1, conversationId, input, budget, depth, forkedFrom, requirements },
          ...pins.value.words(put),
          writeDomain: writeDomain ?? undefined,
        },
        ...steps.map((step) => ({ type: 'step.copy', stepId: newId('stp'), from: { runId, step } }) as const),
        { type: 'run.queue', reason: 'user_request' },
      ]
    },
    actor,
    carried,
  )
  return sent.ok ? ok(forkId) : sent
}
