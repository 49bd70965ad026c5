/** The blackboard of each mission: entries that stay as they were written, and directives of which the newest revision holds. */
import * as z from 'zod'
import type { Label } from '../domain/label.ts'
import { BoardKind, DirectiveName, type MissionEvent } from '../domain/mission/events.ts'
import { MissionPhase } from '../domain/mission/phases.ts'
import type { Labels } from './labels.ts'
import type { Db } from './open.ts'
import { isSeen, seenParameter } from './seen.ts'

const Entry = z.object({
  id: z.string(),
  kind: BoardKind,
  phase: MissionPhase,
  author: z.string().nullable(),
  account: z.string(),
  /** Body id. */
  content: z.string(),
  confidence: z.number().nullable(),
  at: z.number(),
})
export type BoardEntry = Readonly<z.infer<typeof Entry>>

const Directive = z.object({
  name: DirectiveName,
  revision: z.number(),
  author: z.string().nullable(),
  account: z.string(),
  /** Body id. */
  content: z.string(),
  at: z.number(),
})
export type BoardDirective = Readonly<z.infer<typeof Directive>>

const Lesson = Entry.pick({ id: true, account: true, content: true, at: true }).extend({
  missionId: z.string(),
  /** Body id. */
  goal: z.string(),
  labelId: z.number(),
})
export type BoardLesson = Omit<Readonly<z.infer<typeof Lesson>>, 'labelId'> & { readonly label: Label }

export interface Board {
  /** Inside the transaction of the event. */
  record(
    missionId: string,
    phase: MissionPhase,
    event: Extract<MissionEvent, { type: 'board.decided' | 'board.directed' }>,
    account: string,
  ): void
  /** In the order in which they were written. */
  entries(missionId: string): readonly BoardEntry[]
  /** By name, the newest revision of each. */
  directives(missionId: string): readonly BoardDirective[]
  /** Of all missions whose labels may be seen, newest first; null = all. */
  lessons(seen: readonly number[] | null, limit: number, offset: number): { readonly items: readonly BoardLesson[]; readonly total: number }
  /** Every revision of one, oldest first. */
  history(missionId: string, name: DirectiveName): readonly BoardDirective[]
}

export function createBoard(db: Db, labels: Pick<Labels, 'labelOf'>, tenant: string): Board {
  const addEntry = db.prepare(`INSERT INTO board_entries (id, tenant_id, mission_id, kind, phase, author, account, content, confidence, at)
    VALUES (:entryId, :tenant, :missionId, :kind, :phase, :author, :account, :content, :confidence, :at)`)
  const addDirective = db.prepare(`INSERT INTO board_directives (tenant_id, mission_id, name, revision, author, account, content, at)
    VALUES (:tenant, :missionId, :name, :revision, :author, :account, :content, :at)`)
  const entries = db.prepare(
    `SELECT id, kind, phase, author, account, content, confidence, at FROM board_entries WHERE tenant_id = ? AND mission_id = ? ORDER BY at, id`,
  )
  const taught = `FROM board_entries e JOIN missions m ON m.tenant_id = e.tenant_id AND m.id = e.mission_id
    WHERE e.tenant_id = :tenant AND e.kind = 'lesson' AND ${isSeen('m.label_id')}`
  const lessons = db.prepare(`SELECT e.id, e.account, e.content, e.at, m.id AS missionId, m.goal, m.label_id AS labelId ${taught}
    ORDER BY e.at DESC, e.id DESC LIMIT :limit OFFSET :offset`)
  const countLessons = db.prepare<[object], number>(`SELECT count(*) ${taught}`).pluck()
  const columns = 'name, revision, author, account, content, at'
  const newest = db.prepare(
    `SELECT ${columns} FROM board_directives d WHERE tenant_id = ? AND mission_id = ?
       AND revision = (SELECT max(revision) FROM board_directives WHERE tenant_id = d.tenant_id AND mission_id = d.mission_id AND name = d.name) ORDER BY name`,
  )
  const revisions = db.prepare(
    `SELECT ${columns} FROM board_directives WHERE tenant_id = ? AND mission_id = ? AND name = ? ORDER BY revision`,
  )
  return {
    record: (missionId, phase, event, account) => {
      const about = { tenant, missionId, account, author: event.author, content: event.content.body, at: event.atMs }
      if (event.type === 'board.directed') addDirective.run({ ...about, name: event.name, revision: event.revision })
      else addEntry.run({ ...about, entryId: event.entryId, kind: event.kind, phase, confidence: event.confidence })
    },
    entries: (missionId) => entries.all(tenant, missionId).map((row) => Entry.parse(row)),
    lessons: (seen, limit, offset) => {
      const filter = { tenant, labels: seenParameter(seen) }
      const items = lessons.all({ ...filter, limit, offset }).map((row) => {
        const { labelId, ...lesson } = Lesson.parse(row)
        return { ...lesson, label: labels.labelOf(labelId) }
      })
      return { items, total: countLessons.get(filter) ?? 0 }
    },
    directives: (missionId) => newest.all(tenant, missionId).map((row) => Directive.parse(row)),
    history: (missionId, name) => revisions.all(tenant, missionId, name).map((row) => Directive.parse(row)),
  }
}
