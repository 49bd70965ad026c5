/** Has a plan made for a mission, and takes it or refuses it. It commits none. */
import * as z from 'zod'
import { mergeBudget } from '../domain/budget.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { checkPlan, explainPlanFault, tokensOf } from '../domain/mission/check-plan.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import { planRunFailed } from '../domain/mission/events.ts'
import { plannable } from '../domain/mission/plan-draft.ts'
import type { Result } from '../domain/result.ts'
import { budgetOf, forOwner, givenTo, type Known, type MissionParts, runtime, wishesOf } from './mission-parts.ts'
import { startRun } from './start-run.ts'

export const plannerName = 'plan'

const limits = { documentsCharsMax: 2_000 } as const

/** What a first look at the holdings leaves. */
export const Looked = z.object({ documents: z.array(z.object({ documentId: z.string(), file: z.string(), passages: z.number() })) })

export function createMissionPlanner(parts: MissionParts) {
  const { missions, journal, runs, readBody, agents, newId, clock, pinsOf } = parts

  function createPlanner(id: string, { mission, label }: Known, runId: string): Result<unknown> {
    const { look } = mission
    const goal = readBody(mission.goal.body) ?? ''
    const faults = mission.refused.flatMap(({ code, at }) => (code === planRunFailed ? [] : [`${at} ${explainPlanFault[code]}`]))
    const files =
      look === null ? [] : (Looked.safeParse(readJson(readBody(look.body.body) ?? '')).data?.documents ?? []).map(({ file }) => file)
    const documents = files.length === 0 ? {} : { documents: files.join('\n').slice(0, limits.documentsCharsMax) }
    const input = givenTo(parts, goal, { goal, ...documents }, { wishes: [...wishesOf(parts, mission)], faults })
    const usual = budgetOf(parts, plannerName)
    const left = Math.max(0, mission.tokensMax - parts.tokensUsedBy(id))
    const budget = mergeBudget(usual, { tokensMax: Math.min(usual.tokensMax, left) })
    const about = { runId, agent: plannerName, task: plannerName, input, label, conversationId: null, budget }
    const started = startRun({ journal, createShard: runs.createShard, newId, clock, pinsOf }, about, forOwner(parts, id))
    parts.wake()
    return started
  }

  function readPlan(id: string, { mission }: Known, runId: string, outcome: string): Result<unknown> {
    const row = runs.get(runId)
    const refuse = (faults: Extract<MissionCommand, { type: 'mission.refuse_plan' }>['faults']) =>
      missions.send(id, () => [{ type: 'mission.refuse_plan', runId, faults }], runtime, row?.label)
    const text = outcome === 'complete' && row?.result != null ? readBody(row.result) : null
    if (text === null) return refuse([{ code: planRunFailed, at: '' }])
    const proposed = readJson(text)
    const shards = typeof proposed === 'object' && proposed !== null && 'shards' in proposed ? proposed.shards : undefined
    const known = plannable(agents(row?.label))
    // Its planner spent from the same limit.
    const { plan, faults } = checkPlan({ shards }, known, mission.tokensMax - parts.tokensUsedBy(id))
    if (plan === null) return refuse(faults)
    const verdict = parts.judge(plan)
    const about = plan.shards.map(({ key, agent, after, budget }) => ({
      key,
      agent,
      after,
      tokensMax: tokensOf({ agent, ...(budget === undefined ? {} : { budget }) }, known),
    }))
    return missions.send(
      id,
      (put) => [{ type: 'mission.propose', runId, plan: put(canonicalJson(plan)), shards: about, verdict }],
      runtime,
      row?.label,
    )
  }

  return { createPlanner, readPlan }
}
