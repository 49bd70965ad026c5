/** What is measured and told of runs, put together: fed from committed events, and metrics rebuilt at a start from what the store holds. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { contextPercentOf } from '../domain/run-figures.ts'
import type { Services } from '../handlers/services.ts'
import type { Log } from '../telemetry/log.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { toldEvents, type Work, workLine } from '../telemetry/work-log.ts'
import type { Holdings } from './store.ts'

const limits = { rebuiltRunsMax: 2_000, runsPerTurn: 20 } as const

const endings: ReadonlySet<string> = new Set(['run.completed', 'run.failed', 'run.aborted'])

export interface TelemetryParts {
  readonly holdings: Pick<Holdings, 'runs' | 'runFigures' | 'missions'>
  readonly diary: Log
  readonly onDefect: (where: string, error: unknown) => void
}

/** What a stream is the work of; null for anything but a run or a mission. */
export function workOf({ runs, missions }: Pick<Holdings, 'runs' | 'missions'>, stream: string): Work | null {
  if (stream.startsWith('run_')) {
    const row = runs.get(stream)
    const mission = missions.ofRun(stream)?.missionId ?? null
    if (row === null) return null
    return { correlation: mission ?? stream, mission, run: stream, agent: row.agent, task: row.shardId, phase: row.status }
  }
  const mission = stream.startsWith('msn_') ? missions.get(stream) : null
  return mission === null ? null : { correlation: stream, mission: stream, run: null, agent: null, task: null, phase: mission.phase }
}

export interface Telemetry {
  readonly services: Pick<Services, 'metrics'>
  /** Events that were just committed. */
  recorded(events: readonly RecordedEvent[]): void
  /** Counts what ended before, some at a time; whoever asks meanwhile waits for it. To be called before anything runs. */
  start(): void
  close(): void
}

export function openTelemetry({ holdings, diary, onDefect }: TelemetryParts): Telemetry {
  const { runs, runFigures } = holdings
  const metrics = createMetrics()
  let isClosed = false
  let rebuilt = Promise.resolve()

  /** Of a run that goes on: what its end will not tell any more. */
  function look({ stream, event, label }: RecordedEvent): void {
    if (event.type === 'context.built') {
      const percent = contextPercentOf(event.promptTokens, event.contextTokens)
      const agent = percent === null ? undefined : runs.get(stream)?.agent
      if (agent !== undefined && percent !== null) metrics.context(agent, label, percent)
    }
    const run = endings.has(event.type) ? runFigures.of(stream) : null
    if (run !== null) metrics.ended(run)
  }

  function tell(recorded: RecordedEvent): void {
    if (toldEvents[recorded.event.type] === undefined) return
    const work = workOf(holdings, recorded.stream)
    const line = work === null ? null : workLine(recorded, work)
    if (line === null) return
    const { level, message, ...about } = line
    diary[level](about, message)
  }

  /** The newest first, so that of each label and agent the last context is shown; a run that ends from now on is told by its event. */
  async function rebuild(ids: readonly string[]): Promise<void> {
    for (const [at, id] of ids.entries()) {
      if (at % limits.runsPerTurn === limits.runsPerTurn - 1) await nextTurn()
      if (isClosed) return
      const run = runFigures.of(id)
      if (run === null) continue
      metrics.ended(run)
      if (run.lastContextPercent !== null) metrics.contextBefore(run.agent, run.label, run.lastContextPercent)
    }
  }
  const guarded = (work: () => void) => {
    try {
      work()
    } catch (error) {
      onDefect('telemetry', error)
    }
  }

  return {
    services: {
      metrics: {
        ...metrics,
        text: async (maySee) => {
          await rebuilt
          return metrics.text(maySee)
        },
      },
    },
    recorded: (events) => {
      for (const event of events) {
        guarded(() => look(event))
        guarded(() => tell(event))
      }
    },
    start: () =>
      guarded(() => {
        const ids = runFigures.since(0, limits.rebuiltRunsMax)
        rebuilt = rebuild(ids).catch((error: unknown) => onDefect('telemetry', error))
      }),
    close: () => {
      isClosed = true
    },
  }
}
