/** Missions and their blackboards as they cross the border. Texts of people, plans and results are bodies, read out here under the caller's clearance. */
import * as z from 'zod'
import { ApprovalRate } from '../domain/approval-rate.ts'
import { Digest } from '../domain/digest.ts'
import { GateVerdict } from '../domain/gate-policy.ts'
import { holdingsLimits } from '../domain/holdings-limits.ts'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { planFaultCodes } from '../domain/mission/check-plan.ts'
import { BoardKind, DirectiveName, RefusedPlan, ResultCounts, RunOutcome } from '../domain/mission/events.ts'
import { Gate, GateDecision } from '../domain/mission/gates.ts'
import { MissionOutcome, MissionPhase } from '../domain/mission/phases.ts'
import { planLimits, ShardKey } from '../domain/mission/plan.ts'
import { MissionReport } from '../domain/mission/report.ts'
import { missionLimits } from '../domain/mission/state.ts'
import { RecordedEvent } from '../domain/recorded-event.ts'
import { RunStatus } from '../domain/run/transitions.ts'
import { call } from './define.ts'
import { Paper, PaperOptions } from './papers.ts'

const count = z.int().min(0)
const page = { limit: z.int().min(1).max(holdingsLimits.pageMax).default(50), offset: count.default(0) }
const pageOf = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), total: count })
const missionId = z.strictObject({ missionId: idOf('msn') })
const words = z.string().trim().min(1).max(4_000)

/** As a file or a form has it: what is wrong with it is told with its place. */
const OwnPlan = z.strictObject({ shards: z.array(z.unknown()).max(planLimits.shardsMax) })

export const PlanFaultView = z.strictObject({ code: z.enum(planFaultCodes), at: z.string() })

export const MissionSummary = z.strictObject({
  id: idOf('msn'),
  /** Null after a purge. */
  goal: z.string().nullable(),
  phase: MissionPhase,
  outcome: MissionOutcome.nullable(),
  /** Where it waits for a person. */
  gate: Gate.nullable(),
  isPaused: z.boolean(),
  shards: count,
  shardsSettled: count,
  label: Label,
  createdAt: count,
  createdBy: z.string(),
  movedAt: count,
})
export type MissionSummary = z.infer<typeof MissionSummary>

/** `waiting`: of all that the caller may see, how many wait for a person. */
export const MissionList = pageOf(MissionSummary).extend({ waiting: count })
export type MissionList = z.infer<typeof MissionList>

export const MissionShardView = z.strictObject({
  key: ShardKey,
  title: z.string().nullable(),
  agent: z.string(),
  after: z.array(ShardKey),
  /** Fields that its agent is given; empty after a purge. */
  input: z.record(z.string(), z.string()),
  /** Fields of it that stand for a document; no name where it is gone, or is labelled above the mission now. */
  documents: z.array(z.strictObject({ field: z.string(), documentId: idOf('doc'), file: z.string().nullable() })),
  tokensMax: count,
  tokensUsed: count,
  status: z.enum(['waiting', 'running', 'ended', 'accepted', 'refused', 'failed', 'skipped']),
  /** The run that asked for it, where no plan did. */
  askedBy: idOf('run').nullable(),
  runs: z.array(
    z.strictObject({
      runId: idOf('run'),
      attempt: z.int().min(1),
      outcome: RunOutcome.nullable(),
      code: z.string().nullable(),
      /** Of the run itself; null while it is not created yet. */
      status: RunStatus.nullable(),
      startedAt: count.nullable(),
      endedAt: count.nullable(),
    }),
  ),
  check: z.strictObject({ fault: z.string().nullable(), counts: ResultCounts }).nullable(),
  /** Why it was skipped, where it was not for want of anything to work from. */
  skippedFor: z.string().nullable(),
})
export type MissionShardView = z.infer<typeof MissionShardView>

export const LookedDocument = z.strictObject({
  documentId: idOf('doc'),
  /** Null where it is gone, or lies above the mission now. */
  file: z.string().nullable(),
  passages: count,
  /** All of it is held within the label of the mission: an agent can be given it. */
  isWithin: z.boolean(),
})
export type LookedDocument = z.infer<typeof LookedDocument>

export const MissionDetail = MissionSummary.extend({
  gates: z.array(Gate),
  passed: z.array(Gate),
  openGate: z.strictObject({ gate: Gate, openedAt: count, isHeld: z.boolean(), decisions: z.array(GateDecision) }).nullable(),
  tokensMax: count,
  tokensUsed: count,
  look: z.strictObject({ passages: count, documents: z.array(LookedDocument) }).nullable(),
  /** The run of the planner that is at work. */
  planner: idOf('run').nullable(),
  /** `by`: who made it; null = the planner. */
  plan: z.strictObject({ revision: z.int().min(1), commitment: Digest, verdict: GateVerdict, by: z.string().nullable() }).nullable(),
  /** Why the planner's last plan was not taken. */
  refused: z.array(RefusedPlan),
  feedback: z.array(z.string().nullable()),
  shardList: z.array(MissionShardView),
  /** What is given out at G4, and how it is approved. Null before it was joined, and after a purge. */
  report: z.strictObject({ commitment: Digest, content: MissionReport }).nullable(),
})
export type MissionDetail = z.infer<typeof MissionDetail>

const Written = z.strictObject({ author: z.string().nullable(), account: z.string(), content: z.string().nullable(), at: count })
export const BoardEntryView = Written.extend({
  id: idOf('ent'),
  kind: BoardKind,
  phase: MissionPhase,
  confidence: z.number().min(0).max(1).nullable(),
})
export type BoardEntryView = z.infer<typeof BoardEntryView>
export const BoardDirectiveView = Written.extend({ name: DirectiveName, revision: z.int().min(1) })
export type BoardDirectiveView = z.infer<typeof BoardDirectiveView>
export const BoardView = z.strictObject({ entries: z.array(BoardEntryView), directives: z.array(BoardDirectiveView) })
export type BoardView = z.infer<typeof BoardView>

/** What a mission taught, as it stands on its blackboard. */
export const LessonView = BoardEntryView.omit({ kind: true, phase: true, confidence: true, author: true }).extend({
  missionId: idOf('msn'),
  goal: z.string().nullable(),
  /** Of its mission. */
  label: Label,
})
export type LessonView = z.infer<typeof LessonView>
export const LessonList = pageOf(LessonView)
export type LessonList = z.infer<typeof LessonList>

export const missionCalls = {
  'missions.start': call(
    'Begin a mission: a planner proposes, a person commits, workers execute, a person releases',
    z.strictObject({
      goal: z.string().trim().min(1).max(holdingsLimits.queryCharsMax),
      /** At which it stops besides G2 and G4. */
      gates: z.array(Gate).max(4).default([]),
      tokensMax: z.int().min(1).max(missionLimits.tokensMax).default(1_000_000),
      /** Of the goal; absent = as high as anything that this account may see. */
      label: Label.optional(),
      /** Of one's own, in place of the planner's; one with faults begins nothing. */
      plan: OwnPlan.optional(),
    }),
    z.strictObject({ missionId: idOf('msn') }),
  ),
  'missions.plan': call(
    'Put a plan of one’s own before G2; one with faults is not kept, and each is told with its place',
    z.strictObject({
      ...missionId.shape,
      plan: OwnPlan,
      /** Of the plan that it takes the place of; absent where there is none. */
      commitment: Digest.optional(),
    }),
    /** Null where there are faults. */
    z.strictObject({ mission: MissionDetail.nullable(), faults: z.array(PlanFaultView) }),
  ),
  'missions.list': call(
    'Missions, newest first',
    z.strictObject({
      ...page,
      phases: z.array(MissionPhase).min(1).optional(),
      /** True = only those that wait for a person. */
      isWaiting: z.boolean().default(false),
    }),
    MissionList,
  ),
  'missions.get': call('One mission with its shards, its gate and what it found', missionId, MissionDetail),
  'missions.events': call('The events of a mission, oldest first', z.strictObject({ ...missionId.shape, ...page }), pageOf(RecordedEvent)),
  'missions.decide': call(
    'Decide at a gate: exactly what was shown there',
    z.strictObject({
      ...missionId.shape,
      gate: Gate,
      decision: GateDecision,
      /** Of the plan at G2, of the report at G4. */
      commitment: Digest.optional(),
      feedback: words.optional(),
    }),
    MissionDetail,
  ),
  'missions.release': call(
    'Give out exactly the report that was shown at G4',
    z.strictObject({ ...missionId.shape, commitment: Digest }),
    MissionDetail,
  ),
  'missions.pause': call('Start nothing more; what is under way goes on', missionId, MissionDetail),
  'missions.resume': call('Let a paused mission go on', missionId, MissionDetail),
  'missions.abort': call('End a mission, and stop what is under way', missionId, MissionDetail),
  'missions.export': call('What a mission found as a marked paper', z.strictObject({ ...missionId.shape, ...PaperOptions }), Paper),
  'board.get': call('The blackboard of a mission: entries in their order, and the directives that hold', missionId, BoardView),
  'board.history': call(
    'Every revision of a directive, oldest first',
    z.strictObject({ ...missionId.shape, name: DirectiveName }),
    z.strictObject({ items: z.array(BoardDirectiveView) }),
  ),
  'board.write': call(
    'Write an entry on the blackboard; it stays as it is written',
    z.strictObject({ ...missionId.shape, kind: BoardKind, content: words, confidence: z.number().min(0).max(1).nullable().default(null) }),
    BoardView,
  ),
  'board.learn': call(
    'Write down what a mission taught: in which context, what solved it, what was learnt, and what came of it',
    z.strictObject({
      ...missionId.shape,
      context: words.optional(),
      solution: words.optional(),
      learning: words.optional(),
      impact: words.optional(),
    }),
    z.strictObject({ board: BoardView, warnings: z.array(z.string()) }),
  ),
  'board.lessons': call('What missions taught, newest first', z.strictObject(page), LessonList),
  'board.direct': call(
    'Set a directive of a mission',
    z.strictObject({ ...missionId.shape, name: DirectiveName, content: words }),
    BoardView,
  ),
  'approvals.rate': call('What share of proposals people let through, and what that says', z.strictObject({}), ApprovalRate),
} as const
