/** Shards, conversations and the rows of runs, for lists and for the scheduler. */
import * as z from 'zod'
import { Budget, Usage } from '../domain/budget.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { idOf } from '../domain/ids.ts'
import type { Label } from '../domain/label.ts'
import { HoldKind } from '../domain/run/events.ts'
import { Reason, RunStatus } from '../domain/run/transitions.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

export interface Shard {
  readonly id: string
  readonly agent: string
  readonly task: string
  /** Body id of the input. */
  readonly input: string
  readonly retriesMax: number
  readonly timeoutMs: number
  readonly budget: Budget
  readonly requirements: readonly string[]
  readonly label: Label
  readonly at: number
  readonly by: string
}

const ForkedFrom = z.object({ runId: idOf('run'), ordinal: z.number() })
export type ForkedFrom = z.infer<typeof ForkedFrom>

export interface RunRow {
  readonly id: string
  readonly shardId: string
  readonly agent: string
  readonly attempt: number
  readonly status: RunStatus
  readonly reason: Reason
  readonly holds: readonly HoldKind[]
  readonly conversationId: string | null
  readonly label: Label
  readonly cancelRequestedAt: number | null
  readonly executor: string | null
  readonly createdAt: number
  readonly movedAt: number
  readonly endedAt: number | null
  readonly tokensUsed: number
  readonly depth: number
  readonly forkedFrom: ForkedFrom | null
  readonly isImported: boolean
  readonly budget: Budget
  readonly usage: Usage
  /** Body ids. */
  readonly input: string
  readonly result: string | null
  readonly failure: string | null
}

export interface ConversationRow {
  readonly id: string
  readonly collection: string | null
  readonly firstInput: string | null
  readonly runs: number
  readonly createdAt: number
  readonly lastAt: number
}

/** Null and empty take all. */
export interface RunFilter {
  readonly statuses: readonly RunStatus[] | null
  readonly agent: string | null
  /** Ids of labels that may be seen; null = all. */
  readonly labels?: readonly number[] | null
}

export interface Runs {
  createShard(shard: Shard): void
  shard(id: string): Shard | null
  /** Every run of a shard, first attempt first. */
  attemptsOf(shardId: string): ReadonlyArray<{ readonly id: string; readonly attempt: number; readonly status: RunStatus }>
  /** The first of these that is a step or a hold of any run, or a run or a shard of another tenant: an id is given once on the station. */
  takenId(ids: readonly string[]): string | null
  createConversation(id: string, collectionId: number | null, at: number, by: string): void
  get(id: string): RunRow | null
  /** Newest first. */
  list(limit: number, offset: number, filter?: RunFilter): { readonly items: readonly RunRow[]; readonly total: number }
  /** Of the newest `max` that pass the filter, each with the body of its input. */
  newest(filter: RunFilter, max: number): ReadonlyArray<{ readonly id: string; readonly input: string }>
  /** Of runs that belong here; those carried from elsewhere are never executed. */
  withStatus(statuses: readonly RunStatus[], limit?: number): readonly RunRow[]
  /** Of runs that belong here: what was carried from elsewhere joins no conversation. */
  ofConversation(id: string): readonly RunRow[]
  conversation(id: string): ConversationRow | null
  /** Only those of which every run may be seen. */
  conversations(
    limit: number,
    offset: number,
    labels?: readonly number[] | null,
  ): { readonly items: readonly ConversationRow[]; readonly total: number }
  /** The labels of all runs. */
  heldLabels(): readonly Label[]
  /** The ids of a run's own bodies, so that one run cannot read another's. */
  ownsBody(runId: string, body: string): boolean
}

const Row = z.object({
  id: z.string(),
  shardId: z.string(),
  agent: z.string(),
  attempt: z.number(),
  status: RunStatus,
  reason: Reason,
  holds: z.string().transform((json) => HoldKind.array().parse(JSON.parse(json))),
  conversationId: z.string().nullable(),
  labelId: z.number(),
  cancelRequestedAt: z.number().nullable(),
  executor: z.string().nullable(),
  createdAt: z.number(),
  movedAt: z.number(),
  endedAt: z.number().nullable(),
  tokensUsed: z.number(),
  depth: z.number(),
  forkedFrom: z
    .string()
    .nullable()
    .transform((json) => (json === null ? null : ForkedFrom.parse(JSON.parse(json)))),
  isImported: z.number().transform((flag) => flag === 1),
  budget: z.string().transform((json) => Budget.parse(JSON.parse(json))),
  usage: z.string().transform((json) => Usage.parse(JSON.parse(json))),
  input: z.string(),
  result: z.string().nullable(),
  failure: z.string().nullable(),
})

const ShardRow = z.object({
  id: z.string(),
  agent: z.string(),
  task: z.string(),
  input: z.string(),
  retriesMax: z.number(),
  timeoutMs: z.number(),
  budget: z.string().transform((json) => Budget.parse(JSON.parse(json))),
  requirements: z.string().transform((json) => z.string().array().parse(JSON.parse(json))),
  labelId: z.number(),
  at: z.number(),
  by: z.string(),
})

/** Everything passes an empty filter. */
const unfiltered: RunFilter = { statuses: null, agent: null }
const passes = `r.tenant_id = :tenant AND (:agent IS NULL OR r.agent = :agent) AND ${isSeen('r.label_id')}
    AND (:statuses IS NULL OR r.status IN (SELECT value FROM json_each(:statuses)))`
const newestFirst = 'ORDER BY r.created_at DESC, r.id DESC'

const select = `SELECT r.id, r.shard_id AS shardId, r.agent, r.attempt, r.status, r.reason, r.conversation_id AS conversationId,
    r.label_id AS labelId, r.cancel_requested_at AS cancelRequestedAt, r.executor, r.created_at AS createdAt, r.moved_at AS movedAt,
    r.ended_at AS endedAt, r.tokens_used AS tokensUsed, r.depth, r.forked_from AS forkedFrom, r.is_imported AS isImported, r.budget, r.usage,
    s.input, r.result, r.failure,
    (SELECT coalesce(json_group_array(kind), '[]') FROM holds h WHERE h.tenant_id = r.tenant_id AND h.run_id = r.id AND h.closed_at IS NULL) AS holds
  FROM runs r JOIN shards s ON s.id = r.shard_id`
/** Conversations of `chosen`, each with its first question and its last run. */
const selectConversation = (chosen: string) => `SELECT c.id, k.name AS collection, c.created_at AS createdAt, c.lastAt,
    (SELECT count(*) FROM runs r WHERE r.tenant_id = c.tenant_id AND r.conversation_id = c.id AND r.is_imported = 0) AS runs,
    (SELECT s.input FROM runs f JOIN shards s ON s.id = f.shard_id
      WHERE f.tenant_id = c.tenant_id AND f.conversation_id = c.id AND f.is_imported = 0 ORDER BY f.created_at, f.id LIMIT 1) AS firstInput
  FROM (${chosen}) c LEFT JOIN collections k ON k.tenant_id = c.tenant_id AND k.id = c.collection_id ORDER BY c.lastAt DESC, c.id DESC`
const lastAt = `coalesce((SELECT max(r.created_at) FROM runs r
    WHERE r.tenant_id = conversations.tenant_id AND r.conversation_id = conversations.id AND r.is_imported = 0), created_at) AS lastAt`

const isWhollySeen = `(:labels IS NULL OR NOT EXISTS (SELECT 1 FROM runs r WHERE r.tenant_id = conversations.tenant_id
    AND r.conversation_id = conversations.id AND r.is_imported = 0 AND r.label_id NOT IN (SELECT value FROM json_each(:labels))))`

export function createRuns(db: Db, labels: Labels, tenant: string): Runs {
  const insertShard = db.prepare(
    'INSERT INTO shards (id, tenant_id, agent, task, input, retries_max, timeout_ms, budget, requirements, label_id, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertConversation = db.prepare(
    'INSERT INTO conversations (id, tenant_id, collection_id, created_at, created_by) VALUES (?, ?, ?, ?, ?)',
  )
  const one = db.prepare(`${select} WHERE r.tenant_id = ? AND r.id = ?`)
  const page = db.prepare(`${select} WHERE ${passes} ${newestFirst} LIMIT :limit OFFSET :offset`)
  const inputs = db.prepare<[unknown], { id: string; input: string }>(
    `SELECT r.id, s.input FROM runs r JOIN shards s ON s.id = r.shard_id WHERE ${passes} ${newestFirst} LIMIT :max`,
  )
  const count = db.prepare<[unknown], { n: number }>(`SELECT count(*) AS n FROM runs r WHERE ${passes}`)
  const shard = db.prepare(
    `SELECT id, agent, task, input, retries_max AS retriesMax, timeout_ms AS timeoutMs, budget, requirements, label_id AS labelId,
       created_at AS at, created_by AS by FROM shards WHERE tenant_id = ? AND id = ?`,
  )
  const attempts = db.prepare<[string, string], { id: string; attempt: number; status: RunStatus }>(
    'SELECT id, attempt, status FROM runs WHERE tenant_id = ? AND shard_id = ? ORDER BY attempt',
  )
  const taken = db.prepare<[string, string, string], { id: string }>(
    `SELECT value AS id FROM json_each(?) WHERE value IN (SELECT id FROM steps) OR value IN (SELECT id FROM holds)
       OR value IN (SELECT id FROM runs WHERE tenant_id <> ?) OR value IN (SELECT id FROM shards WHERE tenant_id <> ?) LIMIT 1`,
  )
  const bindings = ({ statuses, agent, labels: seen }: RunFilter) => ({
    ...{ tenant, agent, labels: seenParameter(seen) },
    statuses: statuses === null ? null : JSON.stringify(statuses),
  })
  const byStatus = db.prepare(
    `${select} WHERE r.tenant_id = ? AND r.is_imported = 0 AND r.status IN (SELECT value FROM json_each(?)) ORDER BY r.created_at, r.id LIMIT ?`,
  )
  const byConversation = db.prepare(
    `${select} WHERE r.tenant_id = ? AND r.conversation_id = ? AND r.is_imported = 0 ORDER BY r.created_at, r.id`,
  )
  const conversation = db.prepare<[string, string], ConversationRow>(
    selectConversation(`SELECT *, ${lastAt} FROM conversations WHERE tenant_id = ? AND id = ?`),
  )
  const conversations = db.prepare<[object], ConversationRow>(
    selectConversation(
      `SELECT *, ${lastAt} FROM conversations WHERE tenant_id = :tenant AND ${isWhollySeen} ORDER BY lastAt DESC, id DESC LIMIT :limit OFFSET :offset`,
    ),
  )
  const countConversations = db.prepare<[object], { n: number }>(
    `SELECT count(*) AS n FROM conversations WHERE tenant_id = :tenant AND ${isWhollySeen}`,
  )
  const held = db.prepare<[string], { label_id: number }>('SELECT DISTINCT label_id FROM runs WHERE tenant_id = ?')
  const owns = db.prepare<[string, string, string], { n: number }>(
    'SELECT count(*) AS n FROM events WHERE tenant_id = ? AND stream = ? AND instr(body, ?) > 0',
  )

  const parse = (row: unknown): RunRow => {
    const { labelId, ...rest } = Row.parse(row)
    return { ...rest, label: labels.labelOf(labelId) }
  }
  return {
    createShard: ({ id, agent, task, input, retriesMax, timeoutMs, budget, requirements, label, at, by }) => {
      const limits = [canonicalJson(budget), JSON.stringify(requirements)] as const
      insertShard.run(id, tenant, agent, task, input, retriesMax, timeoutMs, ...limits, labels.idOf(label), at, by)
    },
    shard: (id) => {
      const row = shard.get(tenant, id)
      if (row === undefined) return null
      const { labelId, ...rest } = ShardRow.parse(row)
      return { ...rest, label: labels.labelOf(labelId) }
    },
    takenId: (ids) => taken.get(JSON.stringify(ids), tenant, tenant)?.id ?? null,
    attemptsOf: (shardId) => attempts.all(tenant, shardId),
    createConversation: (id, collectionId, at, by) => void insertConversation.run(id, tenant, collectionId, at, by),
    get: (id) => {
      const row = one.get(tenant, id)
      return row === undefined ? null : parse(row)
    },
    list: (limit, offset, filter = unfiltered) => ({
      items: page.all({ ...bindings(filter), limit, offset }).map(parse),
      total: count.get(bindings(filter))?.n ?? 0,
    }),
    newest: (filter, max) => inputs.all({ ...bindings(filter), max }),
    withStatus: (statuses, limit = -1) => byStatus.all(tenant, JSON.stringify(statuses), limit).map(parse),
    ofConversation: (id) => byConversation.all(tenant, id).map(parse),
    conversation: (id) => conversation.get(tenant, id) ?? null,
    conversations: (limit, offset, seen) => {
      const filter = { tenant, labels: seenParameter(seen) }
      return { items: conversations.all({ ...filter, limit, offset }), total: countConversations.get(filter)?.n ?? 0 }
    },
    heldLabels: () => held.all(tenant).map(({ label_id }) => labels.labelOf(label_id)),
    ownsBody: (runId, body) => (owns.get(tenant, runId, `"${body}"`)?.n ?? 0) > 0,
  }
}
