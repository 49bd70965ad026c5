/** A trace as the rows of a tree, and where each of its spans lies in time. Pure. */
import type { TraceView } from '../../../main/contract/telemetry.ts'

export type TraceSpan = TraceView['spans'][number]

export interface TraceRow {
  readonly span: TraceSpan
  /** 1 is the root. */
  readonly level: number
  readonly hasInside: boolean
  readonly isOpen: boolean
  /** Its place among those beside it, from 1, and how many they are. */
  readonly place: number
  readonly siblings: number
}

/** From here on the calls of runs are folded until a person opens them. */
export const traceFolds = { spansMin: 300 } as const

/** Whether a span is open before a person has opened or closed anything. */
export const isOpenFirst = (span: TraceSpan, spans: number): boolean => spans < traceFolds.spansMin || span.kind !== 'run'

/** `turned`: ids of the spans that a person opened or closed. Parents stand before what lies in them. */
export function traceRows(spans: readonly TraceSpan[], turned: ReadonlySet<string>): readonly TraceRow[] {
  const inside = Map.groupBy(spans, ({ parentId }) => parentId)
  const rows: TraceRow[] = []
  const add = (parentId: string | null, level: number) => {
    const siblings = inside.get(parentId) ?? []
    for (const [at, span] of siblings.entries()) {
      const hasInside = inside.has(span.id)
      const isOpen = hasInside && isOpenFirst(span, spans.length) !== turned.has(span.id)
      rows.push({ span, level, hasInside, isOpen, place: at + 1, siblings: siblings.length })
      if (isOpen) add(span.id, level + 1)
    }
  }
  add(null, 1)
  return rows
}

/** What is turned once everything that this span lies in is open. */
export function revealed(spans: ReadonlyMap<string, TraceSpan>, turned: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(turned)
  for (let above = spans.get(id)?.parentId; above != null; above = spans.get(above)?.parentId) {
    const span = spans.get(above)
    if (span === undefined) break
    if (isOpenFirst(span, spans.size)) next.delete(above)
    else next.add(above)
  }
  return next
}

export interface TraceFrame {
  readonly startMs: number
  readonly lastsMs: number
}

/** All of it; what goes on reaches to now. */
export function frameOf(spans: readonly TraceSpan[], nowMs: number): TraceFrame {
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, 0]
  for (const span of spans) {
    startMs = Math.min(startMs, span.startMs)
    endMs = Math.max(endMs, span.endMs ?? Math.max(nowMs, span.startMs))
  }
  return { startMs, lastsMs: Math.max(1, endMs - startMs) }
}

export const lastsMs = ({ startMs, endMs }: TraceSpan, nowMs: number): number => Math.max(0, (endMs ?? nowMs) - startMs)

/** Shares of the frame. */
export const placeIn = (span: TraceSpan, frame: TraceFrame, nowMs: number) => ({
  left: (span.startMs - frame.startMs) / frame.lastsMs,
  width: lastsMs(span, nowMs) / frame.lastsMs,
})

/** The row that an arrow leads to, and whether it turns the row that it is pressed on instead. */
export function arrowIn(rows: readonly TraceRow[], at: number, key: 'ArrowLeft' | 'ArrowRight'): number | 'turn' {
  const row = rows[at]
  if (row === undefined) return at
  if (key === 'ArrowRight') return !row.hasInside ? at : row.isOpen ? at + 1 : 'turn'
  if (row.isOpen) return 'turn'
  return Math.max(
    0,
    rows.findIndex(({ span }) => span.id === row.span.parentId),
  )
}
