/** Tries the same shard again: a new run with the next attempt number. The shard's row and the earlier runs stay as they are. */
import type { Actor } from '../domain/actor.ts'
import { join } from '../domain/label.ts'
import type { Pins } from '../domain/prompt.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { isTerminal, type RunStatus } from '../domain/run/transitions.ts'
import type { Shard } from '../store/runs.ts'
import type { NewId } from '../world.ts'
import type { Journal } from './journal.ts'
import { pinsLike } from './pins-like.ts'

const unknown = fail('run.unknown', 'There is no such run.', 'List the runs to see what there is.')
const imported = fail('run.imported', 'This run was carried here from elsewhere; it is read, never executed.', 'Start a run of your own.')
const notEnded = fail('run.not_ended', 'A run of this task has not ended.', 'Wait for it, or cancel it first.')
const spent = (retriesMax: number) =>
  fail(
    'run.no_retries',
    `This task has been tried ${retriesMax + 1} times, which is all it may be.`,
    'Look at why it fails, then start a new one.',
  )

export interface RetryParts {
  readonly journal: Journal
  readonly shardOf: (id: string) => Shard | null
  readonly attemptsOf: (shardId: string) => ReadonlyArray<{ readonly attempt: number; readonly status: RunStatus }>
  readonly newId: NewId
  readonly pinsOf: (agent: string) => Result<Pins>
}

/** The new run's id, led by the same words unless those in use now are wanted. Fails with `run.not_ended`, `run.no_retries` or `run.imported`, and has written nothing then. */
export function retryRun(
  { journal, shardOf, attemptsOf, newId, pinsOf }: RetryParts,
  runId: string,
  actor: Actor,
  words: 'same' | 'current' = 'same',
): Result<string> {
  const { state, label } = journal.read(runId)
  const shard = state.status === 'absent' ? null : shardOf(state.shardId)
  if (state.status === 'absent' || shard === null) return unknown
  if (state.isImported) return imported
  const attempts = attemptsOf(shard.id)
  if (!attempts.every(({ status }) => isTerminal(status))) return notEnded
  if (attempts.length > shard.retriesMax) return spent(shard.retriesMax)
  const attempt = Math.max(...attempts.map((made) => made.attempt)) + 1
  const { agent, budget, requirements } = shard
  const { conversationId, input, depth, writeDomain } = state
  const pins = pinsLike(state, words, pinsOf)
  if (!pins.ok) return pins
  const again = newId('run')
  const sent = journal.send(
    again,
    (put) => [
      {
        ...{ type: 'run.create', shardId: shard.id, agent, attempt, conversationId, input, budget, depth, forkedFrom: null, requirements },
        ...pins.value.words(put),
        writeDomain: writeDomain ?? undefined,
      },
      { type: 'run.queue', reason: 'user_request' },
    ],
    actor,
    join(join(label, shard.label), pins.value.label),
  )
  return sent.ok ? ok(again) : sent
}
