/** Where a mission is, as a person says it, and how it ended. */
import * as z from 'zod'

export const missionPhases = ['PLANNING', 'COMMITTED', 'EXECUTING', 'COMPLETED'] as const
export const MissionPhase = z.enum(missionPhases)
export type MissionPhase = z.infer<typeof MissionPhase>

/** How a mission ended. `empty`: everything was done, and nothing found that could be said. */
export const missionOutcomes = ['released', 'rolled_back', 'aborted', 'failed', 'empty'] as const
export const MissionOutcome = z.enum(missionOutcomes)
export type MissionOutcome = z.infer<typeof MissionOutcome>
