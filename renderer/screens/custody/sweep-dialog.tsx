/** Throws away what nobody needs: shows first what that would be, and does it only then. */
import { useEffect } from 'react'
import type { BundleStatus } from '../../../main/contract/bundles.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { formatBytes, plural } from '../../format.ts'

function Content({ status, onClose }: { status: BundleStatus; onClose: () => void }) {
  const look = useAct('bundles.sweep')
  const sweep = useAct('bundles.sweep', { stales: ['bundles.status'] })
  const { mutate } = look
  useEffect(() => mutate({ isDry: true }), [mutate])
  const begun = status.quarantined.reduce((sum, { bytes }) => sum + bytes, 0)
  const found = look.data
  const failure = (sweep.error ?? look.error)?.failure ?? null
  const isNothing = found !== undefined && found.files === 0 && found.releases.length === 0 && status.quarantined.length === 0
  if (sweep.data !== undefined) {
    return (
      <div>
        <p role="status" className="px-5 py-4">
          {plural(sweep.data.releases.length, 'release')} and {plural(sweep.data.files, 'file')} were thrown away,{' '}
          {formatBytes(sweep.data.bytes)}.
        </p>
        <div className="flex justify-end border-t border-line px-5 py-3.5">
          <Button size="medium" kind="main" onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    )
  }
  return (
    <>
      <div className="space-y-3 overflow-auto px-5 py-4">
        {failure !== null && <FailureNotice failure={failure} />}
        {found === undefined && failure === null && <ProgressBar share={null} label="Looking for what nobody needs" />}
        {found !== undefined && (
          <ul className="space-y-1.5">
            {isNothing && <li>There is nothing to throw away: every file belongs to a release that is kept.</li>}
            {found.releases.length > 0 && (
              <li>
                <span className="font-medium">{plural(found.releases.length, 'release')}</span>, neither serving nor of those that served of
                late, and not pinned: {found.releases.join(', ')}
              </li>
            )}
            {found.files > 0 && (
              <li>
                <span className="font-medium">{plural(found.files, 'file')}</span> that no other release needs, {formatBytes(found.bytes)}
              </li>
            )}
            {status.quarantined.length > 0 && (
              <li>
                <span className="font-medium">{plural(status.quarantined.length, 'air-gap bundle')}</span> that{' '}
                {status.quarantined.length === 1 ? 'was' : 'were'} begun and not taken in, {formatBytes(begun)} in quarantine
              </li>
            )}
          </ul>
        )}
        {!isNothing && (
          <p className="text-small text-ink-2">
            What serves, the three that served before it, the newest, and what is pinned stay. What is thrown away comes back only from its
            medium.
          </p>
        )}
      </div>
      <div className="flex justify-end gap-2 border-t border-line px-5 py-3.5">
        <Button size="medium" onClick={onClose}>
          {isNothing ? 'Close' : 'Keep all of it'}
        </Button>
        {!isNothing && (
          <Button
            size="medium"
            kind="danger"
            disabled={found === undefined || sweep.isPending}
            onClick={() => sweep.mutate({ isDry: false })}
          >
            {sweep.isPending ? 'Throwing away…' : 'Throw it away'}
          </Button>
        )}
      </div>
    </>
  )
}

export function SweepDialog({ status, isOpen, onClose }: { status: BundleStatus; isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onOpenChange={(open) => !open && onClose()} title="What nobody needs any more">
      {isOpen && <Content status={status} onClose={onClose} />}
    </Dialog>
  )
}
