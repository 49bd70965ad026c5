/** A data folder as it is on the disk, read with a connection of its own in one consistent state: runs folded, the ledger, what is wrong with both. */
import { createHash } from 'node:crypto'
import type { RecordedEvent } from '../../main/domain/recorded-event.ts'
import { RunEvent } from '../../main/domain/run/events.ts'
import { fold } from '../../main/domain/run/evolve.ts'
import type { ExistingRun } from '../../main/domain/run/state.ts'
import { createBodyReader } from '../../main/store/body-reader.ts'
import { createEventLog } from '../../main/store/event-log.ts'
import { createLabels } from '../../main/store/labels.ts'
import { openReader } from '../../main/store/open.ts'
import type { Paths } from '../../main/world.ts'

export interface SeenRun {
  readonly id: string
  readonly state: ExistingRun
  readonly events: readonly RunEvent[]
  readonly recorded: readonly RecordedEvent[]
}

export interface LedgerRow {
  readonly runId: string
  readonly reserved: number
  readonly tokens: number
  readonly bytes: number
}

export interface Seen {
  readonly runs: readonly SeenRun[]
  readonly ledger: readonly LedgerRow[]
  readonly totalTokens: number
  readonly quotaTokens: number | null
  /** SHA-256 of a body's text, as hex. */
  readonly digestOf: (body: string) => string
}

/** Runs that ended and left no context bundle, once a core has closed in order. */
export function withoutBundle({ database }: Pick<Paths, 'database'>): readonly string[] {
  const db = openReader(database)
  try {
    return db
      .prepare<[], { id: string; status: string }>(
        `SELECT r.id, r.status FROM runs r WHERE r.is_imported = 0 AND r.status IN ('complete', 'failed')
           AND NOT EXISTS (SELECT 1 FROM context_bundles c WHERE c.run_id = r.id AND c.trigger = r.status)`,
      )
      .all()
      .map(({ id, status }) => `${id} is ${status} and left no context bundle`)
  } finally {
    db.close()
  }
}

export function lookOutside({ database, blobs }: Pick<Paths, 'database' | 'blobs'>): Seen {
  const db = openReader(database)
  try {
    return db.transaction((): Seen => {
      const log = createEventLog(db, createLabels(db), 'station')
      const read = createBodyReader(db, 'station', blobs)
      const ids = db.prepare<[], { id: string }>('SELECT id FROM runs ORDER BY id').all()
      const runs = ids.map(({ id }): SeenRun => {
        const recorded = log.readStream(id)
        const events = recorded.map(({ event }) => RunEvent.parse(event))
        const state = fold(events)
        if (state.status === 'absent') throw new Error(`${id} has a row and no events`)
        return { id, state, events, recorded }
      })
      // Bodies are read while the connection is open.
      const digests = new Map<string, string>()
      for (const { state } of runs) {
        for (const { input } of state.steps) {
          const kept = read(input.body)
          if (kept === null || kept === 'damaged') throw new Error(`the body ${input.body} is gone`)
          digests.set(input.body, createHash('sha256').update(kept.bytes).digest('hex'))
        }
      }
      const ledger = db
        .prepare<[], LedgerRow>(
          `SELECT run_id AS runId, sum(tokens_reserved + cost_reserved + bytes_reserved) AS reserved, sum(tokens) AS tokens, sum(bytes) AS bytes
           FROM budget_ledger GROUP BY run_id`,
        )
        .all()
      const total = db.prepare<[], { tokens: number }>('SELECT tokens FROM budget_totals').get()
      const quota = db.prepare<[], { tokens: number | null }>('SELECT tokens_max AS tokens FROM quotas').get()
      return {
        ...{ runs, ledger, totalTokens: total?.tokens ?? 0, quotaTokens: quota?.tokens ?? null },
        digestOf: (body) => digests.get(body) ?? '',
      }
    })()
  } finally {
    db.close()
  }
}
