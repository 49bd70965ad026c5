/** How open calls and holds are closed when a run ends, so that nothing stays set aside and nobody is asked for nothing. */
import { type Amount, nothing } from '../budget.ts'
import type { RunEvent } from './events.ts'
import type { ExistingRun, Step } from './state.ts'
import { isOpenPhase } from './step-phases.ts'

/** What a model call cost that did not say so: a local one nothing, a paid one all that was set aside. */
export const costUnsaid = (step: Step): Amount => (step.name === 'datacenter' || step.name === 'frontier' ? step.reserved : nothing)

/** The end of a call that nobody will finish: what may have had an effect says so. */
export function abandonStep(step: Step, code: string, atMs: number): readonly RunEvent[] {
  if (!isOpenPhase(step.phase)) return []
  const about = { stepId: step.id, failure: { code }, atMs } as const
  if (step.kind === 'model') return [{ type: 'model.failed', ...about, settled: costUnsaid(step) }]
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
