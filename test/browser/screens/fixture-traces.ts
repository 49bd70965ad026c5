/** Invented traces: a run by itself, a mission with its runs under way, and one with more than is shown. */
import type { CallInput, CallName, CallOutput } from '../../../main/contract/calls.ts'
import type { TraceView } from '../../../main/contract/telemetry.ts'
import { traceLimits } from '../../../main/domain/trace.ts'
import { id, nowMs } from './fixture-ids.ts'
import { missionIds } from './fixture-missions.ts'

type Span = TraceView['spans'][number]

const span = (kind: Span['kind'], spanId: string, parentId: string | null, name: string, fromMs: number, toMs: number | null): Span => ({
  ...{ kind, id: spanId, parentId, name, startMs: nowMs - fromMs, endMs: toMs === null ? null : nowMs - toMs },
  ...{ status: toMs === null ? 'open' : 'ok', code: null, handoffs: [] },
})

/** A run with so many calls, a model's and a tool's in turns. */
function run(number: number, parentId: string | null, agent: string, fromMs: number, toMs: number | null, calls: number): readonly Span[] {
  const runId = id('run', number)
  const eachMs = (fromMs - (toMs ?? 0)) / Math.max(calls, 1)
  return [
    span('run', runId, parentId, agent, fromMs, toMs),
    ...Array.from({ length: calls }, (_, i) => {
      const beganMs = fromMs - i * eachMs
      const isLast = toMs === null && i === calls - 1
      const stepId = id('stp', number === 12 ? 93 + i : number * 100 + i)
      return i % 2 === 0
        ? span('model', stepId, runId, 'edge', beganMs, isLast ? null : beganMs - eachMs * 0.9)
        : span('tool', stepId, runId, 'search_holdings', beganMs, isLast ? null : beganMs - eachMs * 0.5)
    }),
  ]
}

const failed = (spans: readonly Span[], code: string): readonly Span[] =>
  spans.map((one, i) => (i === 0 || i === spans.length - 1 ? { ...one, status: 'error', code } : one))
const after = (spans: readonly Span[], ...handoffs: Span['handoffs']): readonly Span[] =>
  spans.map((one, i) => (i === 0 ? { ...one, handoffs } : one))

function missionSpans(missionId: string): readonly Span[] {
  const phase = (n: number, name: string, fromMs: number, toMs: number | null) =>
    span('phase', `${missionId}/${n}`, missionId, name, fromMs, toMs)
  const planned = { from: id('run', 20), reason: 'planned' } as const
  return [
    { ...span('mission', missionId, null, 'mission', 900_000, null) },
    phase(1, 'PLANNING', 900_000, 780_000),
    ...run(20, `${missionId}/1`, 'planner', 890_000, 800_000, 3),
    phase(2, 'COMMITTED', 780_000, 700_000),
    phase(3, 'EXECUTING', 700_000, null),
    ...after(run(3, `${missionId}/3`, 'research', 700_000, 420_000, 6), planned),
    ...after(failed(run(7, `${missionId}/3`, 'document-reader', 690_000, 610_000, 4), 'model.deadline'), planned),
    ...after(run(8, `${missionId}/3`, 'document-reader', 600_000, 380_000, 4), planned, { from: id('run', 7), reason: 'retry' }),
    ...after(
      run(9, `${missionId}/3`, 'compare', 360_000, null, 5),
      { from: id('run', 3), reason: 'after' },
      { from: id('run', 8), reason: 'after' },
    ),
  ]
}

function hugeSpans(missionId: string): readonly Span[] {
  const phase = span('phase', `${missionId}/1`, missionId, 'EXECUTING', 7_200_000, 60_000)
  const runs = Array.from({ length: 64 }, (_, i) =>
    run(1_000 + i, phase.id, 'research', 7_200_000 - i * 90_000, 7_000_000 - i * 90_000, 40),
  )
  return [span('mission', missionId, null, 'mission', 7_200_000, 60_000), phase, ...runs.flat()].slice(0, traceLimits.spansMax)
}

type Answers = { [N in CallName]?: (input: CallInput<N>) => CallOutput<N> }

export function traceAnswers(isEmpty: boolean): Answers {
  return {
    'traces.get': ({ missionId, runId = '' }) => {
      if (isEmpty) return { correlation: missionId ?? runId, spans: [], isCut: false }
      if (missionId === missionIds.wide) return { correlation: missionId, spans: [...hugeSpans(missionId)], isCut: true }
      const wanted = missionId ?? (runId === id('run', 9) ? missionIds.working : null)
      if (wanted !== null) return { correlation: wanted, spans: [...missionSpans(wanted)], isCut: false }
      const number = [3, 7, 8, 12, 14].find((one) => id('run', one) === runId) ?? 3
      const spans = run(number, null, number < 12 ? 'ask' : 'report-writer', 960_000, number === 12 ? null : 700_000, 9)
      return { correlation: runId, spans: [...spans], isCut: false }
    },
  }
}
