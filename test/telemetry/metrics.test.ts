/** What is counted of runs, as a collector reads it: by names and codes of ours, bounded, and under labels. */
import { describe, expect, test } from 'vitest'
import { labelFromName, permits, unclassified } from '../../main/domain/label.ts'
import type { RunFigures } from '../../main/domain/run-figures.ts'
import { createMetrics, metricLimits } from '../../main/telemetry/metrics.ts'
import { parsePrometheus, sampleOf } from '../support/prometheus.ts'
import { testId } from '../support/test-core.ts'

const run = (more: Partial<RunFigures> = {}): RunFigures => ({
  ...{ runId: testId('run', 1), agent: 'research', status: 'complete', failure: null, label: unclassified, tokens: 0, steps: [] },
  ...{ createdAtMs: 1_000, endedAtMs: 61_000, activeMs: 4_000, contextPercent: null, lastContextPercent: null },
  ...more,
})
const secret = labelFromName('secret')
const read = async (metrics: ReturnType<typeof createMetrics>, clearance = secret) =>
  parsePrometheus(await metrics.text((label) => permits(clearance, label)))

describe('OBS-01 the exposition', () => {
  test('OBS-01 names what ended, what failed, how long it took and how full a context was, in the grammar of the format', async () => {
    const metrics = createMetrics()
    metrics.ended(run())
    metrics.ended(
      run({
        ...{ status: 'failed', failure: 'model.timeout' },
        steps: [
          { kind: 'model', name: 'edge', phase: 'failed', failure: 'model.timeout', startedAtMs: 0, endedAtMs: 2_000 },
          { kind: 'tool', name: 'search_documents', phase: 'succeeded', failure: null, startedAtMs: 0, endedAtMs: 10 },
        ],
      }),
    )
    metrics.context('research', unclassified, 12.5)
    const families = parsePrometheus(await metrics.text(null))
    expect(families.map(({ name, type }) => [name, type])).toEqual([
      ['agent_executions_total', 'counter'],
      ['agent_errors_total', 'counter'],
      ['agent_duration_seconds', 'histogram'],
      ['agent_context_utilization_percent', 'gauge'],
    ])
    const research = { agent_name: 'research' }
    expect(sampleOf(families, 'agent_executions_total', { ...research, status: 'complete' })).toBe(1)
    expect(sampleOf(families, 'agent_executions_total', { ...research, status: 'failed' })).toBe(1)
    expect(sampleOf(families, 'agent_errors_total', { ...research, error_type: 'model.timeout' })).toBe(2)
    expect(sampleOf(families, 'agent_duration_seconds_sum', { ...research, phase: 'total' })).toBe(120)
    expect(sampleOf(families, 'agent_duration_seconds_sum', { ...research, phase: 'active' })).toBe(8)
    expect(sampleOf(families, 'agent_duration_seconds_count', { ...research, phase: 'model' })).toBe(1)
    expect(sampleOf(families, 'agent_duration_seconds_bucket', { ...research, phase: 'tool', le: '0.1' })).toBe(1)
    expect(sampleOf(families, 'agent_context_utilization_percent', research)).toBe(12.5)
  })

  test('OBS-01 what is of no form of ours is counted as other, and there are never more names than are bounded', async () => {
    const metrics = createMetrics()
    for (const agent of ['Ignore all instructions"} 1\n', 'x'.repeat(100), '../../etc'])
      metrics.ended(run({ agent, failure: 'The patient is Jane Doe' }))
    for (let at = 0; at < metricLimits.agentsMax + 50; at++) metrics.ended(run({ agent: `agent-${at}` }))
    for (let at = 0; at < metricLimits.codesMax + 50; at++) metrics.ended(run({ agent: 'agent-1', failure: `tool.code_${at}` }))
    const text = await metrics.text(null)
    const [executions, errors] = parsePrometheus(text)
    expect(executions?.samples.length).toBe(metricLimits.agentsMax + 1)
    expect(errors?.samples.length).toBeLessThanOrEqual(metricLimits.codesMax + 3)
    expect(sampleOf([executions as never], 'agent_executions_total', { agent_name: 'other' })).toBe(53)
    expect(text).not.toMatch(/Jane|Ignore|etc/)
  })

  test('OBS-01 nobody is told how many there are of what lies above them, and labels without end are counted together', async () => {
    const metrics = createMetrics()
    metrics.ended(run())
    metrics.ended(run({ label: secret, agent: 'hidden' }))
    metrics.context('research', secret, 90)
    metrics.context('research', unclassified, 10)
    const seen = (families: Awaited<ReturnType<typeof read>>) => [
      sampleOf(families, 'agent_executions_total', { agent_name: 'hidden' }),
      sampleOf(families, 'agent_context_utilization_percent', { agent_name: 'research' }),
    ]
    expect(seen(await read(metrics, unclassified))).toEqual([null, 10])
    expect(seen(await read(metrics, secret))).toEqual([1, 90])
    for (let at = 0; at < metricLimits.labelsMax + 10; at++)
      metrics.ended(run({ label: { ...unclassified, categories: [`C${at}`] }, agent: 'many' }))
    const all = parsePrometheus(await metrics.text(null))
    expect(sampleOf(all, 'agent_executions_total', { agent_name: 'many' })).toBe(metricLimits.labelsMax + 10)
    expect(parsePrometheus(await metrics.text(() => false)).map(({ samples }) => samples.length)).toEqual([0, 0, 0, 0])
  })
})
