/** Model calls that did not come to an answer: stopped from outside, or failed by themselves. */
import type { ExistingRun, Step } from '../domain/run/state.ts'

/** A model call that ended with its core, or with the work of its run; the model is asked again. */
export const wasStopped = ({ kind, phase, failureCode }: Step): boolean =>
  kind === 'model' && phase === 'failed' && (failureCode === 'run.executor_lost' || failureCode === 'child.cancelled')

/** The model of this machine failed. */
export const hasFailedHere = (step: Step): boolean =>
  step.kind === 'model' && step.name === 'edge' && step.phase === 'failed' && !wasStopped(step)

export const failuresHere = (run: Pick<ExistingRun, 'steps'>): number => run.steps.filter(hasFailedHere).length

/** The model call that this machine has answered already for its run's answer; null = none yet, or another tier did. */
export const answeredHere = (run: Pick<ExistingRun, 'steps'>): Step | null =>
  run.steps.findLast(({ kind, name, phase }) => kind === 'model' && phase === 'succeeded' && (name === 'edge' || name === 'reflex')) ?? null

/** A stop is the run's, not the model's: nothing falls back on it. */
export const isStop = (code: string): boolean => /^(run|budget)\./.test(code) || code === 'child.cancelled'
