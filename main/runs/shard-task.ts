/** What a shard is to do. Reads only. */
import { readJson } from '../domain/canonical-json.ts'
import { DelegatedTask } from '../domain/mission/delegated-task.ts'
import { MissionPlan } from '../domain/mission/plan.ts'
import type { Mission, MissionShard } from '../domain/mission/state.ts'
import type { MissionParts } from './mission-parts.ts'

const planOf = (mission: Mission, readBody: MissionParts['readBody']): MissionPlan | null => {
  const text = mission.plan === null ? null : readBody(mission.plan.body.body)
  return text === null ? null : (MissionPlan.safeParse(readJson(text)).data ?? null)
}

/** What a shard is to do, from the plan or from the run that asked for it; null after a purge. */
export function taskOf(
  mission: Mission,
  shard: MissionShard,
  readBody: MissionParts['readBody'],
): Pick<DelegatedTask, 'title' | 'input' | 'passages'> | null {
  if (shard.task !== null) return DelegatedTask.safeParse(readJson(readBody(shard.task.body) ?? '')).data ?? null
  const planned = planOf(mission, readBody)?.shards.find(({ key }) => key === shard.key)
  return planned === undefined ? null : { ...planned, passages: [] }
}
