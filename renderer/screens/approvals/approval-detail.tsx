/** One request in full, with the decision below it. What Holdfast states and what the agent wrote are kept apart. */
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Approval, ApprovalItem } from '../../../main/contract/approvals.ts'
import { formatDigest } from '../../../main/domain/digest.ts'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { TimeLeft } from '../../components/time-left.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { agentWords } from '../runs/run-words.ts'
import {
  decisionTones,
  decisionWords,
  effectSentences,
  isToolCall,
  kindWords,
  requestTitle,
  riskTones,
  riskWords,
  rungWords,
} from './approval-words.ts'
import { CallRequest } from './call-request.tsx'
import { CrossingRequest } from './crossing-request.tsx'
import { DecisionBar } from './decision-bar.tsx'
import { GateRequest } from './gate-request.tsx'
import { GivenAnswer } from './given-answer.tsx'
import { Part } from './part.tsx'
import { QuestionRequest } from './question-request.tsx'
import { useDecision } from './use-decision.ts'
import { useReadThrough } from './use-read-through.ts'

export function ApprovalHeader({ approval }: { approval: Approval | ApprovalItem }) {
  useShowsLabel(approval.label)
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1.5 border-b border-line px-6 py-3">
      <h2 className={`text-read font-semibold ${isToolCall(approval) ? 'font-mono' : ''}`}>{requestTitle(approval)}</h2>
      {approval.kind === 'approval' && <Chip tone={riskTones[approval.risk]}>{riskWords[approval.risk]}</Chip>}
      {approval.decision !== null && <Chip tone={decisionTones[approval.decision]}>{decisionWords[approval.decision]}</Chip>}
      <LabelChip label={approval.label} />
      <span className="ml-auto text-small text-ink-2">{kindWords[approval.kind]}</span>
    </header>
  )
}

const needs: Readonly<Record<Approval['kind'], readonly [string, string]>> = {
  approval: ['Approve exactly this call, once.', 'Any change to its arguments asks again.'],
  gate: ['Decide on this proposal.', 'The run goes on with your decision and nothing else.'],
  question: ['The run waits for your answer.', 'A model cannot answer in your place.'],
}

const crossingNeed = ['Let exactly these bytes leave this machine, once or for this run.', 'Rejected, this run stays here.'] as const

function Need({ approval }: { approval: Approval }) {
  const [first, second] = approval.preview?.crossing === undefined ? needs[approval.kind] : crossingNeed
  const rung = rungWords(approval.rung)
  return (
    <p className="mb-6 rounded-md border border-warn/45 bg-warn-soft px-3.5 py-2.5">
      <b className="font-semibold">{first}</b> {second}{' '}
      {approval.expiresAt === null ? (
        'It waits without a limit'
      ) : (
        <>
          Runs out <TimeLeft atMs={approval.expiresAt} over="now: its time is over" />, then it counts as rejected
        </>
      )}
      {rung === null ? '.' : `; ${rung}.`}
    </p>
  )
}

function Outcome({ approval }: { approval: Approval }) {
  if (approval.decision === null) return <Need approval={approval} />
  return (
    <div className="mb-6 rounded-md border border-line bg-surface px-3.5 py-2.5">
      <p>
        <b className="inline-block font-semibold first-letter:uppercase">{decisionWords[approval.decision]}</b>
        {approval.decidedBy !== null && ` by ${approval.decidedBy}`}
        {approval.decidedAt !== null && (
          <>
            , <TimeAgo atMs={approval.decidedAt} />
          </>
        )}
        .
      </p>
      {approval.feedback !== null && (
        <p className="mt-1 whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">
          “<SourceText text={approval.feedback} />”
        </p>
      )}
      {approval.decision === 'answered' && <GivenAnswer runId={approval.runId} stepId={approval.stepId} />}
    </div>
  )
}

function About({ approval }: { approval: Approval }) {
  return (
    <Part title="About this request">
      <Facts>
        <Fact name="Tool">
          <span className="font-mono text-small">{approval.tool}</span>
          <span className="block text-ink-2">
            {approval.toolSummary ?? 'This version does not have this tool, so it counts as dangerous.'}
          </span>
        </Fact>
        {approval.kind === 'approval' && <Fact name="Effect">{effectSentences[approval.effect]}</Fact>}
        <Fact name="Run">
          <Link to="/runs/$runId" params={{ runId: approval.runId }} className="text-accent underline underline-offset-2">
            {approval.runTitle === null ? 'A run whose text was purged' : <SourceText text={approval.runTitle} />}
          </Link>
          <span className="block text-ink-2">by the agent {agentWords(approval.agent)}</span>
        </Fact>
        <Fact name="Asked">
          <TimeAgo atMs={approval.openedAt} />
        </Fact>
        {approval.expiresAt !== null && approval.decision === null && (
          <Fact name="Runs out">
            <TimeLeft atMs={approval.expiresAt} />
          </Fact>
        )}
        {approval.argumentsHash !== null && (
          <Fact name="Hash">
            <span className="inline-flex items-center gap-1.5">
              <span className="font-mono text-small text-ink-2">{approval.argumentsHash.alg}</span>
              <Hash value={formatDigest(approval.argumentsHash)} label="the hash of the arguments" />
            </span>
          </Fact>
        )}
      </Facts>
    </Part>
  )
}

interface Props {
  readonly approval: Approval
  readonly shouldFocus: boolean
  readonly onDecided: (decided: Approval) => void
}

export function ApprovalDetail({ approval, shouldFocus, onDecided }: Props) {
  const room = useRef<HTMLElement>(null)
  const isRead = useReadThrough(room)
  const { decide, answer, isBusy, failure } = useDecision(approval, onDecided)
  const isOpen = approval.decision === null
  const crossing = approval.preview?.crossing ?? null
  // Here the keys that scroll work at once, and so do those that decide.
  useEffect(() => {
    if (shouldFocus) room.current?.focus({ preventScroll: true })
  }, [shouldFocus])
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ApprovalHeader approval={approval} />
      <section
        ref={room}
        aria-label={`Request: ${requestTitle(approval)}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
      >
        <Outcome approval={approval} />
        {approval.kind === 'question' ? (
          <QuestionRequest approval={approval} isBusy={isBusy} failure={failure} onAnswer={answer} />
        ) : approval.kind === 'gate' ? (
          <GateRequest approval={approval} />
        ) : crossing !== null ? (
          <CrossingRequest approval={approval} crossing={crossing} />
        ) : (
          <CallRequest approval={approval} />
        )}
        <div className="mt-6">
          <About approval={approval} />
        </div>
      </section>
      {isOpen && approval.kind !== 'question' && (
        <DecisionBar
          what={approval.kind === 'gate' ? 'the proposal' : crossing === null ? 'this call' : 'it, once'}
          isCrossing={crossing !== null}
          canApprove={approval.kind === 'gate' ? approval.arguments !== null : approval.argumentsHash !== null}
          isRead={isRead}
          isBusy={isBusy}
          failure={failure}
          onDecide={decide}
        />
      )}
    </div>
  )
}
