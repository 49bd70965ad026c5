/** What is in a release, by kind, and the way to have one item of it as a file. */
import type { BundleItem, BundleRelease } from '../../../main/contract/bundles.ts'
import { useAct } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { useMay } from '../../components/use-may.ts'
import { formatBytes } from '../../format.ts'
import { kindWords, releaseName } from './custody-words.ts'
import { groupBy } from './item-groups.ts'
import { ItemGroupView } from './item-list.tsx'

export function ReleaseItems({ release, isWorking }: { release: BundleRelease; isWorking: boolean }) {
  const may = useMay('bundles.carry')
  const out = useAct('bundles.export')
  const actions = (item: BundleItem) => {
    const isWriting = out.isPending && out.variables.id === item.id
    return (
      <Button
        onClick={() => out.mutate({ id: item.id })}
        disabled={!may.isAllowed || out.isPending || isWorking || item.status === 'revoked'}
        title={may.why ?? undefined}
        aria-label={`${isWriting ? 'Writing…' : 'Export'} ${item.title} ${item.version}`}
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
