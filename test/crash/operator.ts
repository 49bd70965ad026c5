/** A person who starts runs, decides, answers, pauses, resumes, cancels and raises limits at random, and remembers what was acknowledged. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallOutput } from '../../main/contract/calls.ts'
import type { RunSummary } from '../../main/contract/runs.ts'
import { crossingTool } from '../../main/domain/tool.ts'
import { agentName, choices, type Planned, planned, topicOf } from './crash-agent.ts'
import type { KillableCore } from './killable-core.ts'
import type { Memory } from './remembered.ts'

type Asked = CallOutput<'approvals.list'>['items'][number]
export type Roll = (sides: number) => number

const limits = { openRunsMax: 3, planMax: 5, tightModelCalls: 3, quotaStep: 40_000, pauseMs: 8 } as const

export interface Operator {
  /** Starts a run with this plan, or any. Null when the core is gone. */
  startRun(core: KillableCore, plan?: readonly Planned[]): Promise<string | null>
  /** One round of whatever comes to mind; false when the core is gone. */
  act(core: KillableCore): Promise<boolean>
  /** Lets everything go on until every run has ended; throws when one does not. */
  finishAll(core: KillableCore, timeoutMs: number): Promise<void>
}

export function createOperator(memory: Memory, roll: Roll, table: string): Operator {
  let made = 0

  const pickPlan = (): readonly Planned[] => {
    const rest = planned.filter((step) => step !== 'search')
    return ['search', ...Array.from({ length: 1 + roll(limits.planMax) }, () => rest[roll(rest.length)] ?? 'note')]
  }

  async function startRun(core: KillableCore, plan: readonly Planned[] = pickPlan()): Promise<string | null> {
    made += 1
    const title = `case ${made} ${roll(1_000_000)}`
    const isTight = roll(6) === 0
    const isUp = roll(3) === 0
    const started = await core.call('runs.start', {
      agent: agentName,
      input: { topic: topicOf(title, plan, table), memo: title },
      ...(isUp ? { tier: 'datacenter' } : {}),
      budget: { onBreach: { tokens: 'pause' }, ...(isTight ? { modelCallsMax: limits.tightModelCalls } : {}) },
    })
    if (started !== null) memory.started(started.runId, title)
    return started?.runId ?? null
  }

  /** A decision of any kind on one request. */
  async function decide(core: KillableCore, { holdId, runId, kind, tool }: Asked, isKind: boolean): Promise<void> {
    if (kind !== 'approval') {
      const answered = await core.tryCall('approvals.answer', { holdId, answer: choices[roll(choices.length)] })
      if (answered !== null) memory.decision(holdId, runId, 'answered', null)
      return
    }
    const way = isKind ? 0 : roll(10)
    if (way < 6) {
      const shown = await core.tryCall('approvals.get', { holdId })
      if (shown === null) return
      const { argumentsHash } = shown
      const scope = tool === crossingTool && roll(2) === 0 ? 'run' : 'once'
      const approved = await core.tryCall('approvals.approve', { holdId, argumentsHash, scope })
      if (approved !== null) memory.decision(holdId, runId, 'approved', argumentsHash?.value ?? null)
    } else if (way < 8) {
      const rejected = await core.tryCall('approvals.reject', { holdId, feedback: `No, ${roll(1_000_000)}.` })
      if (rejected !== null) memory.decision(holdId, runId, 'rejected', null)
    } else {
      const revised = await core.tryCall('approvals.revise', { holdId, feedback: `Otherwise, ${roll(1_000_000)}.` })
      if (revised !== null) memory.decision(holdId, runId, 'revised', null)
    }
  }

  async function pause(core: KillableCore, runId: string): Promise<void> {
    memory.pause(runId, 'unsure')
    const reply = await core.core.dispatch('runs.pause', { runId }, { account: 'tester', shell: 'cli' })
    if (reply.ok) memory.pause(runId, 'held')
    // It was there before, or the run has ended.
    else if (reply.error.code !== 'core.gone') memory.pause(runId, 'none')
  }

  async function resume(core: KillableCore, runId: string): Promise<void> {
    memory.pause(runId, 'unsure')
    if ((await core.tryCall('runs.resume', { runId })) !== null) memory.pause(runId, 'none')
  }

  async function raise(core: KillableCore, runId: string): Promise<void> {
    const now = await core.tryCall('runs.budget', { runId })
    if (now === null) return
    const modelCallsMax = now.budget.modelCallsMax + 5
    if ((await core.tryCall('runs.raise', { runId, budget: { modelCallsMax } })) !== null) memory.raised(runId, modelCallsMax)
  }

  /** Raises what all runs share, so that it stops some of them now and then. */
  async function raiseQuota(core: KillableCore): Promise<void> {
    const now = await core.tryCall('quota.get')
    if (now === null) return
    const { costMicrosMax, concurrentRunsMax, tokensSpent } = now
    const tokensMax = tokensSpent + limits.quotaStep
    if ((await core.tryCall('quota.set', { tokensMax, costMicrosMax, concurrentRunsMax })) !== null) memory.quota(tokensMax)
  }

  async function lookAfter(core: KillableCore, run: RunSummary): Promise<void> {
    const { id, holds } = run
    if (holds.includes('budget')) {
      if (roll(2) === 0) await raise(core, id)
      else await raiseQuota(core)
    }
    const way = roll(60)
    if (way === 0) {
      if ((await core.tryCall('runs.cancel', { runId: id })) !== null) memory.cancelled(id)
    } else if (way < 4 && !holds.includes('operator')) await pause(core, id)
    else if (way < 12 && holds.some((kind) => ['operator', 'spiral', 'outcome_unknown'].includes(kind))) await resume(core, id)
  }

  const openRuns = async (core: KillableCore): Promise<readonly RunSummary[] | null> => {
    const listed = await core.call('runs.list', { limit: 100, statuses: ['prep', 'queued', 'held', 'launching', 'active'] })
    return listed?.items ?? null
  }

  return {
    startRun,
    act: async (core) => {
      const open = await openRuns(core)
      if (open === null) return false
      if (open.length < limits.openRunsMax && (await startRun(core)) === null) return false
      const inbox = await core.call('approvals.list', { limit: 50 })
      if (inbox === null) return false
      for (const request of inbox.items) if (roll(3) > 0) await decide(core, request, false)
      for (const run of open) await lookAfter(core, run)
      if (roll(30) === 0) await core.tryCall('audit.checkpoint')
      await sleep(limits.pauseMs)
      return true
    },
    finishAll: async (core, timeoutMs) => {
      const endsAt = performance.now() + timeoutMs
      for (;;) {
        const open = await openRuns(core)
        if (open?.length === 0) return
        if (open === null) throw new Error('the core is gone')
        if (performance.now() > endsAt)
          throw new Error(`stuck: ${open.map(({ id, status, holds }) => `${id} ${status} ${holds.join(' ')}`).join(', ')}`)
        for (const request of (await core.call('approvals.list', { limit: 100 }))?.items ?? []) await decide(core, request, true)
        for (const run of open) {
          if (run.holds.includes('budget')) {
            await raise(core, run.id)
            await raiseQuota(core)
          } else if (run.holds.some((kind) => ['operator', 'spiral', 'outcome_unknown'].includes(kind))) await resume(core, run.id)
        }
      }
    },
  }
}
