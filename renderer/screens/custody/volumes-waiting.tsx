/** Some volumes of a set are here, and others have yet to come: which, and the way to load the next. */
import { Disc3 } from 'lucide-react'
import type { BundleWork } from '../../../main/contract/bundles.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { useMay } from '../../components/use-may.ts'
import { plural } from '../../format.ts'
import { listed, openVolumes } from './custody-words.ts'
import { useMedium } from './use-medium.ts'

const limits = { missingShown: 12 } as const

export function VolumesWaiting({ work }: { work: BundleWork }) {
  const may = useMay('bundles.carry')
  const { path, inspection } = useMedium()
  const load = useAct('bundles.load', { stales: ['bundles.status'] })
  const volumes = work.volumes ?? { seen: [], of: 0 }
  const open = openVolumes(volumes)
  const { missing } = work
  return (
    <div className="flex gap-3.5 px-4 py-4">
      <Disc3 aria-hidden className="mt-0.5 size-5 shrink-0 text-info" strokeWidth={1.6} />
      <div className="min-w-0 flex-1 space-y-2.5">
        <div>
          <h2 className="font-semibold">
            {volumes.seen.length} of {plural(volumes.of, 'volume')} {volumes.seen.length === 1 ? 'is' : 'are'} here; bring{' '}
            {open.length === 1 ? 'volume' : 'volumes'} {listed(open)}
          </h2>
          <p className="text-ink-2">
            Everything on this one was copied and verified. Put the next one in, in any order, and load again; its path may be the same.
          </p>
        </div>
        <details className="text-small">
          <summary className="w-fit rounded-sm text-ink-2">{plural(missing.length, 'file')} still missing</summary>
          <ul className="mt-1.5 font-mono text-ink-2">
            {missing.slice(0, limits.missingShown).map((name) => (
              <li key={name} className="truncate" title={name}>
                {name}
              </li>
            ))}
          </ul>
          {missing.length > limits.missingShown && <p className="text-ink-2">and {missing.length - limits.missingShown} more</p>}
        </details>
        {load.isError && <FailureNotice failure={load.error.failure} />}
        <div className="flex items-center gap-3">
          <Button
            kind={inspection === null ? 'main' : 'plain'}
            size="medium"
            disabled={!may.isAllowed || path.trim() === '' || load.isPending}
            title={may.why ?? undefined}
            onClick={() => load.mutate({ path: path.trim(), acceptUnscanned: null })}
          >
            Load the next volume
          </Button>
          <span className="min-w-0 truncate font-mono text-small text-ink-2" title={path}>
            {path.trim() === '' ? <span className="font-sans">Name its folder below, and look at it.</span> : path}
          </span>
        </div>
      </div>
    </div>
  )
}
