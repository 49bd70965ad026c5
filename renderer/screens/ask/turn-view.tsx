/** One question with what became of it. */
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Turn } from '../../../main/contract/calls.ts'
import { unclassified } from '../../../main/domain/label.ts'
import { useAct } from '../../api.tsx'
import { Button, buttonLook } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { holdWords } from '../runs/run-words.ts'
import { AnswerView } from './answer-view.tsx'
import type { Evidence } from './citation-mark.tsx'
import { LiveAnswer } from './live-answer.tsx'

interface Props {
  readonly turn: Turn
  readonly selected: Evidence | null
  readonly pointAt: Evidence | null
  readonly onSelect: (evidence: Evidence) => void
  readonly onAskAgain: (turn: Turn) => void
}

function Held({ turn }: { turn: Turn }) {
  const resume = useAct('runs.resume', { stales: ['conversations.get', 'runs.get'] })
  const byOperator = turn.run.holds.includes('operator')
  return (
    <div className="rounded-md border border-warn/40 bg-warn-soft px-3.5 py-3">
      <p className="font-medium">This question is held: {turn.run.holds.map((kind) => holdWords[kind]).join(', ') || 'it waits'}.</p>
      <div className="mt-2 flex gap-2">
        {byOperator && (
          <Button onClick={() => resume.mutate({ runId: turn.run.id })} disabled={resume.isPending}>
            Go on
          </Button>
        )}
        <Link to="/runs/$runId" params={{ runId: turn.run.id }} className={buttonLook()}>
          Open run
        </Link>
      </div>
    </div>
  )
}

function Outcome({ turn, selected, pointAt, onSelect, onAskAgain }: Props) {
  const { run, answer } = turn
  const selectedHere = selected?.runId === run.id ? selected.n : null
  const select = (n: number) => onSelect({ runId: run.id, n })
  const again = (
    <Button onClick={() => onAskAgain(turn)} className="mt-3">
      Ask again
    </Button>
  )
  if (answer !== null) {
    const look = {
      ...{ citations: answer.citations, selected: selectedHere, onSelect: select },
      pointAt: pointAt?.runId === run.id ? pointAt.n : null,
    }
    return <AnswerView answer={answer} look={look} onAskAgain={() => onAskAgain(turn)} />
  }
  if (run.status === 'failed') {
    const failure = run.failure ?? { code: 'run.failed', message: 'This run failed.', hint: 'Open the run to see where.' }
    return <FailureNotice failure={failure}>{again}</FailureNotice>
  }
  if (run.status === 'aborted') {
    return (
      <div>
        <p className="text-ink-2">You stopped this question. Nothing was answered.</p>
        {again}
      </div>
    )
  }
  if (run.status === 'complete') return <p className="text-ink-2">The text of this answer was removed. Its events are still on record.</p>
  if (run.status === 'held') return <Held turn={turn} />
  return <LiveAnswer run={run} selected={selectedHere} onSelect={select} />
}

export const TurnView = memo(function TurnView(props: Props) {
  const { run, questionLabel, answer } = props.turn
  useShowsLabel(run.label)
  useShowsLabel(questionLabel ?? unclassified)
  useShowsLabel(answer?.label ?? unclassified)
  return (
    <section data-turn={props.turn.run.id} aria-label={props.turn.question} className="scroll-mt-7 pb-8">
      <h2 className="mb-3.5 text-title font-semibold tracking-[-0.015em] text-balance">{props.turn.question}</h2>
      <Outcome {...props} />
    </section>
  )
})
