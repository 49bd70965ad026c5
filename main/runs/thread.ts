/** A run's steps as the next step sees them: what was done, compactly and newest first, and which passages were found. */
import type { Evidence } from '../context/build.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { type Artifact, crossingTool } from '../domain/tool.ts'
import type { Session } from './session.ts'
import { replyOf } from './tool-step.ts'

const limits = { blockCharsMax: 1_600, argumentCharsMax: 300 } as const

const cut = (text: string, charsMax: number): string => (text.length <= charsMax ? text : `${text.slice(0, charsMax)} …`)

function outcome(session: Pick<Session, 'readBody'>, step: Step): string {
  const words = step.feedback === null ? null : session.readBody(step.feedback.body)
  switch (step.phase) {
    case 'succeeded': {
      const reply = replyOf(session, step)
      const text = reply === null && step.output !== null ? session.readBody(step.output.body) : JSON.stringify(reply?.output ?? null)
      return cut(text ?? 'its result has been purged', limits.blockCharsMax)
    }
    case 'rejected':
    case 'revised':
      return `A person refused this call.${words === null ? '' : ` They said: ${words}`}`
    case 'expired':
      return 'Nobody decided about this call in time. It was not made.'
    case 'unknown':
      return 'What came of this call is not known. It is not made again.'
    default:
      return `It failed: ${step.failureCode ?? step.phase}. ${replyOf(session, step)?.error?.message ?? ''}`.trim()
  }
}

/** Tool calls and refused proposals, newest first: what does not fit into a context is left out from the oldest. Never empty. */
export function describeThread(session: Pick<Session, 'readBody'>, run: Pick<ExistingRun, 'steps'>): readonly Evidence[] {
  const blocks = run.steps
    .filter((step) => (step.kind === 'tool' && step.name !== crossingTool) || step.refusal !== null)
    .map((step): Evidence => {
      const n = step.ordinal + 1
      if (step.kind === 'model')
        return { n, source: 'your last choice', text: `It was refused: ${step.refusal ?? ''}. Choose another call.` }
      const given = cut(session.readBody(step.input.body) ?? '', limits.argumentCharsMax)
      return { n, source: `${step.name} ${given}`, text: outcome(session, step) }
    })
    .toReversed()
  return blocks.length === 0 ? [{ n: 1, source: 'nothing yet', text: 'No call has been made.' }] : blocks
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
