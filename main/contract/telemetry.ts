/** What is measured here as it crosses the border: metrics, traces, incidents and reviews. Names, codes, ids and numbers only. */
import * as z from 'zod'
import { driftParts } from '../domain/drift.ts'
import { holdingsLimits } from '../domain/holdings-limits.ts'
import { idOf } from '../domain/ids.ts'
import { incidentCauses } from '../domain/incident.ts'
import { Label } from '../domain/label.ts'
import { objectiveKinds } from '../domain/objective.ts'
import { reviewPeriods } from '../domain/review.ts'
import { handoffReasons, spanKinds, spanStatuses } from '../domain/trace.ts'
import { call } from './define.ts'
import { LabelReason } from './holdings.ts'

export const MetricsText = z.strictObject({ contentType: z.string(), text: z.string() })
export type MetricsText = z.infer<typeof MetricsText>

const time = z.int().min(0)
export const SpanView = z.strictObject({
  id: z.string(),
  /** Null for the root. */
  parentId: z.string().nullable(),
  kind: z.enum(spanKinds),
  name: z.string(),
  startMs: time,
  /** Null = it goes on. */
  endMs: time.nullable(),
  status: z.enum(spanStatuses),
  code: z.string().nullable(),
  handoffs: z.array(z.strictObject({ from: idOf('run'), reason: z.enum(handoffReasons) })),
})
export const TraceView = z.strictObject({
  /** The id that everything done for it carries in the log. */
  correlation: z.union([idOf('msn'), idOf('run')]),
  /** Parents before what lies in them. */
  spans: z.array(SpanView),
  isCut: z.boolean(),
})
export type TraceView = z.infer<typeof TraceView>

const count = z.int().min(0)
export const Incident = z.strictObject({
  id: idOf('inc'),
  cause: z.enum(incidentCauses),
  /** Name of an agent, a tool, a tier or an endpoint. */
  subject: z.string(),
  runId: idOf('run').nullable(),
  label: Label,
  openedAt: time,
  closedAt: time.nullable(),
  closedBy: z.string().nullable(),
  /** Null while it is open, after a purge, and for whoever may not see it. */
  reason: z.string().nullable(),
})
export type Incident = z.infer<typeof Incident>
/** Over a week. `burnt`: share of the failures that the objective allows; above 1 it is used up. */
export const ErrorBudgetView = z.strictObject({
  kind: z.enum(objectiveKinds),
  subject: z.string(),
  tries: count,
  failures: count,
  objective: z.number(),
  burnt: z.number().min(0),
  isBreached: z.boolean(),
})
export const IncidentList = z.strictObject({ items: z.array(Incident), total: count, budgets: z.array(ErrorBudgetView) })
export type IncidentList = z.infer<typeof IncidentList>
export const PartDriftView = z.strictObject({
  part: z.enum(driftParts),
  /** False where there is nothing to compare with. */
  isWatched: z.boolean(),
  changed: count,
  missing: count,
  added: count,
  /** The first of them. */
  names: z.array(z.string()),
})
export type PartDriftView = z.infer<typeof PartDriftView>
export const DriftReport = z.strictObject({ at: time, parts: z.array(PartDriftView) })
export type DriftReport = z.infer<typeof DriftReport>
export const Review = z.strictObject({ period: z.enum(reviewPeriods), at: time, markdown: z.string() })
export type Review = z.infer<typeof Review>
const incidentId = z.strictObject({ incidentId: idOf('inc') })

export const telemetryCalls = {
  'station.metrics': call('How agents do, in the words of Prometheus; of what this account may see', z.strictObject({}), MetricsText),
  'traces.get': call(
    'A mission, or a run that belongs to none, as a tree of phases, runs and calls',
    z.strictObject({ missionId: idOf('msn').optional(), runId: idOf('run').optional() }),
    TraceView,
  ),
  'incidents.list': call(
    'Incidents, newest first, and how much of what may go wrong has gone wrong',
    z.strictObject({
      limit: z.int().min(1).max(holdingsLimits.pageMax).default(50),
      offset: count.default(0),
      isOpen: z.boolean().optional(),
    }),
    IncidentList,
  ),
  'incidents.get': call('One incident', incidentId, Incident),
  'incidents.close': call('Close an incident, and say what was the matter', incidentId.extend({ reason: LabelReason }), Incident),
  'reports.review': call(
    'How agents were run, as Markdown: each week principles 1 to 6, each fortnight 7 to 12 and safety',
    z.strictObject({ period: z.enum(reviewPeriods) }),
    Review,
  ),
  'drift.check': call(
    'Whether policy, agents, prompts, models and delivered files are still what was signed, admitted or loaded',
    z.strictObject({}),
    DriftReport,
  ),
}
