/** Rows of missions and of their runs, for lists and for whoever drives them. */
import * as z from 'zod'
import type { Actor } from '../domain/actor.ts'
import type { Label } from '../domain/label.ts'
import type { MissionEvent } from '../domain/mission/events.ts'
import { Gate } from '../domain/mission/gates.ts'
import { MissionOutcome, MissionPhase } from '../domain/mission/phases.ts'
import { isSettled, type MissionState } from '../domain/mission/state.ts'
import type { Board } from './board.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

const Row = z.object({
  id: z.string(),
  phase: MissionPhase,
  outcome: MissionOutcome.nullable(),
  gate: Gate.nullable(),
  isPaused: z.number().transform((flag) => flag === 1),
  /** Body id. */
  goal: z.string(),
  shards: z.number(),
  shardsSettled: z.number(),
  labelId: z.number(),
  createdAt: z.number(),
  createdBy: z.string(),
  movedAt: z.number(),
})
export type MissionRow = Omit<z.infer<typeof Row>, 'labelId'> & { readonly label: Label }

export interface MissionFilter {
  /** Null = all. */
  readonly phases: readonly MissionPhase[] | null
  /** Ids of labels that may be seen; null = all. */
  readonly labels?: readonly number[] | null
  /** Only those that wait for a person. */
  readonly isWaiting?: boolean
}

export interface MissionPage {
  readonly items: readonly MissionRow[]
  readonly total: number
  /** Of all that may be seen, whatever else is asked for: how many wait for a person. */
  readonly waiting: number
}

export interface Missions {
  /** What a mission's events changed, inside their transaction. */
  project(change: {
    readonly id: string
    readonly state: MissionState
    readonly version: number
    readonly events: readonly MissionEvent[]
    readonly actor: Actor
    readonly label: Label
    readonly at: number
  }): void
  get(id: string): MissionRow | null
  /** Newest first. */
  list(filter: MissionFilter, limit: number, offset: number): MissionPage
  /** Ids of those that may have something to do: neither over nor waiting for a person, or over while a run of theirs is not, or ended unnoted. Oldest first. */
  unfinished(): readonly string[]
  /** Labels of all missions, each once: goals and plans are held before any run is. */
  heldLabels(): readonly Label[]
  /** Tokens that all of its runs used so far, the planner's with them. */
  tokensUsedBy(id: string): number
  /** The mission that a run belongs to, and its shard there; null where a person started the run. */
  ofRun(runId: string): { readonly missionId: string; readonly key: string | null } | null
}

const columns = `id, phase, outcome, gate, is_paused AS isPaused, goal, shards, shards_settled AS shardsSettled, label_id AS labelId,
  created_at AS createdAt, created_by AS createdBy, moved_at AS movedAt`
const passes = `tenant_id = :tenant AND ${isSeen('label_id')} AND (:phases IS NULL OR phase IN (SELECT value FROM json_each(:phases)))
  AND (:waiting = 0 OR gate IS NOT NULL)`

export function createMissions(db: Db, labels: Labels, board: Pick<Board, 'record'>, tenant: string): Missions {
  const upsert = db.prepare(`
    INSERT INTO missions (id, tenant_id, phase, outcome, gate, is_paused, goal, shards, shards_settled, label_id, version, created_at, created_by,
      moved_at)
    VALUES (:id, :tenant, :phase, :outcome, :gate, :isPaused, :goal, :shards, :settled, :label, :version, :at, :by, :at)
    ON CONFLICT (id) DO UPDATE SET phase = :phase, outcome = :outcome, gate = :gate, is_paused = :isPaused, shards = :shards,
      shards_settled = :settled, label_id = :label, version = :version, moved_at = :at`)
  const addRun = db.prepare('INSERT INTO mission_runs (run_id, tenant_id, mission_id, shard_key) VALUES (?, ?, ?, ?)')
  const one = db.prepare(`SELECT ${columns} FROM missions WHERE tenant_id = ? AND id = ?`)
  const page = db.prepare(`SELECT ${columns} FROM missions WHERE ${passes} ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset`)
  const count = db.prepare<[object], { n: number }>(`SELECT count(*) AS n FROM missions WHERE ${passes}`)
  // A mission that is over moves last by what it notes of its runs: what ended after that is not noted yet. Of a planner nothing is.
  const open = db
    .prepare<[string], string>(
      `SELECT id FROM missions m WHERE tenant_id = ? AND ((phase <> 'COMPLETED' AND gate IS NULL AND is_paused = 0) OR EXISTS (
         SELECT 1 FROM mission_runs x JOIN runs r ON r.id = x.run_id
         WHERE x.tenant_id = m.tenant_id AND r.tenant_id = m.tenant_id AND x.mission_id = m.id AND m.phase = 'COMPLETED'
           AND (r.status NOT IN ('complete', 'failed', 'aborted') OR (x.shard_key IS NOT NULL AND r.ended_at > m.moved_at))))
       ORDER BY created_at, id`,
    )
    .pluck()
  const held = db.prepare<[string], number>('SELECT DISTINCT label_id FROM missions WHERE tenant_id = ?').pluck()
  const ofRun = db.prepare<[string, string], { missionId: string; key: string | null }>(
    'SELECT mission_id AS missionId, shard_key AS key FROM mission_runs WHERE tenant_id = ? AND run_id = ?',
  )
  const used = db
    .prepare<[string, string], number>(
      `SELECT coalesce(sum(r.tokens_used), 0) FROM mission_runs x JOIN runs r ON r.id = x.run_id AND r.tenant_id = x.tenant_id
       WHERE x.tenant_id = ? AND x.mission_id = ?`,
    )
    .pluck()
  const parse = (row: unknown): MissionRow => {
    const { labelId, ...rest } = Row.parse(row)
    return { ...rest, label: labels.labelOf(labelId) }
  }
  return {
    project: ({ id, state, version, events, actor, label, at }) => {
      if (state.phase === 'absent') return
      const { phase, outcome, openGate, isPaused, goal, shards } = state
      upsert.run({
        ...{ id, tenant, phase, outcome, version, at, goal: goal.body, gate: openGate?.gate ?? null, isPaused: Number(isPaused) },
        ...{ shards: shards.length, settled: shards.filter(isSettled).length, label: labels.idOf(label), by: actor.account },
      })
      for (const event of events) {
        if (event.type === 'mission.plan_started') addRun.run(event.runId, tenant, id, null)
        if (event.type === 'mission.run_started') addRun.run(event.runId, tenant, id, event.key)
        if (event.type === 'board.decided' || event.type === 'board.directed') board.record(id, phase, event, actor.account)
      }
    },
    get: (id) => {
      const row = one.get(tenant, id)
      return row === undefined ? null : parse(row)
    },
    list: ({ phases, labels: seen, isWaiting = false }, limit, offset) => {
      const everyone = { tenant, labels: seenParameter(seen), phases: null, waiting: 1 }
      const filter = { ...everyone, phases: phases === null ? null : JSON.stringify(phases), waiting: Number(isWaiting) }
      return {
        items: page.all({ ...filter, limit, offset }).map(parse),
        total: count.get(filter)?.n ?? 0,
        waiting: count.get(everyone)?.n ?? 0,
      }
    },
    unfinished: () => open.all(tenant),
    tokensUsedBy: (id) => used.get(tenant, id) ?? 0,
    heldLabels: () => held.all(tenant).map(labels.labelOf),
    ofRun: (runId) => ofRun.get(tenant, runId) ?? null,
  }
}
