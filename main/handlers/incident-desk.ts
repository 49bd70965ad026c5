/**
 * Opens an incident where something went wrong that somebody should explain, once for each: what is open already is not opened again, and
 * neither is what follows from the same run.
 */
import type { Actor } from '../domain/actor.ts'
import type { IncidentCause } from '../domain/incident.ts'
import type { Label } from '../domain/label.ts'
import { budgetOf, defaultObjectives, type ErrorBudget, objectiveLimits } from '../domain/objective.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { Services } from './services.ts'

const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

export interface IncidentDesk {
  /** Events that were just committed. */
  recorded(events: readonly RecordedEvent[]): void
  /** A part, a tool or an endpoint, is not asked any more; `runId` is the run whose failure was the last. */
  breakerOpened(part: string, runId: string | null): void
  /** Opens what a core that was killed did not come to open. */
  recover(): void
  /** Error budgets as they stand. */
  budgets(labels: readonly number[] | null): readonly ErrorBudget[]
}

export type IncidentParts = Pick<
  Services,
  'incidents' | 'runs' | 'inference' | 'station' | 'policy' | 'clock' | 'newId' | 'ceiling' | 'onDefect'
>

export function createIncidentDesk(parts: IncidentParts): IncidentDesk {
  const { incidents, runs, inference, station, policy, clock, newId, ceiling, onDefect } = parts
  const objectives = () => policy().objectives ?? defaultObjectives
  const windowStart = () => clock() - objectiveLimits.windowMs

  function open(cause: IncidentCause, subject: string, runId: string | null, label: Label): void {
    const about = { cause, subject, runId }
    if (incidents.isOpen(about)) return
    const at = clock()
    const id = newId('inc')
    station.commit(runtime, (record) => {
      incidents.add({ id, ...about, label, openedAt: at })
      record({ type: 'incident.opened', incidentId: id, ...about, atMs: at }, label)
    })
  }

  /** A budget that was explained is counted anew from then on. */
  function lookAtBudget(kind: ErrorBudget['kind'], subject: string, runId: string, label: Label): void {
    const since = Math.max(windowStart(), incidents.lastClosedAt('budget', subject) ?? 0)
    const tried = incidents.tried(since).find((one) => one.kind === kind && one.subject === subject)
    if (tried !== undefined && budgetOf(tried, objectives()).isBreached) open('budget', subject, runId, label)
  }

  function look({ event, stream, label }: RecordedEvent): void {
    if (event.type !== 'spiral.detected' && event.type !== 'run.failed' && event.type !== 'model.failed') return
    const row = runs.get(stream)
    if (row === null || row.isImported) return
    if (event.type === 'spiral.detected') open('spiral', row.agent, stream, label)
    // The model's process is not asked any more.
    if (event.type === 'model.failed' && inference.health().chat.breaker === 'open') open('breaker', 'edge', stream, label)
    if (event.type === 'run.failed') {
      lookAtBudget('agent', row.agent, stream, label)
      for (const { kind, subject } of incidents.tried(row.createdAt)) if (kind === 'tier') lookAtBudget(kind, subject, stream, label)
    }
  }

  const guarded = (work: () => void) => {
    try {
      work()
    } catch (error) {
      onDefect('incidents', error)
    }
  }
  return {
    recorded: (events) => {
      for (const event of events) guarded(() => look(event))
    },
    breakerOpened: (part, runId) =>
      guarded(() => {
        const row = runId === null ? null : runs.get(runId)
        open('breaker', part, row?.id ?? null, row?.label ?? ceiling())
      }),
    recover: () =>
      guarded(() => {
        for (const { id, agent, holds, label } of runs.withStatus(['held']))
          if (holds.includes('spiral') && !incidents.hasRun(id)) open('spiral', agent, id, label)
      }),
    budgets: (labels) => incidents.tried(windowStart(), labels).map((tried) => budgetOf(tried, objectives())),
  }
}
