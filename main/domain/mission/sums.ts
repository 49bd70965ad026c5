/** What a mission has spent and may still spend. Pure; what its runs used arrives as data. */
import type { Mission } from './state.ts'

/** Tokens used so far: by all runs of a mission, the planner's with them, and by each run that is under way. */
export interface TokensUsed {
  readonly all: number
  readonly byRun: Readonly<Record<string, number>>
}

type Shards = Pick<Mission, 'shards'>

const sum = (tokens: readonly number[]): number => tokens.reduce((all, one) => all + one, 0)

/** What runs that are under way may spend besides what they used. */
export const reservedBy = ({ shards }: Shards, usedBy: (runId: string) => number): number =>
  sum(
    shards
      .filter(({ status }) => status === 'running')
      .map(({ tokensMax, runs }) => Math.max(0, tokensMax - usedBy(runs.at(-1)?.runId ?? ''))),
  )

/** What is used, and what may be by all that is under way or waits: what is tried again may spend its share once more. */
export const tokensTaken = (mission: Shards, { all, byRun }: TokensUsed): number =>
  all +
  reservedBy(mission, (runId) => byRun[runId] ?? 0) +
  sum(mission.shards.flatMap(({ status, tokensMax }) => (status === 'waiting' ? [tokensMax] : [])))

/** What the shards of the plan may spend that a person committed. */
export const tokensCommitted = ({ shards }: Shards): number =>
  sum(shards.flatMap(({ byRunId, tokensMax }) => (byRunId === null ? [tokensMax] : [])))
