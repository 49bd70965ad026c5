/**
 * The rows of a run as the fold of its events says they must be. The projections write them bit by bit; this builds them at once, so
 * that the two can be held against each other. Pure.
 */
import { canonicalJson } from '../canonical-json.ts'
import type { RecordedEvent } from '../recorded-event.ts'
import type { RunEvent } from './events.ts'
import type { ExistingRun, Step } from './state.ts'
import { isTerminal } from './transitions.ts'

type Column = string | number | null
export type ExpectedRow = Readonly<Record<string, Column>>

export interface ExpectedRows {
  readonly run: ExpectedRow
  readonly steps: readonly ExpectedRow[]
  readonly holds: readonly ExpectedRow[]
}

/** What is read of each table for the comparison: the columns that the builders below fill. */
export const comparedColumns = {
  run: [
    ...['shard_id', 'agent', 'attempt', 'status', 'reason', 'conversation_id', 'version', 'cancel_requested_at', 'epoch', 'executor'],
    ...['created_at', 'moved_at', 'ended_at', 'tokens_used', 'result', 'failure', 'depth', 'forked_from', 'is_imported', 'budget', 'usage'],
  ],
  steps: [
    ...['id', 'ordinal', 'kind', 'name', 'effect', 'risk', 'input', 'phase', 'output', 'feedback', 'failure', 'copied_from'],
    ...['started_at', 'ended_at'],
  ],
  holds: ['id', 'kind', 'opened_at', 'closed_at', 'decision', 'step_id', 'expires_at', 'rung', 'request'],
} as const

function runRow(run: ExistingRun, recorded: readonly RecordedEvent[]): ExpectedRow {
  const moves = recorded.flatMap(({ event }) => ('from' in event && 'reason' in event ? [{ reason: event.reason, at: event.atMs }] : []))
  const last = moves.at(-1)
  const createdAt = recorded[0]?.at ?? 0
  const hasExecutor = run.status === 'launching' || run.status === 'active'
  return {
    shard_id: run.shardId,
    agent: run.agent,
    attempt: run.attempt,
    status: run.status,
    reason: last?.reason ?? 'user_request',
    conversation_id: run.conversationId,
    version: recorded.length,
    cancel_requested_at: run.cancelRequestedAtMs,
    epoch: run.epoch,
    executor: hasExecutor ? canonicalJson(run.executor) : null,
    created_at: createdAt,
    moved_at: last?.at ?? createdAt,
    ended_at: isTerminal(run.status) ? (last?.at ?? null) : null,
    tokens_used: run.usage.tokens,
    result: run.status === 'complete' ? run.result.body : null,
    failure: run.status === 'failed' ? run.failureCode : null,
    depth: run.depth,
    forked_from: run.forkedFrom === null ? null : canonicalJson(run.forkedFrom),
    is_imported: run.isImported ? 1 : 0,
    budget: canonicalJson(run.budget),
    usage: canonicalJson(run.usage),
  }
}

const stepRow = ({ id, ordinal, kind, name, effect, risk, input, phase, output, startedAtMs, endedAtMs, ...step }: Step): ExpectedRow => ({
  ...{ id, ordinal, kind, name, effect, risk, input: input.body, phase, output: output?.body ?? null },
  ...{ feedback: step.feedback?.body ?? null, failure: step.failureCode ?? step.refusal, copied_from: step.copiedFrom?.stepId ?? null },
  ...{ started_at: startedAtMs, ended_at: endedAtMs },
})

function holdRows(events: readonly RunEvent[]): readonly ExpectedRow[] {
  const rows = new Map<string, Record<string, Column>>()
  const requests = new Map<string, string | null>()
  for (const event of events) {
    if (event.type === 'tool.approval_requested') requests.set(event.holdId, event.request?.body ?? null)
    if (event.type === 'hold.opened') {
      const { holdId: id, kind, atMs, stepId, expiresAtMs } = event
      const open = { id, kind, opened_at: atMs, closed_at: null, decision: null, step_id: stepId, expires_at: expiresAtMs, rung: 0 }
      rows.set(id, { ...open, request: null })
    }
    const row = 'holdId' in event ? rows.get(event.holdId) : undefined
    if (row === undefined) continue
    if (event.type === 'hold.closed') Object.assign(row, { closed_at: event.atMs, decision: event.decision })
    if (event.type === 'hold.escalated') row.rung = event.rung
  }
  return [...rows].map(([id, row]) => ({ ...row, request: requests.get(id) ?? null }))
}

/** `run` is the fold of `events`, which are those of `recorded`. */
export const expectedRows = (run: ExistingRun, events: readonly RunEvent[], recorded: readonly RecordedEvent[]): ExpectedRows => ({
  run: runRow(run, recorded),
  steps: run.steps.map(stepRow),
  holds: holdRows(events),
})

const told = (value: unknown): string => (value === null || value === undefined ? 'nothing' : String(value))

function rowDifferences(what: string, expected: ExpectedRow, found: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(expected).flatMap(([column, value]) =>
    found[column] === value
      ? []
      : [`${what}: ${column.replaceAll('_', ' ')} is ${told(found[column])}, and the events say ${told(value)}.`],
  )
}

function listDifferences(
  what: string,
  expected: readonly ExpectedRow[],
  found: ReadonlyArray<Readonly<Record<string, unknown>>>,
): readonly string[] {
  const left = new Map(found.map((row) => [row.id, row]))
  const differences = expected.flatMap((row) => {
    const same = left.get(row.id)
    left.delete(row.id)
    return same === undefined ? [`${what} ${row.id}: it is missing.`] : rowDifferences(`${what} ${row.id}`, row, same)
  })
  return [...differences, ...[...left.keys()].map((id) => `${what} ${told(id)}: no event tells of it.`)]
}

/** What differs, one sentence each; empty when the rows are the fold. Rows hold ids, codes and numbers only. */
export const differencesOf = (
  expected: ExpectedRows,
  found: {
    readonly run: Readonly<Record<string, unknown>> | null
    readonly steps: ReadonlyArray<Readonly<Record<string, unknown>>>
    readonly holds: ReadonlyArray<Readonly<Record<string, unknown>>>
  },
): readonly string[] => [
  ...(found.run === null ? ['The run: it has no row.'] : rowDifferences('The run', expected.run, found.run)),
  ...listDifferences('Step', expected.steps, found.steps),
  ...listDifferences('Hold', expected.holds, found.holds),
]
