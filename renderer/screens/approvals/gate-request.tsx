/** A proposal as its agent wrote it, part by part, in the agent's voice: Holdfast neither shortens nor improves it. */
import type { ReactNode } from 'react'
import type { Approval } from '../../../main/contract/approvals.ts'
import { ApprovalRequest } from '../../../main/domain/human-request.ts'
import { AgentVoice } from '../../components/agent-voice.tsx'
import { Chip } from '../../components/chip.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatCount, formatDuration, formatShare } from '../../format.ts'
import { agentWords } from '../runs/run-words.ts'
import { Arguments } from './call-request.tsx'
import { readArguments } from './read-arguments.ts'

const riskTones = { low: 'ok', medium: 'warn', high: 'bad' } as const

function Piece({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-4 first:mt-0">
      <h4 className="mb-1 text-small font-semibold text-ink-2">{title}</h4>
      {children}
    </section>
  )
}

const Words = ({ text }: { text: string }) => (
  <p className="max-w-180 whitespace-pre-wrap text-pretty [overflow-wrap:anywhere]">
    <SourceText text={text} />
  </p>
)

function List({ items }: { items: readonly string[] }) {
  return (
    <ul className="max-w-180 list-disc space-y-1 pl-5">
      {items.map((item) => (
        <li key={item} className="[overflow-wrap:anywhere]">
          <SourceText text={item} />
        </li>
      ))}
    </ul>
  )
}

function Pairs({ rows, mark }: { rows: readonly (readonly [string, string])[]; mark: string }) {
  return (
    <ul className="max-w-180 space-y-2">
      {rows.map(([first, second]) => (
        <li key={first} className="[overflow-wrap:anywhere]">
          <SourceText text={first} />
          <span className="mt-0.5 block text-ink-2">
            <span className="font-medium">{mark}</span> <SourceText text={second} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function Estimates({ request }: { request: ApprovalRequest }) {
  const { impact } = request
  const named = (names: readonly string[]) => (names.length === 0 ? 'none' : <SourceText text={names.join(', ')} />)
  return (
    <Facts>
      <Fact name="Risk">
        <Chip tone={riskTones[impact.risk]}>{impact.risk}</Chip>
      </Fact>
      <Fact name="Files">{named(impact.files)}</Fact>
      <Fact name="Services">{named(impact.services)}</Fact>
      <Fact name="Time">
        <SourceText text={impact.time} />
      </Fact>
      <Fact name="Sure">{formatShare(request.confidence)}, by its own account</Fact>
      <Fact name="Estimate">
        {formatCount(request.estimatedTokens)} tokens, {formatDuration(request.estimatedDurationMs)}
      </Fact>
    </Facts>
  )
}

function Proposal({ request, agent }: { request: ApprovalRequest; agent: string }) {
  return (
    <AgentVoice agent={agent}>
      <Piece title="Summary">
        <Words text={request.summary} />
      </Piece>
      <Piece title="Findings">
        <List items={request.findings} />
      </Piece>
      <Piece title="Proposal">
        <Words text={request.proposal} />
      </Piece>
      {request.alternatives.length > 0 && (
        <Piece title="Alternatives it set aside">
          <Pairs rows={request.alternatives.map(({ option, reasonRejected }) => [option, reasonRejected])} mark="Not chosen:" />
        </Piece>
      )}
      <Piece title="Impact">
        <Estimates request={request} />
      </Piece>
      <Piece title="Risks">
        {request.risks.length === 0 ? (
          <p>It names none.</p>
        ) : (
          <Pairs rows={request.risks.map(({ risk, mitigation }) => [risk, mitigation])} mark="Against it:" />
        )}
      </Piece>
      <Piece title="Way back">
        <Words text={request.rollbackPlan} />
      </Piece>
      {request.questions.length > 0 && (
        <Piece title="Questions it has">
          <List items={request.questions} />
        </Piece>
      )}
    </AgentVoice>
  )
}

export function GateRequest({ approval }: { approval: Approval }) {
  const request = readArguments(ApprovalRequest, approval.arguments)
  return (
    <>
      {request === null ? (
        <p className="mb-4 text-warn">This proposal is not in the form that this version knows. Below is exactly what was written.</p>
      ) : (
        <Proposal request={request} agent={agentWords(approval.agent)} />
      )}
      <Arguments approval={approval} title="The same, exactly as written" />
    </>
  )
}
