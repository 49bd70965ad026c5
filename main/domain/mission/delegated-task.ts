/**
 * A task that a run of a mission asks for while it works: what may be asked, by whom and how often, and when a person decides about it,
 * because nobody saw it when the plan was committed. Pure.
 */
import * as z from 'zod'
import { type GateVerdict, gateNeeds } from '../gate-policy.ts'
import { PassageId } from '../ids.ts'
import { fail, type Result } from '../result.ts'
import type { PlannableAgent } from './check-plan.ts'
import { PlannedShard, planLimits } from './plan.ts'
import type { Mission, MissionShard } from './state.ts'
import { type TokensUsed, tokensCommitted, tokensTaken } from './sums.ts'

export const delegationLimits = {
  perMissionMax: 16,
  perRunMax: 3,
  passagesMax: 16,
  /** With less than this an agent comes to no draft. */
  tokensMin: 10_000,
} as const

/** Why a shard is left out whose call a person took back. */
export const withdrawn = 'mission.withdrawn'

/** How deep a run of a mission lies: what a plan says, and what a run asked for. Below that nobody asks for more. */
export const runDepths = { planned: 1, delegated: 2 } as const

export const DelegatedTask = z.strictObject({
  agent: PlannedShard.shape.agent,
  title: PlannedShard.shape.title,
  input: PlannedShard.shape.input,
  /** That it works from, besides what it finds. */
  passages: z.array(PassageId).max(delegationLimits.passagesMax).default([]),
  /** What it may spend; null = what its agent may, as far as that is left. */
  tokensMax: z.int().min(1).nullable().default(null),
})
export type DelegatedTask = z.infer<typeof DelegatedTask>

const refuse = (code: string, message: string): Result<never> => fail(`mission.${code}`, message, 'Go on without it.')

/** The shard that a run is at work on. */
const shardUnderWay = ({ shards }: Mission, runId: string): MissionShard | undefined =>
  shards.find(({ status, runs }) => status === 'running' && runs.at(-1)?.runId === runId)

/** Why a run may not ask for a task, whatever the task is; null = it may. */
export function refuseToAsk(mission: Mission, runId: string): Result<never> | null {
  if (mission.phase !== 'EXECUTING') return refuse('not_executing', 'Only a mission under way takes one more task.')
  const shard = shardUnderWay(mission, runId)
  if (shard === undefined) return refuse('not_its_run', 'Only a run that works for the mission now may ask for a task.')
  if (shard.byRunId !== null) return refuse('delegated_itself', 'A task that was asked for by a run asks for no more.')
  const asked = mission.shards.filter(({ byRunId }) => byRunId !== null)
  if (asked.filter(({ byRunId }) => byRunId === runId).length >= delegationLimits.perRunMax)
    return refuse('asked_often', `A run may ask for ${delegationLimits.perRunMax} tasks.`)
  if (asked.length >= delegationLimits.perMissionMax || mission.shards.length >= planLimits.shardsMax)
    return refuse('too_many_shards', `The runs of a mission may ask for ${delegationLimits.perMissionMax} tasks.`)
  return null
}

/** What is left for one more shard: of the plan that a person committed, and of the mission. */
export function tokensLeft(mission: Mission, used: TokensUsed): { readonly plan: number; readonly mission: number } {
  const taken = tokensTaken(mission, used)
  return { plan: Math.max(0, tokensCommitted(mission) - taken), mission: Math.max(0, mission.tokensMax - taken) }
}

/** What it is given where it did not say: what its agent may spend, less where that keeps it within the plan or the mission. */
export function shareOf(agentTokens: number, left: ReturnType<typeof tokensLeft>): number {
  const least = Math.min(agentTokens, delegationLimits.tokensMin)
  return Math.min(agentTokens, left.plan >= least ? left.plan : Math.max(left.mission, least))
}

/**
 * Whether it goes beyond what a person committed at G2: all shards together could spend more than those of the plan, or with it the plan
 * would have wanted a person more than it did.
 */
export const isBeyondPlan = (
  mission: Mission,
  { tokensMax, verdict }: { readonly tokensMax: number; readonly verdict: GateVerdict },
  used: TokensUsed,
): boolean =>
  tokensMax > tokensLeft(mission, used).plan ||
  gateNeeds.indexOf(verdict.need) > gateNeeds.indexOf(mission.plan?.verdict.need ?? 'optional')

const textFields = ({ input }: PlannableAgent) => {
  const required = input.filter(({ isRequired }) => isRequired)
  return required.length > 0 ? required : input.filter(({ kind }) => kind === 'text')
}

/** Those to whom a model can say what they are to do. */
export const givable = <T extends PlannableAgent>(agents: readonly T[]): readonly T[] =>
  agents.filter((agent) => textFields(agent).length > 0)

/** The form in which a model asks for a task: one of these agents with the fields that it needs, and no spending of its own. */
export const delegatedForm = (agents: readonly PlannableAgent[], charsMax: { readonly title: number; readonly field: number }) =>
  z.union(
    givable(agents).map((agent) => {
      const fields = textFields(agent).map(({ name, charsMax: most }) => [name, z.string().min(1).max(Math.min(most, charsMax.field))])
      const title = z.string().min(1).max(charsMax.title)
      return z.strictObject({ agent: z.literal(agent.name), title, input: z.strictObject(Object.fromEntries(fields)) })
    }),
  )
