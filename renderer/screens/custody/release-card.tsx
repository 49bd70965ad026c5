/** One release: what it is, how it stands, what may be done with it, how it came in, and what is in it. */
import { ChevronRight, Pin } from 'lucide-react'
import { useId, useState } from 'react'
import type { BundleRelease, BundleStatus } from '../../../main/contract/bundles.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useMay } from '../../components/use-may.ts'
import { formatBytes, plural } from '../../format.ts'
import { releaseName, stateTones, stateWords } from './custody-words.ts'
import { ReceiptView } from './receipt-view.tsx'
import { ReleaseItems } from './release-items.tsx'
import { ServeDialog } from './serve-dialog.tsx'

interface Props {
  readonly release: BundleRelease
  readonly status: BundleStatus
  readonly isOpenFirst: boolean
}

function Actions({ release, status }: Omit<Props, 'isOpenFirst'>) {
  const [mayAdmit, mayCarry] = [useMay('bundles.admit'), useMay('bundles.carry')]
  const pin = useAct('bundles.pin', { stales: ['bundles.status'] })
  const [asks, setAsks] = useState<'activate' | 'rollback' | null>(null)
  const { state, isPinned, isUsable, digest } = release
  const serving = status.releases.find((one) => one.state === 'active') ?? null
  const isBusy = status.work?.state === 'running'
  const way = state === 'previous' ? 'rollback' : 'activate'
  const may = way === 'rollback' ? mayCarry : mayAdmit
  const inTheWay = isBusy ? 'Work is under way. Wait until it is done, or stop it.' : isUsable ? null : 'It may not serve any more.'
  const why = may.why ?? (status.trust === null ? 'Nothing is let serve until it is settled whose signatures count.' : inTheWay)
  return (
    <>
      <Button
        kind="quiet"
        className={isPinned ? 'text-accent!' : ''}
        aria-pressed={isPinned}
        disabled={!mayCarry.isAllowed || pin.isPending}
        title={mayCarry.why ?? (isPinned ? 'It is kept, whatever comes after it. Press to let it go.' : 'Keep it, whatever comes after it')}
        onClick={() => pin.mutate({ digest, isPinned: !isPinned })}
        aria-label={`Pin ${releaseName(release)}`}
      >
        <Pin aria-hidden className={isPinned ? 'fill-current' : ''} strokeWidth={1.6} />
        Pin
      </Button>
      {state === 'active' ? (
        <span className="w-24 shrink-0" />
      ) : (
        <Button
          className="w-24"
          disabled={why !== null}
          title={why ?? undefined}
          onClick={() => setAsks(way)}
          aria-label={`${way === 'rollback' ? 'Roll back to' : 'Activate'} ${releaseName(release)}`}
        >
          {way === 'rollback' ? 'Roll back…' : 'Activate…'}
        </Button>
      )}
      <ServeDialog kind={asks ?? way} to={release} from={serving} isOpen={asks !== null} onClose={() => setAsks(null)} />
    </>
  )
}

export function ReleaseCard({ release, status, isOpenFirst }: Props) {
  const [isOpen, setOpen] = useState(isOpenFirst)
  const id = useId()
  const { version, channel, seq, state, isUsable, isPinned, items, receipt } = release
  const bytes = items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return (
    <li className="border-b border-line last:border-0">
      <div className="flex items-center gap-3 pr-4">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
          className="flex min-w-0 flex-1 items-center gap-2 py-3 pl-4 text-left -outline-offset-2!"
        >
          <ChevronRight aria-hidden className={`size-4 shrink-0 text-ink-3 transition-transform ${isOpen ? 'rotate-90' : ''}`} />
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-2">
              <span className="font-semibold">{version}</span>
              <Chip tone={stateTones[state]}>{stateWords[state]}</Chip>
              {isPinned && <Chip tone="accent">pinned</Chip>}
              {!isUsable && status.trust !== null && <Chip tone="bad">called back or too old to serve</Chip>}
              {receipt?.acceptedUnscanned != null && <Chip tone="warn">taken in unscanned</Chip>}
            </span>
            <span className="block text-small text-ink-2">
              {channel} {seq} · {plural(items.length, 'item')}, {formatBytes(bytes)}
              {receipt !== null && (
                <>
                  {' · taken in '}
                  <TimeAgo atMs={Date.parse(receipt.at)} /> by {receipt.by}
                </>
              )}
            </span>
          </span>
        </button>
        <Actions release={release} status={status} />
      </div>
      <div id={id} hidden={!isOpen} className="border-t border-line bg-ground/50">
        {isOpen && (
          <>
            <ReceiptView release={release} trust={status.trust} />
            <ReleaseItems release={release} isWorking={status.work?.state === 'running'} />
          </>
        )}
      </div>
    </li>
  )
}
