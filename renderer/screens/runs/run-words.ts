/** The run machine in plain words. */

import type { RunSummary } from '../../../main/contract/runs.ts'
import type { Measure } from '../../../main/domain/budget.ts'
import type { BundleTrigger } from '../../../main/domain/context-bundle.ts'
import type { HoldKind } from '../../../main/domain/run/events.ts'
import type { StepPhase } from '../../../main/domain/run/step-phases.ts'
import type { Reason, RunStatus } from '../../../main/domain/run/transitions.ts'
import type { Tone } from '../../components/chip.tsx'

export const holdWords: Readonly<Record<HoldKind, string>> = {
  operator: 'paused by you',
  approval: 'waits for an approval',
  question: 'has a question',
  gate: 'waits at a gate',
  budget: 'budget used up',
  policy: 'stopped by policy',
  spiral: 'goes in circles',
  outcome_unknown: 'an outcome is unknown',
  version: 'its agent may do more now',
}

export const statusWords: Readonly<Record<RunStatus, string>> = {
  prep: 'preparing',
  queued: 'queued',
  held: 'held',
  launching: 'starting',
  active: 'running',
  complete: 'complete',
  failed: 'failed',
  aborted: 'stopped',
}

export const statusTones: Readonly<Record<RunStatus, Tone>> = {
  prep: 'plain',
  queued: 'plain',
  held: 'warn',
  launching: 'accent',
  active: 'accent',
  complete: 'ok',
  failed: 'bad',
  aborted: 'plain',
}

export const reasonWords: Readonly<Record<Reason, string>> = {
  user_request: 'a person asked for it',
  scheduler: 'the scheduler',
  agent_ready: 'the agent is ready',
  completion: 'it came to its end',
  failure: 'a failure',
  timeout: 'its time was up',
  quota_exceeded: 'its quota was used up',
  rate_limit: 'too many at once',
  approval: 'an approval',
  rejection: 'a rejection',
  policy: 'a policy',
  executor_lost: 'its executor was lost',
  recovery_limit: 'it was recovered too often',
  outcome_unknown: 'an outcome is unknown',
  safe_start: 'a safe start',
  gate: 'a gate',
  question: 'a question to a person',
  spiral: 'it went in circles',
  write_conflict: 'another run that writes the same file',
}

export const measureWords: Readonly<Record<Measure, string>> = {
  tokens: 'tokens',
  cost: 'cost',
  model_calls: 'model calls',
  tool_calls: 'tool calls',
  bytes_written: 'bytes written',
  duration: 'time',
  depth: 'depth',
}

/** `held · paused by you`, `complete`. */
export const statusText = (run: Pick<RunSummary, 'status' | 'holds' | 'isCancelRequested'>): string => {
  if (run.isCancelRequested && run.status !== 'aborted') return 'stopping'
  const first = run.holds[0]
  return run.status === 'held' && first !== undefined ? `held · ${holdWords[first]}` : statusWords[run.status]
}

/** When something was handed on. */
export const triggerWords: Readonly<Record<BundleTrigger, string>> = { complete: 'was complete', failed: 'failed', held: 'was held' }

/** An agent's name as a person reads it: `report-writer` is Report writer. */
export const agentWords = (agent: string): string => {
  const words = agent.replaceAll(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const phaseWords: Readonly<Record<StepPhase, string>> = {
  ...{ proposed: 'proposed', awaiting_approval: 'waits for approval', awaiting_answer: 'waits for an answer', approved: 'approved' },
  ...{ rejected: 'rejected', revised: 'sent back', expired: 'expired', dispatched: 'under way', succeeded: 'done', failed: 'failed' },
  ...{ failed_before_effect: 'failed, nothing changed', unknown: 'outcome unknown', undone: 'undone' },
}

export const phaseTones: Readonly<Record<StepPhase, Tone>> = {
  ...{
    proposed: 'plain',
    awaiting_approval: 'warn',
    awaiting_answer: 'warn',
    approved: 'accent',
    rejected: 'bad',
    revised: 'warn',
    expired: 'warn',
  },
  ...{ dispatched: 'accent', succeeded: 'ok', failed: 'bad', failed_before_effect: 'bad', unknown: 'bad', undone: 'plain' },
}
