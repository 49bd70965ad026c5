/** Missions over the real store, recall and engine: what the holdings have on a goal, what a plan could do, and who drives it all. */
import type { AgentDefinition } from '../domain/agent.ts'
import type { GateGrades, GateVerdict, Grade } from '../domain/gate-policy.ts'
import { judgeGate } from '../domain/gate-policy.ts'
import { tokensOf } from '../domain/mission/check-plan.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { ok } from '../domain/result.ts'
import { needsApproval } from '../domain/tool.ts'
import type { Services } from '../handlers/services.ts'
import { fields } from '../memory/cite.ts'
import { createDelegations } from '../runs/delegation.ts'
import { createMissionDriver } from '../runs/mission-driver.ts'
import { createMissionJournal } from '../runs/mission-journal.ts'
import type { MissionParts } from '../runs/mission-parts.ts'
import { createTransaction } from '../store/transaction.ts'
import type { Delegation } from '../tools/delegation.ts'
import { findTool } from '../tools/registry.ts'
import type { Failpoint } from '../world.ts'
import { missionLook } from './mission-look.ts'
import type { Holdings } from './store.ts'

type JudgedPlan = Parameters<MissionParts['judge']>[0]

const limits = { mediumTokens: 500_000, highTokens: 1_500_000 } as const

export type MissionHome = Pick<
  Services,
  'clock' | 'newId' | 'ceiling' | 'recall' | 'models' | 'sightOf' | 'journal' | 'loop' | 'agents' | 'prompts' | 'onDefect'
> & {
  readonly holdings: Holdings
  readonly failpoint: Failpoint
  readonly publish: (events: readonly RecordedEvent[]) => void
}

/** What the tools of a plan's agents could harm, what it may spend, and whether such work was done here before. */
function gradePlan({ shards }: JudgedPlan, definitions: readonly AgentDefinition[], hasWorked: (agent: string) => boolean): GateGrades {
  const used = definitions.filter(({ name }) => shards.some(({ agent }) => agent === name))
  const tools = used.flatMap((definition) => definition.tools.map((name) => findTool(name)))
  const risk: Grade = tools.some((tool) => tool === null || tool.effect === 'unsafe')
    ? 'high'
    : tools.some((tool) => tool !== null && needsApproval(tool.risk, tool.effect))
      ? 'medium'
      : 'low'
  const tokens = shards.reduce((sum, shard) => sum + tokensOf(shard, definitions), 0)
  const cost: Grade = tokens >= limits.highTokens ? 'high' : tokens >= limits.mediumTokens ? 'medium' : 'low'
  const novelty: Grade = shards.every(({ agent }) => hasWorked(agent)) ? 'low' : 'medium'
  // Nothing of it reaches further than its tools do: what they write is given out by a person at G4 alone.
  return { impact: risk, risk, cost, novelty }
}

export interface OpenMissions extends Pick<Services, 'missionJournal' | 'missionDriver' | 'judgePlan'> {
  /** What a run may ask of its mission. */
  readonly delegationOf: (runId: string) => Delegation
}

export function openMissions(home: MissionHome): OpenMissions {
  const { holdings, clock, newId, ceiling, recall, models, sightOf, journal, loop, agents, prompts, failpoint, publish, onDefect } = home
  const { db, log, labels, bodies, runs, reader, documents, missions } = holdings
  const missionJournal = createMissionJournal(
    {
      transaction: createTransaction(db),
      readStream: (stream) => log.readStream(stream),
      append: log.append,
      project: missions.project,
      putBody: bodies.put,
    },
    clock,
    ceiling,
    publish,
    failpoint,
  )
  const visibleTo = (account: string) => sightOf(account)?.labelIds() ?? labels.idsWithin(ceiling())
  const hasWorked = (agent: string) => runs.list(1, 0, { statuses: ['complete'], agent }).total > 0
  const judge = (plan: JudgedPlan): GateVerdict => judgeGate(gradePlan(plan, agents.definitions(), hasWorked), null)
  const missionOf = (runId: string) => missions.ofRun(runId)?.missionId ?? null
  const heldDocument = (account: string, documentId: string) => {
    const row = documents.find(documentId)
    return row === null || sightOf(account)?.permits(row.label) === false ? null : { file: row.file, label: row.label }
  }
  const shared = {
    ...{
      missions: missionJournal,
      journal,
      runs,
      readBody: bodies.read,
      agents: agents.definitions,
      judge,
      newId,
      missionOf,
      heldDocument,
    },
    ...{ ownerOf: (id: string) => missions.get(id)?.createdBy ?? '', tokensUsedBy: missions.tokensUsedBy },
  }
  const missionDriver = createMissionDriver({
    ...shared,
    ...{ pinsOf: prompts.pinsOf, clock, failpoint, onDefect },
    look: missionLook({ recall, documents, labels, visibleTo }),
    readPassages: (account) => async (ids) => {
      const numbers = ids.flatMap((id) => {
        const [documentId = '', ordinal] = id.split('.')
        return documents.passageNumber(documentId, Number(ordinal)) ?? []
      })
      if (numbers.length === 0) return ok([])
      const read = await reader.readPassages(numbers, { collections: null, labels: visibleTo(account) })
      return read.ok
        ? ok(read.value.map(({ passageId, text, anchors, label }) => ({ passageId, text, fields: fields(anchors), label })))
        : read
    },
    modelId: () => models.active('chat')?.id ?? null,
    ...{ interrupt: loop.interrupt, wake: loop.wake, unfinished: missions.unfinished },
  })
  const delegationOf = createDelegations({ ...shared, moved: (id) => missionDriver.wake(id) })
  return { missionJournal, missionDriver, judgePlan: judge, delegationOf }
}
