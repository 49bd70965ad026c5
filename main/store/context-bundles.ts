/**
 * Rows of context bundles. What a bundle says lies in a body of its own, which goes when one of the texts goes that it was made from. Rows
 * are only added.
 */
import * as z from 'zod'
import type { BodyRef } from '../domain/body-ref.ts'
import { BundleTrigger, contextBundleId, readBundleId } from '../domain/context-bundle.ts'
import { formatDigest, parseDigest } from '../domain/digest.ts'
import type { Label } from '../domain/label.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

export interface ContextBundleRow {
  readonly id: string
  readonly runId: string
  readonly atVersion: number
  /** Counts the bundles of its run, from 1. */
  readonly number: number
  readonly agent: string
  readonly trigger: BundleTrigger
  readonly label: Label
  /** Null where none could be made. */
  readonly body: BodyRef | null
  readonly refusal: string | null
  /** Whether a text that it was made from is gone, and what it says with it. */
  readonly isPurged: boolean
  readonly continues: string | null
  readonly tokens: number
  readonly sourceTokens: number
  readonly madeAt: number
}

export interface NewContextBundle {
  readonly runId: string
  readonly atVersion: number
  readonly trigger: BundleTrigger
  readonly label: Label
  readonly body: BodyRef | null
  readonly refusal: string | null
  /** Ids of the bodies that it was made from. */
  readonly sources: readonly string[]
  readonly continues: string | null
  readonly tokens: number
  readonly sourceTokens: number
  readonly madeAt: number
}

export interface ContextBundles {
  /** In the transaction that puts its body. */
  add(bundle: NewContextBundle): void
  has(runId: string, atVersion: number): boolean
  get(id: string): ContextBundleRow | null
  /** Newest first; of one run, or of all. Those that were never made are left out. */
  list(
    filter: { readonly runId: string | null; readonly labels: readonly number[] | null },
    limit: number,
    offset: number,
  ): { readonly items: readonly ContextBundleRow[]; readonly total: number }
  /** The newest of a run before this version that says something; null = there is none. */
  newest(runId: string, before?: number): ContextBundleRow | null
  /** Runs that ended or wait here and have none for that, each with the version of that event: oldest first. */
  unmade(limit: number): ReadonlyArray<{ readonly runId: string; readonly atVersion: number }>
  /** Bodies of bundles of which a source is gone. */
  orphans(): readonly string[]
}

const Row = z.object({
  runId: z.string(),
  atVersion: z.number(),
  number: z.number(),
  agent: z.string(),
  trigger: BundleTrigger,
  labelId: z.number(),
  body: z.string().nullable(),
  commitment: z.string().nullable(),
  refusal: z.string().nullable(),
  lost: z.number(),
  continuesRun: z.string().nullable(),
  continuesVersion: z.number().nullable(),
  tokens: z.number(),
  sourceTokens: z.number(),
  madeAt: z.number(),
})

/** Sources that are gone. */
const lost = `(SELECT count(*) FROM json_each(c.sources) s WHERE NOT EXISTS
  (SELECT 1 FROM bodies b WHERE b.tenant_id = c.tenant_id AND b.id = s.value))`
const select = `SELECT c.run_id AS runId, c.at_version AS atVersion, r.agent, c.trigger, c.label_id AS labelId, c.body, c.commitment, c.refusal,
    c.continues_run AS continuesRun, c.continues_version AS continuesVersion, c.tokens, c.source_tokens AS sourceTokens, c.made_at AS madeAt,
    (SELECT count(*) FROM context_bundles n WHERE n.tenant_id = c.tenant_id AND n.run_id = c.run_id AND n.at_version <= c.at_version) AS number,
    ${lost} AS lost
  FROM context_bundles c JOIN runs r ON r.id = c.run_id`
const listed = `c.tenant_id = :tenant AND c.body IS NOT NULL AND (:runId IS NULL OR c.run_id = :runId) AND ${isSeen('c.label_id')}`

export function createContextBundles(db: Db, labels: Labels, tenant: string): ContextBundles {
  const insert =
    db.prepare(`INSERT INTO context_bundles (tenant_id, run_id, at_version, trigger, label_id, body, commitment, refusal, sources,
      continues_run, continues_version, tokens, source_tokens, made_at)
    VALUES (:tenant, :runId, :atVersion, :trigger, :label, :body, :commitment, :refusal, :sources, :continuesRun, :continuesVersion, :tokens,
      :sourceTokens, :madeAt)`)
  const one = db.prepare(`${select} WHERE c.tenant_id = ? AND c.run_id = ? AND c.at_version = ?`)
  const page = db.prepare(`${select} WHERE ${listed} ORDER BY c.made_at DESC, c.run_id DESC, c.at_version DESC LIMIT :limit OFFSET :offset`)
  const count = db.prepare<[object], { n: number }>(`SELECT count(*) AS n FROM context_bundles c WHERE ${listed}`)
  const last = db.prepare(
    `${select} WHERE c.tenant_id = ? AND c.run_id = ? AND c.at_version < ? AND c.body IS NOT NULL ORDER BY c.at_version DESC LIMIT 1`,
  )
  const unmade = db.prepare<[string, number], { runId: string; atVersion: number }>(
    `WITH moved AS MATERIALIZED (SELECT r.tenant_id, r.id, r.status, r.moved_at, (SELECT e.version FROM events e
         WHERE e.tenant_id = r.tenant_id AND e.stream = r.id AND e.type IN ('run.held', 'run.completed', 'run.failed')
         ORDER BY e.version DESC LIMIT 1) AS version
       FROM runs r WHERE r.tenant_id = ? AND r.is_imported = 0 AND (r.status = 'held' OR (r.status IN ('complete', 'failed')
         AND NOT EXISTS (SELECT 1 FROM context_bundles c WHERE c.tenant_id = r.tenant_id AND c.run_id = r.id AND c.trigger = r.status))))
     SELECT m.id AS runId, m.version AS atVersion FROM moved m WHERE m.version IS NOT NULL AND NOT EXISTS
       (SELECT 1 FROM context_bundles c WHERE c.tenant_id = m.tenant_id AND c.run_id = m.id AND c.at_version = m.version)
     ORDER BY m.moved_at, m.id LIMIT ?`,
  )
  const orphans = db.prepare<[string], { body: string }>(
    `SELECT c.body FROM context_bundles c JOIN bodies k ON k.tenant_id = c.tenant_id AND k.id = c.body WHERE c.tenant_id = ? AND ${lost} > 0`,
  )
  const parse = (row: unknown): ContextBundleRow => {
    const { labelId, body, commitment, lost: gone, continuesRun, continuesVersion, ...rest } = Row.parse(row)
    return {
      ...rest,
      id: contextBundleId(rest.runId, rest.atVersion),
      label: labels.labelOf(labelId),
      body: body === null || commitment === null ? null : { body, commitment: parseDigest(commitment) },
      isPurged: gone > 0,
      continues: continuesRun === null || continuesVersion === null ? null : contextBundleId(continuesRun, continuesVersion),
    }
  }
  return {
    add: ({ label, body, sources, continues, ...rest }) => {
      const before = continues === null ? null : readBundleId(continues)
      insert.run({
        ...rest,
        ...{ tenant, label: labels.idOf(label), sources: JSON.stringify(sources) },
        ...{ body: body?.body ?? null, commitment: body === null ? null : formatDigest(body.commitment) },
        ...{ continuesRun: before?.runId ?? null, continuesVersion: before?.atVersion ?? null },
      })
    },
    has: (runId, atVersion) => one.get(tenant, runId, atVersion) !== undefined,
    get: (id) => {
      const { runId, atVersion } = readBundleId(id)
      const row = one.get(tenant, runId, atVersion)
      return row === undefined ? null : parse(row)
    },
    list: ({ runId, labels: seen }, limit, offset) => {
      const filter = { tenant, runId, labels: seenParameter(seen) }
      return { items: page.all({ ...filter, limit, offset }).map(parse), total: count.get(filter)?.n ?? 0 }
    },
    newest: (runId, before = Number.MAX_SAFE_INTEGER) => {
      const row = last.get(tenant, runId, before)
      return row === undefined ? null : parse(row)
    },
    unmade: (limit) => unmade.all(tenant, limit),
    orphans: () => orphans.all(tenant).map(({ body }) => body),
  }
}
