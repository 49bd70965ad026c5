/** Makes a run of a shard: with what the shard works from, under the labels of all of it, and for the account whose mission it is. */
import { agentInputLimits, withStandards } from '../domain/agent.ts'
import { assert } from '../domain/assert.ts'
import { joinAll } from '../domain/label.ts'
import { runDepths } from '../domain/mission/delegated-task.ts'
import type { Mission, MissionShard } from '../domain/mission/state.ts'
import { ok, type Result } from '../domain/result.ts'
import { resultOf } from './mission-outcome.ts'
import { budgetOf, forOwner, givenTo, type Known, type MissionParts, wishesOf } from './mission-parts.ts'
import { pinsLike, pinsNow } from './pins-like.ts'
import { taskOf } from './shard-task.ts'
import { startLimits } from './start-run.ts'

export function createShardRuns(parts: MissionParts) {
  const { missions, journal, runs, readBody, clock, pinsOf } = parts
  const fieldsOf = (agent: string) => parts.agents().find(({ name }) => name === agent)?.input ?? []

  /** What it was given by the run that asked for it, and passages in which quotes of the results that it works from were found again. */
  async function evidenceFor(id: string, mission: Mission, shard: MissionShard): Promise<Result<readonly string[]>> {
    const found = new Set<string>(taskOf(mission, shard, readBody)?.passages)
    for (const { key, status, check } of mission.shards) {
      if (!shard.after.includes(key) || status !== 'accepted' || check === null) continue
      const checked = await resultOf(parts, id, runs.get(check.runId))
      if (!checked.ok) return checked
      const { fault, brought } = checked.value
      if (fault === null) for (const { passageId } of brought?.citations ?? []) found.add(passageId)
    }
    return ok([...found].slice(0, agentInputLimits.evidenceMax))
  }

  async function createRun(id: string, { mission, label }: Known, key: string, runId: string): Promise<Result<unknown>> {
    const shard = mission.shards.find((each) => each.key === key)
    assert(shard?.shardId != null, 'a run is started for a shard that is committed')
    const { shardId, agent, tokensMax } = shard
    const held = runs.shard(shardId)
    const budget = held?.budget ?? budgetOf(parts, agent, tokensMax)
    const task = taskOf(mission, shard, readBody)
    const labels = mission.shards
      .filter(({ key: other }) => shard.after.includes(other))
      .flatMap(({ check }) => (check === null ? [] : (runs.get(check.runId)?.label ?? [])))
    const evidence = await evidenceFor(id, mission, shard)
    if (!evidence.ok) return evidence
    // While quotes were looked up, a person may have paused or ended it: nothing begins then.
    const { state } = missions.read(id)
    if (state.phase === 'absent' || state.isPaused || state.outcome !== null) return ok(null)
    const attempts = runs.attemptsOf(shardId)
    const attempt = attempts.length + 1
    const depth = shard.byRunId === null ? runDepths.planned : runDepths.delegated
    const first = journal.read(attempts[0]?.id ?? '').state
    // Another attempt is led by the same words: what is different is what people said.
    const pins = first.status === 'absent' ? pinsNow(agent, pinsOf) : pinsLike(first, 'same', pinsOf)
    if (!pins.ok) return pins
    const begun = journal.send(
      runId,
      (put) => {
        const input = put(
          givenTo(parts, task?.title ?? key, withStandards(fieldsOf(agent), task?.input ?? {}), {
            evidence: [...evidence.value],
            wishes: attempt === 1 ? [] : [...wishesOf(parts, mission)],
          }),
        )
        const intent = { id: shardId, agent, task: agent, input: input.body, ...startLimits, budget, requirements: [], label }
        if (held === null) runs.createShard({ ...intent, at: clock(), by: forOwner(parts, id).account })
        const about = { shardId, agent, attempt, conversationId: null, input, budget, depth, forkedFrom: null, requirements: [] }
        return [
          { type: 'run.create', ...about, ...pins.value.words(put), writeDomain: id },
          { type: 'run.queue', reason: 'scheduler' },
        ]
      },
      forOwner(parts, id),
      joinAll([label, ...labels, pins.value.label]),
    )
    parts.wake()
    return begun
  }

  return { createRun }
}
