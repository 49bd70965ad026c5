/** Metrics after a start: rebuilt from ended runs, some at a time, while contexts go on being built. */
import { expect, test } from 'vitest'
import { openTelemetry, type TelemetryParts } from '../../main/composition/telemetry.ts'
import { type Label, labelFromName, unclassified } from '../../main/domain/label.ts'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import type { RunFigures } from '../../main/domain/run-figures.ts'
import { parsePrometheus, sampleOf } from '../support/prometheus.ts'
import { testId } from '../support/test-core.ts'

const secret = labelFromName('secret')

/** Newest first. */
function started(runs: ReadonlyArray<Pick<RunFigures, 'agent' | 'label' | 'contextPercent' | 'lastContextPercent'>>) {
  const figures = new Map(
    runs.map((run, at): [string, RunFigures] => [
      testId('run', at + 1),
      {
        ...{ runId: testId('run', at + 1), status: 'complete', failure: null, tokens: 0, steps: [] },
        ...{ createdAtMs: 1_000, endedAtMs: 2_000, activeMs: 10, ...run },
      },
    ]),
  )
  const holdings = {
    runFigures: { of: (id: string) => figures.get(id) ?? null, since: () => [...figures.keys()] },
    runs: { get: () => ({ agent: 'research', shardId: 'shd', status: 'active' }) },
    missions: { ofRun: () => null, get: () => null },
  } as unknown as TelemetryParts['holdings']
  const telemetry = openTelemetry({
    holdings,
    diary: { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as TelemetryParts['diary'],
    onDefect: (where, error) => {
      throw new Error(where, { cause: error })
    },
  })
  telemetry.start()
  return {
    telemetry,
    percent: async (agent: string, label: Label) => {
      const text = await telemetry.services.metrics.text((one) => one.level === label.level)
      return sampleOf(parsePrometheus(text), 'agent_context_utilization_percent', { agent_name: agent })
    },
  }
}

const run = (agent: string, label: Label, fullest: number, last: number) => ({
  ...{ agent, label, contextPercent: fullest, lastContextPercent: last },
})

test('OBS-01 after a start each label and agent shows the last context of its newest run', async () => {
  const { percent } = started([
    run('research', unclassified, 38, 12),
    run('research', unclassified, 30, 30),
    run('research', secret, 25, 20),
    run('report', unclassified, 9, 7),
  ])
  expect(await Promise.all([percent('research', unclassified), percent('research', secret), percent('report', unclassified)])).toEqual([
    12, 20, 7,
  ])
})

test('OBS-01 a context that is built while the rest is counted is not overwritten by an older one', async () => {
  // More than are counted in one turn: the one with a context comes after.
  const { telemetry, percent } = started([
    ...Array.from({ length: 40 }, () => ({ agent: 'other', label: unclassified, contextPercent: null, lastContextPercent: null })),
    run('research', unclassified, 38, 30),
  ])
  const event = { type: 'context.built', stepId: testId('stp', 1), promptTokens: 5, contextTokens: 100 }
  telemetry.recorded([{ stream: testId('run', 99), label: unclassified, event } as unknown as RecordedEvent])
  expect(await percent('research', unclassified)).toBe(5)
})
