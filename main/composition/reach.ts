/**
 * How far a run sees: as far as whoever started it may, now and not when it was started. Everything that an agent does while it
 * executes asks here instead of the station ceiling, and cannot see further.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Label, unclassified } from '../domain/label.ts'
import { fail } from '../domain/result.ts'
import type { Services } from '../handlers/services.ts'
import type { Agent } from '../runs/loop.ts'

const nobody = fail(
  'role.above_clearance',
  'Whoever started this run may see nothing here now.',
  'Start it again as somebody who has a role, or have the policy changed.',
)

export interface Reach {
  /** The highest label that may be seen by what executes now; the station ceiling outside of any run. */
  readonly ceiling: () => Label
  bounded(agent: Agent): Agent
}

export function createReach({ runs, sightOf, ceiling }: Pick<Services, 'runs' | 'sightOf' | 'ceiling'>): Reach {
  const executing = new AsyncLocalStorage<() => Label>()
  return {
    ceiling: () => (executing.getStore() ?? ceiling)(),
    bounded: (agent) => async (session) => {
      const row = runs.get(session.runId)
      const by = row === null ? undefined : runs.shard(row.shardId)?.by
      const sight = () => (by === undefined ? { clearance: null } : sightOf(by))
      const first = sight()
      if (first !== null && first.clearance === null) return nobody
      const under = (): Label => {
        const now = sight()
        return now === null ? ceiling() : (now.clearance ?? unclassified)
      }
      return executing.run(under, () => agent(session))
    },
  }
}
