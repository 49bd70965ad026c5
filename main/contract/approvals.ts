/** What waits for a person, as it crosses the border: a call to approve, a question to answer, a proposal to decide on. */
import * as z from 'zod'
import { CrossingPreview } from '../domain/crossing.ts'
import { Digest } from '../domain/digest.ts'
import { idOf } from '../domain/ids.ts'
import { Label } from '../domain/label.ts'
import { answeredKinds, HoldDecision } from '../domain/run/events.ts'
import { Effect, Risk } from '../domain/tool.ts'

const time = z.int().min(0)

/** A change a call would make, as a person is shown it. */
export const ApprovalPreview = z.strictObject({
  summary: z.string(),
  /** Unified diff; null when no file would change. */
  diff: z.string().nullable(),
  diffLines: z.int().min(0),
  /** How it can be undone, in words; null when it cannot. */
  undo: z.string().nullable(),
  /** What would leave this machine; the exact bytes are the body that it names. */
  crossing: CrossingPreview.optional(),
})
export type ApprovalPreview = z.infer<typeof ApprovalPreview>

/** Short enough for a row of a list. */
export const briefCharsMax = 300

const about = {
  holdId: idOf('hld'),
  runId: idOf('run'),
  stepId: idOf('stp'),
  kind: z.enum(answeredKinds),
  agent: z.string(),
  tool: z.string(),
  /** What the tool does, in a line; null for a tool this version does not have. */
  toolSummary: z.string().nullable(),
  effect: Effect,
  risk: Risk,
  label: Label,
  openedAt: time,
  expiresAt: time.nullable(),
  /** How often it was called out without an answer: 0 to 3. */
  rung: z.int().min(0).max(3),
  /** Null while it is open. */
  decision: HoldDecision.nullable(),
  decidedAt: time.nullable(),
  decidedBy: z.string().nullable(),
}

/** One of many: what it is about and how much there is to read. Its texts come with the request itself. */
export const ApprovalItem = z.strictObject({
  ...about,
  runTitle: z.string().max(briefCharsMax).nullable(),
  /** What the call would change, or what is asked; null when the tool says nothing beforehand. */
  summary: z.string().max(briefCharsMax).nullable(),
  /** Null after a purge. */
  argumentsBytes: z.int().min(0).nullable(),
  diffLines: z.int().min(0),
})
export type ApprovalItem = z.infer<typeof ApprovalItem>

/** One request with every text that a decision rests on. */
export const Approval = z.strictObject({
  ...about,
  runTitle: z.string().nullable(),
  /** Exact canonical JSON, null after a purge; and its hash, which a decision must name. */
  arguments: z.string().nullable(),
  argumentsHash: Digest.nullable(),
  preview: ApprovalPreview.nullable(),
  feedback: z.string().nullable(),
})
export type Approval = z.infer<typeof Approval>
