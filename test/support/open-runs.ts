/** The run engine over a real store in a folder, without the rest of a core: a test brings the agents and sees every row. */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Actor } from '../../main/domain/actor.ts'
import { unclassified } from '../../main/domain/label.ts'
import type { RunCommand } from '../../main/domain/run/commands.ts'
import type { ExistingRun } from '../../main/domain/run/state.ts'
import { isTerminal } from '../../main/domain/run/transitions.ts'
import { defaultTenant } from '../../main/domain/tenant.ts'
import { systemClock } from '../../main/platform/clock.ts'
import { createNewId } from '../../main/platform/ids.ts'
import type { ForkParts } from '../../main/runs/fork.ts'
import { createJournal, type Journal } from '../../main/runs/journal.ts'
import { type Agent, createLoop, type Loop } from '../../main/runs/loop.ts'
import type { RetryParts } from '../../main/runs/retry.ts'
import { startRun } from '../../main/runs/start-run.ts'
import { type Bodies, createBodies } from '../../main/store/bodies.ts'
import { type BudgetLedger, createBudgetLedger } from '../../main/store/budget-ledger.ts'
import { createEventLog, type EventLog } from '../../main/store/event-log.ts'
import { createLabels, type Labels } from '../../main/store/labels.ts'
import { type Db, openStore } from '../../main/store/open.ts'
import { createRunProjections } from '../../main/store/run-projections.ts'
import { createRuns, type Runs } from '../../main/store/runs.ts'
import { createTransaction } from '../../main/store/transaction.ts'
import type { Failpoint, NewId } from '../../main/world.ts'
import { waitUntil } from './wait-until.ts'

export const person: Actor = { issuer: 'operator', account: 'tester' }

export interface OpenRuns {
  readonly db: Db
  readonly log: EventLog
  readonly labels: Labels
  readonly bodies: Bodies
  readonly runs: Runs
  readonly ledger: BudgetLedger
  readonly journal: Journal
  readonly loop: Loop
  readonly newId: NewId
  readonly parts: RetryParts & Omit<ForkParts, 'isKept'>
  readonly defects: unknown[]
  readonly run: (runId: string) => ExistingRun
  readonly database: string
  readonly blobs: string
  /** Queues a run and gives back its id. */
  readonly start: (agent: string, input?: string) => string
  readonly send: (runId: string, command: RunCommand) => ReturnType<Journal['send']>
  /** Executes what is queued until this run has ended or is held. */
  readonly settle: (runId: string) => Promise<ExistingRun>
  /** A shard's row, byte for byte. */
  readonly shardRow: (runId: string) => unknown
}

/** Where a test looks in, or breaks something. */
export interface Hooks {
  readonly onStopped?: () => void
  readonly beforeList?: () => void
  readonly failpoint?: Failpoint
  /** Runs under way at once. */
  readonly workers?: number
}

/** `folder` is the store's own; agents are known by their names. */
export function openRuns(folder: string, agents: Readonly<Record<string, Agent>>, hooks: Hooks = {}): OpenRuns {
  const blobs = join(folder, 'blobs')
  mkdirSync(blobs, { recursive: true })
  const database = join(folder, 'holdfast.db')
  const newId = createNewId(systemClock, randomBytes)
  const db = openStore(database)
  const labels = createLabels(db)
  const log = createEventLog(db, labels, defaultTenant)
  const bodies = createBodies(db, labels, blobs, newId, defaultTenant)
  const runs = createRuns(db, labels, defaultTenant)
  const ledger = createBudgetLedger(db, defaultTenant)
  const project = createRunProjections(db, labels, ledger, defaultTenant)
  const store = {
    transaction: createTransaction(db),
    readStream: (stream: string) => log.readStream(stream),
    append: log.append,
    project,
    putBody: bodies.put,
  }
  const journal = createJournal(
    store,
    systemClock,
    () => unclassified,
    () => undefined,
    hooks.failpoint,
  )
  const defects: unknown[] = []
  const loop = createLoop({
    journal,
    agents,
    runsWith: (statuses, limit) => {
      hooks.beforeList?.()
      return runs.withStatus(statuses, limit)
    },
    readBody: bodies.read,
    executor: { boot: newId('boot'), pid: 1, startedAt: 'boot:1' },
    newId,
    quotaLeft: ledger.left,
    ...(hooks.failpoint === undefined ? {} : { failpoint: hooks.failpoint }),
    ...(hooks.workers === undefined ? {} : { workers: () => hooks.workers ?? 1 }),
    onStopped: () => hooks.onStopped?.(),
    onDefect: (_where, error) => defects.push(error),
  })
  const parts = { journal, createShard: runs.createShard, shardOf: runs.shard, attemptsOf: runs.attemptsOf, newId, clock: systemClock }
  const run = (runId: string): ExistingRun => {
    const { state } = journal.read(runId)
    if (state.status === 'absent') throw new Error('there is no run')
    return state
  }
  afterAll(async () => {
    await loop.close()
    db.close()
  })
  return {
    ...{ db, log, labels, bodies, runs, ledger, journal, loop, newId, parts, defects, run, database, blobs },
    start: (agent: string, input = '{}'): string => {
      const runId = newId('run')
      const started = startRun(parts, { runId, agent, task: 'test', input, label: unclassified, conversationId: null }, person)
      if (!started.ok) throw new Error(started.error.code)
      return runId
    },
    send: (runId: string, command: RunCommand) => journal.send(runId, () => [command], person),
    settle: async (runId: string): Promise<ExistingRun> => {
      loop.wake()
      await waitUntil(() => isTerminal(run(runId).status) || run(runId).status === 'held', `${runId} has ended or is held`)
      return run(runId)
    },
    shardRow: (runId: string): unknown => db.prepare('SELECT * FROM shards WHERE id = ?').get(run(runId).shardId),
  }
}
