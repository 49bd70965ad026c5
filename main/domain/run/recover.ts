/** What becomes of a run whose executor is gone: finished steps stand, half-done ones are settled, and an unsafe effect of unknown outcome waits for a person. */
import type { RunEvent } from './events.ts'
import { abandonStep, closeHolds, costUnsaid } from './settle.ts'
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

/** A call that was decided but not dispatched stands as it is; one that may be repeated goes back to where it was. */
function settleStep(step: Step, atMs: number): readonly RunEvent[] {
  if (step.phase !== 'dispatched') return []
  if (step.kind === 'model')
    return [{ type: 'model.failed', stepId: step.id, failure: { code: 'run.executor_lost' }, settled: costUnsaid(step), atMs }]
  if (step.effect === 'unsafe') return [{ type: 'tool.unknown', stepId: step.id, settled: step.reserved, atMs }]
  return [{ type: 'tool.returned', stepId: step.id, atMs }]
}

export function settleLostExecutor(run: ExistingRun, { atMs, holdId, reason }: Recovery): readonly RunEvent[] {
  if (run.cancelRequestedAtMs !== null) {
    const left = run.steps.flatMap((step) => abandonStep(step, 'run.stopped', atMs))
    return [...left, ...closeHolds(run, atMs), { type: 'run.aborted', from: run.status, reason: 'user_request', atMs }]
  }
  const settled = run.steps.flatMap((step) => settleStep(step, atMs))
  const isUnknown = settled.some((event) => event.type === 'tool.unknown')
  const isLooping = reason === 'executor_lost' && run.recoveries + 1 >= recoveriesMax
  const requeued: RunEvent = { type: 'run.queued', from: run.status, reason, atMs }
  if (isUnknown || isLooping) {
    const kind = isUnknown ? 'outcome_unknown' : 'spiral'
    const why = isUnknown ? 'outcome_unknown' : 'recovery_limit'
    return [
      ...settled,
      { type: 'hold.opened', holdId, kind, atMs, stepId: null, expiresAtMs: null },
      requeued,
      { type: 'run.held', from: 'queued', reason: why, atMs },
    ]
  }
  if (run.holds.length > 0) return [...settled, requeued, { type: 'run.held', from: 'queued', reason, atMs }]
  return [...settled, requeued]
}
