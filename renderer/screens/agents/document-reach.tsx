/** Which documents an agent may retrieve, and which files it may write. */
import type { AgentDetail } from '../../../main/contract/agents.ts'
import { isUnrestricted } from '../../../main/domain/data-sources.ts'
import { Fact, Facts } from '../../components/facts.tsx'
import { SourceText } from '../../documents/source-text.tsx'

function Patterns({ patterns }: { patterns: readonly string[] }) {
  return patterns.map((pattern, at) => (
    <span key={pattern}>
      {at > 0 && ', '}
      <span className="font-mono text-small">
        <SourceText text={pattern} />
      </span>
    </span>
  ))
}

export function DocumentReach({ agent }: { agent: Pick<AgentDetail, 'allowedDataSources' | 'deniedDataSources' | 'writes'> }) {
  const { allowedDataSources, deniedDataSources, writes } = agent
  return (
    <Facts>
      <Fact name="Reads">
        {isUnrestricted(agent) ? 'All documents that whoever starts it may see.' : <Patterns patterns={allowedDataSources} />}
      </Fact>
      {deniedDataSources.length > 0 && (
        <Fact name="Never reads">
          <Patterns patterns={deniedDataSources} />
        </Fact>
      )}
      <Fact name="Writes">
        {writes.length === 0 ? (
          'No file.'
        ) : (
          <>
            <Patterns patterns={writes} /> <span className="text-ink-2">in the folder of its run.</span>
          </>
        )}
      </Fact>
    </Facts>
  )
}
