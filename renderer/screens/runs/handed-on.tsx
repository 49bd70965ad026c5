/** What a run handed on each time it ended or was held: newest first, each opened to what it says. */
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useRef, useState } from 'react'
import type { BundleSummary } from '../../../main/contract/context.ts'
import { holdingsLimits } from '../../../main/domain/holdings-limits.ts'
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelMark } from '../../components/level.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useRowKeys } from '../../components/use-row-keys.ts'
import { formatCount } from '../../format.ts'
import { useShowsLabel } from '../../frame/shown-label.ts'
import { BundleView } from './bundle-view.tsx'
import { triggerWords } from './run-words.ts'

function Entry({ bundle }: { bundle: BundleSummary }) {
  useShowsLabel(bundle.label)
  const [isOpen, setOpen] = useState(false)
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <li className="rounded-lg border border-line bg-surface">
      <button
        type="button"
        data-bundle={bundle.id}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full flex-wrap items-center gap-x-2.5 gap-y-1 rounded-lg px-4 py-2.5 text-left transition-colors hover:bg-hover"
      >
        <Chevron aria-hidden className="size-4 shrink-0 text-ink-3" />
        <span className="font-medium">When it {triggerWords[bundle.trigger]}</span>
        {bundle.isPurged && <Chip tone="warn">purged</Chip>}
        <LabelMark label={bundle.label} />
        <span className="ml-auto flex items-center gap-3 text-small text-ink-2 tabular">
          {formatCount(bundle.tokens)} tokens from {formatCount(bundle.sourceTokens)} <TimeAgo atMs={bundle.madeAt} />
        </span>
      </button>
      {isOpen && <BundleView id={bundle.id} />}
    </li>
  )
}

export function HandedOn({ runId }: { runId: string }) {
  const rows = useRef<HTMLUListElement>(null)
  useRowKeys(rows, '[data-bundle]')
  const list = useCall('contextBundles.list', { runId, limit: holdingsLimits.pageMax })
  if (list.isPending) return <SkeletonRows label="Reading what was handed on" rows={3} />
  if (list.isError) return <FailureNotice failure={list.error.failure} onRetry={() => void list.refetch()} />
  const { items, total } = list.data
  if (items.length === 0) {
    return (
      <p className="max-w-160 text-pretty text-ink-2">
        Nothing was handed on yet. When the run ends or is held, what the next one must know stands here: goal, decisions, findings and what
        comes next, in few words, with the way back to each text.
      </p>
    )
  }
  return (
    <>
      <p className="mb-2.5 text-small text-ink-2">
        Put together by rule from the record; no model takes part. Another attempt at the task begins with it.
        {total > items.length && ` The newest ${formatCount(items.length)} of ${formatCount(total)}.`}
      </p>
      <ul ref={rows} aria-label="What was handed on" className="space-y-2">
        {items.map((bundle) => (
          <Entry key={bundle.id} bundle={bundle} />
        ))}
      </ul>
    </>
  )
}
