/**
 * What the record costs: events appended to the log (canonical JSON, chained hashes, labels, one transaction each, every commit synced)
 * against bare inserts of the same bytes through better-sqlite3 at the same setting, in alternating pairs. Prints ratios.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { unclassified } from '../../main/domain/label.ts'
import { createEventLog } from '../../main/store/event-log.ts'
import { createLabels } from '../../main/store/labels.ts'
import { type Db, openStore } from '../../main/store/open.ts'
import { testId } from '../support/test-core.ts'

const sizes = { commits: 60, eventsPerCommit: [1, 10], pairs: 61 } as const
const target = { ratioMin: 0.7 } as const

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN

export interface AppendBench {
  readonly eventsPerCommit: number
  readonly eventsPerSecond: number
  readonly bareEventsPerSecond: number
  /** Speed of the log ÷ speed of bare inserts: median, least and greatest of the pairs. */
  readonly ratio: { readonly median: number; readonly least: number; readonly greatest: number }
}

/** Milliseconds for all commits. A stream per run: events of one run's length are chained. */
function appendAll(db: Db, eventsPerCommit: number, round: number): number {
  const labels = createLabels(db)
  // A core that runs has read its labels before.
  labels.labelOf(labels.idOf(unclassified))
  const log = createEventLog(db, labels, 'station')
  const actor = { issuer: 'runtime', account: 'holdfast' } as const
  const append = db.transaction((stream: string, expectedVersion: number, at: number) => {
    const events = Array.from({ length: eventsPerCommit }, (_, n) => ({
      type: 'tool.dispatched' as const,
      stepId: testId('stp', n),
      atMs: at,
    }))
    return log.append({ stream, expectedVersion, events, actor, label: unclassified, at })
  })
  const from = performance.now()
  for (let i = 0; i < sizes.commits; i++) append(`run-${round}-${Math.floor(i / 20)}`, (i % 20) * eventsPerCommit, 1_795_000_000_000 + i)
  return performance.now() - from
}

type Bare = readonly [string, number, string, number, string, string, number, string, string, string]

/** The very rows that the log wrote, into a table of the same shape without its triggers. */
function insertAll(db: Db, rows: readonly Bare[], eventsPerCommit: number): number {
  const insert = db.prepare(
    'INSERT INTO bare (stream, version, type, at_ms, tenant_id, actor, label_id, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const commit = db.transaction((batch: readonly Bare[]) => {
    for (const row of batch) insert.run(...row)
  })
  const from = performance.now()
  for (let i = 0; i < rows.length; i += eventsPerCommit) commit(rows.slice(i, i + eventsPerCommit))
  return performance.now() - from
}

export function benchAppend(eventsPerCommit: number): AppendBench {
  const folder = mkdtempSync(join(tmpdir(), 'append-bench-'))
  const [logged, bare] = [openStore(join(folder, 'log.db')), openStore(join(folder, 'bare.db'))]
  try {
    bare.exec(`CREATE TABLE bare (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
      at_ms INTEGER NOT NULL, tenant_id TEXT NOT NULL, actor TEXT NOT NULL, label_id INTEGER NOT NULL, body TEXT NOT NULL,
      previous TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE (stream, version)) STRICT`)
    const read = logged.prepare<[string], Bare>(
      'SELECT stream, version, type, at_ms, tenant_id, actor, label_id, body, previous, hash FROM events WHERE stream LIKE ? ORDER BY seq',
    )
    const loggedMs: number[] = []
    const bareMs: number[] = []
    // The first pair warms both up and does not count.
    for (let pair = 0; pair <= sizes.pairs; pair++) {
      const a = appendAll(logged, eventsPerCommit, pair)
      const rows = read.raw().all(`run-${pair}-%`)
      const b = insertAll(bare, rows, eventsPerCommit)
      if (pair === 0) continue
      loggedMs.push(a)
      bareMs.push(b)
    }
    const ratios = loggedMs.map((ms, i) => (bareMs[i] ?? Number.NaN) / ms)
    const events = sizes.commits * eventsPerCommit * 1_000
    return {
      eventsPerCommit,
      eventsPerSecond: events / median(loggedMs),
      bareEventsPerSecond: events / median(bareMs),
      ratio: { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) },
    }
  } finally {
    logged.close()
    bare.close()
    rmSync(folder, { recursive: true })
  }
}

if (import.meta.main) {
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  )
  const results = sizes.eventsPerCommit.map(benchAppend)
  for (const { eventsPerCommit, eventsPerSecond, bareEventsPerSecond, ratio } of results) {
    const figures = `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.greatest.toFixed(2)})`
    console.log(
      `${eventsPerCommit} event(s) per commit: log ÷ bare inserts ${figures}; ${eventsPerSecond.toFixed(0)} and ${bareEventsPerSecond.toFixed(0)} a second`,
    )
  }
  const isGood = results.some(({ eventsPerCommit, ratio }) => eventsPerCommit === 1 && ratio.median >= target.ratioMin)
  console.log(`one event per commit at least ${target.ratioMin}: ${isGood ? 'met' : 'NOT met'}`)
  process.exitCode = isGood ? 0 : 1
}
