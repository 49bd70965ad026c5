/** Judges what opens a gate of a mission, and what a person decides there. */
import { fail, ok, type Result } from '../result.ts'
import type { MissionCommand } from './commands.ts'
import type { MissionEvent } from './events.ts'
import { type Gate, isDecisionOf, wantsFeedback } from './gates.ts'
import { isSettled, type Mission, missionLimits } from './state.ts'

type GateCommand = Extract<MissionCommand, { type: 'gate.open' | 'gate.decide' }>

const refuse = (code: string, message: string, hint = 'Look at the mission again; it has moved on.') =>
  fail(`mission.${code}`, message, hint)

/** Whether a mission has come to a gate. */
export function hasComeTo(mission: Mission, gate: Gate): boolean {
  if (mission.openGate !== null || mission.outcome !== null || mission.passed.includes(gate) || !mission.gates.includes(gate)) return false
  const isPlanning = mission.phase === 'PLANNING'
  switch (gate) {
    case 'G1':
      return isPlanning && mission.look !== null && mission.planning === null && mission.plan === null
    case 'G2': {
      // Where the planner brought none, a person says what is to be done.
      const hasFailed = mission.planning === null && mission.planAttempts >= missionLimits.planAttemptsMax
      return isPlanning && mission.look !== null && (mission.plan !== null || hasFailed)
    }
    case 'G3':
      return !isPlanning && mission.shards.every(isSettled) && mission.joined === null
    case 'G4':
      return mission.joined !== null
  }
}

export function decideGate(mission: Mission, command: GateCommand, atMs: number): Result<readonly MissionEvent[]> {
  const { gate } = command
  if (command.type === 'gate.open')
    return hasComeTo(mission, gate)
      ? ok([{ type: 'gate.opened', gate, atMs }])
      : refuse('not_there', `The mission has not come to ${gate}.`)
  const { decision, feedback, commitment, shardIds } = command
  if (mission.openGate?.gate !== gate) return refuse('gate_closed', `The mission does not wait at ${gate}.`)
  if (!isDecisionOf(gate, decision))
    return refuse('wrong_decision', `Nobody can decide ${decision} at ${gate}.`, 'Look at what can be decided there.')
  if (wantsFeedback.has(decision) && feedback === null)
    return refuse('no_feedback', 'It was not said what should be otherwise.', 'Say it in words: they are put before the planner.')
  const decided: MissionEvent = { type: 'gate.decided', gate, decision, feedback, atMs }
  if (decision === 'abort') return ok([decided, { type: 'mission.completed', outcome: 'aborted', atMs }])
  if (gate === 'G2' && decision === 'approve') {
    if (mission.plan === null) return refuse('no_plan', 'There is no plan that could be approved.', 'Revise the mission, or abort it.')
    if (commitment?.value !== mission.plan.body.commitment.value)
      return refuse('other_plan', 'The plan is another than the one that was shown.', 'Look at the plan again before you approve it.')
    const shards = mission.shards.map(({ key }, index) => ({ key, shardId: shardIds[index] ?? '' }))
    if (mission.isPaused) return refuse('paused', 'The mission is paused.', 'Resume it first.')
    return ok([decided, { type: 'mission.committed', revision: mission.revision, shards, atMs }])
  }
  if (gate === 'G4' && decision === 'deploy') {
    if (commitment?.value !== mission.joined?.report.commitment.value)
      return refuse('other_report', 'The report is another than the one that was shown.', 'Look at the report again before you release it.')
    return ok([decided, { type: 'mission.completed', outcome: 'released', atMs }])
  }
  if (gate === 'G4' && decision === 'rollback') return ok([decided, { type: 'mission.completed', outcome: 'rolled_back', atMs }])
  return ok([decided])
}
