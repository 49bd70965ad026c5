/** What can be done with an agent from its header. */
import { Link } from '@tanstack/react-router'
import type { AgentSummary } from '../../../main/contract/agents.ts'
import { buttonLook } from '../../components/button.tsx'
import { useMay } from '../../components/use-may.ts'

/** `isOwn`: its file is one of this site's, and not of a pack. */
export function AgentActions({ agent, isOwn }: { agent: AgentSummary; isOwn: boolean }) {
  const may = useMay('runs.start')
  return (
    <span className="ml-auto flex shrink-0 items-center gap-1.5">
      <Link to="/agents/$agent/edit" params={{ agent: agent.name }} className={buttonLook()}>
        {isOwn ? 'Edit…' : 'Read its file'}
      </Link>
      {may.isAllowed && (
        <Link to="/runs" search={{ start: true, agent: agent.name }} className={buttonLook()}>
          Start a run…
        </Link>
      )}
    </span>
  )
}
