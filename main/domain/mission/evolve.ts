/** What a mission is after one more event. Believes its events: one that cannot follow is corruption, and stops the program. */
import { assert } from '../assert.ts'
import { withdrawn } from './delegated-task.ts'
import type { MissionEvent, ProposedShard } from './events.ts'
import { type Mission, type MissionShard, type MissionState, missionLimits, type ShardRun } from './state.ts'

function withShard(mission: Mission, key: string, change: (shard: MissionShard) => Partial<MissionShard>): Mission {
  const index = mission.shards.findIndex((shard) => shard.key === key)
  const shard = mission.shards[index]
  assert(shard !== undefined, `the log names an unknown shard ${key}`)
  return { ...mission, shards: mission.shards.with(index, { ...shard, ...change(shard) }) }
}

/** Fails once more than it may, it is over; before that it waits for its next run. */
const afterRun = (runs: readonly ShardRun[]): MissionShard['status'] => {
  const last = runs.at(-1)
  if (last?.outcome === 'complete') return 'ended'
  return last?.outcome === 'failed' && runs.length < missionLimits.attemptsMax ? 'waiting' : 'failed'
}

const newShard: Omit<MissionShard, keyof ProposedShard> = {
  ...{ shardId: null, task: null, byRunId: null, byStepId: null },
  ...{ status: 'waiting', runs: [], check: null, skippedFor: null },
}

/** What a decision at a gate leaves to be done again. */
function afterDecision(mission: Mission, event: Extract<MissionEvent, { type: 'gate.decided' }>): Mission {
  const { gate, decision, feedback } = event
  const heard = feedback === null ? mission.feedback : [...mission.feedback, feedback].slice(-missionLimits.feedbackMax)
  if (decision === 'hold') {
    assert(mission.openGate !== null, 'the log decides at a gate that is not open')
    return { ...mission, openGate: { ...mission.openGate, isHeld: true } }
  }
  const passed = { ...mission, openGate: null, feedback: heard }
  if (decision === 'revise' || decision === 'redirect') {
    const isPassed = decision === 'redirect' ? { passed: [...mission.passed, gate] } : {}
    return { ...passed, ...isPassed, plan: null, shards: [], planAttempts: 0, refused: [] }
  }
  if (decision === 'fix') {
    const again = passed.shards.map((shard) =>
      // What a person took back stays so.
      shard.status === 'accepted' || shard.skippedFor === withdrawn
        ? shard
        : { ...shard, status: 'waiting' as const, check: null, skippedFor: null },
    )
    return { ...passed, shards: again }
  }
  return { ...passed, passed: [...mission.passed, gate] }
}

function evolveExisting(mission: Mission, event: Exclude<MissionEvent, { type: 'mission.created' }>): Mission {
  switch (event.type) {
    case 'mission.looked':
      return { ...mission, look: { body: event.look, passages: event.passages } }
    case 'mission.plan_started':
      return { ...mission, planning: { runId: event.runId }, planAttempts: event.attempt }
    case 'mission.plan_proposed': {
      const { revision, plan: body, verdict, runId } = event
      const shards = event.shards.map((shard) => ({ ...newShard, ...shard }))
      return { ...mission, planning: null, refused: [], revision, plan: { body, verdict, runId }, shards }
    }
    case 'mission.plan_refused':
      return { ...mission, planning: null, refused: event.faults }
    case 'gate.opened':
      return { ...mission, openGate: { gate: event.gate, openedAtMs: event.atMs, isHeld: false } }
    case 'gate.decided':
      return afterDecision(mission, event)
    case 'mission.committed': {
      const ids = new Map(event.shards.map(({ key, shardId }) => [key, shardId]))
      const shards = mission.shards.map((shard) => ({ ...shard, shardId: ids.get(shard.key) ?? null }))
      return { ...mission, phase: 'COMMITTED', shards }
    }
    case 'mission.shard_added': {
      const { key, agent, after, tokensMax, shardId, task, byRunId, byStepId } = event
      const shard = { ...newShard, key, agent, after, tokensMax, shardId, task, byRunId, byStepId }
      return { ...mission, shards: [...mission.shards, shard] }
    }
    case 'mission.run_started': {
      const { key, runId, attempt } = event
      const started = withShard(mission, key, ({ runs }) => ({
        status: 'running',
        runs: [...runs, { runId, attempt, outcome: null, code: null }],
      }))
      return { ...started, phase: 'EXECUTING' }
    }
    case 'mission.run_ended':
      return withShard(mission, event.key, (shard) => {
        const { runId, outcome, code } = event
        const runs = shard.runs.map((run) => (run.runId === runId ? { ...run, outcome, code } : run))
        return { runs, status: afterRun(runs) }
      })
    case 'mission.result_checked': {
      const { key, runId, fault, counts } = event
      return withShard(mission, key, () => ({ check: { runId, fault, counts }, status: fault === null ? 'accepted' : 'refused' }))
    }
    case 'mission.shard_skipped':
      return withShard(mission, event.key, () => ({ status: 'skipped', skippedFor: event.code ?? null }))
    case 'mission.joined':
      return { ...mission, joined: { report: event.report, counts: event.counts } }
    case 'mission.paused':
      return { ...mission, isPaused: true }
    case 'mission.resumed':
      return { ...mission, isPaused: false }
    case 'mission.completed':
      return { ...mission, phase: 'COMPLETED', outcome: event.outcome, openGate: null }
    case 'board.decided':
      return mission
    case 'board.directed':
      return { ...mission, directives: { ...mission.directives, [event.name]: event.revision } }
  }
}

export function evolveMission(state: MissionState, event: MissionEvent): MissionState {
  if (event.type === 'mission.created') {
    assert(state.phase === 'absent', 'the log creates a mission twice')
    const { goal, gates, tokensMax, atMs } = event
    return {
      ...{
        phase: 'PLANNING',
        goal,
        gates,
        tokensMax,
        passed: [],
        openGate: null,
        look: null,
        planning: null,
        planAttempts: 0,
        refused: [],
      },
      ...{ revision: 0, plan: null, feedback: [], shards: [], joined: null, isPaused: false, outcome: null, directives: {} },
      ...{ createdAtMs: atMs, movedAtMs: atMs },
    }
  }
  assert(state.phase !== 'absent', 'the log tells of a mission that was not created')
  return { ...evolveExisting(state, event), movedAtMs: event.atMs }
}
