/** The missions of one phase: a heading with their number, and as many cards as are seen. */
import type { MissionSummary } from '../../../main/contract/missions.ts'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { formatCount } from '../../format.ts'
import { cardPx, MissionCard } from './mission-card.tsx'
import { missionPhaseWords, phaseEmpty } from './mission-words.ts'
import type { PhaseMissions } from './use-missions.ts'

const skeletonCards = 3

interface Props {
  readonly missions: PhaseMissions
  readonly isWaiting: boolean
  readonly hasKeys: boolean
  /** False where a tab says it already. */
  readonly hasHeading: boolean
  readonly onOpen: (mission: MissionSummary) => void
}

/** Keeps the shape of a card that is on its way. */
const Unread = () => (
  <div className="h-full px-3 pb-2.5">
    <div className="h-full space-y-2.5 overflow-hidden rounded-lg border border-line bg-surface px-3.5 py-3.5">
      <Skeleton className="h-3.5 w-4/5" />
      <Skeleton className="h-3.5 w-2/5" />
      <Skeleton className="h-2.5 w-1/3" />
    </div>
  </div>
)

function Waiting({ label, heightPx }: { label: string; heightPx: number }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: skeletonCards }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cards without content have no other identity
        <div key={i} style={{ height: heightPx }}>
          <Unread />
        </div>
      ))}
    </div>
  )
}

export function MissionColumn({ missions, isWaiting, hasKeys, hasHeading, onOpen }: Props) {
  const { phase, items, total, failure, isPending } = missions
  const title = missionPhaseWords[phase]
  const look = hasHeading ? 'tall' : 'flat'
  return (
    <section aria-label={title} data-phase={phase} className="flex min-h-0 min-w-0 flex-1 flex-col">
      {hasHeading && (
        <h2 className="flex shrink-0 items-baseline gap-2 px-4 pt-4 pb-2.5 text-small font-semibold text-ink-2">
          {title}
          {!isPending && failure === null && <span className="font-medium text-ink-3 tabular">{formatCount(total)}</span>}
        </h2>
      )}
      {isPending ? (
        <Waiting label={`Reading: ${title}`} heightPx={cardPx[look]} />
      ) : failure !== null ? (
        <div className="px-3">
          <FailureNotice failure={failure} onRetry={missions.retry} />
        </div>
      ) : items.length === 0 ? (
        <p className="px-4 py-1 text-small text-ink-3">{isWaiting ? 'None that waits for you.' : phaseEmpty[phase]}</p>
      ) : (
        <VirtualList
          label={`Missions: ${title}`}
          items={items}
          rowPx={cardPx[look]}
          look="cards"
          hasKeys={hasKeys}
          keyOf={(mission) => mission.id}
          render={(mission) => <MissionCard mission={mission} look={look} />}
          onOpen={onOpen}
          onSee={missions.onSee}
          unread={<Unread />}
        />
      )}
    </section>
  )
}
