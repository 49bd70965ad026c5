/**
 * A real store with its journal, and with a loop where a test brings agents: commands are sent by hand, the clock is the test's, every
 * row can be seen, and it can be opened again as after a crash. Whoever opens it closes it.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Actor, Issuer } from '../../main/domain/actor.ts'
import type { AgentDefinition } from '../../main/domain/agent.ts'
import type { BodyRef } from '../../main/domain/body-ref.ts'
import { type Budget, defaultBudget } from '../../main/domain/budget.ts'
import { type Label, unclassified } from '../../main/domain/label.ts'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import { ok } from '../../main/domain/result.ts'
import type { RunCommand } from '../../main/domain/run/commands.ts'
import type { Executor } from '../../main/domain/run/events.ts'
import type { ExistingRun } from '../../main/domain/run/state.ts'
import { isTerminal } from '../../main/domain/run/transitions.ts'
import { systemClock } from '../../main/platform/clock.ts'
import { createNewId } from '../../main/platform/ids.ts'
import type { ForkParts } from '../../main/runs/fork.ts'
import { createJournal, type Journal } from '../../main/runs/journal.ts'
import { type Agent, createLoop, type Loop } from '../../main/runs/loop.ts'
import type { RetryParts } from '../../main/runs/retry.ts'
import { startRun } from '../../main/runs/start-run.ts'
import { createVersionGuard } from '../../main/runs/version-guard.ts'
import { type Bodies, createBodies } from '../../main/store/bodies.ts'
import { type BudgetLedger, createBudgetLedger } from '../../main/store/budget-ledger.ts'
import { createEventLog, type EventLog } from '../../main/store/event-log.ts'
import { createLabels, type Labels } from '../../main/store/labels.ts'
import { type Db, openStore } from '../../main/store/open.ts'
import { createRunProjections } from '../../main/store/run-projections.ts'
import { createRuns, type Runs } from '../../main/store/runs.ts'
import { createTransaction } from '../../main/store/transaction.ts'
import type { Clock, Failpoint } from '../../main/world.ts'
import { waitUntil } from './wait-until.ts'

export const newId = createNewId(systemClock, randomBytes)
export const person: Actor = { issuer: 'operator', account: 'tester' }
export const testExecutor: Executor = { boot: newId('boot'), pid: 1, startedAt: 'boot:1' }

export interface RunStoreOptions {
  readonly clock?: Clock
  readonly failpoint?: Failpoint
  readonly tenant?: string
  /** Agents by their names. Runs are executed once something is settled. */
  readonly agents?: Readonly<Record<string, Agent>>
  /** Where a test of the loop looks in, or breaks something. */
  readonly onStopped?: () => void
  readonly beforeList?: () => void
  /** Runs under way at once. */
  readonly workers?: number
  /** Told what was just committed. */
  readonly onRecorded?: (events: readonly RecordedEvent[]) => void
  /** For benches that look at what is asked of the database. */
  readonly wrap?: (db: Db) => Db
  /** What an agent is defined as now; every run pins what it is at its beginning. */
  readonly definitionOf?: (agent: string) => AgentDefinition | undefined
  readonly labelOf?: (agent: string) => Label
}

export interface Started {
  readonly agent?: string
  readonly input?: string
  readonly budget?: Budget
  readonly requirements?: readonly string[]
}

export interface RunStore {
  readonly db: Db
  readonly database: string
  readonly blobs: string
  readonly log: EventLog
  readonly labels: Labels
  readonly bodies: Bodies
  readonly runs: Runs
  readonly ledger: BudgetLedger
  readonly journal: Journal
  readonly loop: Loop
  readonly defects: readonly unknown[]
  readonly parts: RetryParts & Omit<ForkParts, 'isKept'>
  /** The code of the refusal, or `ok`. */
  send(runId: string, issuer: Issuer, ...commands: readonly RunCommand[]): string
  /** The same, and throws on a refusal. */
  must(runId: string, issuer: Issuer, ...commands: readonly RunCommand[]): void
  run(runId: string): ExistingRun
  /** Makes a queued run active and gives back its epoch. */
  launch(runId: string): number
  body(text: string): BodyRef
  /** Creates a run and leaves it in the queue. */
  start(about?: Started): string
  /** Executes what is queued until this run has ended or is held. */
  settle(runId: string): Promise<ExistingRun>
  /** A shard's row, byte for byte. */
  shardRow(runId: string): unknown
  /** Everything that stands in the store, to see that nothing was written. */
  rows(): readonly string[]
  typesOf(runId: string): readonly string[]
  close(): void
  /** Waits for what is executed, then closes. */
  stop(): Promise<void>
}

/** `folder` is the store's own. Several tenants may be opened on it one beside the other. */
export function openRunStore(
  folder: string,
  {
    clock = systemClock,
    failpoint,
    tenant = 'station',
    agents = {},
    onStopped,
    beforeList,
    workers,
    onRecorded = () => undefined,
    wrap = (db) => db,
    definitionOf,
    labelOf = () => unclassified,
  }: RunStoreOptions = {},
): RunStore {
  const blobs = join(folder, 'blobs')
  mkdirSync(blobs, { recursive: true })
  const database = join(folder, 'holdfast.db')
  const db = wrap(openStore(database))
  const labels = createLabels(db)
  const log = createEventLog(db, labels, tenant)
  const bodies = createBodies(db, labels, blobs, newId, tenant)
  const runs = createRuns(db, labels, tenant)
  const ledger = createBudgetLedger(db, tenant)
  const store = {
    transaction: createTransaction(db),
    readStream: (stream: string) => log.readStream(stream),
    append: log.append,
    project: createRunProjections(db, labels, ledger, tenant),
    putBody: bodies.put,
  }
  const journal: Journal = createJournal(store, clock, () => unclassified, onRecorded, failpoint)
  const defects: unknown[] = []
  const loop = createLoop({
    journal,
    agentOf: (name) => agents[name],
    runsWith: (statuses, limit) => {
      beforeList?.()
      return runs.withStatus(statuses, limit)
    },
    readBody: bodies.read,
    executor: testExecutor,
    ...(definitionOf === undefined
      ? {}
      : { versionHold: createVersionGuard({ definitionOf, labelOf, readBody: bodies.read, readStream: log.readStream }) }),
    newId,
    quotaLeft: ledger.left,
    ...(failpoint === undefined ? {} : { failpoint }),
    ...(workers === undefined ? {} : { workers: () => workers }),
    onStopped: () => onStopped?.(),
    onDefect: (_where, error) => defects.push(error),
  })
  const pinsOf = (agent: string) => {
    const definition = definitionOf?.(agent)
    return ok({ prompts: [], definition: definition === undefined ? null : JSON.stringify({ definition }), label: unclassified })
  }
  const parts = { journal, createShard: runs.createShard, shardOf: runs.shard, attemptsOf: runs.attemptsOf, newId, clock, pinsOf }
  const send = (runId: string, issuer: Issuer, ...commands: readonly RunCommand[]): string => {
    const sent = journal.send(runId, () => commands, { issuer, account: issuer })
    return sent.ok ? 'ok' : sent.error.code
  }
  const must = (runId: string, issuer: Issuer, ...commands: readonly RunCommand[]): void => {
    const code = send(runId, issuer, ...commands)
    if (code !== 'ok') throw new Error(code)
  }
  const run = (runId: string): ExistingRun => {
    const { state } = journal.read(runId)
    if (state.status === 'absent') throw new Error('there is no run')
    return state
  }
  const launch = (runId: string): number => {
    const epoch = run(runId).epoch + 1
    must(runId, 'scheduler', { type: 'run.launch', executor: testExecutor, epoch })
    must(runId, 'runtime', { type: 'run.activate', epoch })
    return epoch
  }
  return {
    ...{ db, database, blobs, log, labels, bodies, runs, ledger, journal, loop, defects, parts, send, must, run, launch },
    body: (text: string) => db.transaction(() => bodies.put(text, unclassified))(),
    start: ({ agent = 'test', input = '{}', budget = defaultBudget, requirements = [] } = {}) => {
      const runId = newId('run')
      const about = { runId, agent, task: 'test', input, label: unclassified, conversationId: null, budget, requirements }
      const started = startRun(parts, about, person)
      if (!started.ok) throw new Error(started.error.code)
      return runId
    },
    settle: async (runId) => {
      loop.wake()
      // As long as a test may take: many runs at once on a busy machine are no fault.
      await waitUntil(() => isTerminal(run(runId).status) || run(runId).status === 'held', `${runId} has ended or is held`, 60_000)
      return run(runId)
    },
    shardRow: (runId) => db.prepare('SELECT * FROM shards WHERE id = ?').get(run(runId).shardId),
    rows: () =>
      ['events', 'runs', 'holds', 'steps', 'budget_ledger', 'bodies', 'shards'].map((table) =>
        JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all(), (_key, value: unknown) =>
          value instanceof Uint8Array ? [...value] : value,
        ),
      ),
    typesOf: (runId: string) => log.readStream(runId).map(({ event }) => event.type),
    close: () => void db.close(),
    stop: async () => {
      await loop.close()
      db.close()
    },
  }
}
