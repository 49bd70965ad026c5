/** One import: how far it is, what came of it, file by file. Closing it changes nothing: the import goes on. */
import { useCallback, useState } from 'react'
import type { Import } from '../../main/contract/holdings.ts'
import { useAct, useCall, useLive } from '../api.tsx'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { FailureNotice, FailurePanel } from '../components/failure-notice.tsx'
import { ProgressBar } from '../components/progress-bar.tsx'
import { useNow } from '../components/use-now.ts'
import { formatCount, formatDuration, formatExact, plural } from '../format.ts'
import type { Live } from '../live.ts'
import { ImportFiles } from './import-files.tsx'
import { countOf, outcomeGroups } from './outcome-words.ts'
import type { Unsent } from './sending.ts'
import { visibleString } from './visible-text.ts'

const everyMs = 1_000
/** Before this many files are done, how long the rest takes is a guess not worth showing. */
const doneForPaceMin = 5

const groupLook = [
  '-mx-1 -mb-px border-b-2 border-transparent px-1 font-medium text-ink-2 tabular transition-colors hover:text-ink',
  'focus-visible:-outline-offset-2 aria-pressed:border-accent aria-pressed:text-ink',
].join(' ')

interface Props {
  /** Null closes it. */
  readonly importId: string | null
  /** Files of it that never got as far as being imported. */
  readonly unsent: readonly Unsent[]
  readonly onClose: () => void
}

/** An import as it is now: the feed tells it before a call does. */
export function useImport(importId: string | null) {
  const read = useCall('imports.get', { importId: importId ?? '' }, { enabled: importId !== null })
  const live = useLive(useCallback((state: Live) => (importId === null ? undefined : state.imports.get(importId)), [importId]))
  return { read, now: live ?? read.data }
}

function Pace({ of }: { readonly of: Import }) {
  const nowMs = useNow(everyMs)
  const { totals } = of
  if (of.state !== 'running')
    return (
      <span title={formatExact(of.startedAt)}>
        {of.state === 'cancelled' ? 'Cancelled' : 'Finished'} after {formatDuration((of.finishedAt ?? of.startedAt) - of.startedAt)}
      </span>
    )
  const spentMs = Math.max(1, nowMs - of.startedAt)
  const leftMs = totals.done < doneForPaceMin ? null : (spentMs / totals.done) * (totals.files - totals.done)
  return (
    <span>
      {formatDuration(spentMs)}
      {leftMs !== null && `, about ${formatDuration(leftMs)} left`}
    </span>
  )
}

function Content({ of, unsent }: { readonly of: Import; readonly unsent: readonly Unsent[] }) {
  const [key, setKey] = useState<string>('all')
  const cancel = useAct('imports.cancel', { stales: ['imports.get', 'imports.list', 'imports.files'] })
  const group = outcomeGroups.find((one) => one.key === key) ?? outcomeGroups[0]
  const { totals } = of
  const isRunning = of.state === 'running'
  return (
    <>
      <div className="shrink-0 space-y-3 border-b border-line px-5 py-4">
        <div className="flex items-center gap-4 tabular">
          <p aria-live="polite" className="font-medium">
            {formatCount(totals.done)} of {plural(totals.files, 'file')}
          </p>
          <p className="text-small text-ink-2">
            <Pace of={of} />
          </p>
          <p className="ml-auto text-small text-ink-2">{plural(totals.passages, 'passage')} indexed</p>
          {isRunning && (
            <Button kind="danger" disabled={cancel.isPending} onClick={() => cancel.mutate({ importId: of.id })}>
              Stop
            </Button>
          )}
        </div>
        <ProgressBar share={totals.files === 0 ? null : totals.done / totals.files} label="Files read" />
        {isRunning && <p className="text-small text-ink-2">It goes on when this window is closed. What is indexed can be asked already.</p>}
        {cancel.error !== null && <FailureNotice failure={cancel.error.failure} />}
        {unsent.length > 0 && (
          <p className="text-small text-bad">
            {plural(unsent.length, 'file')} could not be sent:{' '}
            {unsent.map((one) => `${visibleString(one.file)} (${one.failure.message})`).join(' ')}
          </p>
        )}
      </div>
      <fieldset className="flex h-11 shrink-0 items-stretch gap-5 border-b border-line px-5 text-small">
        <legend className="sr-only">Which files are shown</legend>
        {outcomeGroups.map((one) => (
          <button key={one.key} type="button" aria-pressed={one.key === key} onClick={() => setKey(one.key)} className={groupLook}>
            {one.title} {formatCount(countOf(one, totals))}
          </button>
        ))}
      </fieldset>
      <div className="flex h-100 min-h-0 flex-col">
        <ImportFiles key={group.key} of={of} group={group} />
      </div>
    </>
  )
}

export function ImportPanel({ importId, unsent, onClose }: Props) {
  const { read, now } = useImport(importId)
  return (
    <Dialog
      isOpen={importId !== null}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={now === undefined ? 'Import' : `Import into ${visibleString(now.collection)}`}
      width="w-190"
    >
      {now !== undefined ? (
        <Content of={now} unsent={unsent} />
      ) : read.isError ? (
        <FailurePanel failure={read.error.failure} onRetry={() => void read.refetch()} />
      ) : (
        <p className="p-5 text-ink-2">Reading the import…</p>
      )}
    </Dialog>
  )
}
