/** Rows of runs, holds, calls and the ledger, always what the fold of their events says. Written in the transaction of the events. */
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Label } from '../domain/label.ts'
import type { RunEvent } from '../domain/run/events.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { isTerminal, type Reason } from '../domain/run/transitions.ts'
import type { BudgetLedger } from './budget-ledger.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'

export interface ProjectRun {
  readonly runId: string
  readonly run: ExistingRun
  readonly version: number
  readonly events: readonly RunEvent[]
  readonly label: Label
  readonly at: number
}

/** The last move among the events, which names why the run is where it is, and since when. */
const lastMove = (events: readonly RunEvent[]): { readonly reason: Reason; readonly atMs: number } | null =>
  events.reduce<{ reason: Reason; atMs: number } | null>((last, event) => ('from' in event && 'reason' in event ? event : last), null)

export function createRunProjections(
  db: Db,
  labels: Labels,
  ledger: Pick<BudgetLedger, 'book'>,
  tenant: string,
): (change: ProjectRun) => void {
  const upsertRun = db.prepare(`
    INSERT INTO runs (id, tenant_id, shard_id, agent, attempt, status, reason, conversation_id, label_id, version,
      cancel_requested_at, epoch, executor, created_at, moved_at, ended_at, tokens_used, result, failure, depth, forked_from, is_imported,
      budget, usage)
    VALUES (:id, :tenant, :shard, :agent, :attempt, :status, coalesce(:reason, 'user_request'), :conversation, :label, :version,
      :cancel, :epoch, :executor, :at, coalesce(:moved, :at), :ended, :tokens, :result, :failure, :depth, :forked, :imported, :budget, :usage)
    ON CONFLICT (id) DO UPDATE SET status = :status, reason = coalesce(:reason, reason), label_id = :label, version = :version,
      cancel_requested_at = :cancel, epoch = :epoch, executor = :executor, moved_at = coalesce(:moved, moved_at),
      ended_at = coalesce(:ended, ended_at), tokens_used = :tokens, result = :result, failure = :failure, is_imported = :imported,
      budget = :budget, usage = :usage`)
  /** Most events move nothing: only what every event changes is written then. */
  const touchRun = db.prepare(
    'UPDATE runs SET version = :version, label_id = :label, cancel_requested_at = :cancel, tokens_used = :tokens, usage = :usage WHERE tenant_id = :tenant AND id = :id',
  )
  const openHold = db.prepare(
    'INSERT INTO holds (id, tenant_id, run_id, kind, opened_at, step_id, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const closeHold = db.prepare('UPDATE holds SET closed_at = ?, decision = ? WHERE tenant_id = ? AND id = ?')
  const escalateHold = db.prepare('UPDATE holds SET rung = ? WHERE tenant_id = ? AND id = ?')
  const requestOf = db.prepare('UPDATE holds SET request = ? WHERE tenant_id = ? AND id = ?')
  const insertStep = db.prepare(`
    INSERT INTO steps (id, tenant_id, run_id, ordinal, kind, name, effect, risk, input, phase, output, feedback, failure, copied_from, started_at,
      ended_at)
    VALUES (:id, :tenant, :run, :ordinal, :kind, :name, :effect, :risk, :input, :phase, :output, :feedback, :failure, :copied, :started, :ended)`)
  const updateStep = db.prepare(`
    UPDATE steps SET phase = :phase, output = :output, feedback = :feedback, failure = :failure, ended_at = :ended
    WHERE tenant_id = :tenant AND run_id = :run AND ordinal = :ordinal`)

  const source = ({ input, copiedFrom }: Step) => ({ input: input.body, copied: copiedFrom?.stepId ?? null })

  function projectHolds(runId: string, events: readonly RunEvent[]): void {
    for (const event of events) {
      if (event.type === 'hold.opened') openHold.run(event.holdId, tenant, runId, event.kind, event.atMs, event.stepId, event.expiresAtMs)
      if (event.type === 'hold.closed') closeHold.run(event.atMs, event.decision, tenant, event.holdId)
      if (event.type === 'hold.escalated') escalateHold.run(event.rung, tenant, event.holdId)
    }
    // The hold stands behind its request in the log.
    for (const event of events)
      if (event.type === 'tool.approval_requested') requestOf.run(event.request?.body ?? null, tenant, event.holdId)
  }

  function projectSteps(runId: string, run: ExistingRun, events: readonly RunEvent[]): void {
    const made = new Set(events.flatMap((event) => ('ordinal' in event && 'stepId' in event ? [event.stepId] : [])))
    const touched = new Set(events.flatMap((event) => ('stepId' in event && event.stepId !== null ? [event.stepId] : [])))
    for (const stepId of touched) {
      const step = run.steps.findLast(({ id }) => id === stepId)
      if (step === undefined) continue
      const { id, ordinal, kind, name, effect, risk, phase, startedAtMs: started, endedAtMs: ended } = step
      const told = { output: step.output?.body ?? null, feedback: step.feedback?.body ?? null, failure: step.failureCode ?? step.refusal }
      const change = { tenant, run: runId, ordinal, phase, ended, ...told }
      if (made.has(id)) insertStep.run({ ...change, id, kind, name, effect, risk, started, ...source(step) })
      else updateStep.run(change)
    }
  }

  /** What only a move, an end, a carried run or another budget changes. */
  const isWhole = ({ type }: RunEvent): boolean => type.startsWith('run.') || type.startsWith('budget.')

  return ({ runId, run, version, events, label, at }) => {
    const always = {
      ...{ tenant, id: runId, version, label: labels.idOf(label), cancel: run.cancelRequestedAtMs, tokens: run.usage.tokens },
      usage: canonicalJson(run.usage),
    }
    if (events.some(isWhole)) {
      const hasExecutor = run.status === 'launching' || run.status === 'active'
      const moved = lastMove(events)
      upsertRun.run({
        ...always,
        ...{
          shard: run.shardId,
          agent: run.agent,
          attempt: run.attempt,
          status: run.status,
          epoch: run.epoch,
          depth: run.depth,
          at,
        },
        reason: moved?.reason ?? null,
        conversation: run.conversationId,
        executor: hasExecutor ? canonicalJson(run.executor) : null,
        moved: moved?.atMs ?? null,
        ended: moved !== null && isTerminal(run.status) ? moved.atMs : null,
        result: run.status === 'complete' ? run.result.body : null,
        failure: run.status === 'failed' ? run.failureCode : null,
        forked: run.forkedFrom === null ? null : canonicalJson(run.forkedFrom),
        imported: run.isImported ? 1 : 0,
        budget: canonicalJson(run.budget),
      })
    } else touchRun.run(always)
    projectHolds(runId, events)
    projectSteps(runId, run, events)
    ledger.book(runId, events)
  }
}
