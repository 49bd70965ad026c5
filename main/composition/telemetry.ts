/** What is measured of runs, put together: fed from committed events, and rebuilt at a start from what the store holds. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { contextPercentOf } from '../domain/run-figures.ts'
import type { Services } from '../handlers/services.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import type { Holdings } from './store.ts'

const limits = { rebuiltRunsMax: 2_000, runsPerTurn: 20 } as const

const endings: ReadonlySet<string> = new Set(['run.completed', 'run.failed', 'run.aborted'])

export interface TelemetryParts {
  readonly holdings: Pick<Holdings, 'runs' | 'runFigures'>
  readonly onDefect: (where: string, error: unknown) => void
}

export interface Telemetry {
  readonly services: Pick<Services, 'metrics'>
  /** Events that were just committed. */
  recorded(events: readonly RecordedEvent[]): void
  /** Counts what ended before, some at a time; whoever asks meanwhile waits for it. To be called before anything runs. */
  start(): void
  close(): void
}

export function openTelemetry({ holdings, onDefect }: TelemetryParts): Telemetry {
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

  /** The newest; a run that ends from now on is told by its event. */
  async function rebuild(ids: readonly string[]): Promise<void> {
    const hasContext = new Set<string>()
    for (const [at, id] of ids.entries()) {
      if (at % limits.runsPerTurn === limits.runsPerTurn - 1) await nextTurn()
      if (isClosed) return
      const run = runFigures.of(id)
      if (run === null) continue
      metrics.ended(run)
      if (run.contextPercent === null || hasContext.has(run.agent)) continue
      hasContext.add(run.agent)
      metrics.context(run.agent, run.label, run.contextPercent)
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
      for (const event of events) guarded(() => look(event))
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
