/** One context bundle: what it says, what it goes on from, and the way back to the texts that it was made from. */
import type { BundleDetail } from '../../../main/contract/context.ts'
import { useCall } from '../../api.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { BundleChain } from './bundle-chain.tsx'
import { Expand, Part } from './bundle-part.tsx'
import { Said } from './bundle-said.tsx'
import { sectionWords } from './bundle-text.tsx'

function Content({ detail }: { detail: BundleDetail }) {
  useShowsLabel(detail.label)
  const { bundle, sections, id } = detail
  const gone = detail.isPurged
    ? 'A text that it was made from was purged, and what it says went with it.'
    : detail.isIntact
      ? 'What it says is labelled above what this account may see.'
      : 'What lies here is not what was recorded, so it is not shown. Verify the record in Audit.'
  return (
    <>
      {bundle === null ? <p className="mt-3 text-warn">{gone}</p> : <Said bundle={bundle} />}
      <BundleChain id={id} />
      <Part title="Where it comes from">
        <ul>
          {sections.map((section) => (
            <li key={section.id}>
              {section.isPurged ? (
                <span className="text-ink-2">{sectionWords(section.id)}: purged</span>
              ) : (
                <Expand id={id} section={section.id} title={sectionWords(section.id)} />
              )}
            </li>
          ))}
          <li>
            <Expand id={id} section={null} title="all of it, with the events" />
          </li>
        </ul>
      </Part>
    </>
  )
}

export function BundleView({ id }: { id: string }) {
  const read = useCall('contextBundles.get', { contextBundleId: id })
  return (
    <div className="border-t border-line px-4 pb-4">
      {read.data !== undefined ? (
        <Content detail={read.data} />
      ) : read.isError ? (
        <div className="pt-3">
          <FailureNotice failure={read.error.failure} onRetry={() => void read.refetch()} />
        </div>
      ) : (
        <Skeleton className="mt-3 h-32 w-full" />
      )}
    </div>
  )
}
