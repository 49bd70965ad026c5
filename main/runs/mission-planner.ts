/** Has a plan made for a mission, and takes it or refuses it. It commits none. */
import { mergeBudget } from '../domain/budget.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { checkPlan, explainPlanFault, proposedShards } from '../domain/mission/check-plan.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import { planRunFailed } from '../domain/mission/events.ts'
import { findAmong, namesShown } from '../domain/mission/plan-documents.ts'
import { plannable } from '../domain/mission/plan-draft.ts'
import type { Result } from '../domain/result.ts'
import { documentsLooked } from './mission-documents.ts'
import { budgetOf, forOwner, givenTo, type Known, type MissionParts, runtime, wishesOf } from './mission-parts.ts'
import { startRun } from './start-run.ts'

export const plannerName = 'plan'

const limits = { documentsCharsMax: 2_000 } as const

export function createMissionPlanner(parts: MissionParts) {
  const { missions, journal, runs, readBody, agents, newId, clock, pinsOf } = parts

  const documentsOf = (id: string, { mission, label }: Known) =>
    documentsLooked(mission, label, readBody, (documentId) => parts.heldDocument(parts.ownerOf(id), documentId))

  function createPlanner(id: string, known: Known, runId: string): Result<unknown> {
    const { mission, label } = known
    const goal = readBody(mission.goal.body) ?? ''
    const faults = mission.refused.flatMap(({ code, at }) => (code === planRunFailed ? [] : [`${at} ${explainPlanFault[code]}`]))
    const names = namesShown(documentsOf(id, known), limits.documentsCharsMax)
    const documents = names.length === 0 ? {} : { documents: names.join('\n') }
    const input = givenTo(parts, goal, { goal, ...documents }, { wishes: [...wishesOf(parts, mission)], faults })
    const usual = budgetOf(parts, plannerName)
    const left = Math.max(0, mission.tokensMax - parts.tokensUsedBy(id))
    const budget = mergeBudget(usual, { tokensMax: Math.min(usual.tokensMax, left) })
    const about = { runId, agent: plannerName, task: plannerName, input, label, conversationId: null, budget }
    const started = startRun({ journal, createShard: runs.createShard, newId, clock, pinsOf }, about, forOwner(parts, id))
    parts.wake()
    return started
  }

  function readPlan(id: string, found: Known, runId: string, outcome: string): Result<unknown> {
    const row = runs.get(runId)
    const refuse = (faults: Extract<MissionCommand, { type: 'mission.refuse_plan' }>['faults']) =>
      missions.send(id, () => [{ type: 'mission.refuse_plan', runId, faults }], runtime, row?.label)
    const text = outcome === 'complete' && row?.result != null ? readBody(row.result) : null
    if (text === null) return refuse([{ code: planRunFailed, at: '' }])
    const proposed = readJson(text)
    const shards = typeof proposed === 'object' && proposed !== null && 'shards' in proposed ? proposed.shards : undefined
    const known = plannable(agents(row?.label))
    // Its planner spent from the same limit.
    const tokensMax = found.mission.tokensMax - parts.tokensUsedBy(id)
    const { plan, faults } = checkPlan({ shards }, known, tokensMax, { find: findAmong(documentsOf(id, found)) })
    if (plan === null) return refuse(faults)
    const propose = { type: 'mission.propose', runId, shards: proposedShards(plan, known), verdict: parts.judge(plan) } as const
    return missions.send(id, (put) => [{ ...propose, plan: put(canonicalJson(plan)) }], runtime, row?.label)
  }

  return { createPlanner, readPlan }
}
