/**
 * What the log says of the work of runs and missions: each line names its agent, its task, where the run stands, and one id that all lines
 * of a mission share. Names, ids and codes of ours only: lines are made from events, which hold nothing else.
 */
import type { RecordedEvent } from '../domain/recorded-event.ts'

type EventType = RecordedEvent['event']['type']

/** What is told, and how loudly. Anything else of a run stands in its events. */
export const toldEvents: Readonly<Partial<Record<EventType, 'info' | 'warn'>>> = {
  'run.queued': 'info',
  'run.held': 'info',
  'run.launching': 'info',
  'run.activated': 'info',
  'run.completed': 'info',
  'run.failed': 'warn',
  'run.aborted': 'info',
  'model.failed': 'warn',
  'tool.failed': 'warn',
  'tool.unknown': 'warn',
  'proposal.refused': 'warn',
  'reply.withheld': 'warn',
  'spiral.detected': 'warn',
  'budget.exceeded': 'warn',
  'mission.created': 'info',
  'mission.plan_refused': 'warn',
  'mission.committed': 'info',
  'mission.completed': 'info',
}

/** Which work a line belongs to. `agent` and `task` are null for what a mission does itself. */
export interface Work {
  readonly correlation: string
  readonly mission: string | null
  readonly run: string | null
  readonly agent: string | null
  /** The id of the shard. */
  readonly task: string | null
  /** Status of the run, or phase of the mission. */
  readonly phase: string
}

export interface WorkLine extends Work {
  readonly level: 'info' | 'warn'
  readonly message: EventType
  readonly step: string | null
  readonly code: string | null
}

/** Null where the log says nothing of it. */
export function workLine({ event }: RecordedEvent, work: Work): WorkLine | null {
  const level = toldEvents[event.type]
  if (level === undefined) return null
  const code =
    'failure' in event ? (event.failure?.code ?? null) : 'reason' in event && typeof event.reason === 'string' ? event.reason : null
  return { ...work, level, message: event.type, step: 'stepId' in event ? event.stepId : null, code }
}
