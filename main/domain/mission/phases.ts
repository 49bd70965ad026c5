/** Where a mission is, as a person says it, and what the eight states of its runs have to do with that. */
import * as z from 'zod'
import type { RunStatus } from '../run/transitions.ts'

export const missionPhases = ['PLANNING', 'COMMITTED', 'EXECUTING', 'COMPLETED'] as const
export const MissionPhase = z.enum(missionPhases)
export type MissionPhase = z.infer<typeof MissionPhase>

/** How a mission ended. `empty`: everything was done, and nothing found that could be said. */
export const missionOutcomes = ['released', 'rolled_back', 'aborted', 'failed', 'empty'] as const
export const MissionOutcome = z.enum(missionOutcomes)
export type MissionOutcome = z.infer<typeof MissionOutcome>

/**
 * Where one run of a shard says that the mission is at least: intent that nobody has taken up is committed; taken up, it is being executed;
 * ended, that shard is over. A run that was held or sent back after it had begun was taken up all the same: `hasBegun` says so.
 */
export const phaseOfRun: Readonly<Record<RunStatus, (hasBegun: boolean) => Exclude<MissionPhase, 'PLANNING'>>> = {
  prep: () => 'COMMITTED',
  queued: (hasBegun) => (hasBegun ? 'EXECUTING' : 'COMMITTED'),
  held: (hasBegun) => (hasBegun ? 'EXECUTING' : 'COMMITTED'),
  launching: () => 'EXECUTING',
  active: () => 'EXECUTING',
  complete: () => 'COMPLETED',
  failed: () => 'COMPLETED',
  aborted: () => 'COMPLETED',
}
