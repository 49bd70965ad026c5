/**
 * What is to be done next for a mission: one thing at a time, from what is on record alone, so that whoever looks again after a crash finds
 * the same. Pure; what its runs have come to arrives as data.
 */
import type { RunStatus } from '../run/transitions.ts'
import { hasComeTo } from './decide-gate.ts'
import type { RunOutcome } from './events.ts'
import { type Gate, gates } from './gates.ts'
import { isSettled, type Mission, missionLimits } from './state.ts'
import { reservedBy } from './sums.ts'

/** Null = there is no such run yet: it was meant to be started, and the start did not come to its end. */
export type StatusOf = (runId: string) => RunStatus | null

/** Tokens used so far. */
export interface Spent {
  /** By all runs of the mission, the planner's with them. */
  readonly byMission: () => number
  readonly byRun: (runId: string) => number
}

export type MissionTask =
  | { readonly do: 'look' }
  | { readonly do: 'start_plan' }
  | { readonly do: 'create_planner'; readonly runId: string }
  | { readonly do: 'read_plan'; readonly runId: string; readonly outcome: RunOutcome }
  | { readonly do: 'open_gate'; readonly gate: Gate }
  | { readonly do: 'create_run'; readonly key: string; readonly runId: string }
  | { readonly do: 'cancel_run'; readonly runId: string }
  | { readonly do: 'end_run'; readonly key: string; readonly runId: string; readonly outcome: RunOutcome }
  /** Of a run that completed: it is over and what it left is checked, in one commit. */
  | { readonly do: 'take_result'; readonly key: string; readonly runId: string }
  | { readonly do: 'skip'; readonly key: string; readonly code: string | null }
  /** All that may begin now, in one commit. */
  | { readonly do: 'start_runs'; readonly keys: readonly string[] }
  | { readonly do: 'join' }

export const outcomeOf = (status: RunStatus | null): RunOutcome | null =>
  status === 'complete' || status === 'failed' || status === 'aborted' ? status : null

/** What became of runs is noted whatever the mission waits for. `cancelled`: runs that were told to stop already. */
function ofRuns(mission: Mission, statusOf: StatusOf, cancelled: ReadonlySet<string>): MissionTask | null {
  for (const { key, status, runs } of mission.shards) {
    const last = runs.at(-1)
    if (last === undefined || status !== 'running') continue
    const now = statusOf(last.runId)
    const outcome = outcomeOf(now)
    if (outcome === 'complete' && mission.outcome === null) return { do: 'take_result', key, runId: last.runId }
    if (outcome !== null) return { do: 'end_run', key, runId: last.runId, outcome }
    if (mission.outcome === null && now === null) {
      if (mission.isPaused) continue
      return { do: 'create_run', key, runId: last.runId }
    }
    // What was never created needs no stopping.
    if (mission.outcome !== null && now !== null && !cancelled.has(last.runId)) return { do: 'cancel_run', runId: last.runId }
  }
  return null
}

/** A planner whose mission was ended under it is told to stop. */
function ofPlanner({ planning, outcome }: Mission, statusOf: StatusOf, cancelled: ReadonlySet<string>): MissionTask | null {
  if (planning === null || outcome === null) return null
  const status = statusOf(planning.runId)
  const isOver = status === null || outcomeOf(status) !== null
  return isOver || cancelled.has(planning.runId) ? null : { do: 'cancel_run', runId: planning.runId }
}

function ofPlanning(mission: Mission, statusOf: StatusOf): MissionTask | null {
  if (mission.look === null) return mission.isPaused ? null : { do: 'look' }
  if (mission.planning !== null) {
    const { runId } = mission.planning
    const status = statusOf(runId)
    if (status === null) return mission.isPaused ? null : { do: 'create_planner', runId }
    const outcome = outcomeOf(status)
    return outcome === null ? null : { do: 'read_plan', runId, outcome }
  }
  if (mission.isPaused) return null
  return mission.plan === null && mission.planAttempts < missionLimits.planAttemptsMax ? { do: 'start_plan' } : null
}

function ofShards(mission: Mission, spent: Spent): MissionTask | null {
  const keys: string[] = []
  let used: number | null = null
  /** What is used, and may still be by what runs and by what begins now. */
  let taken = 0
  let isFull = false
  for (const { key, status, after, tokensMax } of mission.shards) {
    if (status !== 'waiting') continue
    const before = mission.shards.filter((shard) => after.includes(shard.key))
    if (!before.every(isSettled)) continue
    if (before.length > 0 && !before.some((shard) => shard.status === 'accepted')) return { do: 'skip', key, code: null }
    if (used === null) {
      used = spent.byMission()
      taken = used + reservedBy(mission, spent.byRun)
    }
    // What is tried again may spend its share once more. Used stays used: this would not fit if all that runs ended now.
    if (used + tokensMax > mission.tokensMax) return { do: 'skip', key, code: 'mission.over_budget' }
    // It waits for what others may leave over, and what comes later does not take that from it.
    isFull ||= taken + tokensMax > mission.tokensMax
    if (isFull) continue
    taken += tokensMax
    keys.push(key)
  }
  if (keys.length > 0) return { do: 'start_runs', keys }
  return mission.shards.every(isSettled) && mission.joined === null ? { do: 'join' } : null
}

/** Null = nothing to do until a run or a person moves. */
export function nextTask(mission: Mission, statusOf: StatusOf, cancelled: ReadonlySet<string>, spent: Spent): MissionTask | null {
  const noted = ofRuns(mission, statusOf, cancelled) ?? ofPlanner(mission, statusOf, cancelled)
  if (noted !== null || mission.outcome !== null || mission.openGate !== null) return noted
  const gate = gates.find((each) => hasComeTo(mission, each))
  if (gate !== undefined) return { do: 'open_gate', gate }
  if (mission.phase === 'PLANNING') return ofPlanning(mission, statusOf)
  return mission.isPaused ? null : ofShards(mission, spent)
}
