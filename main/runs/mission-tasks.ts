/** Does one thing for a mission: what is meant is on record before it is done, and doing it again after a crash changes nothing. */
import type { MissionTask } from '../domain/mission/next.ts'
import { ok, type Result } from '../domain/result.ts'
import { createMissionOutcome } from './mission-outcome.ts'
import { type Known, type MissionParts, runtime, scheduler } from './mission-parts.ts'
import { createMissionPlanner } from './mission-planner.ts'
import { createShardRuns } from './shard-run.ts'

export function createMissionTasks(parts: MissionParts) {
  const { missions, journal, runs, readBody, newId } = parts
  const { createPlanner, readPlan } = createMissionPlanner(parts)
  const { createRun } = createShardRuns(parts)
  const { takeResult, join } = createMissionOutcome(parts)

  return async function perform(id: string, known: Known, task: MissionTask): Promise<Result<unknown>> {
    switch (task.do) {
      case 'look': {
        const looked = await parts.look(readBody(known.mission.goal.body) ?? '', parts.ownerOf(id), known.label)
        if (!looked.ok) return looked
        const { text, passages, documents } = looked.value
        return missions.send(id, (put) => [{ type: 'mission.look', look: put(text), passages, documents }], runtime)
      }
      case 'start_plan':
        return missions.send(id, () => [{ type: 'mission.start_plan', runId: newId('run') }], scheduler)
      case 'create_planner':
        return createPlanner(id, known, task.runId)
      case 'read_plan':
        return readPlan(id, known, task.runId, task.outcome)
      case 'open_gate':
        return missions.send(id, () => [{ type: 'gate.open', gate: task.gate }], scheduler)
      case 'start_runs':
        return missions.send(id, () => task.keys.map((key) => ({ type: 'mission.start_run', key, runId: newId('run') })), scheduler)
      case 'create_run':
        return createRun(id, known, task.key, task.runId)
      case 'cancel_run': {
        const cancelled = journal.send(task.runId, () => [{ type: 'run.cancel', reason: 'user_request' }], scheduler)
        parts.interrupt(task.runId)
        return cancelled.ok ? cancelled : ok(null)
      }
      case 'end_run': {
        const row = runs.get(task.runId)
        const { key, runId, outcome } = task
        return missions.send(
          id,
          () => [{ type: 'mission.end_run', key, runId, outcome, code: row?.failure ?? null }],
          scheduler,
          row?.label,
        )
      }
      case 'take_result':
        return takeResult(id, known, task.key, task.runId)
      case 'skip':
        return missions.send(id, () => [{ type: 'mission.skip', key: task.key, code: task.code }], scheduler)
      case 'join':
        return join(id, known)
    }
  }
}
