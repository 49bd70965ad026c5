/** What is measured here as it crosses the border: metrics, traces, incidents and reviews. Names, codes, ids and numbers only. */
import * as z from 'zod'
import { idOf } from '../domain/ids.ts'
import { handoffReasons, spanKinds, spanStatuses } from '../domain/trace.ts'
import { call } from './define.ts'

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

export const telemetryCalls = {
  'station.metrics': call('How agents do, in the words of Prometheus; of what this account may see', z.strictObject({}), MetricsText),
  'traces.get': call(
    'A mission, or a run that belongs to none, as a tree of phases, runs and calls',
    z.strictObject({ missionId: idOf('msn').optional(), runId: idOf('run').optional() }),
    TraceView,
  ),
}
