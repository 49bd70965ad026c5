/** A run's steps as the next step sees them: what was done, compactly and newest first, and which passages were found. */
import { compactLimits, type Failed, failurePart, foldedSteps, shorten } from '../context/compact.ts'
import type { ContextPart } from '../context/render.ts'
import type { LeftOutRecord } from '../domain/context-part.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { type Artifact, crossingTool } from '../domain/tool.ts'
import type { Session } from './session.ts'
import { replyOf } from './tool-step.ts'

const limits = { blockCharsMax: 1_600, argumentCharsMax: 300 } as const

const failedPhases: readonly Step['phase'][] = ['failed', 'failed_before_effect']

function outcome(session: Pick<Session, 'readBody'>, step: Step): string {
  const words = step.feedback === null ? null : session.readBody(step.feedback.body)
  switch (step.phase) {
    case 'succeeded': {
      const reply = replyOf(session, step)
      const text = reply === null && step.output !== null ? session.readBody(step.output.body) : JSON.stringify(reply?.output ?? null)
      return shorten(text ?? 'its result has been purged', limits.blockCharsMax)
    }
    case 'rejected':
    case 'revised':
      return `A person refused this call.${words === null ? '' : ` They said: ${words}`}`
    case 'expired':
      return 'Nobody decided about this call in time. It was not made.'
    case 'unknown':
      return 'What came of this call is not known. It is not made again.'
    default:
      return `It is ${step.phase.replaceAll('_', ' ')}.`
  }
}

/** A call that failed, and whether the same tool did its work after it. */
function failureOf(session: Pick<Session, 'readBody'>, step: Step, later: readonly Step[]): Failed {
  const isResolved = later.some(({ kind, name, phase }) => kind === 'tool' && name === step.name && phase === 'succeeded')
  const code = step.failureCode ?? step.phase
  return { source: step.id, what: step.name, code, message: replyOf(session, step)?.error?.message ?? '', isResolved }
}

/** The choice that a proposal came from was refused; it is over once another call followed. */
const refusalOf = (step: Step, later: readonly Step[]): Failed => ({
  ...{ source: step.id, what: 'your last choice', code: step.refusal ?? '', message: 'It was refused. Choose another call.' },
  isResolved: later.some(({ kind }) => kind === 'tool'),
})

/** A person's word on a call stays whole; what was done may be shortened. */
function threadPart(session: Pick<Session, 'readBody'>, step: Step, isFolded: boolean): ContextPart {
  const given = shorten(session.readBody(step.input.body) ?? '', limits.argumentCharsMax)
  const isDecision = step.phase === 'rejected' || step.phase === 'revised' || step.phase === 'expired'
  const text = outcome(session, step)
  return {
    ...{ kind: isDecision ? 'decisions' : 'thread', source: step.id, why: isDecision ? 'person' : 'done', n: step.ordinal + 1 },
    ...{ title: `${step.name} ${given}`, text: isFolded && !isDecision ? shorten(text, compactLimits.foldedCharsMax) : text },
  }
}

export interface Thread {
  readonly parts: readonly ContextPart[]
  readonly leftOut: readonly LeftOutRecord[]
}

/**
 * What was done and decided, newest first, and what went wrong in one line each. What lies before the last compaction is told in few
 * words. Never empty.
 */
export function describeThread(session: Pick<Session, 'readBody'>, run: Pick<ExistingRun, 'steps'>): Thread {
  const folded = foldedSteps(
    run.steps.map(({ startedAtMs, served }) => {
      const { promptTokens = 0, completionTokens = 0 } = served?.usage ?? {}
      return { startedAtMs, tokens: promptTokens + completionTokens }
    }),
  )
  const [done, failed]: [ContextPart[], Failed[]] = [[], []]
  for (const [index, step] of run.steps.entries()) {
    const later = run.steps.slice(index + 1)
    if (step.refusal !== null) failed.unshift(refusalOf(step, later))
    else if (step.kind !== 'tool' || step.name === crossingTool) continue
    else if (failedPhases.includes(step.phase)) failed.unshift(failureOf(session, step, later))
    else done.unshift(threadPart(session, step, index < folded))
  }
  const { parts, leftOut } = failurePart(failed)
  const all = [...done, ...parts]
  const nothing: ContextPart = { kind: 'thread', source: 'nothing', why: 'done', title: 'nothing yet', text: 'No call has been made.' }
  return { parts: all.length === 0 ? [nothing] : all, leftOut }
}

/** What the run's calls read or wrote. */
export const artifactsOf = (session: Session, run: ExistingRun): readonly Artifact[] =>
  run.steps
    .filter(({ phase }) => phase === 'succeeded')
    .flatMap((step) => (step.kind === 'tool' ? (replyOf(session, step)?.artifacts ?? []) : []))

/** Ids of the passages that the run's calls found, in the order they were found. */
export function evidenceOf(session: Session, run: ExistingRun): readonly string[] {
  const artifacts = artifactsOf(session, run)
  return [...new Set(artifacts.flatMap((artifact) => (artifact.kind === 'passage' ? [artifact.passageId] : [])))]
}
