/** What waits for a person, and what a person decided. Listed from the store: the same after a restart, and with no window open. */

import * as z from 'zod'
import { type Approval, type ApprovalItem, briefCharsMax } from '../contract/approvals.ts'
import type { Caller, Handlers } from '../dispatch.ts'
import { judgeRate, rateLimits } from '../domain/approval-rate.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { readJson } from '../domain/canonical-json.ts'
import { CrossingPreview } from '../domain/crossing.ts'
import { ApprovalRequest, checkAnswer, checkApprovalAnswer, HumanQuestion } from '../domain/human-request.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { RunCommand } from '../domain/run/commands.ts'
import type { Step } from '../domain/run/state.ts'
import { crossingTool, type ToolReply } from '../domain/tool.ts'
import { sha256 } from '../store/event-log.ts'
import type { HoldRow } from '../store/holds.ts'
import { findTool } from '../tools/registry.ts'
import { titleOf } from './runs.ts'
import { operator, type Services } from './services.ts'

const unknown = fail('approval.unknown', 'There is no such request.', 'List what is open; it may have been decided, or its run ended.')
const notAQuestion = fail(
  'approval.wrong_kind',
  'This request is not decided that way.',
  'Approve, reject or send back a call; answer a question.',
)
const otherArguments = fail(
  'approval.other_arguments',
  'What you decided on is not what the call would do.',
  'Look at the request again: decide on the arguments that stand there now.',
)
const purged = fail('approval.purged', 'The arguments of this call have been purged.', 'Reject it.')

const Preview = z.object({
  ...{ summary: z.string(), diff: z.string().nullable(), undo: z.string().nullable() },
  crossing: CrossingPreview.optional(),
})

type Names = `approvals.${'rate' | 'list' | 'get' | 'approve' | 'reject' | 'revise' | 'answer'}`

export const approvalHandlers = (services: Services): Pick<Handlers, Names> => {
  const { holds, runs, journal, loop, bodies } = services

  const previewOf = (body: string | null): Approval['preview'] => {
    const text = body === null ? null : bodies.read(body)
    const parsed = text === null ? null : Preview.safeParse(readJson(text))
    if (parsed === null || !parsed.success) return null
    const { summary, diff, undo, crossing } = parsed.data
    const diffLines = diff === null ? 0 : diff.replace(/\n$/, '').split('\n').length
    return { summary, diff, diffLines, undo, ...(crossing === undefined ? {} : { crossing }) }
  }

  function aboutOf(row: HoldRow, decidedBy = holds.deciders()) {
    const { holdId, runId, stepId, kind, agent, tool, effect, risk, label, openedAt, expiresAt, rung, decision, decidedAt } = row
    const run = runs.get(runId)
    return {
      ...{ holdId, runId, stepId, kind, agent, tool, effect, risk, label, openedAt, expiresAt, rung, decision, decidedAt },
      runTitle: run === null ? null : titleOf(services, run.input),
      toolSummary: tool === crossingTool ? 'Send a request to another machine' : (findTool(tool)?.summary ?? null),
      decidedBy: decision === null ? null : decidedBy(runId, holdId),
    }
  }

  /** What a question or a proposal says of itself, in its own short words. */
  function askedIn({ kind, input }: HoldRow): string | null {
    const text = kind === 'approval' ? null : bodies.read(input)
    const asked = text === null ? null : readJson(text)
    return (kind === 'gate' ? ApprovalRequest.safeParse(asked).data?.summary : HumanQuestion.safeParse(asked).data?.question) ?? null
  }

  function toItem(row: HoldRow, decidedBy: ReturnType<typeof holds.deciders>): ApprovalItem {
    const about = aboutOf(row, decidedBy)
    const preview = previewOf(row.request)
    const summary = preview?.summary ?? askedIn(row)
    return {
      ...about,
      runTitle: about.runTitle?.slice(0, briefCharsMax) ?? null,
      summary: summary?.slice(0, briefCharsMax) ?? null,
      argumentsBytes: bodies.sizeOf(row.input),
      diffLines: preview?.diffLines ?? 0,
    }
  }

  function toApproval(row: HoldRow): Approval {
    const text = bodies.read(row.input)
    return {
      ...aboutOf(row),
      arguments: text,
      argumentsHash: text === null ? null : { alg: 'sha256', value: sha256(text) },
      preview: previewOf(row.request),
      feedback: row.feedback === null ? null : bodies.read(row.feedback),
    }
  }

  const show = (holdId: string): Result<Approval> => {
    const row = holds.get(holdId)
    return row === null ? unknown : ok(toApproval(row))
  }

  /** Sends a person's decision; it and the run's return to the queue are one commit. */
  function decide(row: HoldRow, caller: Caller, build: (put: (text: string) => BodyRef, step: Step) => RunCommand): Result<Approval> {
    const { state } = journal.read(row.runId)
    const step = state.status === 'absent' ? undefined : state.steps.find(({ id }) => id === row.stepId)
    if (step === undefined) return unknown
    const sent = journal.send(row.runId, (put) => [build(put, step)], operator(caller))
    if (!sent.ok) return sent
    loop.wake()
    return show(row.holdId)
  }

  function reject(holdId: string, feedback: string, isRevision: boolean, caller: Caller): Result<Approval> {
    const row = holds.get(holdId)
    if (row === null) return unknown
    if (row.kind !== 'approval') return notAQuestion
    const { stepId } = row
    return decide(row, caller, (put) => ({ type: 'tool.reject', stepId, holdId, feedback: put(feedback), isRevision }))
  }

  /** The answer as a tool's reply, or why it is none. */
  function answerOf(row: HoldRow, answer: unknown): Result<unknown> {
    const text = bodies.read(row.input)
    if (text === null) return purged
    if (row.kind === 'gate') {
      ApprovalRequest.parse(JSON.parse(text))
      return checkApprovalAnswer(answer)
    }
    return checkAnswer(HumanQuestion.parse(JSON.parse(text)), answer)
  }

  return {
    'approvals.list': ({ limit, offset, isOpen }, { account }) => {
      const seen = services.sightOf(account)?.labelIds()
      const { items, total } = holds.list(isOpen, limit, offset, seen)
      const decidedBy = holds.deciders()
      return ok({ items: items.map((row) => toItem(row, decidedBy)), total, open: isOpen ? total : holds.countOpen(seen) })
    },
    'approvals.rate': () => {
      const { approved, decided } = holds.decided(rateLimits.decisionsMax)
      return ok(judgeRate(approved, decided))
    },
    'approvals.get': ({ holdId }) => show(holdId),
    'approvals.approve': ({ holdId, argumentsHash, scope }, caller) => {
      const row = holds.get(holdId)
      if (row === null) return unknown
      if (row.kind !== 'approval') return notAQuestion
      const text = bodies.read(row.input)
      if (text === null) return purged
      if (argumentsHash.value !== sha256(text)) return otherArguments
      const { stepId } = row
      return decide(row, caller, (_put, step) => ({ type: 'tool.approve', stepId, holdId, commitment: step.input.commitment, scope }))
    },
    'approvals.reject': ({ holdId, feedback }, caller) => reject(holdId, feedback, false, caller),
    'approvals.revise': ({ holdId, feedback }, caller) => reject(holdId, feedback, true, caller),
    'approvals.answer': ({ holdId, answer }, caller) => {
      const row = holds.get(holdId)
      if (row === null) return unknown
      if (row.kind === 'approval') return notAQuestion
      const checked = answerOf(row, answer)
      if (!checked.ok) return checked
      const output = z.json().parse(checked.value)
      const reply: ToolReply = { ok: true, error: null, output, artifacts: [], label: null, metrics: { durationMs: 0, bytesWritten: 0 } }
      const { stepId } = row
      return decide(row, caller, (put) => ({ type: 'tool.answer', stepId, holdId, output: put(JSON.stringify(reply)) }))
    },
  }
}
