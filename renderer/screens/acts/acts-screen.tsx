/** Acts that the policy gives to two persons: what waits for the second one, and what became of the others. */
import { Users } from 'lucide-react'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { ActCard } from './act-card.tsx'

export function ActsScreen() {
  const acts = useCall('acts.list', { isOpen: false, limit: 50 })
  const account = useCall('station.status', {}).data?.account ?? ''
  const items = acts.data?.items ?? []
  const waiting = items.filter(({ state }) => state === 'waiting').length
  return (
    <Screen title="Two persons" chips={waiting > 0 && <Chip tone="warn">{waiting} waiting</Chip>}>
      {acts.isPending ? (
        <SkeletonRows label="Reading the acts" rowClass="h-24" rows={3} />
      ) : acts.isError ? (
        <FailurePanel failure={acts.error.failure} onRetry={() => void acts.refetch()} />
      ) : items.length === 0 ? (
        <EmptyState icon={Users} title="Nothing waits for a second person">
          <p>
            Where the policy says so, lowering a label, loading a policy, allowing another machine or opening a door takes two: one asks,
            another confirms exactly that. Both stand on record.
          </p>
        </EmptyState>
      ) : (
        <div className="min-h-0 flex-1 overflow-auto">
          <ul className="mx-auto max-w-224 space-y-4 px-7 py-7">
            {items.map((act) => (
              <ActCard key={act.id} act={act} account={account} />
            ))}
          </ul>
        </div>
      )}
    </Screen>
  )
}
