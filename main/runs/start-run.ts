/** Creates a shard with its first run, or another run of the same shard, in one transaction, and queues it. */
import type { Actor } from '../domain/actor.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { type Budget, defaultBudget } from '../domain/budget.ts'
import { join, type Label } from '../domain/label.ts'
import type { Pins } from '../domain/prompt.ts'
import type { Result } from '../domain/result.ts'
import type { RunCommand } from '../domain/run/commands.ts'
import type { Shard } from '../store/runs.ts'
import type { Clock, NewId } from '../world.ts'
import type { Journal, Journaled } from './journal.ts'

export const startLimits = { timeoutMs: 600_000, retriesMax: 3 } as const

export interface NewRun {
  readonly runId: string
  readonly agent: string
  readonly task: string
  /** JSON text: what the agent is given. */
  readonly input: string
  readonly label: Label
  readonly conversationId: string | null
  readonly budget?: Budget
  readonly depth?: number
  readonly requirements?: readonly string[]
  readonly forkedFrom?: { readonly runId: string; readonly ordinal: number } | null
  /** What it writes into together with other runs; absent = a folder of its own. */
  readonly writeDomain?: string | undefined
}

export interface StartParts {
  readonly journal: Journal
  readonly createShard: (shard: Shard) => void
  readonly newId: NewId
  readonly clock: Clock
  /** What leads a run of this agent from its beginning. */
  readonly pinsOf: (agent: string) => Result<Pins>
}

/** What a new run says of what leads it. Where nothing leads it, it says nothing. */
export const pinned = ({ prompts, definition }: Pins, put: (text: string) => BodyRef) => ({
  prompts: prompts.length === 0 ? undefined : prompts,
  definition: definition === null ? undefined : put(definition),
})

/** Fails where the words that should lead it are not there. `before` may write rows of the same transaction; `between` may add commands before the run is queued. */
export function startRun(
  { journal, createShard, newId, clock, pinsOf }: StartParts,
  run: NewRun,
  actor: Actor,
  {
    before,
    between = () => [],
  }: { readonly before?: () => void; readonly between?: (put: (text: string) => BodyRef) => readonly RunCommand[] } = {},
): Result<Journaled> {
  const { runId, agent, task, label, conversationId, budget = defaultBudget, depth = 0, requirements = [], forkedFrom = null } = run
  const shardId = newId('shd')
  const { timeoutMs, retriesMax } = startLimits
  const pins = pinsOf(agent)
  if (!pins.ok) return pins
  const carried = join(label, pins.value.label)
  return journal.send(
    runId,
    (put) => {
      before?.()
      const input = put(run.input)
      const intent = { id: shardId, agent, task, input: input.body, retriesMax, timeoutMs, budget, requirements, label: carried }
      createShard({ ...intent, at: clock(), by: actor.account })
      return [
        {
          ...{ type: 'run.create', shardId, agent, attempt: 1, conversationId, input, budget, depth, forkedFrom, requirements },
          ...pinned(pins.value, put),
          writeDomain: run.writeDomain,
        },
        ...between(put),
        { type: 'run.queue', reason: 'user_request' },
      ]
    },
    actor,
    carried,
  )
}
