/** The prompts that lead an agent: which version of each is in use, and the way to its versions. */
import { Link } from '@tanstack/react-router'
import type { AgentDetail } from '../../../main/contract/agents.ts'
import { useCall } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelMark } from '../../components/level.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { plural } from '../../format.ts'
import { promptUseWords } from './agent-words.ts'
import { tokensMeaning, tokensSentence } from './prompt-words.ts'

type Named = AgentDetail['prompts'][number]

function InUse({ agent, prompt }: Pick<Named, 'agent' | 'prompt'>) {
  const found = useCall('prompts.get', { agent, prompt })
  if (found.isError) return <FailureNotice failure={found.error.failure} onRetry={() => void found.refetch()} />
  if (found.data === undefined) return <Skeleton className="h-5 w-2/3" />
  const { version, at, by, label, versions } = found.data
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-small text-ink-2">
      <Chip tone="ok">version {version} in use</Chip>
      <span title={tokensMeaning(found.data)}>{tokensSentence(found.data)}</span>
      <span>
        by {by}, <TimeAgo atMs={at} />
      </span>
      <span>{plural(versions.length, 'version')}</span>
      <LabelMark label={label} />
    </p>
  )
}

function Row({ named: { use, agent, prompt }, isOwn }: { named: Named; isOwn: boolean }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-3.5 py-2.5 first:border-0">
      <div className="min-w-0 flex-1 space-y-1">
        <p>
          {promptUseWords[use]}: <span className="font-mono text-small">{`${agent}/${prompt}`}</span>
          {!isOwn && <span className="text-ink-2"> (of another agent)</span>}
        </p>
        <InUse agent={agent} prompt={prompt} />
      </div>
      <Link
        to="/agents/$agent/prompts/$prompt"
        params={{ agent, prompt }}
        className={buttonLook()}
        aria-label={`Versions of ${agent}/${prompt}`}
      >
        Versions
      </Link>
    </li>
  )
}

/** Published under the agent's name, and named by nothing in its file. */
function Others({ agent }: { agent: AgentDetail }) {
  const items = useCall('prompts.list', { agent: agent.name }).data?.items ?? []
  const others = items.filter(({ prompt }) => !agent.prompts.some((named) => named.agent === agent.name && named.prompt === prompt))
  if (others.length === 0) return null
  return (
    <p className="mt-2 text-ink-2">
      Also published under its name, and used by nothing in its file:{' '}
      {others.map(({ agent: owner, prompt }, at) => (
        <span key={prompt}>
          {at > 0 && ', '}
          <Link
            to="/agents/$agent/prompts/$prompt"
            params={{ agent: owner, prompt }}
            className="font-mono text-small text-accent underline underline-offset-2"
          >
            {prompt}
          </Link>
        </span>
      ))}
    </p>
  )
}

export function AgentPrompts({ agent }: { agent: AgentDetail }) {
  return (
    <>
      {agent.prompts.length === 0 ? (
        <p className="text-ink-2">None: it works by rule, and no model is asked.</p>
      ) : (
        <ul className="rounded-md border border-line bg-surface">
          {agent.prompts.map((named) => (
            <Row key={named.use} named={named} isOwn={named.agent === agent.name} />
          ))}
        </ul>
      )}
      <Others agent={agent} />
    </>
  )
}
