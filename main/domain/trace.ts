/**
 * A mission or a run as a tree: mission, phase, run of an agent, calls of models and tools. One root, and every span lies in another of the
 * same tree. Pure, from what is on record; ids, names and codes only.
 */
import type { MissionEvent } from './mission/events.ts'
import { evolveMission } from './mission/evolve.ts'
import { type MissionState, noMission } from './mission/state.ts'

/** Spans beyond these are left out, the last of the tree first. */
export const traceLimits = { spansMax: 2_000 } as const

export const spanKinds = ['mission', 'phase', 'run', 'model', 'tool'] as const
export type SpanKind = (typeof spanKinds)[number]
/** `stopped`: ended on purpose before it was done, which is no failure. */
export const spanStatuses = ['open', 'ok', 'error', 'stopped'] as const
export type SpanStatus = (typeof spanStatuses)[number]

/** Why a run works with what another left: the plan it comes from, results it was given, a task that was asked for, the try before, a copy. */
export const handoffReasons = ['planned', 'after', 'asked', 'retry', 'fork'] as const
export type HandoffReason = (typeof handoffReasons)[number]

export interface Span {
  readonly id: string
  /** Null for the root. */
  readonly parentId: string | null
  readonly kind: SpanKind
  /** Of a run its agent, of a call the tool or the tier. */
  readonly name: string
  readonly startMs: number
  /** Null = it goes on. */
  readonly endMs: number | null
  readonly status: SpanStatus
  readonly code: string | null
  /** Runs that handed over to this one; `from` is the id of a run, which may lie in another tree. */
  readonly handoffs: ReadonlyArray<{ readonly from: string; readonly reason: HandoffReason }>
}

export interface Trace {
  /** The id of the mission, or of the run that belongs to none. */
  readonly correlation: string
  readonly spans: readonly Span[]
  readonly isCut: boolean
}

export interface TracedStep extends Pick<Span, 'id' | 'name' | 'startMs' | 'endMs' | 'status' | 'code'> {
  readonly kind: 'model' | 'tool'
}
export interface TracedRun extends Omit<TracedStep, 'kind'> {
  readonly steps: readonly TracedStep[]
  readonly handoffs: Span['handoffs']
}

const spansOfRun = ({ steps, ...run }: TracedRun, parentId: string | null): readonly Span[] => [
  { ...run, parentId, kind: 'run' },
  ...steps.map((step) => ({ ...step, parentId: run.id, handoffs: [] })),
]

function limited(correlation: string, spans: readonly Span[]): Trace {
  return { correlation, spans: spans.slice(0, traceLimits.spansMax), isCut: spans.length > traceLimits.spansMax }
}

/** A run that belongs to no mission. */
export const traceOfRun = (run: TracedRun): Trace => limited(run.id, spansOfRun(run, null))

type Phase = Span & { readonly runs: ReadonlyArray<{ readonly runId: string; readonly handoffs: Span['handoffs'] }> }

/** What the runs of a mission had from each other, as its events tell it. */
function handoffsOf(state: MissionState, event: MissionEvent, planner: string | null): Span['handoffs'] {
  if (event.type !== 'mission.run_started' || state.phase === 'absent') return []
  const shard = state.shards.find(({ key }) => key === event.key)
  if (shard === undefined) return []
  const given = shard.after.flatMap((key) => state.shards.find((one) => one.key === key)?.check?.runId ?? [])
  const before = shard.runs.at(-1)
  return [
    ...(shard.byRunId === null ? (planner === null ? [] : [{ from: planner, reason: 'planned' as const }]) : []),
    ...(shard.byRunId === null ? [] : [{ from: shard.byRunId, reason: 'asked' as const }]),
    ...given.map((from) => ({ from, reason: 'after' as const })),
    ...(before === undefined ? [] : [{ from: before.runId, reason: 'retry' as const }]),
  ]
}

/** `events` are all of the mission, oldest first; runs that are not among `runs` are left out, with what they handed over. */
export function traceOfMission(missionId: string, events: readonly MissionEvent[], runs: ReadonlyMap<string, TracedRun>): Trace {
  let state: MissionState = noMission
  let planner: string | null = null
  const phases: Phase[] = []
  const close = (endMs: number) => {
    const last = phases.pop()
    if (last !== undefined) phases.push({ ...last, endMs, status: 'ok' })
  }
  for (const event of events) {
    const handoffs = handoffsOf(state, event, planner)
    const before = state.phase
    state = evolveMission(state, event)
    if (state.phase !== before && 'atMs' in event) {
      close(event.atMs)
      const id = `${missionId}/${phases.length + 1}`
      const span = { id, parentId: missionId, kind: 'phase', startMs: event.atMs, endMs: null, status: 'open', code: null } as const
      if (state.phase !== 'COMPLETED') phases.push({ ...span, name: state.phase, handoffs: [], runs: [] })
    }
    if (event.type === 'mission.plan_proposed') planner = event.runId
    if (event.type !== 'mission.plan_started' && event.type !== 'mission.run_started') continue
    const last = phases.pop()
    if (last !== undefined) phases.push({ ...last, runs: [...last.runs, { runId: event.runId, handoffs }] })
  }
  if (state.phase === 'absent') return { correlation: missionId, spans: [], isCut: false }
  const { outcome, createdAtMs, movedAtMs } = state
  const root: Span = {
    ...{ id: missionId, parentId: null, kind: 'mission', name: 'mission', startMs: createdAtMs, handoffs: [] },
    endMs: outcome === null ? null : movedAtMs,
    status: outcome === null ? 'open' : outcome === 'failed' ? 'error' : outcome === 'aborted' ? 'stopped' : 'ok',
    code: outcome,
  }
  const below = phases.flatMap(({ runs: started, ...phase }) => [
    phase,
    ...started.flatMap(({ runId, handoffs }) => {
      const run = runs.get(runId)
      return run === undefined ? [] : spansOfRun({ ...run, handoffs: handoffs.filter(({ from }) => runs.has(from)) }, phase.id)
    }),
  ])
  return limited(missionId, [root, ...below])
}
