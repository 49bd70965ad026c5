/** The eight states of a run and the moves between them. Nothing else in the program decides what is legal. */
import * as z from 'zod'

export const runStatuses = ['prep', 'queued', 'held', 'launching', 'active', 'complete', 'failed', 'aborted'] as const
export const RunStatus = z.enum(runStatuses)
export type RunStatus = z.infer<typeof RunStatus>

export const transitions: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  prep: ['queued', 'aborted'],
  queued: ['held', 'launching', 'aborted'],
  held: ['queued', 'aborted'],
  launching: ['active', 'failed', 'aborted', 'queued'],
  active: ['complete', 'failed', 'aborted', 'held', 'queued'],
  complete: [],
  failed: [],
  aborted: [],
}

export const isLegal = (from: RunStatus, to: RunStatus): boolean => transitions[from].includes(to)

export const isTerminal = (status: RunStatus): boolean => transitions[status].length === 0

/** Why a run moved. */
export const reasons = [
  'user_request',
  'scheduler',
  'agent_ready',
  'completion',
  'failure',
  'timeout',
  'quota_exceeded',
  'rate_limit',
  'approval',
  'rejection',
  'policy',
  'executor_lost',
  'recovery_limit',
  'outcome_unknown',
  'safe_start',
  'gate',
  'question',
  'spiral',
  'write_conflict',
] as const
export const Reason = z.enum(reasons)
export type Reason = z.infer<typeof Reason>
