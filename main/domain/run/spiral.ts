/** Going in circles: failures in a row, or the same call again and again. Looked at before each step, so that a crash in between changes nothing. */
import { crossingTool } from '../tool.ts'
import type { ExistingRun, Step } from './state.ts'

export const spiralLimits = { failuresMax: 3, sameCallsMax: 5, sameCallsWithinMs: 10 * 60_000 } as const

const failed: readonly Step['phase'][] = ['failed', 'failed_before_effect', 'unknown']

/** Failed calls, failed model calls and refused proposals at the end, without any success between them. A model call that led to a call says nothing by itself. */
export function failuresInRow(run: ExistingRun): number {
  let count = 0
  for (const step of run.steps.slice(run.spiralFrom).toReversed()) {
    if (step.name === crossingTool) continue
    if (failed.includes(step.phase) || step.refusal !== null) count += 1
    else if (step.kind === 'tool') return count
  }
  return count
}

/** Most calls of one tool with the same arguments since `atMs` minus the window. `sameAs` names a step's arguments; equal names are equal arguments. */
export function mostRepeated(run: ExistingRun, sameAs: (step: Step) => string, atMs: number): number {
  const counts = new Map<string, number>()
  for (const step of run.steps.slice(run.spiralFrom)) {
    if (step.kind !== 'tool' || step.copiedFrom !== null || atMs - step.startedAtMs > spiralLimits.sameCallsWithinMs) continue
    const key = `${step.name}\n${sameAs(step)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return Math.max(0, ...counts.values())
}

export function spiralOf(run: ExistingRun, sameAs: (step: Step) => string, atMs: number): 'failures' | 'repetition' | null {
  if (failuresInRow(run) >= spiralLimits.failuresMax) return 'failures'
  return mostRepeated(run, sameAs, atMs) >= spiralLimits.sameCallsMax ? 'repetition' : null
}
