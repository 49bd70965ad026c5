/** How open calls and holds are closed when a run ends, so that nothing stays set aside and nobody is asked for nothing. */
import { nothing } from '../budget.ts'
import type { RunEvent } from './events.ts'
import type { ExistingRun, Step } from './state.ts'
import { isOpenPhase } from './step-phases.ts'

/** The end of a call that nobody will finish: what may have had an effect says so. */
export function abandonStep(step: Step, code: string, atMs: number): readonly RunEvent[] {
  if (!isOpenPhase(step.phase)) return []
  const about = { stepId: step.id, failure: { code }, atMs } as const
  const isPaid = step.name === 'datacenter' || step.name === 'frontier'
  if (step.kind === 'model') return [{ type: 'model.failed', ...about, settled: isPaid ? step.reserved : nothing }]
  if (step.phase !== 'dispatched') return [{ type: 'tool.failed', ...about, output: null, isBeforeEffect: true, settled: nothing }]
  if (step.effect === 'unsafe') return [{ type: 'tool.unknown', stepId: step.id, settled: step.reserved, atMs }]
  return [{ type: 'tool.failed', ...about, output: null, isBeforeEffect: false, settled: step.reserved }]
}

export const closeHolds = (run: ExistingRun, atMs: number): readonly RunEvent[] =>
  run.holds.map(({ id }) => ({ type: 'hold.closed', holdId: id, atMs, decision: 'ended' }))

/** Everything that must be closed before a run may end. */
export const settleAll = (run: ExistingRun, code: string, atMs: number): readonly RunEvent[] => [
  ...run.steps.flatMap((step) => abandonStep(step, code, atMs)),
  ...closeHolds(run, atMs),
]
