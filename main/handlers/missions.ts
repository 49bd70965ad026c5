/** Missions: begun, looked at, and decided by a person. */
import type { MissionDetail, MissionShardView, MissionSummary } from '../contract/missions.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { readJson } from '../domain/canonical-json.ts'
import { idOf } from '../domain/ids.ts'
import { type Label, permits } from '../domain/label.ts'
import { tellFaults } from '../domain/mission/check-plan.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import { gateDecisions, gatesOf } from '../domain/mission/gates.ts'
import { MissionReport } from '../domain/mission/report.ts'
import type { Mission, MissionShard } from '../domain/mission/state.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { taskLabel, withinLabel } from '../domain/task-label.ts'
import { lookOf } from '../runs/mission-documents.ts'
import { taskOf } from '../runs/shard-task.ts'
import type { MissionRow } from '../store/missions.ts'
import { checkOwnPlan, type PlanParts } from './mission-plan.ts'
import { operator, type Services } from './services.ts'

const releasedApart = fail(
  'mission.release_apart',
  'What a mission found is given out by missions.release.',
  'Release it: holdfast mission release.',
)
const unknown = fail('mission.unknown', 'There is no such mission.', 'List the missions to see what there is.')

const planBeforeLook = fail(
  'mission.plan_at_g1',
  'A mission that is begun with a plan does not stop at G1, where nothing is planned yet.',
  'Leave G1 out, or begin it without a plan.',
)

type Names = `missions.${'start' | 'plan' | 'list' | 'get' | 'events' | 'decide' | 'release' | 'pause' | 'resume' | 'abort'}`
export type MissionParts = Pick<
  Services,
  'missions' | 'board' | 'missionJournal' | 'missionDriver' | 'bodies' | 'runs' | 'log' | 'newId' | 'ceiling' | 'sightOf' | 'documents'
>

/** A mission of which everything that it shows may be seen, or that there is none. */
export function findMission(
  { missions, missionJournal }: Pick<Services, 'missions' | 'missionJournal'>,
  id: string,
): Result<{ readonly row: MissionRow; readonly mission: Mission }> {
  const row = missions.get(id)
  if (row === null) return unknown
  const { state } = missionJournal.read(id)
  return state.phase === 'absent' ? unknown : ok({ row, mission: state })
}

export function toMission({ bodies }: Pick<Services, 'bodies'>, row: MissionRow): MissionSummary {
  const { goal, ...rest } = row
  return { ...rest, goal: bodies.read(goal) }
}

/** A document under a mission's label: its name is not told where it is gone, or is labelled above it now. */
function heldUnder({ documents }: Pick<Services, 'documents'>, label: Label, documentId: string) {
  const row = documents.find(documentId)
  return row !== null && permits(label, row.label) ? row : null
}

/** A document that lies above a mission as a whole is named where a part of it still lies within: that part is what a look found. */
function nameLooked(parts: Pick<Services, 'documents'>, label: Label, documentId: string): string | null {
  const row = parts.documents.find(documentId)
  if (row === null || permits(label, row.label)) return row?.file ?? null
  for (let ordinal = 0; ordinal < row.passages; ordinal++) {
    const part = parts.documents.passageLabel(documentId, ordinal)
    if (part !== null && permits(label, part)) return row.file
  }
  return null
}

/** Who made the plan that counts; null = the planner. */
const authorOf = ({ log }: Pick<Services, 'log'>, id: string, { plan }: Mission): string | null =>
  plan === null || plan.runId !== null
    ? null
    : (log.readStream(id).findLast(({ event }) => event.type === 'mission.plan_proposed')?.actor.account ?? null)

/** Everything that a mission shows. */
export function describeMission(parts: MissionParts, id: string): Result<MissionDetail> {
  const { bodies, runs } = parts
  const found = findMission(parts, id)
  if (!found.ok) return found
  const { row, mission } = found.value
  const toShard = (shard: MissionShard): MissionShardView => {
    const { key, agent, after, tokensMax, status, byRunId, check } = shard
    const task = taskOf(mission, shard, bodies.read)
    const made = shard.runs.map(({ runId, attempt, outcome, code }) => {
      const run = runs.get(runId)
      const about = { status: run?.status ?? null, startedAt: run?.createdAt ?? null, endedAt: run?.endedAt ?? null }
      return { runId, attempt, outcome, code, ...about, tokens: run?.tokensUsed ?? 0 }
    })
    const named = Object.entries(task?.input ?? {}).filter(([, value]) => idOf('doc').safeParse(value).success)
    return {
      ...{ key, agent, after: [...after], tokensMax, status, askedBy: byRunId, title: task?.title ?? null, input: { ...task?.input } },
      documents: named.map(([field, documentId]) => ({ field, documentId, file: heldUnder(parts, row.label, documentId)?.file ?? null })),
      tokensUsed: made.reduce((sum, { tokens }) => sum + tokens, 0),
      runs: made.map(({ tokens: _, ...run }) => run),
      check: check === null ? null : { fault: check.fault, counts: check.counts },
      skippedFor: shard.skippedFor,
    }
  }
  const { gates, passed, openGate, tokensMax, look, planning, plan, revision, refused, feedback, joined } = mission
  const shardList = mission.shards.map(toShard)
  const looked = lookOf(mission, bodies.read)?.documents.map((document) => ({
    ...document,
    file: nameLooked(parts, row.label, document.documentId),
    isWithin: heldUnder(parts, row.label, document.documentId) !== null,
  }))
  const report = joined === null ? null : MissionReport.safeParse(readJson(bodies.read(joined.report.body) ?? '')).data
  return ok({
    ...toMission(parts, row),
    ...{
      gates: [...gates],
      passed: [...passed],
      tokensMax,
      refused: [...refused],
      planner: mission.outcome === null ? (planning?.runId ?? null) : null,
      shardList,
    },
    openGate:
      openGate === null
        ? null
        : { gate: openGate.gate, openedAt: openGate.openedAtMs, isHeld: openGate.isHeld, decisions: [...gateDecisions[openGate.gate]] },
    tokensUsed: shardList.reduce((sum, shard) => sum + shard.tokensUsed, 0),
    look: look === null || looked === undefined ? null : { passages: look.passages, documents: looked },
    plan: plan === null ? null : { revision, commitment: plan.body.commitment, verdict: plan.verdict, by: authorOf(parts, id, mission) },
    feedback: feedback.map(({ body }) => bodies.read(body)),
    report: joined === null || report == null ? null : { commitment: joined.report.commitment, content: report },
  })
}

export function missionHandlers(services: MissionParts & PlanParts & Pick<Services, 'dual'>): Pick<Handlers, Names> {
  const { missions, missionJournal, missionDriver, log, newId, ceiling, sightOf } = services
  const send = (
    id: string,
    caller: Caller,
    build: (put: (text: string) => BodyRef) => readonly MissionCommand[],
    label?: Label,
  ): Result<MissionDetail> => {
    const sent = missionJournal.send(id, build, operator(caller), label)
    if (!sent.ok) return sent
    missionDriver.wake(id)
    return describeMission(services, id)
  }
  const plainly =
    (type: 'mission.pause' | 'mission.resume' | 'mission.abort') =>
    ({ missionId }: { readonly missionId: string }, caller: Caller) => {
      const found = findMission(services, missionId)
      return found.ok ? send(missionId, caller, () => [{ type }]) : found
    }
  return {
    'missions.start': ({ goal, gates, tokensMax, label: chosen = null, plan }, caller) => {
      const clearance = sightOf(caller.account)?.clearance ?? ceiling()
      if (plan !== undefined && gates.includes('G1')) return planBeforeLook
      const label = taskLabel({ chosen, clearance, floor: null, texts: [goal] })
      if (!label.ok) return label
      const own =
        plan === undefined ? null : checkOwnPlan(services, { given: plan, account: caller.account, label: label.value, tokensMax })
      if (own !== null && own.put === null)
        return fail('mission.plan_faults', `Nothing was begun; the plan has faults: ${tellFaults(own.faults)}.`, 'Mend it and begin again.')
      const marked = withinLabel(label.value, own?.put?.texts ?? [])
      if (!marked.ok) return marked
      const missionId = newId('msn')
      const begun = send(
        missionId,
        caller,
        (put) => [
          { type: 'mission.create', goal: put(goal), gates: gatesOf(gates), tokensMax },
          ...(own?.put == null ? [] : [own.put.command(put, null)]),
        ],
        label.value,
      )
      return begun.ok ? ok({ missionId }) : begun
    },
    'missions.plan': ({ missionId, plan: given, commitment = null }, caller) => {
      const found = findMission(services, missionId)
      if (!found.ok) return found
      const { row, mission } = found.value
      const tokensMax = mission.tokensMax - missions.tokensUsedBy(missionId)
      const { faults, put: own } = checkOwnPlan(services, { given, account: caller.account, label: row.label, tokensMax })
      if (own === null) return ok({ mission: null, faults: [...faults] })
      const marked = withinLabel(row.label, own.texts)
      if (!marked.ok) return marked
      const sent = send(missionId, caller, (put) => [own.command(put, commitment)])
      return sent.ok ? ok({ mission: sent.value, faults: [] }) : sent
    },
    'missions.list': ({ limit, offset, phases, isWaiting }, { account }) => {
      const filter = { phases: phases ?? null, isWaiting, labels: sightOf(account)?.labelIds() ?? null }
      const { items, ...counts } = missions.list(filter, limit, offset)
      return ok({ items: items.map((row) => toMission(services, row)), ...counts })
    },
    'missions.get': ({ missionId }) => describeMission(services, missionId),
    'missions.events': ({ missionId, limit, offset }) => {
      const found = findMission(services, missionId)
      if (!found.ok) return found
      return ok({ items: [...log.readStream(missionId, offset, limit)], total: log.versionOf(missionId) })
    },
    'missions.decide': ({ missionId, gate, decision, commitment = null, feedback }, caller) => {
      const found = findMission(services, missionId)
      if (!found.ok) return found
      // What is given out has a call of its own: the policy may want two persons for it.
      if (gate === 'G4' && decision === 'deploy') return releasedApart
      const marked = withinLabel(found.value.row.label, feedback === undefined ? [] : [feedback])
      if (!marked.ok) return marked
      const shardIds = found.value.mission.shards.map(() => newId('shd'))
      return send(missionId, caller, (put) => [
        { type: 'gate.decide', gate, decision, commitment, shardIds, feedback: feedback === undefined ? null : put(feedback) },
      ])
    },
    'missions.release': services.dual(
      'release',
      'missions.release',
      ({ missionId, commitment }, caller) =>
        send(missionId, caller, () => [{ type: 'gate.decide', gate: 'G4', decision: 'deploy', commitment, shardIds: [], feedback: null }]),
      // Another report is another act.
      ({ missionId }) => {
        const found = findMission(services, missionId)
        return found.ok ? (found.value.mission.joined?.report.commitment ?? null) : null
      },
    ),
    'missions.pause': plainly('mission.pause'),
    'missions.resume': plainly('mission.resume'),
    'missions.abort': plainly('mission.abort'),
  }
}
