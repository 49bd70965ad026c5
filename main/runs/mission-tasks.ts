/** Does one thing for a mission: what is meant is on record before it is done, and doing it again after a crash changes nothing. */
import type { Actor } from '../domain/actor.ts'
import { type AgentDefinition, AgentInput, agentInputLimits, withStandards } from '../domain/agent.ts'
import { assert } from '../domain/assert.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { type Budget, defaultBudget, mergeBudget } from '../domain/budget.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import type { GateVerdict } from '../domain/gate-policy.ts'
import { joinAll, type Label } from '../domain/label.ts'
import { checkPlan, explainPlanFault, proposedShards } from '../domain/mission/check-plan.ts'
import type { MissionCommand } from '../domain/mission/commands.ts'
import { DelegatedTask, runDepths } from '../domain/mission/delegated-task.ts'
import { planRunFailed } from '../domain/mission/events.ts'
import type { MissionTask } from '../domain/mission/next.ts'
import { MissionPlan, type PlannedShard } from '../domain/mission/plan.ts'
import { findAmong, namesShown } from '../domain/mission/plan-documents.ts'
import { plannable } from '../domain/mission/plan-draft.ts'
import type { Mission, MissionShard } from '../domain/mission/state.ts'
import { ok, type Result } from '../domain/result.ts'
import type { RunRow, Runs } from '../store/runs.ts'
import type { Clock, NewId } from '../world.ts'
import type { Journal } from './journal.ts'
import { documentsLooked, type HeldDocument } from './mission-documents.ts'
import { joinResults } from './mission-join.ts'
import type { JournaledMission, MissionJournal } from './mission-journal.ts'
import { type CheckedResult, checkResult, noCounts, type ReadPassageTexts } from './mission-result.ts'
import { pinsLike, pinsNow } from './pins-like.ts'
import { type StartParts, startLimits, startRun } from './start-run.ts'

export const plannerName = 'plan'

const limits = { documentsCharsMax: 2_000 } as const

export interface MissionParts {
  readonly missions: MissionJournal
  readonly journal: Journal
  readonly runs: Pick<Runs, 'get' | 'shard' | 'createShard' | 'attemptsOf'>
  readonly readBody: (body: string) => string | null
  /** Agents that a shard may be given to. */
  readonly agents: (within?: Label) => readonly AgentDefinition[]
  /** By all runs of a mission so far, the planner's with them. */
  readonly tokensUsedBy: (missionId: string) => number
  /** Whose mission it is: what it does reaches as far as this account may see. */
  readonly ownerOf: (missionId: string) => string
  /** What the holdings have on a goal that lies within a label, as a text to be shown. */
  readonly look: (
    goal: string,
    account: string,
    label: Label,
  ) => Promise<Result<{ readonly text: string; readonly passages: number; readonly documents: number }>>
  readonly readPassages: (account: string) => ReadPassageTexts
  /** A document as it is held now, where this account may see all of it. */
  readonly heldDocument: (account: string, documentId: string) => HeldDocument | null
  readonly judge: (plan: { readonly shards: readonly Pick<PlannedShard, 'agent' | 'budget'>[] }) => GateVerdict
  /** What leads a run of this agent from its beginning. */
  readonly pinsOf: StartParts['pinsOf']
  /** The model that answers now; null = none. */
  readonly modelId: () => string | null
  readonly interrupt: (runId: string) => void
  readonly wake: () => void
  readonly newId: NewId
  readonly clock: Clock
}

const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }
const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

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

export function createMissionTasks(parts: MissionParts) {
  const { missions, journal, runs, readBody, agents, newId, clock, pinsOf } = parts
  const definitionOf = (name: string) => agents().find((agent) => agent.name === name) ?? null
  const budgetOf = (agent: string, tokensMax?: number): Budget =>
    mergeBudget(mergeBudget(defaultBudget, definitionOf(agent)?.budget ?? {}), { tokensMax })

  /** A run reaches as far as the account that its shard names. */
  const forOwner = (id: string): Actor => ({ issuer: 'scheduler', account: parts.ownerOf(id) })

  const send = (id: string, actor: Actor, build: (put: (text: string) => BodyRef) => readonly MissionCommand[], label?: Label) =>
    missions.send(id, build, actor, label)

  /** What people said about it so far, oldest first. */
  const wishesOf = (mission: Mission): readonly string[] => mission.feedback.flatMap(({ body }) => readBody(body) ?? [])

  const given = (title: string, fields: Readonly<Record<string, string>>, more: Partial<AgentInput> = {}): string =>
    canonicalJson(AgentInput.parse({ title, fields, modelId: parts.modelId(), tier: null, ...more }))

  const documentsOf = (id: string, { mission, label }: Known) =>
    documentsLooked(mission, label, readBody, (documentId) => parts.heldDocument(parts.ownerOf(id), documentId))

  function createPlanner(id: string, known: Known, runId: string): Result<unknown> {
    const { mission, label } = known
    const goal = readBody(mission.goal.body) ?? ''
    const faults = mission.refused.flatMap(({ code, at }) => (code === planRunFailed ? [] : [`${at} ${explainPlanFault[code]}`]))
    const names = namesShown(documentsOf(id, known), limits.documentsCharsMax)
    const documents = names.length === 0 ? {} : { documents: names.join('\n') }
    const input = given(goal, { goal, ...documents }, { wishes: [...wishesOf(mission)], faults })
    const usual = budgetOf(plannerName)
    const left = Math.max(0, mission.tokensMax - parts.tokensUsedBy(id))
    const budget = mergeBudget(usual, { tokensMax: Math.min(usual.tokensMax, left) })
    const about = { runId, agent: plannerName, task: plannerName, input, label, conversationId: null, budget }
    const started = startRun({ journal, createShard: runs.createShard, newId, clock, pinsOf }, about, forOwner(id))
    parts.wake()
    return started
  }

  function readPlan(id: string, found: Known, runId: string, outcome: string): Result<unknown> {
    const row = runs.get(runId)
    const refuse = (faults: Extract<MissionCommand, { type: 'mission.refuse_plan' }>['faults']) =>
      send(id, runtime, () => [{ type: 'mission.refuse_plan', runId, faults }], row?.label)
    const text = outcome === 'complete' && row?.result != null ? readBody(row.result) : null
    if (text === null) return refuse([{ code: planRunFailed, at: '' }])
    const proposed = readJson(text)
    const shards = typeof proposed === 'object' && proposed !== null && 'shards' in proposed ? proposed.shards : undefined
    const known = plannable(agents(row?.label))
    // Its planner spent from the same limit.
    const tokensMax = found.mission.tokensMax - parts.tokensUsedBy(id)
    const { plan, faults } = checkPlan({ shards }, known, tokensMax, { find: findAmong(documentsOf(id, found)) })
    if (plan === null) return refuse(faults)
    const [about, verdict] = [proposedShards(plan, known), parts.judge(plan)]
    const propose = { type: 'mission.propose', runId, shards: about, verdict } as const
    return send(id, runtime, (put) => [{ ...propose, plan: put(canonicalJson(plan)) }], row?.label)
  }

  /** What a run left, its quotes looked up as they are held now. */
  function resultOf(id: string, row: RunRow | null): Promise<Result<CheckedResult>> {
    return checkResult(row?.result == null ? null : readBody(row.result), parts.readPassages(parts.ownerOf(id)))
  }

  /** What it was given by the run that asked for it, and passages in which quotes of the results that it works from were found again. */
  async function evidenceFor(id: string, mission: Mission, shard: MissionShard): Promise<Result<readonly string[]>> {
    const found = new Set<string>(taskOf(mission, shard, readBody)?.passages)
    for (const { key, status, check } of mission.shards) {
      if (!shard.after.includes(key) || status !== 'accepted' || check === null) continue
      const checked = await resultOf(id, runs.get(check.runId))
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
    const budget = held?.budget ?? budgetOf(agent, tokensMax)
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
          given(task?.title ?? key, withStandards(definitionOf(agent)?.input ?? [], task?.input ?? {}), {
            evidence: [...evidence.value],
            wishes: attempt === 1 ? [] : [...wishesOf(mission)],
          }),
        )
        const intent = { id: shardId, agent, task: agent, input: input.body, ...startLimits, budget, requirements: [], label }
        if (held === null) runs.createShard({ ...intent, at: clock(), by: forOwner(id).account })
        const about = { shardId, agent, attempt, conversationId: null, input, budget, depth, forkedFrom: null, requirements: [] }
        return [
          { type: 'run.create', ...about, ...pins.value.words(put), writeDomain: id },
          { type: 'run.queue', reason: 'scheduler' },
        ]
      },
      forOwner(id),
      joinAll([label, ...labels, pins.value.label]),
    )
    parts.wake()
    return begun
  }

  async function takeResult(id: string, { mission }: Known, key: string, runId: string): Promise<Result<unknown>> {
    const row = runs.get(runId)
    const shard = mission.shards.find((each) => each.key === key)
    const checked = await resultOf(id, row)
    if (!checked.ok) return checked
    const { fault, counts, brought, labels } = checked.value
    const supported = brought?.claims.filter((claim) => claim.supported).map(({ text }) => text) ?? []
    const finding = canonicalJson({ shard: key, runId, claims: supported })
    const confidence = counts.claims === 0 ? null : counts.supported / counts.claims
    return send(
      id,
      runtime,
      (put) => [
        { type: 'mission.end_run', key, runId, outcome: 'complete', code: null },
        { type: 'mission.check', key, runId, fault, counts },
        ...(fault === null && supported.length > 0
          ? [
              {
                type: 'board.decide',
                entryId: newId('ent'),
                kind: 'finding',
                author: shard?.agent ?? null,
                content: put(finding),
                confidence,
              } as const,
            ]
          : []),
      ],
      joinAll([...labels, ...(row === null ? [] : [row.label])]),
    )
  }

  async function join(id: string, { mission }: Known): Promise<Result<unknown>> {
    const goal = readBody(mission.goal.body) ?? ''
    const joined = []
    const missing = []
    const labels: Label[] = []
    for (const shard of mission.shards) {
      const { key, agent, status, check: judged, runs: made } = shard
      const title = taskOf(mission, shard, readBody)?.title ?? key
      const row: RunRow | null = judged === null ? null : runs.get(judged.runId)
      const again = status === 'accepted' && row?.result != null ? await resultOf(id, row) : null
      if (again !== null && !again.ok) return again
      if (again?.value.brought != null && again.value.fault === null && row !== null) {
        joined.push({ key, title, agent, runId: row.id, brought: again.value.brought, counts: again.value.counts })
        labels.push(row.label, ...again.value.labels)
      } else if (status === 'failed' || status === 'refused' || status === 'skipped') {
        missing.push({ key, title, status, code: shard.skippedFor ?? judged?.fault ?? made.at(-1)?.code ?? null })
      } else missing.push({ key, title, status: 'refused' as const, code: again?.value.fault ?? null })
    }
    const report = joinResults(goal, joined, missing)
    const command = (put: (text: string) => BodyRef): MissionCommand => ({
      type: 'mission.join',
      report: put(canonicalJson(report)),
      counts: joined.length === 0 ? noCounts : report.counts,
    })
    return send(id, runtime, (put) => [command(put)], joinAll(labels))
  }

  return async function perform(id: string, known: Known, task: MissionTask): Promise<Result<unknown>> {
    switch (task.do) {
      case 'look': {
        const looked = await parts.look(readBody(known.mission.goal.body) ?? '', parts.ownerOf(id), known.label)
        if (!looked.ok) return looked
        const { text, passages, documents } = looked.value
        return send(id, runtime, (put) => [{ type: 'mission.look', look: put(text), passages, documents }])
      }
      case 'start_plan':
        return send(id, scheduler, () => [{ type: 'mission.start_plan', runId: newId('run') }])
      case 'create_planner':
        return createPlanner(id, known, task.runId)
      case 'read_plan':
        return readPlan(id, known, task.runId, task.outcome)
      case 'open_gate':
        return send(id, scheduler, () => [{ type: 'gate.open', gate: task.gate }])
      case 'start_runs':
        return send(id, scheduler, () => task.keys.map((key) => ({ type: 'mission.start_run', key, runId: newId('run') })))
      case 'create_run':
        return createRun(id, known, task.key, task.runId)
      case 'cancel_run': {
        const cancelled = journal.send(task.runId, () => [{ type: 'run.cancel', reason: 'user_request' }], scheduler)
        parts.interrupt(task.runId)
        return cancelled.ok ? cancelled : ok(null)
      }
      case 'end_run': {
        const row = runs.get(task.runId)
        const { key, runId, outcome } = task
        return send(id, scheduler, () => [{ type: 'mission.end_run', key, runId, outcome, code: row?.failure ?? null }], row?.label)
      }
      case 'take_result':
        return takeResult(id, known, task.key, task.runId)
      case 'skip':
        return send(id, scheduler, () => [{ type: 'mission.skip', key: task.key, code: task.code }])
      case 'join':
        return join(id, known)
    }
  }
}

/** A mission that is there, with the label that its events carry. */
export interface Known {
  readonly mission: Mission
  readonly label: Label
}

export const knownOf = ({ state, label }: JournaledMission): Known | null => (state.phase === 'absent' ? null : { mission: state, label })
