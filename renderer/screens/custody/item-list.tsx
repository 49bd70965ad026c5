/** Items of an air-gap bundle: groups that open, and of a long group only the rows that are seen. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import type { BundleItem } from '../../../main/contract/bundles.ts'
import { formatDigest } from '../../../main/domain/digest.ts'
import { Chip } from '../../components/chip.tsx'
import { Hash } from '../../components/copy-button.tsx'
import { SourceText } from '../../documents/source-text.tsx'
import { formatBytes, plural } from '../../format.ts'
import { kindWords } from './custody-words.ts'

const limits = { rowPx: 52, rowsShown: 6, openMax: 12, overscan: 6 } as const

function Row({ item, children }: { item: BundleItem; children?: ReactNode }) {
  const { kind, title, version, sizeBytes, digest, licence, status, source } = item
  return (
    <div className="flex h-full items-center gap-4 px-4">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate" title={`${title} ${version}`}>
            {title} <span className="text-ink-2">{version}</span>
          </span>
          {status !== 'active' && (
            <Chip tone={status === 'revoked' ? 'bad' : 'warn'}>{status === 'revoked' ? 'called back' : 'deprecated'}</Chip>
          )}
        </p>
        <p className="truncate text-small text-ink-2" title={source?.url}>
          {kindWords[kind]} · {licence === '' ? 'no licence named' : licence}
          {source === null ? ' · made by whoever signed it' : <Source {...source} />}
        </p>
      </div>
      <Hash value={formatDigest(digest)} label={`the digest of ${title}`} />
      <span className="w-18 shrink-0 text-right tabular">{formatBytes(sizeBytes)}</span>
      {children}
    </div>
  )
}

const Source = ({ url, isHashPublished }: NonNullable<BundleItem['source']>) => (
  <>
    {' · from '}
    <SourceText text={url.replace(/^https?:\/\//, '')} />
    {!isHashPublished && ', which published no hash'}
  </>
)

interface RowsProps {
  readonly label: string
  readonly items: readonly BundleItem[]
  readonly actions?: ((item: BundleItem) => ReactNode) | undefined
}

function Rows({ label, items, actions }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const isLong = items.length > limits.openMax
  const virtual = useVirtualizer({
    ...{ count: items.length, overscan: limits.overscan, estimateSize: () => limits.rowPx, getScrollElement: () => scroller.current },
    ...{ initialRect: { width: 800, height: limits.rowPx * limits.rowsShown }, getItemKey: (at: number) => items[at]?.id ?? at },
  })
  const height = Math.min(items.length, isLong ? limits.rowsShown : limits.openMax) * limits.rowPx
  return (
    // What scrolls must be reached by keyboard.
    <div ref={scroller} style={{ height }} className="overflow-auto -outline-offset-2!" {...(isLong ? { tabIndex: 0 } : {})}>
      <ul aria-label={label} className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index]
          if (item === undefined) return null
          return (
            <li
              key={row.key}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              className="absolute inset-x-0 top-0 border-t border-line"
            >
              <Row item={item}>{actions?.(item)}</Row>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

interface GroupProps extends RowsProps {
  readonly title: ReactNode
  readonly detail?: ReactNode
  readonly bytes: number
  readonly isOpenFirst: boolean
}

export function ItemGroupView({ title, detail, bytes, isOpenFirst, label, items, actions }: GroupProps) {
  const [isOpen, setOpen] = useState(isOpenFirst && items.length <= limits.openMax)
  return (
    <div className="border-b border-line last:border-0">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-10 w-full items-center gap-2 px-4 py-2 text-left transition-colors -outline-offset-2! hover:bg-hover"
      >
        <ChevronRight aria-hidden className={`size-4 shrink-0 text-ink-3 transition-transform ${isOpen ? 'rotate-90' : ''}`} />
        <span className="min-w-0 flex-1">
          <span className="font-medium">{title}</span>
          {detail !== undefined && <span className="block text-small text-ink-2">{detail}</span>}
        </span>
        <span className="shrink-0 text-small text-ink-2 tabular">
          {plural(items.length, 'item')}, {formatBytes(bytes)}
        </span>
      </button>
      {isOpen && <Rows label={label} items={items} actions={actions} />}
    </div>
  )
}
