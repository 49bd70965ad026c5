/** One release: what it is, how it stands, what may be done with it, how it came in, and what is in it. */
import { ChevronRight, Pin } from 'lucide-react'
import { useId, useState } from 'react'
import type { BundleItem, BundleRelease, BundleStatus } from '../../../main/contract/bundles.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useMay } from '../../components/use-may.ts'
import { formatBytes, plural } from '../../format.ts'
import { kindWords, releaseName, stateTones, stateWords } from './custody-words.ts'
import { groupBy } from './item-groups.ts'
import { ItemGroupView } from './item-list.tsx'
import { ReceiptView } from './receipt-view.tsx'
import { ServeDialog } from './serve-dialog.tsx'

function Items({ release, isWorking }: { release: BundleRelease; isWorking: boolean }) {
  const may = useMay('bundles.carry')
  const out = useAct('bundles.export')
  const actions = (item: BundleItem) => {
    const isWriting = out.isPending && out.variables.id === item.id
    return (
      <Button
        onClick={() => out.mutate({ id: item.id })}
        disabled={!may.isAllowed || out.isPending || isWorking || item.status === 'revoked'}
        title={may.why ?? undefined}
        aria-label={`${isWriting ? 'Writing…' : 'Export'} ${item.name} ${item.version}`}
      >
        {isWriting ? 'Writing…' : 'Export'}
      </Button>
    )
  }
  return (
    <div className="border-t border-line">
      {out.isError && (
        <div className="p-3">
          <FailureNotice failure={out.error.failure} />
        </div>
      )}
      {out.data !== undefined && (
        <div role="status" className="flex items-center gap-3 border-b border-line px-4 py-2 text-small">
          <span className="shrink-0">Written and verified, {formatBytes(out.data.sizeBytes)}:</span>
          <span className="min-w-0 font-mono [overflow-wrap:anywhere]">{out.data.file}</span>
          <CopyButton text={() => out.data.file} title="Copy the path" />
        </div>
      )}
      {groupBy(release.items, ({ kind }) => kind).map(({ key, items, bytes }) => (
        <ItemGroupView
          key={key}
          title={kindWords[key as BundleItem['kind']]}
          label={`${kindWords[key as BundleItem['kind']]} of ${releaseName(release)}`}
          items={items}
          bytes={bytes}
          isOpenFirst={key === 'model'}
          actions={actions}
        />
      ))}
    </div>
  )
}

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
            <Items release={release} isWorking={status.work?.state === 'running'} />
          </>
        )}
      </div>
    </li>
  )
}
