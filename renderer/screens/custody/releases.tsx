/** What this station has taken in, newest first, and the care of it. */
import { useState } from 'react'
import type { BundleCheck, BundleStatus } from '../../../main/contract/bundles.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { useMay } from '../../components/use-may.ts'
import { formatBytes, plural } from '../../format.ts'
import { Section } from '../settings/section.tsx'
import { ReleaseCard } from './release-card.tsx'
import { SweepDialog } from './sweep-dialog.tsx'

const limits = { lookEveryMs: 500 } as const

function Checked({ check }: { check: BundleCheck }) {
  const { files, bytes, damaged } = check
  return (
    <div role="status" className="border-b border-line px-4 py-3">
      <p className={damaged.length === 0 ? 'text-ok' : 'font-medium text-bad'}>
        {damaged.length === 0
          ? `All of ${plural(files, 'file')} are whole, ${formatBytes(bytes)}.`
          : `${damaged.length} of ${plural(files, 'file')} ${damaged.length === 1 ? 'is' : 'are'} damaged or gone.`}
      </p>
      {damaged.length > 0 && (
        <>
          <ul className="mt-1 text-small">
            {damaged.slice(0, 20).map(({ digest, id, releases }) => (
              <li key={digest}>
                <span className="font-mono">{id}</span> <span className="text-ink-2">of {releases.join(', ')}</span>
              </li>
            ))}
          </ul>
          {damaged.length > 20 && <p className="text-small text-ink-2">and {damaged.length - 20} more</p>}
          <p className="mt-1 text-small text-ink-2">What was damaged was taken away. Load it again from its medium to bring it back.</p>
        </>
      )}
    </div>
  )
}

export function Releases({ status }: { status: BundleStatus }) {
  const [mayCarry, mayAdmit] = [useMay('bundles.carry'), useMay('bundles.admit')]
  const check = useAct('bundles.check', { stales: ['bundles.status'] })
  // Its progress is told by the status alone, and nobody else may have asked for that.
  useCall('bundles.status', {}, { everyMs: () => (check.isPending ? limits.lookEveryMs : null) })
  const [isSweeping, setSweeping] = useState(false)
  const { releases, storeBytes, work, quarantined } = status
  const isBusy = work?.state === 'running'
  const begun = quarantined.reduce((sum, { bytes }) => sum + bytes, 0)
  return (
    <Section
      id="releases"
      title="On this station"
      detail={
        releases.length === 0
          ? 'Each air-gap bundle that is taken in is a release here.'
          : `${plural(releases.length, 'release')}, newest first; ${formatBytes(storeBytes)} in the store.`
      }
      actions={
        <>
          <Button
            onClick={() => check.mutate({})}
            disabled={!mayCarry.isAllowed || isBusy || check.isPending || releases.length === 0}
            title={mayCarry.why ?? 'Hash every file again'}
          >
            {check.isPending ? 'Hashing every file…' : 'Check all files'}
          </Button>
          <Button onClick={() => setSweeping(true)} disabled={!mayAdmit.isAllowed || isBusy} title={mayAdmit.why ?? undefined}>
            Throw away…
          </Button>
        </>
      }
    >
      {check.isError && (
        <div className="p-3">
          <FailureNotice failure={check.error.failure} />
        </div>
      )}
      {check.data !== undefined && !check.isPending && <Checked check={check.data} />}
      {quarantined.length > 0 && !isBusy && work?.state !== 'waiting' && (
        <p className="border-b border-line px-4 py-2.5 text-small text-ink-2">
          {plural(quarantined.length, 'air-gap bundle')} {quarantined.length === 1 ? 'was' : 'were'} begun and not taken in yet:{' '}
          {formatBytes(begun)} in quarantine. Load again to go on, or throw it away.
        </p>
      )}
      {releases.length === 0 ? (
        <p className="px-4 py-5 text-ink-2">Nothing was taken in yet. Name the folder on a medium above, and look at it.</p>
      ) : (
        <ul>
          {releases.map((release, at) => (
            <ReleaseCard key={release.digest} release={release} status={status} isOpenFirst={at === 0 && releases.length === 1} />
          ))}
        </ul>
      )}
      <SweepDialog status={status} isOpen={isSweeping} onClose={() => setSweeping(false)} />
    </Section>
  )
}
