/**
 * Puts a task that a run asks for before the mission that it works for: judged as a shard of a plan is, under the label of whoever asks,
 * and on record once for each call. It starts nothing: the mission's driver does, in its turn.
 */
import type { AgentDefinition } from '../domain/agent.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { GateVerdict } from '../domain/gate-policy.ts'
import type { Label } from '../domain/label.ts'
import { checkPlan, explainPlanFault, tokensOf } from '../domain/mission/check-plan.ts'
import { type DelegatedTask, isBeyondPlan, refuseToAsk, shareOf, tokensLeft, withdrawn } from '../domain/mission/delegated-task.ts'
import type { ProposedShard } from '../domain/mission/events.ts'
import { findAmong } from '../domain/mission/plan-documents.ts'
import { plannable } from '../domain/mission/plan-draft.ts'
import type { Mission } from '../domain/mission/state.ts'
import type { TokensUsed } from '../domain/mission/sums.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Delegation } from '../tools/delegation.ts'
import type { Journal } from './journal.ts'
import { documentsLooked } from './mission-documents.ts'
import { type MissionParts, runtime, scheduler } from './mission-parts.ts'
import { taskOf } from './shard-task.ts'

export interface DelegationParts
  extends Pick<MissionParts, 'missions' | 'readBody' | 'agents' | 'tokensUsedBy' | 'judge' | 'newId' | 'ownerOf' | 'heldDocument'> {
  readonly journal: Pick<Journal, 'read'>
  readonly runs: Pick<MissionParts['runs'], 'get'>
  readonly missionOf: (runId: string) => string | null
  /** Something of this mission moved. */
  readonly moved: (missionId: string) => void
}

const noMission = fail(
  'mission.none',
  'This run works for no mission, and only there another agent can be given a task.',
  'Go on without it, or start a mission.',
)
const sameTask = fail('mission.same_task', 'The mission has this very task already.', 'Go on without it.')

interface Judged {
  /** As it was asked for, with its documents by their ids. */
  readonly task: DelegatedTask
  readonly shard: ProposedShard
  readonly verdict: GateVerdict
  readonly used: TokensUsed
  readonly tokensAtMost: number
  readonly needsPerson: boolean
}

/** `d1`, `d2` and so on, whatever the plan's own keys are. */
function freeKey(keys: readonly string[]): string {
  let n = 1
  while (keys.includes(`d${n}`)) n += 1
  return `d${n}`
}

export function createDelegations(parts: DelegationParts): (runId: string) => Delegation {
  const { missions, journal, runs, readBody, agents, newId } = parts

  const usedBy = (id: string, { shards }: Mission): TokensUsed => {
    const underWay = shards.flatMap(({ status, runs: made }) => (status === 'running' ? (made.at(-1)?.runId ?? []) : []))
    return { all: parts.tokensUsedBy(id), byRun: Object.fromEntries(underWay.map((runId) => [runId, runs.get(runId)?.tokensUsed ?? 0])) }
  }

  const isSame = (mission: Mission, task: DelegatedTask): boolean => {
    const wanted = canonicalJson([task.input, task.passages])
    return mission.shards.some((shard) => {
      const known = shard.agent === task.agent ? taskOf(mission, shard, readBody) : null
      return known !== null && canonicalJson([known.input, known.passages]) === wanted
    })
  }

  /** `known`: those that whoever asks may know of. */
  function judge(id: string, mission: Mission, task: DelegatedTask, known: readonly AgentDefinition[]): Result<Judged> {
    const used = usedBy(id, mission)
    const left = tokensLeft(mission, used)
    const { agent, title, input } = task
    const tokensAtMost = task.tokensMax ?? tokensOf({ agent }, known)
    const tokensMax = task.tokensMax ?? shareOf(tokensAtMost, left)
    const keys = mission.shards.map((shard) => shard.key)
    const key = freeKey(keys)
    const planned = { key, title, agent, input, after: [], budget: { tokensMax } }
    const { label } = missions.read(id)
    const held = (documentId: string) => parts.heldDocument(parts.ownerOf(id), documentId)
    const find = findAmong(documentsLooked(mission, label, readBody, held))
    const { plan, faults } = checkPlan({ shards: [planned] }, known, left.mission, { known: keys, find })
    const [fault] = faults
    if (fault !== undefined) {
      const where = fault.at.startsWith('shards[0].') ? `The task’s ${fault.at.slice('shards[0].'.length)}` : 'The tasks'
      return fail(fault.code, `${where} ${explainPlanFault[fault.code]}.`, 'Go on without it, or ask for something else.')
    }
    const given = { ...task, input: plan?.shards[0]?.input ?? input }
    if (isSame(mission, given)) return sameTask
    const shard = { key, agent, after: [], tokensMax }
    const verdict = parts.judge({
      shards: [...mission.shards, shard].map((one) => ({ agent: one.agent, budget: { tokensMax: one.tokensMax } })),
    })
    return ok({ task: given, shard, verdict, used, tokensAtMost, needsPerson: isBeyondPlan(mission, { tokensMax, verdict }, used) })
  }

  return (runId) => {
    const here = (): { readonly id: string; readonly mission: Mission } | null => {
      const id = parts.missionOf(runId)
      const state = id === null ? null : missions.read(id).state
      return id === null || state === null || state.phase === 'absent' ? null : { id, mission: state }
    }
    const labelled = (): Label => journal.read(runId).label
    const shardBy = (mission: Mission, stepId: string | null) =>
      stepId === null ? undefined : mission.shards.find(({ byStepId }) => byStepId === stepId)

    function judgedHere({ id, mission }: { readonly id: string; readonly mission: Mission }, task: DelegatedTask): Result<Judged> {
      return refuseToAsk(mission, runId) ?? judge(id, mission, task, plannable(agents(labelled())))
    }

    return {
      isOpen: () => {
        const found = here()
        return found !== null && refuseToAsk(found.mission, runId) === null
      },
      judge: (task, stepId) => {
        const found = here()
        if (found === null) return noMission
        // What this very call has added wants nobody any more.
        const added = shardBy(found.mission, stepId)
        if (added !== undefined) return ok({ tokensAtMost: added.tokensMax, needsPerson: false })
        const judged = judgedHere(found, task)
        return judged.ok ? ok({ tokensAtMost: judged.value.tokensAtMost, needsPerson: judged.value.needsPerson }) : judged
      },
      add: (task, stepId) => {
        const found = here()
        if (found === null) return noMission
        const added = shardBy(found.mission, stepId)
        if (added !== undefined) return ok({ key: added.key, tokensMax: added.tokensMax })
        const judged = judgedHere(found, task)
        if (!judged.ok) return judged
        const { task: asked, shard, verdict, used } = judged.value
        const { state, label } = journal.read(runId)
        const isApproved = state.status !== 'absent' && state.steps.some((step) => step.id === stepId && step.isApproved)
        const sent = missions.send(
          found.id,
          (put) => [
            {
              ...{ type: 'mission.add_shard', shard, shardId: newId('shd'), task: put(canonicalJson(asked)) },
              ...{ byRunId: runId, byStepId: stepId, verdict, isApproved, used },
            },
          ],
          runtime,
          label,
        )
        if (!sent.ok) return sent
        parts.moved(found.id)
        return ok({ key: shard.key, tokensMax: shard.tokensMax })
      },
      withdraw: (stepId) => {
        const found = here()
        if (found === null) return noMission
        const added = shardBy(found.mission, stepId)
        if (added === undefined || added.skippedFor === withdrawn) return ok(null)
        const sent = missions.send(found.id, () => [{ type: 'mission.skip', key: added.key, code: withdrawn }], scheduler)
        if (!sent.ok) return sent
        parts.moved(found.id)
        return ok(null)
      },
    }
  }
}
