/** Who answered for what a run says, when, why, and under which label. Rows are only added. */
import * as z from 'zod'
import type { Label } from '../domain/label.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'

export interface Release {
  readonly runId: string
  readonly label: Label
  /** A body. */
  readonly reason: string
  readonly at: number
  readonly by: string
}

export interface Releases {
  /** Inside the transaction that records `answer.released`. */
  add(release: Release): void
  /** The newest. */
  of(runId: string): Release | null
}

const Row = z.object({ label: z.number(), reason: z.string(), at: z.number(), by: z.string() })

export function createReleases(db: Db, labels: Labels, tenant: string): Releases {
  const insert = db.prepare(
    'INSERT INTO releases (tenant_id, run_id, label_id, reason, released_at, released_by) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const newest = db.prepare(
    'SELECT label_id AS label, reason, released_at AS at, released_by AS by FROM releases WHERE tenant_id = ? AND run_id = ? ORDER BY id DESC LIMIT 1',
  )
  return {
    add: ({ runId, label, reason, at, by }) => void insert.run(tenant, runId, labels.idOf(label), reason, at, by),
    of: (runId) => {
      const row = newest.get(tenant, runId)
      if (row === undefined) return null
      const { label, ...rest } = Row.parse(row)
      return { runId, label: labels.labelOf(label), ...rest }
    },
  }
}
