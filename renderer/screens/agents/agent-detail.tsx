/** One agent with all that is said of it: what it answers for, what speaks against it, what it is given, may use, spend, read and write. */
import { Link } from '@tanstack/react-router'
import type { AgentDetail as Agent, AgentPack } from '../../../main/contract/agents.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { Fact, Facts } from '../../components/facts.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { Part } from '../approvals/part.tsx'
import { AgentActions } from './agent-actions.tsx'
import { AgentInput } from './agent-input.tsx'
import { AgentLimits } from './agent-limits.tsx'
import { AgentPrompts } from './agent-prompts.tsx'
import { AgentTools } from './agent-tools.tsx'
import { levelSentence, originWords, outputSentences } from './agent-words.ts'
import { DocumentReach } from './document-reach.tsx'
import { FaultList } from './fault-list.tsx'
import { Missing } from './missing.tsx'
import { Runbook } from './runbook.tsx'

function Header({ agent, pack }: { agent: Agent; pack: AgentPack | undefined }) {
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-2.5 gap-y-1.5 border-b border-line px-6 py-3">
      <h2 className="text-read font-semibold [overflow-wrap:anywhere]">
        <SourceText text={agent.title} />
      </h2>
      <span className="font-mono text-small text-ink-2">{agent.name}</span>
      <Chip>{pack === undefined ? originWords[agent.origin] : `of the pack ${pack.name}`}</Chip>
      {agent.isNarrowed && (
        <Link to="/agents/$agent/edit" params={{ agent: agent.name }} search={{ part: 'narrowing' }}>
          <Chip tone="warn" title={`${agent.name}.local.yaml takes something away from it`}>
            narrowed here
          </Chip>
        </Link>
      )}
      <LabelChip label={agent.label} />
      <AgentActions agent={agent} isOwn={agent.origin === 'site' && pack === undefined} />
    </header>
  )
}

function About({ agent }: { agent: Agent }) {
  return (
    <>
      <p className="text-read font-medium text-pretty [overflow-wrap:anywhere]">
        <SourceText text={agent.responsibility} />
      </p>
      <p className="mt-1 mb-4 text-ink-2 text-pretty [overflow-wrap:anywhere]">
        <SourceText text={agent.summary} />
      </p>
      <Facts>
        <Fact name="Leaves">{outputSentences[agent.output]}</Fact>
        <Fact name="To verify">
          {levelSentence(agent.level)} <span className="text-ink-2">Level {agent.level} of 5.</span>
        </Fact>
        {agent.isNarrowed && (
          <Fact name="Narrowed">
            <span className="font-mono text-small">{agent.name}.local.yaml</span> in the folder of this site takes something away from it.
            What stands here is what is left.
          </Fact>
        )}
      </Facts>
    </>
  )
}

export function AgentDetail({ name, pack }: { name: string; pack: AgentPack | undefined }) {
  const found = useCall('agents.get', { agent: name })
  return found.data === undefined ? <Missing query={found} label="Reading the agent" /> : <Whole agent={found.data} pack={pack} />
}

function Whole({ agent, pack }: { agent: Agent; pack: AgentPack | undefined }) {
  useShowsLabel(agent.label)
  return (
    <>
      <Header agent={agent} pack={pack} />
      <section
        aria-label={`Agent: ${agent.name}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto px-6 py-5 -outline-offset-2!"
      >
        <div className="max-w-184">
          <About agent={agent} />
          {agent.faults.length > 0 && (
            <Part title="What speaks against it">
              <FaultList faults={agent.faults} />
            </Part>
          )}
          <Part title="What it is given">
            <AgentInput input={agent.input} />
          </Part>
          <Part title="Words that lead it">
            <AgentPrompts agent={agent} />
          </Part>
          <Part title="What it may use">
            <AgentTools tools={agent.tools} offers={agent.offers} />
          </Part>
          <Part title="What it may read and write">
            <DocumentReach agent={agent} />
          </Part>
          <Part title="What a run of it may spend">
            <AgentLimits agent={agent} />
          </Part>
          <Part title="Runbook">
            <Runbook text={agent.runbook} />
          </Part>
        </div>
      </section>
    </>
  )
}
