/** A trace as OpenTelemetry's JSON writes one, for programs that show such trees. Ids are derived, so that the same tree is the same bytes. */
import * as z from 'zod'
import type { Sha256 } from './digest.ts'
import type { Span, SpanStatus, Trace } from './trace.ts'

const attribute = z.strictObject({ key: z.string(), value: z.strictObject({ stringValue: z.string() }) })
const traceId = z.string().regex(/^[0-9a-f]{32}$/)
const spanId = z.string().regex(/^[0-9a-f]{16}$/)
/** Nanoseconds since 1970; 0 = it goes on. */
const nanoseconds = z.string().regex(/^\d{1,20}$/)

const OtlpSpan = z.strictObject({
  traceId,
  spanId,
  /** Empty for the root. */
  parentSpanId: z.union([spanId, z.literal('')]),
  name: z.string(),
  /** 1: internal. */
  kind: z.literal(1),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes: z.array(attribute),
  links: z.array(z.strictObject({ traceId, spanId, attributes: z.array(attribute) })),
  /** 0: not known yet, 1: well, 2: an error. */
  status: z.strictObject({ code: z.union([z.literal(0), z.literal(1), z.literal(2)]) }),
})
type OtlpSpan = z.infer<typeof OtlpSpan>

export const OtlpTrace = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.strictObject({ scope: z.strictObject({ name: z.string(), version: z.string() }), spans: z.array(OtlpSpan) })),
    }),
  ),
})
export type OtlpTrace = z.infer<typeof OtlpTrace>

const statusCodes: Readonly<Record<SpanStatus, 0 | 1 | 2>> = { open: 0, ok: 1, error: 2, stopped: 0 }
const said = (key: string, value: string | null) => (value === null ? [] : [{ key, value: { stringValue: value } }])

export function toOtlp({ correlation, spans }: Trace, version: string, sha256: Sha256): OtlpTrace {
  const inside = new Set(spans.map(({ id }) => id))
  const trace = (id: string) => sha256(`trace ${id}`).slice(0, 32)
  const own = (id: string) => sha256(`span ${id}`).slice(0, 16)
  const toSpan = ({ id, parentId, kind, name, startMs, endMs, status, code, handoffs }: Span): OtlpSpan => ({
    ...{ traceId: trace(correlation), spanId: own(id), parentSpanId: parentId === null ? '' : own(parentId), name, kind: 1 },
    ...{ startTimeUnixNano: `${startMs}000000`, endTimeUnixNano: endMs === null ? '0' : `${endMs}000000` },
    attributes: [...said('holdfast.id', id), ...said('holdfast.kind', kind), ...said('holdfast.code', code)],
    links: handoffs.map(({ from, reason }) => ({
      traceId: trace(inside.has(from) ? correlation : from),
      spanId: own(from),
      attributes: said('holdfast.handoff', reason),
    })),
    status: { code: statusCodes[status] },
  })
  const resource = { attributes: [...said('service.name', 'holdfast'), ...said('service.version', version)] }
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'holdfast', version }, spans: spans.map(toSpan) }] }] }
}
