/** What a judgement is, and what closing a hold brings with it. */
import { fail, type Result } from '../result.ts'
import type { HoldKind, RunEvent } from './events.ts'
import type { ExistingRun } from './state.ts'
import type { Reason } from './transitions.ts'

export type Decision = Result<readonly RunEvent[]>

export const refuse = (code: string, message: string, hint = 'Look at the run again; it has moved on.'): Decision =>
  fail(`run.${code}`, message, hint)

/** Why a run is held, by what holds it. */
export const heldFor: Readonly<Record<HoldKind, Reason>> = {
  operator: 'user_request',
  approval: 'approval',
  question: 'question',
  gate: 'gate',
  budget: 'quota_exceeded',
  policy: 'policy',
  spiral: 'spiral',
  outcome_unknown: 'outcome_unknown',
  version: 'policy',
}

/** After a hold closed: a held run without any other goes back to the queue, in the same breath. */
export function closeHold(run: ExistingRun, closed: RunEvent & { type: 'hold.closed' }, reason: Reason): readonly RunEvent[] {
  const isLast = run.holds.every((hold) => hold.id === closed.holdId)
  return run.status === 'held' && isLast ? [closed, { type: 'run.queued', from: 'held', reason, atMs: closed.atMs }] : [closed]
}
