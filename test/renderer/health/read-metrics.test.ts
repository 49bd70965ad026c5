import { expect, test } from 'vitest'
import { unclassified } from '../../../main/domain/label.ts'
import type { RunFigures } from '../../../main/domain/run-figures.ts'
import { createMetrics } from '../../../main/telemetry/metrics.ts'
import { readMetrics } from '../../../renderer/screens/health/read-metrics.ts'

const run = (change: Partial<RunFigures> = {}): RunFigures => ({
  ...{ runId: 'run_1', agent: 'ask', status: 'complete', failure: null, label: unclassified, createdAtMs: 0, endedAtMs: 4_000 },
  ...{ activeMs: 2_000, tokens: 0, contextPercent: null, lastContextPercent: null },
  steps: [{ kind: 'model', name: 'edge', phase: 'succeeded', startedAtMs: 0, endedAtMs: 400, failure: null }],
  ...change,
})

test('OBS-01 what the core says in the words of Prometheus is read back by agent', async () => {
  const metrics = createMetrics()
  const ended = (change?: Partial<RunFigures>) => metrics.ended(run(change))
  ended()
  ended()
  ended({ status: 'failed', failure: 'model.deadline', endedAtMs: 40_000 })
  ended({ agent: 'research', status: 'aborted' })
  metrics.context('ask', unclassified, 31.5)
  const [ask, research, ...rest] = readMetrics(await metrics.text(null))
  expect(rest).toEqual([])
  expect(ask).toMatchObject({
    ...{ agent: 'ask', executions: 3, contextPercent: 31.5, errors: [{ name: 'model.deadline', count: 1 }] },
    byStatus: [
      { name: 'complete', count: 2 },
      { name: 'failed', count: 1 },
    ],
  })
  expect(ask?.durations.map(({ phase, count }) => [phase, count])).toEqual([
    ['total', 3],
    ['active', 3],
    ['model', 3],
  ])
  expect(ask?.durations[0]).toMatchObject({ meanMs: 16_000, halfMs: 5_000, mostMs: 60_000 })
  expect(research).toMatchObject({ agent: 'research', executions: 1, errors: [], contextPercent: null })
})

test('OBS-01 what nobody was told of is no agent, and neither is what is no sample', async () => {
  expect(readMetrics(await createMetrics().text(null))).toEqual([])
  expect(readMetrics('nonsense\nagent_executions_total{agent_name="a"} NaN\nup 1\n{} 3\n')).toEqual([])
  expect(readMetrics('agent_errors_total{agent_name="a\\"b\\n",error_type="x\\\\y"} 2\n')).toMatchObject([
    { agent: 'a"b\n', executions: 0, errors: [{ name: 'x\\y', count: 2 }] },
  ])
})

test('OBS-01 times beyond the last bucket are said to be more than it', () => {
  const bucket = (le: string, count: number) => `agent_duration_seconds_bucket{le="${le}",agent_name="a",phase="total"} ${count}`
  const text = [
    bucket('+Inf', 4),
    bucket('1', 2),
    bucket('0.1', 0),
    'agent_duration_seconds_sum{agent_name="a",phase="total"} 8',
    'agent_duration_seconds_count{agent_name="a",phase="total"} 4',
  ]
  expect(readMetrics(text.join('\n'))[0]?.durations).toEqual([{ phase: 'total', count: 4, meanMs: 2_000, halfMs: 1_000, mostMs: null }])
})
