/** What the workers brought, before it is joined: how each shard's result was judged, and the way to its runs. */
import type { MissionDetail } from '../../../main/contract/missions.ts'
import { Chip } from '../../components/chip.tsx'
import { visibleString } from '../../documents/visible-text.ts'
import { Part } from '../approvals/part.tsx'
import { shardTones, shardWords } from './mission-words.ts'
import { ShardRuns } from './shard-details.tsx'
import { shardOutcome } from './shard-list.tsx'

export function ResultsView({ mission }: { mission: MissionDetail }) {
  return (
    <Part title="What each shard brought">
      <ol aria-label="Results" className="overflow-hidden rounded-lg border border-line bg-surface">
        {mission.shardList.map((shard) => (
          <li key={shard.key} className="border-b border-line px-4 py-3 last:border-0">
            <p className="flex items-baseline gap-2.5">
              <span className="min-w-0 flex-1 font-medium [overflow-wrap:anywhere]">
                {shard.title === null ? 'Purged' : visibleString(shard.title)}
              </span>
              <span className="text-small text-ink-2 tabular">{shardOutcome(shard)}</span>
              <Chip tone={shardTones[shard.status]}>{shardWords[shard.status]}</Chip>
            </p>
            <div className="mt-1.5">
              <ShardRuns runs={shard.runs} />
            </div>
          </li>
        ))}
      </ol>
    </Part>
  )
}
