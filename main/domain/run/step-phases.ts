/** Where one call stands. */
import * as z from 'zod'

export const stepPhases = [
  'proposed',
  'awaiting_approval',
  'awaiting_answer',
  'approved',
  'rejected',
  'revised',
  'expired',
  'dispatched',
  'succeeded',
  'failed_before_effect',
  'failed',
  'unknown',
  'undone',
] as const
export const StepPhase = z.enum(stepPhases)
export type StepPhase = z.infer<typeof StepPhase>

/** Phases in which something of the call is still to come. */
export const openPhases: readonly StepPhase[] = ['proposed', 'awaiting_approval', 'awaiting_answer', 'approved', 'dispatched']
export const isOpenPhase = (phase: StepPhase): boolean => openPhases.includes(phase)
