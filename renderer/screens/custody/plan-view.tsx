/** What a load would change, before anything is written: what comes new, what is here, what goes, and whether there is room. */
import type { ReactNode } from 'react'
import type { BundleInspection, BundleItem } from '../../../main/contract/bundles.ts'
import { formatBytes, formatCount, plural } from '../../format.ts'
import { Warning } from './inspection-view.tsx'
import { type Change, planGroups } from './item-groups.ts'
import { ItemGroupView } from './item-list.tsx'

const limits = { missingShown: 6 } as const

const words: Readonly<Record<Change, { readonly title: string; readonly detail: string; readonly label: string }>> = {
  added: { title: 'Comes new', detail: 'Copied, verified, scanned and checked before any of it counts.', label: 'Items that come new' },
  kept: { title: 'Is here already', detail: 'The very same bytes; they are not copied again.', label: 'Items that are here already' },
  dropped: {
    title: 'No longer in it',
    detail: 'In what serves now, and not in this one. It stays as long as a release needs it.',
    label: 'Items that are no longer in it',
  },
  left: { title: 'Not taken', detail: 'Called back, or for machines of another kind.', label: 'Items that are not taken' },
}

function Figure({ name, children, isBad = false }: { name: string; children: ReactNode; isBad?: boolean }) {
  return (
    <div className="min-w-0">
      <dt className="text-small text-ink-2">{name}</dt>
      <dd className={`truncate tabular ${isBad ? 'font-medium text-bad' : ''}`}>{children}</dd>
    </div>
  )
}

function Missing({ found: { plan, volume } }: { found: BundleInspection }) {
  const { missing } = plan
  if (missing.length === 0) return null
  const names = `${missing.slice(0, limits.missingShown).join(', ')}${missing.length > limits.missingShown ? ` and ${missing.length - limits.missingShown} more` : ''}`
  const isSet = volume !== null && volume.of > 1
  return (
    <Warning
      title={
        isSet
          ? `${plural(missing.length, 'file')} will come with other volumes.`
          : `${plural(missing.length, 'file')} lie neither on this medium nor here.`
      }
    >
      {isSet ? 'Load this volume, then the others in any order: ' : 'It cannot be loaded as it is: '}
      <span className="font-mono [overflow-wrap:anywhere]">{names}</span>
    </Warning>
  )
}

interface Props {
  readonly found: BundleInspection
  readonly serving: readonly BundleItem[]
  /** What can be done about it, above the lists. */
  readonly children: ReactNode
}

export function PlanView({ found, serving, children }: Props) {
  const { plan } = found
  const groups = planGroups(found, serving)
  const isTight = plan.copyBytes > plan.freeBytes
  return (
    <div className="border-t border-line">
      <div className="px-4 pt-3.5 pb-3">
        <h4 className="font-semibold">What will change</h4>
        <dl className="mt-2 grid grid-cols-6 gap-x-4 gap-y-2.5 max-wide:grid-cols-3">
          <Figure name="New">{plural(plan.added.length, 'item')}</Figure>
          <Figure name="Here already">{plural(plan.kept.length, 'item')}</Figure>
          <Figure name="No longer in it">{plural(plan.dropped.length, 'item')}</Figure>
          <Figure name="Deprecated">{formatCount(plan.deprecated.length)}</Figure>
          <Figure name="To copy">{formatBytes(plan.copyBytes)}</Figure>
          <Figure name="Free here" isBad={isTight}>
            {formatBytes(plan.freeBytes)}
          </Figure>
        </dl>
        <div className="mt-3 space-y-2 empty:hidden">
          {plan.unmet.length > 0 && (
            <div role="alert" className="rounded-md border border-bad/40 bg-bad-soft px-3.5 py-2.5">
              <p className="font-medium">This machine cannot take it</p>
              <ul className="text-small text-ink-2">
                {plan.unmet.map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
              </ul>
            </div>
          )}
          <Missing found={found} />
        </div>
      </div>
      {children}
      <div className="border-t border-line">
        {[...groups].map(([change, items]) =>
          items.length === 0 ? null : (
            <ItemGroupView
              key={change}
              {...words[change]}
              items={items}
              bytes={items.reduce((all, { sizeBytes }) => all + sizeBytes, 0)}
              isOpenFirst={change === 'added' || change === 'dropped'}
            />
          ),
        )}
      </div>
    </div>
  )
}
