/** What a context bundle goes on from, newest first, and what was decided along it before. */
import { Link } from '@tanstack/react-router'
import { useCall } from '../../api.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { Part } from './bundle-part.tsx'
import { agentWords, triggerWords } from './run-words.ts'

export function BundleChain({ id }: { id: string }) {
  const chain = useCall('contextBundles.chain', { contextBundleId: id })
  if (chain.isError) return <FailureNotice failure={chain.error.failure} onRetry={() => void chain.refetch()} />
  const before = chain.data?.items.filter((bundle) => bundle.id !== id) ?? []
  const decisions = chain.data?.decisions.filter(({ bundleId }) => bundleId !== id) ?? []
  if (before.length === 0) return null
  return (
    <Part title="It goes on from">
      <ol className="space-y-0.5">
        {before.map(({ id: bundleId, runId, agent, trigger, madeAt }) => (
          <li key={bundleId} className="flex items-baseline gap-2">
            <Link to="/runs/$runId" params={{ runId }} className="text-accent underline underline-offset-2">
              {agentWords(agent)}, when it {triggerWords[trigger]}
            </Link>
            <span className="text-small text-ink-3">
              <TimeAgo atMs={madeAt} />
            </span>
            {decisions
              .filter((decision) => decision.bundleId === bundleId)
              .map(({ key, choice }) => (
                <span key={key} className="min-w-0 truncate text-small text-ink-2">
                  decided: <SourceText text={choice} />
                </span>
              ))}
          </li>
        ))}
      </ol>
    </Part>
  )
}
