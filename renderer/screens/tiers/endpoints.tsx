/** Where tasks may run: this machine first, then the tiers outside of it with their endpoints. */
import { Server } from 'lucide-react'
import type { StationStatus } from '../../../main/contract/station.ts'
import type { TierList } from '../../../main/contract/tiers.ts'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { plural } from '../../format.ts'
import { tierTitles } from '../../route-words.ts'
import { Section, Setting } from '../settings/section.tsx'
import { EndpointCard } from './endpoint-card.tsx'

const meanings = { datacenter: 'Machines of your own enclave.', frontier: 'Machines outside of it.' } as const

function ThisMachine({ status }: { status: StationStatus | null }) {
  const serving = status?.serving ?? null
  return (
    <Section id="here" title="This machine" detail="Every task runs here unless all of what is below allows otherwise.">
      <Setting
        title={serving === null || serving.tier === 'reflex' ? 'Reflex' : 'Edge'}
        detail={
          serving === null || serving.tier === 'reflex'
            ? 'No model: answers are quoted from the documents.'
            : [serving.modelName, serving.device].filter((part) => part !== null).join(' · ')
        }
      >
        {status?.ceiling != null && <LabelChip label={status.ceiling} />}
      </Setting>
    </Section>
  )
}

function OutsideTierSection({ tier: { tier, rule, endpoints }, onAdd }: { tier: TierList['tiers'][number]; onAdd: () => void }) {
  return (
    <Section
      id={tier}
      title={tierTitles[tier]}
      detail={meanings[tier]}
      actions={
        rule.isAllowed && rule.clearance !== null ? (
          <>
            <span className="text-small text-ink-2">
              policy: {rule.crossing === 'ask' ? 'asks each time, up to' : 'may go by itself, up to'}
            </span>
            <LabelChip label={rule.clearance} />
          </>
        ) : (
          <Chip tone="warn">the policy forbids it</Chip>
        )
      }
    >
      {endpoints.length === 0 ? (
        <div className="flex items-center gap-4 px-4.5 py-4 text-ink-2">
          <p className="flex-1">Nothing is configured: no task can go there.</p>
          {rule.isAllowed && <Button onClick={onAdd}>Add an endpoint…</Button>}
        </div>
      ) : (
        <ul>
          {endpoints.map((status) => (
            <EndpointCard key={status.endpoint.id} status={status} />
          ))}
        </ul>
      )}
    </Section>
  )
}

export function Endpoints({ onAdd }: { onAdd: () => void }) {
  const station = useCall('station.status', {})
  const tiers = useCall('tiers.list', {})
  if (tiers.isPending) return <SkeletonRows label="Reading the tiers" rowClass="h-24" rows={3} />
  if (tiers.isError)
    return (
      <div className="flex h-full">
        <FailurePanel failure={tiers.error.failure} onRetry={() => void tiers.refetch()} />
      </div>
    )
  const { damaged, isTightened } = tiers.data
  const isBare = tiers.data.tiers.every(({ endpoints }) => endpoints.length === 0)
  return (
    <div className="mx-auto max-w-224 px-7 py-7">
      {isTightened && (
        <p role="alert" className="mb-6 rounded-md border border-bad/40 bg-bad-soft px-3.5 py-3">
          <b className="font-medium">The policy of this station is broken, so nothing leaves this machine.</b> Load a signed policy to mend
          it: see Settings.
        </p>
      )}
      {damaged.length > 0 && (
        <p role="alert" className="mb-6 rounded-md border border-warn/40 bg-warn-soft px-3.5 py-3">
          {plural(damaged.length, 'endpoint')} {damaged.length === 1 ? 'is' : 'are'} not what was recorded, and left alone. Forget{' '}
          {damaged.length === 1 ? 'it' : 'them'} and add {damaged.length === 1 ? 'it' : 'them'} again.
        </p>
      )}
      <ThisMachine status={station.data ?? null} />
      {isBare && (
        <div className="mb-8 flex rounded-lg border border-line bg-surface">
          <EmptyState
            icon={Server}
            title="Nothing leaves this machine."
            actions={
              <Button kind="main" size="medium" onClick={onAdd}>
                Add an endpoint…
              </Button>
            }
          >
            You may let hard tasks go to a larger model in your enclave. Each request is shown before it goes, byte for byte, unless the
            policy says otherwise.
          </EmptyState>
        </div>
      )}
      {!isBare && tiers.data.tiers.map((tier) => <OutsideTierSection key={tier.tier} tier={tier} onAdd={onAdd} />)}
    </div>
  )
}
