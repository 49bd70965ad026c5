/** Missions and runs as trees, read from the store alone. */
import type { TraceView } from '../contract/telemetry.ts'
import type { Handlers } from '../dispatch.ts'
import { MissionEvent } from '../domain/mission/events.ts'
import { fail, ok } from '../domain/result.ts'
import { isTerminal, type RunStatus } from '../domain/run/transitions.ts'
import { type Span, type Trace, type TracedRun, type TracedStep, traceOfMission, traceOfRun } from '../domain/trace.ts'
import type { StepRow } from '../store/steps.ts'
import type { Services } from './services.ts'

const limits = { stepsMax: 2_000 } as const

const unknown = fail('trace.unknown', 'There is no such mission or run.', 'List the missions and runs to see what there is.')
const oneOf = fail('trace.one_of', 'A trace is of one mission or of one run.', 'Name a mission or a run, and not both.')

export type TraceParts = Pick<Services, 'missions' | 'runs' | 'steps' | 'log' | 'sightOf'>

const toStep = ({ id, kind, name, startedAt, endedAt, failure }: StepRow): TracedStep => ({
  ...{ id, kind, name, startMs: startedAt, endMs: endedAt, code: failure },
  status: endedAt === null ? 'open' : failure === null ? 'ok' : 'error',
})

const spanStatusOf = (status: RunStatus): Span['status'] =>
  !isTerminal(status) ? 'open' : status === 'complete' ? 'ok' : status === 'aborted' ? 'stopped' : 'error'

/** A run with its calls; null where this account may not see it. */
function readRun({ runs, steps, sightOf }: TraceParts, runId: string, account: string): TracedRun | null {
  const row = runs.get(runId)
  if (row === null || sightOf(account)?.permits(row.label) === false) return null
  const { agent, status, failure, createdAt, endedAt, shardId, attempt, forkedFrom } = row
  const made = steps.list({ runId, agent: null, tool: null, phase: null, labels: null }, limits.stepsMax, 0).items
  const before = runs.attemptsOf(shardId).find((one) => one.attempt === attempt - 1)
  const handoffs: Span['handoffs'] = [
    ...(before === undefined ? [] : [{ from: before.id, reason: 'retry' as const }]),
    ...(forkedFrom === null ? [] : [{ from: forkedFrom.runId, reason: 'fork' as const }]),
  ]
  return {
    ...{ id: runId, name: agent, startMs: createdAt, endMs: endedAt, code: failure, handoffs },
    status: spanStatusOf(status),
    // What was copied was done by another run.
    steps: made.filter(({ copiedFrom }) => copiedFrom === null).map(toStep),
  }
}

function missionTrace(parts: TraceParts, missionId: string, account: string): Trace {
  const events = parts.log.readStream(missionId).map(({ event }) => MissionEvent.parse(event))
  const ids = events.flatMap((event) =>
    event.type === 'mission.plan_started' || event.type === 'mission.run_started' ? [event.runId] : [],
  )
  const found = ids.flatMap((id) => readRun(parts, id, account) ?? [])
  return traceOfMission(missionId, events, new Map(found.map((run) => [run.id, run])))
}

const toView = ({ spans, ...trace }: Trace): TraceView => ({
  ...trace,
  spans: spans.map((span) => ({ ...span, handoffs: [...span.handoffs] })),
})

export const traceHandlers = (services: TraceParts): Pick<Handlers, 'traces.get'> => ({
  'traces.get': ({ missionId, runId }, { account }) => {
    if ((missionId === undefined) === (runId === undefined)) return oneOf
    const { missions, sightOf } = services
    const maySee = (id: string) => {
      const label = missions.get(id)?.label
      return label !== undefined && sightOf(account)?.permits(label) !== false
    }
    const ofRun = runId === undefined ? null : (missions.ofRun(runId)?.missionId ?? null)
    // Who may not see all of a mission may still see a run of it.
    const whole = missionId ?? (ofRun !== null && maySee(ofRun) ? ofRun : null)
    if (whole !== null) return missions.get(whole) === null ? unknown : ok(toView(missionTrace(services, whole, account)))
    const run = runId === undefined ? null : readRun(services, runId, account)
    return run === null ? unknown : ok(toView(traceOfRun(run)))
  },
})
