/** `holdfast mission plan|replan`: a plan as a file that a person changes, and its way back before G2. */
import { readFile } from 'node:fs/promises'
import type { CommandOutput } from '../contract/cli.ts'
import type { MissionDetail } from '../contract/missions.ts'
import { tellFaults } from '../domain/mission/check-plan.ts'
import { planLimits, planToChange } from '../domain/mission/plan.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { fromInvocation } from '../platform/paths.ts'
import type { CommandCore } from './core.ts'
import { describeMissionLines } from './missions.ts'
import type { Spoken } from './output.ts'

const limits = { fileCharsMax: 2 * 1024 * 1024 } as const

const unreadable = fail('cli.unreadable', 'The file cannot be read.', 'Name a file that is there.')
const noPlanFile = fail(
  'cli.no_plan',
  'The file holds no plan.',
  `Give JSON with a list of up to ${planLimits.shardsMax} shards, as holdfast mission plan prints it.`,
)
const noPlan = fail('mission.no_plan', 'The mission has no plan yet.', 'Look where it is: holdfast mission show.')

/** As it lies in a file; what is wrong with its shards, the core says. */
export async function readPlanFile(path: string): Promise<Result<{ readonly shards: unknown[] }>> {
  let text: string
  try {
    text = await readFile(fromInvocation(path), 'utf8')
  } catch {
    return unreadable
  }
  if (text.length > limits.fileCharsMax) return noPlanFile
  try {
    const given: unknown = JSON.parse(text)
    const shards = typeof given === 'object' && given !== null && 'shards' in given ? given.shards : null
    return Array.isArray(shards) && shards.length <= planLimits.shardsMax ? ok({ shards }) : noPlanFile
  } catch {
    return noPlanFile
  }
}

/** The plan as it stands, to be changed. */
export async function missionPlan(core: CommandCore, missionId: string): Promise<Result<Spoken<CommandOutput<'mission plan'>>>> {
  const found = await core.call('missions.get', { missionId })
  if (!found.ok) return found
  if (found.value.plan === null) return noPlan
  const plan = planToChange(found.value.shardList)
  return ok({ value: plan, lines: JSON.stringify(plan, null, 2).split('\n') })
}

/** Puts a changed plan, or one of one's own, in the place of what waits at G2. */
export async function missionReplan(core: CommandCore, missionId: string, path: string): Promise<Result<Spoken<MissionDetail>>> {
  const plan = await readPlanFile(path)
  if (!plan.ok) return plan
  const shown = await core.call('missions.get', { missionId })
  if (!shown.ok) return shown
  const commitment = shown.value.plan?.commitment
  const put = await core.call('missions.plan', { missionId, plan: plan.value, ...(commitment === undefined ? {} : { commitment }) })
  if (!put.ok) return put
  const { mission, faults } = put.value
  if (mission === null)
    return fail('mission.plan_faults', `The plan was not taken; it has faults: ${tellFaults(faults)}.`, 'Mend it and put it again.')
  return ok({ value: mission, lines: describeMissionLines(mission) })
}
