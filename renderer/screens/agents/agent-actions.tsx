/** What can be done with an agent from its header. */
import { Link } from '@tanstack/react-router'
import type { AgentSummary } from '../../../main/contract/agents.ts'
import { buttonLook } from '../../components/button.tsx'
import { useMay } from '../../components/use-may.ts'

export function AgentActions({ agent }: { agent: AgentSummary }) {
  const may = useMay('runs.start')
  return (
    <span className="ml-auto flex shrink-0 items-center gap-1.5">
      {may.isAllowed && (
        <Link to="/runs" search={{ start: true, agent: agent.name }} className={buttonLook()}>
          Start a run…
        </Link>
      )}
    </span>
  )
}
