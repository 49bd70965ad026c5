/** Lays two runs side by side, from their logs. Works on any connection; reads only. */
import { Answer } from '../domain/answer.ts'
import type { BodyRef } from '../domain/body-ref.ts'
import { canonicalJson, readJson } from '../domain/canonical-json.ts'
import { compareSteps, type StepPair } from '../domain/run/compare.ts'
import { RunEvent } from '../domain/run/events.ts'
import { fold } from '../domain/run/evolve.ts'
import type { ExistingRun } from '../domain/run/state.ts'
import { ToolReply } from '../domain/tool.ts'
import { createBodyReader } from './body-reader.ts'
import { createEventLog, sha256 } from './event-log.ts'
import { createLabels } from './labels.ts'
import type { Db } from './open.ts'

export interface ComparedRuns {
  readonly isSameInput: boolean
  readonly isSameResult: boolean
  readonly steps: readonly StepPair[]
}

/** A tool's reply says how long it took; what it found is compared. */
function said(text: string): string {
  const reply = ToolReply.safeParse(readJson(text))
  if (!reply.success) return text
  const { metrics: _, ...rest } = reply.data
  return canonicalJson(rest)
}

/** Null when one of them is not there. One consistent state is read, whatever is written meanwhile. */
export function compareRuns(db: Db, tenant: string, blobs: string, a: string, b: string): ComparedRuns | null {
  const log = createEventLog(db, createLabels(db), tenant)
  const readBody = createBodyReader(db, tenant, blobs)
  const textOf = (body: string): string | null => {
    const kept = readBody(body)
    return kept === null || kept === 'damaged' ? null : Buffer.from(kept.bytes).toString('utf8')
  }
  /** Each text is read once, however often it is compared. A purged one is the same as itself only. */
  const keys = new Map<string, string>()
  const keyOf = (body: string): string => {
    const known = keys.get(body)
    if (known !== undefined) return known
    const text = textOf(body)
    const key = text === null ? body : sha256(said(text))
    keys.set(body, key)
    return key
  }
  const isSame = (one: BodyRef, other: BodyRef): boolean => keyOf(one.body) === keyOf(other.body)

  /** An answer names its run and how long it took; what it says is compared. */
  const saidBy = (body: string): string | null => {
    const answer = Answer.safeParse(readJson(textOf(body) ?? ''))
    if (!answer.success) return null
    const { supported, claims, citations, nearest } = answer.data
    return canonicalJson([supported, claims, citations, nearest])
  }
  const isSameResult = (one: ExistingRun, other: ExistingRun): boolean => {
    if (one.status !== 'complete' || other.status !== 'complete') {
      const failures = [one, other].map((run) => (run.status === 'failed' ? run.failureCode : null))
      return one.status === other.status && failures[0] === failures[1]
    }
    const [left, right] = [saidBy(one.result.body), saidBy(other.result.body)]
    return left === null || right === null ? isSame(one.result, other.result) : left === right
  }

  return db.transaction((): ComparedRuns | null => {
    const [one, other] = [a, b].map((runId) => fold(log.readStream(runId).map(({ event }) => RunEvent.parse(event))))
    if (one === undefined || other === undefined || one.status === 'absent' || other.status === 'absent') return null
    const steps = compareSteps(one.steps, other.steps, isSame)
    return { isSameInput: isSame(one.input, other.input), isSameResult: isSameResult(one, other), steps }
  })()
}
