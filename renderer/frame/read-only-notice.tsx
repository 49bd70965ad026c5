/** Stands over every screen while the store can be read and not changed: what was found, and what would be put in its place. */
import { ShieldAlert } from 'lucide-react'
import type { StationStatus } from '../../main/contract/station.ts'
import { useAct } from '../api.tsx'
import { Button } from '../components/button.tsx'
import { TimeAgo } from '../components/time-ago.tsx'

export function ReadOnlyNotice({ readOnly }: { readonly readOnly: StationStatus['readOnly'] }) {
  const restore = useAct('station.restore')
  if (readOnly === null) return null
  const { sentence, backup } = readOnly
  return (
    <div role="alert" className="flex items-start gap-3 border-b border-bad/40 bg-bad-soft px-4 py-2.5">
      <ShieldAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" strokeWidth={1.8} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">Nothing can be changed here until the store is restored. {sentence}</p>
        {restore.isSuccess ? (
          <p className="text-ink-2">The backup is in place, and what stood here was kept aside. Close Holdfast and start it again.</p>
        ) : backup === null ? (
          <p className="text-ink-2">
            There is no verified backup in this data folder. You can still read, and export the record for an auditor.
          </p>
        ) : (
          <p className="text-ink-2">
            The newest verified backup is from <TimeAgo atMs={backup.at} />. What stands here now is kept aside, never deleted.
          </p>
        )}
        {restore.isError && <p className="text-bad">{`${restore.error.failure.message} ${restore.error.failure.hint}`}</p>}
      </div>
      {backup !== null && !restore.isSuccess && (
        <Button kind="danger" onClick={() => restore.mutate({})} disabled={restore.isPending}>
          {restore.isPending ? 'Restoring…' : 'Restore it'}
        </Button>
      )}
    </div>
  )
}
