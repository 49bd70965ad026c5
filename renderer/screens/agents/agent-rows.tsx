/** One agent, one refused file, one pack: as each stands in its list. */
import type { AgentPack, AgentSummary, RefusedAgent } from '../../../main/contract/agents.ts'
import { Chip } from '../../components/chip.tsx'
import { LabelMark } from '../../components/level.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { plural } from '../../format.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'

const look = 'flex h-full flex-col justify-center gap-0.5 px-4'
const line = 'flex min-w-0 items-center gap-2'

export function AgentRow({ agent }: { agent: AgentSummary }) {
  useShowsLabel(agent.label)
  return (
    <div className={look}>
      <p className={line}>
        <span className="truncate font-medium">{visibleString(agent.title)}</span>
        <span className="ml-auto flex shrink-0 items-center gap-1.5">
          {agent.isNarrowed && <Chip tone="warn">narrowed</Chip>}
          <Chip>{agent.output}</Chip>
        </span>
      </p>
      <p className="truncate text-small">{visibleString(agent.responsibility)}</p>
      <p className={`${line} text-small text-ink-2`}>
        <span className="min-w-0 truncate font-mono text-note">{agent.name}</span>
        <span className="shrink-0">{agent.origin}</span>
        <span className="ml-auto">
          <LabelMark label={agent.label} />
        </span>
      </p>
    </div>
  )
}

export function RefusedRow({ refused }: { refused: RefusedAgent }) {
  useShowsLabel(refused.label)
  return (
    <div className={look}>
      <p className={line}>
        <span className="truncate font-mono text-small font-medium">{visibleString(refused.file)}</span>
        {refused.line !== null && <span className="ml-auto shrink-0 text-small text-ink-2 tabular">line {refused.line}</span>}
      </p>
      <p className="truncate text-small text-bad">{visibleString(refused.message)}</p>
      <p className={`${line} text-small text-ink-2`}>
        <span className="min-w-0 truncate font-mono text-note">{refused.code}</span>
        <span className="ml-auto">
          <LabelMark label={refused.label} />
        </span>
      </p>
    </div>
  )
}

export function PackRow({ pack }: { pack: AgentPack }) {
  useShowsLabel(pack.label)
  return (
    <div className={look}>
      <p className={line}>
        <span className="truncate font-medium">{visibleString(pack.name)}</span>
        <span className="ml-auto shrink-0 text-small text-ink-2 tabular">{visibleString(pack.version)}</span>
      </p>
      <p className="truncate text-small">{visibleString(pack.description)}</p>
      <p className={`${line} text-small text-ink-2`}>
        <span className="min-w-0 truncate">{plural(pack.agents.length, 'agent')}</span>
        <span className="ml-auto">
          <LabelMark label={pack.label} />
        </span>
      </p>
    </div>
  )
}
