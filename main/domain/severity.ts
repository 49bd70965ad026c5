/** How much a finding matters, and what follows from it. Rules are rows: nothing else in the program weighs a finding. */
import type { Measure } from './budget.ts'

export const severities = ['critical', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/** Ends the run, marks it for whoever reads it, or only writes it down. */
export type Response = 'terminate' | 'annotate' | 'log'

export const responses: Readonly<Record<Severity, Response>> = { critical: 'terminate', warning: 'annotate', info: 'log' }

/** A limit that was passed. What cannot be had back is critical; time and counts are seen to by a person. */
export const severityOfBreach: Readonly<Record<Measure, Severity>> = {
  tokens: 'critical',
  cost: 'critical',
  model_calls: 'warning',
  tool_calls: 'warning',
  bytes_written: 'warning',
  duration: 'warning',
  depth: 'warning',
}

export const findings = [
  'label_above_ceiling',
  'egress_denied',
  'record_damaged',
  'check_broken',
  'check_denied',
  'spiral',
  'outcome_unknown',
  'quote_unsupported',
  'reply_above_task',
  'breaker_open',
  'limit_near',
  'exemption_used',
  'executor_lost',
  'proposal_refused',
  'approval_rejected',
] as const
export type Finding = (typeof findings)[number]

export const severityOfFinding: Readonly<Record<Finding, Severity>> = {
  label_above_ceiling: 'critical',
  egress_denied: 'critical',
  record_damaged: 'critical',
  check_broken: 'warning',
  check_denied: 'warning',
  spiral: 'warning',
  outcome_unknown: 'warning',
  quote_unsupported: 'warning',
  reply_above_task: 'warning',
  breaker_open: 'warning',
  limit_near: 'warning',
  exemption_used: 'warning',
  executor_lost: 'info',
  proposal_refused: 'info',
  approval_rejected: 'info',
}

export const responseTo = (finding: Finding): Response => responses[severityOfFinding[finding]]
