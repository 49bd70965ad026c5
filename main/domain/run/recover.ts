/** What becomes of a run whose executor is gone: finished steps stand, half-done ones are settled, and an unsafe effect of unknown outcome waits for a person. */
import type { RunEvent } from './events.ts'
import type { ExistingRun, Step } from './state.ts'

/** A run that loses its executor this often is held: something in it kills the core. */
export const recoveriesMax = 3

interface Recovery {
  readonly atMs: number
  /** Id for the hold that may be needed. */
  readonly holdId: string
  /** An orderly stop does not count against the run. */
  readonly reason: 'executor_lost' | 'scheduler'
}

function settleStep(step: Step, atMs: number): RunEvent {
  if (step.kind === 'model') return { type: 'model.failed', stepId: step.id, failure: { code: 'run.executor_lost' }, atMs }
  if (step.phase === 'dispatched' && step.effect === 'unsafe') return { type: 'tool.unknown', stepId: step.id, atMs }
  return { type: 'tool.failed', stepId: step.id, failure: { code: 'run.executor_lost' }, isBeforeEffect: step.phase !== 'dispatched', atMs }
}

export function settleLostExecutor(run: ExistingRun, { atMs, holdId, reason }: Recovery): readonly RunEvent[] {
  // A proposed or approved unsafe call was never dispatched: it stands, and its approval with it.
  const open = run.steps.filter((step) => step.phase === 'dispatched' || (step.phase === 'proposed' && step.kind === 'tool'))
  const settled = open.map((step) => settleStep(step, atMs))
  if (run.cancelRequestedAtMs !== null) return [...settled, { type: 'run.aborted', from: run.status, reason: 'user_request' }]
  const isUnknown = settled.some((event) => event.type === 'tool.unknown')
  const isLooping = reason === 'executor_lost' && run.recoveries + 1 >= recoveriesMax
  const requeued: RunEvent = { type: 'run.queued', from: run.status, reason }
  if (isUnknown || isLooping) {
    const kind = isUnknown ? 'outcome_unknown' : 'spiral'
    const why = isUnknown ? 'outcome_unknown' : 'recovery_limit'
    return [
      ...settled,
      { type: 'hold.opened', holdId, kind, atMs, stepId: null },
      requeued,
      { type: 'run.held', from: 'queued', reason: why },
    ]
  }
  if (run.holds.length > 0) return [...settled, requeued, { type: 'run.held', from: 'queued', reason }]
  return [...settled, requeued]
}
