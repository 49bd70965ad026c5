/** Folds the log of one run again, without effects, and holds the result against the rows. Runs on any connection; reads only. */
import { findBreak, type RecordedEvent } from '../domain/recorded-event.ts'
import { RunEvent } from '../domain/run/events.ts'
import { evolve } from '../domain/run/evolve.ts'
import { comparedColumns, differencesOf, expectedRows } from '../domain/run/expected-rows.ts'
import { bodyRefsIn } from '../domain/run/run-file.ts'
import { initialState, type RunState } from '../domain/run/state.ts'
import { RunStatus } from '../domain/run/transitions.ts'
import { commitmentOf, createBodyReader } from './body-reader.ts'
import { createEventLog, sha256 } from './event-log.ts'
import { createLabels } from './labels.ts'
import type { Db } from './open.ts'

/** A run whose every row differs is told with the first of them. */
const limits = { differencesMax: 200 } as const

type Row = Readonly<Record<string, unknown>>

export interface Replayed {
  readonly events: number
  /** Version of the first event whose hash does not fit, or null. */
  readonly firstBreak: number | null
  readonly differences: readonly string[]
  readonly status: RunStatus
}

/** The rows of one run, with the columns that are compared. */
export function readRunRows(
  db: Db,
  tenant: string,
  runId: string,
): { readonly run: Row | null; readonly steps: readonly Row[]; readonly holds: readonly Row[] } {
  const { run, steps, holds } = comparedColumns
  return {
    run: db.prepare<[string, string], Row>(`SELECT ${run.join(', ')} FROM runs WHERE tenant_id = ? AND id = ?`).get(tenant, runId) ?? null,
    steps: db
      .prepare<[string, string], Row>(`SELECT ${steps.join(', ')} FROM steps WHERE tenant_id = ? AND run_id = ? ORDER BY ordinal`)
      .all(tenant, runId),
    holds: db
      .prepare<[string, string], Row>(`SELECT ${holds.join(', ')} FROM holds WHERE tenant_id = ? AND run_id = ? ORDER BY rowid`)
      .all(tenant, runId),
  }
}

/** Folds as far as the events can follow each other; where they cannot, it says at which. */
function foldAll(recorded: readonly RecordedEvent[]): {
  readonly state: RunState
  readonly events: readonly RunEvent[]
  readonly fault: string | null
} {
  const events: RunEvent[] = []
  let state: RunState = initialState
  for (const { version, event } of recorded) {
    try {
      const parsed = RunEvent.parse(event)
      state = evolve(state, parsed)
      events.push(parsed)
    } catch {
      return { state, events, fault: `Event ${version}: it cannot follow the events before it.` }
    }
  }
  return { state, events, fault: null }
}

/** Texts that are kept and are not what their event committed to. A purged one is no fault. */
function wrongTexts(db: Db, tenant: string, blobs: string, recorded: readonly RecordedEvent[]): readonly string[] {
  const read = createBodyReader(db, tenant, blobs)
  const seen = new Set<string>()
  return recorded.flatMap(({ version, event }) =>
    bodyRefsIn(event).flatMap(({ body, commitment }) => {
      if (seen.has(body)) return []
      seen.add(body)
      const kept = read(body)
      const isOther = kept === 'damaged' || (kept !== null && commitmentOf(kept.salt, kept.bytes) !== commitment.value)
      return isOther ? [`Event ${version}: the text ${body} is not the one that was recorded.`] : []
    }),
  )
}

/** Null when there is no such run. One consistent state is read, whatever is written meanwhile. */
export function replayRun(db: Db, tenant: string, blobs: string, runId: string): Replayed | null {
  return db.transaction((): Replayed | null => {
    const rows = readRunRows(db, tenant, runId)
    if (rows.run === null) return null
    const stored = RunStatus.parse(rows.run.status)
    const { events: readable, unreadable } = createEventLog(db, createLabels(db), tenant).readWhole(runId)
    const { state, events, fault } = foldAll(readable)
    const firstBreak = findBreak(readable, sha256) ?? unreadable
    const broken = { events: readable.length, firstBreak, status: stored }
    if (unreadable !== null) return { ...broken, differences: [`Event ${unreadable}: it cannot be read.`] }
    if (fault !== null) return { ...broken, differences: [fault] }
    if (state.status === 'absent') return { ...broken, differences: ['The run: it has no events.'] }
    const faults = [...differencesOf(expectedRows(state, events, readable), rows), ...wrongTexts(db, tenant, blobs, readable)]
    const differences = faults.slice(0, limits.differencesMax)
    return { events: readable.length, firstBreak, differences, status: state.status }
  })()
}
