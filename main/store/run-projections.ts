/** Rows of runs, holds and steps, always what the fold of their events says. Written in the transaction of the events, from the folded state. */
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Label } from '../domain/label.ts'
import type { RunEvent } from '../domain/run/events.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { isTerminal, type Reason } from '../domain/run/transitions.ts'
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

/** The last move among the events, which names why the run is where it is. */
const lastReason = (events: readonly RunEvent[]): Reason | null =>
  events.reduce<Reason | null>((reason, event) => ('from' in event ? event.reason : reason), null)

export function createRunProjections(db: Db, labels: Labels, tenant: string): (change: ProjectRun) => void {
  const upsertRun = db.prepare(`
    INSERT INTO runs (id, tenant_id, shard_id, agent, attempt, status, reason, conversation_id, label_id, version,
      cancel_requested_at, epoch, executor, created_at, moved_at, ended_at, tokens_used, result, failure)
    VALUES (:id, :tenant, :shard, :agent, :attempt, :status, coalesce(:reason, 'user_request'), :conversation, :label, :version,
      :cancel, :epoch, :executor, :at, :at, :ended, :tokens, :result, :failure)
    ON CONFLICT (id) DO UPDATE SET status = :status, reason = coalesce(:reason, reason), label_id = :label, version = :version,
      cancel_requested_at = :cancel, epoch = :epoch, executor = :executor,
      moved_at = CASE WHEN :reason IS NULL THEN moved_at ELSE :at END,
      ended_at = :ended, tokens_used = :tokens, result = :result, failure = :failure`)
  const openHold = db.prepare('INSERT INTO holds (id, run_id, kind, opened_at) VALUES (?, ?, ?, ?)')
  const closeHold = db.prepare('UPDATE holds SET closed_at = ? WHERE id = ?')
  const upsertStep = db.prepare(`
    INSERT INTO steps (id, run_id, ordinal, kind, name, input, phase, output, started_at, ended_at)
    VALUES (:id, :run, :ordinal, :kind, :name, :input, :phase, :output, :started, :ended)
    ON CONFLICT (id) DO UPDATE SET phase = :phase, output = :output, ended_at = :ended`)

  return ({ runId, run, version, events, label, at }) => {
    const hasExecutor = run.status === 'launching' || run.status === 'active'
    upsertRun.run({
      id: runId,
      tenant,
      shard: run.shardId,
      agent: run.agent,
      attempt: run.attempt,
      status: run.status,
      reason: lastReason(events),
      conversation: run.conversationId,
      label: labels.idOf(label),
      version,
      cancel: run.cancelRequestedAtMs,
      epoch: run.epoch,
      executor: hasExecutor ? canonicalJson(run.executor) : null,
      at,
      ended: isTerminal(run.status) ? at : null,
      tokens: run.tokensUsed,
      result: run.status === 'complete' ? run.result.body : null,
      failure: run.status === 'failed' ? run.failureCode : null,
    })
    for (const event of events) {
      if (event.type === 'hold.opened') openHold.run(event.holdId, runId, event.kind, event.atMs)
      if (event.type === 'hold.closed') closeHold.run(event.atMs, event.holdId)
    }
    const touched = new Set(events.flatMap((event) => ('stepId' in event && event.stepId !== null ? [event.stepId] : [])))
    for (const step of run.steps.filter(({ id }) => touched.has(id))) {
      upsertStep.run({
        id: step.id,
        run: runId,
        ordinal: step.ordinal,
        kind: step.kind,
        name: step.name,
        input: step.input.body,
        phase: step.phase,
        output: step.output?.body ?? null,
        started: step.startedAtMs,
        ended: step.endedAtMs,
      })
    }
  }
}
