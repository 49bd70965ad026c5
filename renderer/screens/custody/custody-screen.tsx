/** Custody: what comes across the gap, who vouches for it, what of it serves, and the way back. */
import { ShieldAlert } from 'lucide-react'
import type { BundleStatus } from '../../../main/contract/bundles.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { useMay } from '../../components/use-may.ts'
import { BringIn } from './bring-in.tsx'
import { DevelopmentMark } from './development-mark.tsx'
import { PlacedView } from './placed-view.tsx'
import { Releases } from './releases.tsx'
import { TrustForm } from './trust-form.tsx'
import { TrustSection } from './trust-section.tsx'
import { WorkPanel } from './work-panel.tsx'

/** No event tells of each step. What was begun elsewhere is seen by the slow look. */
const limits = { runningMs: 500, perItemMs: 1, runningMsMax: 3_000, restingMs: 10_000 } as const

/** The answer holds every item of every release: where there are many, it is asked for less often. */
function lookEveryMs(status: BundleStatus | undefined): number {
  if (status?.work?.state !== 'running') return limits.restingMs
  const items = status.releases.reduce((sum, release) => sum + release.items.length, 0)
  return Math.min(limits.runningMs + items * limits.perItemMs, limits.runningMsMax)
}

/** The root that counts here and what the record says of it disagree. Nothing is taken until that is settled. */
function Trouble({ failure }: { failure: NonNullable<BundleStatus['trouble']> }) {
  return (
    <div role="alert" className="mb-8 flex gap-3.5 rounded-lg border-2 border-bad bg-bad-soft px-4.5 py-4">
      <ShieldAlert aria-hidden className="mt-0.5 size-6 shrink-0 text-bad" strokeWidth={1.8} />
      <div className="min-w-0">
        <h2 className="text-read font-semibold">No air-gap bundle is taken here until this is settled</h2>
        <p className="font-medium">{failure.message}</p>
        <p className="text-ink-2">{failure.hint}</p>
        <p className="mt-1 font-mono text-small text-ink-2">{failure.code}</p>
      </div>
    </div>
  )
}

function Waiting() {
  return (
    <div role="status" aria-label="Reading what this station has" className="space-y-8">
      {['h-44', 'h-28', 'h-52'].map((height) => (
        <div key={height}>
          <Skeleton className="mb-2 h-4 w-40" />
          <div className={`rounded-lg border border-line bg-surface p-4.5 ${height}`}>
            <Skeleton className="mb-3 h-4 w-1/3" />
            <Skeleton className="h-3 w-1/2" />
          </div>
        </div>
      ))}
    </div>
  )
}

function Rights() {
  const [carry, admit] = [useMay('bundles.carry'), useMay('bundles.admit')]
  if (admit.isAllowed) return null
  return (
    <p className="mb-6 rounded-md border border-line bg-surface px-4 py-2.5 text-small text-ink-2">
      {carry.isAllowed ? 'You can look, load, roll back, pin, check and export. ' : 'You can look at everything here, and change nothing. '}
      {carry.isAllowed ? `To say whose bundles are taken, to activate and to throw away is another’s. ${admit.why}` : carry.why}
    </p>
  )
}

/** Another release of the program was put in place beside the one that runs. */
function Restart({ app }: { app: NonNullable<BundleStatus['app']> }) {
  return (
    <div role="status" className="mb-8 rounded-lg border border-info/45 bg-info-soft px-4.5 py-3.5">
      <p className="font-medium">Start Holdfast again to run {app.next}</p>
      <p className="text-small text-ink-2">
        {app.running} runs until then. If the new one does not come up at its first start, the one before is started in its place.
      </p>
    </div>
  )
}

function Content({ status }: { status: BundleStatus }) {
  const { trust, trouble, releases } = status
  return (
    <>
      {trouble !== null && <Trouble failure={trouble} />}
      <Rights />
      <WorkPanel status={status} />
      {status.app !== null && status.app.next !== null && status.app.next !== status.app.running && <Restart app={status.app} />}
      {trust !== null ? (
        <BringIn status={status} />
      ) : (
        <div className="mb-8">
          <TrustForm isAgain={trouble !== null} />
        </div>
      )}
      {(trust !== null || releases.length > 0) && <Releases status={status} />}
      <PlacedView />
      {trust !== null && <TrustSection trust={trust} />}
    </>
  )
}

export function CustodyScreen() {
  const status = useCall('bundles.status', {}, { everyMs: lookEveryMs })
  const serving = status.data?.releases.find(({ state }) => state === 'active')
  return (
    <Screen
      title="Custody"
      manual="custody"
      chips={
        <>
          {status.data?.trouble != null && <Chip tone="bad">trust broken</Chip>}
          {status.data?.trust != null && <DevelopmentMark purpose={status.data.trust.purpose} />}
          {serving !== undefined && <Chip>{`${serving.version} serves`}</Chip>}
        </>
      }
    >
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex min-h-full max-w-224 flex-col px-7 pt-7">
          {status.data !== undefined ? (
            <Content status={status.data} />
          ) : status.isError ? (
            <FailurePanel failure={status.error.failure} onRetry={() => void status.refetch()} />
          ) : (
            <Waiting />
          )}
        </div>
      </div>
    </Screen>
  )
}
