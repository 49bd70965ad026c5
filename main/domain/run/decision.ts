/** What a judgement is, and what closing a hold brings with it. */
import { fail, type Result } from '../result.ts'
import type { RunEvent } from './events.ts'
import type { ExistingRun } from './state.ts'
import type { Reason } from './transitions.ts'

export type Decision = Result<readonly RunEvent[]>

export const refuse = (code: string, message: string, hint = 'Look at the run again; it has moved on.'): Decision =>
  fail(`run.${code}`, message, hint)

/** After a hold closed: a held run without any other goes back to the queue, in the same breath. */
export function closeHold(run: ExistingRun, closed: RunEvent & { type: 'hold.closed' }, reason: Reason): readonly RunEvent[] {
  const isLast = run.holds.every((hold) => hold.id === closed.holdId)
  return run.status === 'held' && isLast ? [closed, { type: 'run.queued', from: 'held', reason, atMs: closed.atMs }] : [closed]
}
