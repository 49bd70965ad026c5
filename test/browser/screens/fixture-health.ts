/** Invented incidents, error budgets, metrics, drift and reviews: a station with something to explain, and one with nothing yet. */
import type { CallInput, CallName, CallOutput } from '../../../main/contract/calls.ts'
import type { Incident } from '../../../main/contract/telemetry.ts'
import { judgeRate } from '../../../main/domain/approval-rate.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { budgetOf, defaultObjectives, type Tried } from '../../../main/domain/objective.ts'
import { fail, type Result } from '../../../main/domain/result.ts'
import { reviewMarkdown } from '../../../main/domain/review.ts'
import { cui } from './fixture-holdings.ts'
import { hex, id, nowMs } from './fixture-ids.ts'

const hour = 3_600_000

const incident = (number: number, change: Partial<Incident>): Incident => ({
  ...{ id: id('inc', number), cause: 'spiral', subject: 'research', runId: id('run', 7), label: cui, openedAt: nowMs - number * hour },
  ...{ closedAt: null, closedBy: null, reason: null },
  ...change,
})

const open: readonly Incident[] = [
  incident(1, { runId: id('run', 8) }),
  incident(5, { cause: 'budget', subject: 'document-reader', label: unclassified }),
  incident(26, { cause: 'breaker', subject: 'table_query', runId: null }),
]
const closed: readonly Incident[] = Array.from({ length: 240 }, (_, i) =>
  incident(30 + i, {
    ...{
      cause: (['spiral', 'budget', 'breaker'] as const)[i % 3] ?? 'spiral',
      subject: ['research', 'report-writer', 'edge'][i % 3] ?? '',
    },
    ...{ closedAt: nowMs - (29 + i) * hour, closedBy: i % 2 === 0 ? 'm.arden' : 'o.quill' },
    reason: i === 1 ? null : 'The depot’s list had no column of that name. It was taken in anew.\nNothing else depends on it.',
  }),
)

const tried: readonly Tried[] = [
  { kind: 'agent', subject: 'document-reader', tries: 61, failures: 7 },
  { kind: 'agent', subject: 'ask', tries: 412, failures: 9 },
  { kind: 'agent', subject: 'research', tries: 88, failures: 4 },
  { kind: 'agent', subject: 'compare', tries: 6, failures: 1 },
  { kind: 'tier', subject: 'edge', tries: 1_904, failures: 31 },
  { kind: 'tier', subject: 'reflex', tries: 58, failures: 0 },
  ...Array.from(
    { length: 120 },
    (_, i): Tried => ({ kind: 'agent', subject: `site-agent-${i + 1}`, tries: 20 + i, failures: i % 8 === 0 ? 1 : 0 }),
  ),
]

const ends = [0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200]
/** Cumulative, as a histogram is told. */
const shares = [0, 0, 0.02, 0.31, 0.7, 0.94, 0.99, 1, 1]

function agentMetrics(agent: string, runs: number, failed: number, percent: number | null): readonly string[] {
  const name = `agent_name="${agent}"`
  const took = (phase: string, factor: number) => {
    const count = Math.round(runs * factor)
    return [
      ...ends.map(
        (end, i) => `agent_duration_seconds_bucket{le="${end}",${name},phase="${phase}"} ${Math.round(count * (shares[i] ?? 1))}`,
      ),
      `agent_duration_seconds_bucket{le="+Inf",${name},phase="${phase}"} ${count}`,
      `agent_duration_seconds_sum{${name},phase="${phase}"} ${count * 11.4}`,
      `agent_duration_seconds_count{${name},phase="${phase}"} ${count}`,
    ]
  }
  return [
    `agent_executions_total{${name},status="complete"} ${runs - failed}`,
    ...(failed === 0
      ? []
      : [`agent_executions_total{${name},status="failed"} ${failed}`, `agent_errors_total{${name},error_type="model.deadline"} ${failed}`]),
    ...(failed < 3 ? [] : [`agent_executions_total{${name},status="aborted"} 3`, `agent_errors_total{${name},error_type="tool.failed"} 2`]),
    ...['total', 'active'].flatMap((phase) => took(phase, 1)),
    ...took('model', 4.2),
    ...took('tool', 2.5),
    ...(percent === null ? [] : [`agent_context_utilization_percent{${name}} ${percent}`]),
  ]
}

export const metricsText = [
  '# HELP agent_executions_total Runs that are over, by agent and how they ended',
  '# TYPE agent_executions_total counter',
  ...agentMetrics('ask', 412, 9, 23.4),
  ...agentMetrics('research', 88, 4, 38.1),
  ...agentMetrics('document-reader', 61, 7, 46),
  ...agentMetrics('compare', 6, 1, null),
  ...Array.from({ length: 120 }, (_, i) => agentMetrics(`site-agent-${i + 1}`, 5, i % 2, 12)).flat(),
  '',
].join('\n')
const emptyMetrics =
  '# HELP agent_executions_total Runs that are over, by agent and how they ended\n# TYPE agent_executions_total counter\n'

const figures = (days: number, isEmpty: boolean): Parameters<typeof reviewMarkdown>[1] => ({
  ...{ from: new Date(nowMs - days * 24 * hour).toISOString().slice(0, 10), to: new Date(nowMs).toISOString().slice(0, 10) },
  events: isEmpty
    ? {}
    : { 'run.created': 412, 'tool.proposed': 1_204, 'proposal.refused': 31, 'context.built': 1_902, 'incident.opened': 3 },
  created: isEmpty ? { byPerson: 0, pinned: 0, retries: 0 } : { byPerson: 288, pinned: 412, retries: 14 },
  contexts: isEmpty ? { mean: null, most: null, over: 0 } : { mean: 22.4, most: 57.1, over: 2 },
  executorsLost: 0,
  agents: isEmpty ? [] : [{ agent: 'research', runs: 88, failed: 4, tokens: 402_118, steps: 6.4 }],
  approval: isEmpty ? judgeRate(0, 0) : judgeRate(44, 50),
})

const part = (
  name: CallOutput<'drift.check'>['parts'][number]['part'],
  change: Partial<CallOutput<'drift.check'>['parts'][number]> = {},
) => ({
  ...{ part: name, isWatched: true, changed: 0, missing: 0, added: 0, names: [] },
  ...change,
})
const drifted: CallOutput<'drift.check'> = {
  at: nowMs,
  parts: [
    part('policy'),
    part('agents', { changed: 1, added: 1, names: ['depot-reader.yaml', 'x\u202Elmay.tsil.yaml'] }),
    part('prompts'),
    part('models', {
      changed: 1,
      missing: 24,
      names: Array.from({ length: 20 }, (_, i) => (i === 0 ? id('mdl', 1) : hex(i).slice(0, 24))),
    }),
    part('files', { isWatched: false }),
  ],
}

type Answers = { [N in CallName]?: (input: CallInput<N>) => CallOutput<N> | Extract<Result<never>, { ok: false }> }

export function healthAnswers(isEmpty: boolean): Answers {
  let incidents: readonly Incident[] = isEmpty ? [] : [...open, ...closed]
  const budgets = isEmpty ? [] : tried.map((one) => budgetOf(one, defaultObjectives))
  return {
    'incidents.list': ({ isOpen, limit = 50, offset = 0 }) => {
      const items = incidents.filter(({ closedAt }) => isOpen === undefined || isOpen === (closedAt === null))
      return { items: items.slice(offset, offset + limit), total: items.length, budgets: [...budgets] }
    },
    'incidents.close': ({ incidentId, reason }) => {
      const found = incidents.find((one) => one.id === incidentId)
      // Somebody else was quicker with the second.
      if (found === undefined || found.cause === 'budget')
        return fail('incident.closed', 'This incident is closed already.', 'Look at what was said of it.')
      const after = { ...found, closedAt: nowMs, closedBy: 'm.arden', reason }
      incidents = [after, ...incidents.filter((one) => one !== found)]
      return after
    },
    'station.metrics': () => ({ contentType: 'text/plain', text: isEmpty ? emptyMetrics : metricsText }),
    'drift.check': () => (isEmpty ? { at: nowMs, parts: drifted.parts.map(({ part: name }) => part(name)) } : drifted),
    'reports.review': ({ period }) => ({
      period,
      at: nowMs,
      markdown: reviewMarkdown(period, figures(period === 'week' ? 7 : 14, isEmpty)),
    }),
  }
}
