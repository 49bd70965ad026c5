/** Judges commands of a mission: what happens, as events, or why not. Pure; time and ids arrive as data. */
import type { Issuer } from '../actor.ts'
import { fail, ok, type Result } from '../result.ts'
import { type MissionCommand, mayIssueOfMission } from './commands.ts'
import { decideGate } from './decide-gate.ts'
import { isBeyondPlan, refuseToAsk, tokensLeft } from './delegated-task.ts'
import type { MissionEvent } from './events.ts'
import { isSettled, type Mission, type MissionState, missionLimits } from './state.ts'

export type MissionDecision = Result<readonly MissionEvent[]>

const refuse = (code: string, message: string, hint = 'Look at the mission again; it has moved on.'): MissionDecision =>
  fail(`mission.${code}`, message, hint)

const shardOf = (mission: Mission, key: string) => mission.shards.find((shard) => shard.key === key)

const proposed = (
  { revision }: Mission,
  { plan, shards, verdict }: Extract<MissionCommand, { type: 'mission.propose' | 'mission.put_plan' }>,
  runId: string | null,
  atMs: number,
): MissionEvent => ({
  ...{ type: 'mission.plan_proposed', runId, revision: revision + 1, plan, verdict, atMs },
  shards: shards.map(({ key, agent, after, tokensMax }) => ({ key, agent, after: [...after], tokensMax })),
})

type Existing = Exclude<MissionCommand, { type: 'mission.create' }>

function decidePlanning(
  mission: Mission,
  command: Extract<
    Existing,
    { type: 'mission.look' | 'mission.start_plan' | 'mission.propose' | 'mission.put_plan' | 'mission.refuse_plan' }
  >,
  atMs: number,
): MissionDecision {
  if (mission.phase !== 'PLANNING') return refuse('committed', 'The plan of this mission is committed.')
  switch (command.type) {
    case 'mission.look':
      if (mission.look !== null) return refuse('looked', 'The holdings were looked at already.')
      return ok([{ ...command, type: 'mission.looked', atMs }])
    case 'mission.start_plan':
      if (mission.planning !== null || mission.plan !== null) return refuse('planned', 'There is a plan, or a planner at work on one.')
      if (mission.planAttempts >= missionLimits.planAttemptsMax) return refuse('plan_attempts', 'The planner was asked often enough.')
      return ok([{ type: 'mission.plan_started', runId: command.runId, attempt: mission.planAttempts + 1, atMs }])
    case 'mission.propose':
    case 'mission.refuse_plan': {
      if (mission.planning?.runId !== command.runId) return refuse('other_planner', 'This is not the planner that is at work.')
      if (command.type === 'mission.refuse_plan') {
        const { runId, faults } = command
        return ok([{ type: 'mission.plan_refused', runId, faults: [...faults], atMs }])
      }
      return ok([proposed(mission, command, command.runId, atMs)])
    }
    case 'mission.put_plan': {
      const isFirst = mission.look === null && mission.revision === 0
      if (isFirst && mission.gates.includes('G1'))
        return refuse('plan_at_g1', 'The mission stops at G1, where nothing is planned yet.', 'Decide there first.')
      if (!isFirst && mission.openGate?.gate !== 'G2') return refuse('gate_closed', 'The mission does not wait at G2.')
      if (!isFirst && command.instead?.value !== mission.plan?.body.commitment.value)
        return refuse('other_plan', 'The plan is another than the one that was changed.', 'Look at the plan again before you change it.')
      return ok([proposed(mission, command, null, atMs)])
    }
  }
}

function decideShard(mission: Mission, command: Extract<Existing, { key: string }>, atMs: number): MissionDecision {
  const shard = shardOf(mission, command.key)
  if (shard === undefined) return refuse('unknown_shard', 'The mission has no such shard.')
  switch (command.type) {
    case 'mission.start_run': {
      if (mission.phase === 'PLANNING') return refuse('not_committed', 'Nobody has committed this plan.', 'Approve the plan at G2 first.')
      if (mission.isPaused || mission.openGate !== null) return refuse('waits', 'The mission waits for a person.')
      if (shard.status !== 'waiting') return refuse('shard_begun', 'This shard is under way, or over.')
      const after = shard.after.map((key) => shardOf(mission, key))
      if (!after.every((each) => each !== undefined && isSettled(each)))
        return refuse('shard_waits', 'What this shard works from is not there yet.')
      const { key, runId } = command
      return ok([{ type: 'mission.run_started', key, runId, attempt: shard.runs.length + 1, atMs }])
    }
    case 'mission.end_run': {
      const { key, runId, outcome, code } = command
      if (shard.runs.at(-1)?.runId !== runId || shard.status !== 'running')
        return refuse('other_run', 'This run is not the one that is under way.')
      return ok([{ type: 'mission.run_ended', key, runId, outcome, code, atMs }])
    }
    case 'mission.check': {
      const { key, runId, fault, counts } = command
      if (shard.status !== 'ended' || shard.runs.at(-1)?.runId !== runId) return refuse('not_ended', 'There is no result to check.')
      return ok([{ type: 'mission.result_checked', key, runId, fault, counts, atMs }])
    }
    case 'mission.skip':
      if (shard.status !== 'waiting') return refuse('shard_begun', 'This shard is under way, or over.')
      return ok([{ type: 'mission.shard_skipped', key: command.key, code: command.code, atMs }])
  }
}

/** Nobody committed it at G2, so it stays within what was committed there, or a person has let this very call be made. */
function decideAddedShard(mission: Mission, command: Extract<Existing, { type: 'mission.add_shard' }>, atMs: number): MissionDecision {
  const { shard, shardId, task, byRunId, byStepId, verdict, isApproved, used } = command
  const { key, agent, after, tokensMax } = shard
  const refused = refuseToAsk(mission, byRunId)
  if (refused !== null) return refused
  if (shardOf(mission, key) !== undefined) return refuse('shard_exists', 'There is a shard of this key.')
  if (after.some((other) => shardOf(mission, other) === undefined))
    return refuse('unknown_shard', 'It waits for a shard that is not there.')
  if (tokensMax > tokensLeft(mission, used).mission) return refuse('over_budget', 'It may spend more than the mission has left.')
  if (!isApproved && isBeyondPlan(mission, { tokensMax, verdict }, used))
    return refuse('beyond_plan', 'It goes beyond the plan that was committed, and nobody approved it.', 'Ask a person.')
  return ok([{ type: 'mission.shard_added', key, agent, after: [...after], tokensMax, shardId, task, byRunId, byStepId, atMs }])
}

function decideExisting(mission: Mission, command: Existing, atMs: number): MissionDecision {
  // What was under way when it ended is still told to its end, and what it taught is known only then.
  const isAfter = command.type === 'mission.end_run' || (command.type === 'board.decide' && command.kind === 'lesson')
  if (mission.outcome !== null && !isAfter) return refuse('ended', `The mission is over: ${mission.outcome}.`, 'Start a new one.')
  switch (command.type) {
    case 'mission.look':
    case 'mission.start_plan':
    case 'mission.propose':
    case 'mission.put_plan':
    case 'mission.refuse_plan':
      return decidePlanning(mission, command, atMs)
    case 'gate.open':
    case 'gate.decide':
      return decideGate(mission, command, atMs)
    case 'mission.start_run':
    case 'mission.end_run':
    case 'mission.check':
    case 'mission.skip':
      return decideShard(mission, command, atMs)
    case 'mission.add_shard':
      return decideAddedShard(mission, command, atMs)
    case 'mission.join': {
      if (mission.phase === 'PLANNING' || !mission.shards.every(isSettled)) return refuse('not_done', 'Not every shard is over.')
      if (mission.joined !== null) return refuse('joined', 'The results are joined already.')
      const { report, counts } = command
      const joined: MissionEvent = { type: 'mission.joined', report, counts, atMs }
      if (counts.supported > 0) return ok([joined])
      const outcome = mission.shards.some(({ status }) => status === 'accepted') ? 'empty' : 'failed'
      return ok([joined, { type: 'mission.completed', outcome, atMs }])
    }
    case 'mission.pause':
      return mission.isPaused ? refuse('paused', 'The mission is paused already.') : ok([{ type: 'mission.paused', atMs }])
    case 'mission.resume':
      return mission.isPaused ? ok([{ type: 'mission.resumed', atMs }]) : refuse('not_paused', 'The mission is not paused.')
    case 'mission.abort':
      return ok([{ type: 'mission.completed', outcome: 'aborted', atMs }])
    case 'board.decide':
      return ok([{ ...command, type: 'board.decided', atMs }])
    case 'board.direct': {
      const { name, author, content } = command
      return ok([{ type: 'board.directed', name, revision: (mission.directives[name] ?? 0) + 1, author, content, atMs }])
    }
  }
}

/** What the command does at `atMs`, or why it does nothing. */
export function decideMission(state: MissionState, command: MissionCommand, issuer: Issuer, atMs: number): MissionDecision {
  if (!mayIssueOfMission[command.type].includes(issuer))
    return refuse('not_permitted', `A ${issuer} may not send ${command.type}.`, 'Only a person can decide this.')
  if (command.type === 'mission.create') {
    if (state.phase !== 'absent') return refuse('exists', 'The mission exists already.')
    const { goal, gates, tokensMax } = command
    if (tokensMax > missionLimits.tokensMax)
      return refuse('over_budget', `A mission may spend ${missionLimits.tokensMax} tokens at most.`, 'Ask for less.')
    return ok([{ type: 'mission.created', goal, gates: [...gates], tokensMax, atMs }])
  }
  if (state.phase === 'absent') return refuse('absent', 'There is no such mission.', 'List the missions to see what there is.')
  return decideExisting(state, command, atMs)
}
