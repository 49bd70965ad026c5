/** What comes in just now, above the list: files being sent, imports under way, and what came of the last one until it was looked at. */
import { useCallback, useState, useSyncExternalStore } from 'react'
import type { Import } from '../../main/contract/holdings.ts'
import { useApi, useCall, useLive } from '../api.tsx'
import { Button } from '../components/button.tsx'
import { FailureNotice } from '../components/failure-notice.tsx'
import { ProgressBar } from '../components/progress-bar.tsx'
import { useNow } from '../components/use-now.ts'
import { formatBytes, formatCount, formatDuration, plural } from '../format.ts'
import type { Live } from '../live.ts'
import { importSummary } from './outcome-words.ts'
import { currentSending, dismissSending, type Sending, send, stopSending, watchSending } from './sending.ts'
import { SourceText } from './source-text.tsx'

const everyMs = 1_000
const recentRead = 5

/** Imports that a person has seen the end of, in this window. */
const settled = new Set<string>()

export const useSending = (): Sending => useSyncExternalStore(watchSending, currentSending)

function SendingRow({ sending }: { readonly sending: Extract<Sending, { phase: 'sending' }> }) {
  const nowMs = useNow(everyMs)
  const perMs = sending.sentBytes / Math.max(1, nowMs - sending.startedAtMs)
  const leftMs = perMs === 0 ? null : (sending.bytes - sending.sentBytes) / perMs
  return (
    <div className="px-6 py-3">
      <div className="mb-2 flex items-center gap-4">
        <p className="min-w-0 truncate font-medium">
          Copying into <SourceText text={sending.collection} />
        </p>
        <p className="ml-auto shrink-0 text-small text-ink-2 tabular">
          {formatCount(sending.sentFiles)} of {plural(sending.files, 'file')} · {formatBytes(sending.sentBytes)} of{' '}
          {formatBytes(sending.bytes)}
          {leftMs !== null && ` · ${formatDuration(leftMs)} left`}
        </p>
        <Button onClick={stopSending}>Stop</Button>
      </div>
      <ProgressBar share={sending.bytes === 0 ? 0 : sending.sentBytes / sending.bytes} label="Files copied" />
      <p className="mt-1.5 text-small text-ink-2">Keep this window open until they are copied.</p>
    </div>
  )
}

interface RowProps {
  readonly of: Import
  readonly onShow: (importId: string) => void
  readonly onDismiss: (importId: string) => void
}

function ImportRow({ of, onShow, onDismiss }: RowProps) {
  const isRunning = of.state === 'running'
  const needsAttention = of.totals.refused > 0 || of.totals.inPart > 0
  return (
    <div className="px-6 py-3">
      <div className="flex items-center gap-4">
        <p className="min-w-0 truncate font-medium">
          {isRunning ? 'Reading into ' : 'Imported into '}
          <SourceText text={of.collection} />
        </p>
        <p className={`ml-auto shrink-0 text-small tabular ${!isRunning && needsAttention ? 'text-warn' : 'text-ink-2'}`}>
          {importSummary(of)}
        </p>
        <Button onClick={() => onShow(of.id)}>Files</Button>
        {!isRunning && (
          <Button kind="quiet" onClick={() => onDismiss(of.id)}>
            Dismiss
          </Button>
        )}
      </div>
      {isRunning && (
        <div className="mt-2">
          <ProgressBar share={of.totals.files === 0 ? null : of.totals.done / of.totals.files} label="Files read" />
        </div>
      )}
    </div>
  )
}

/** Running imports, and those that ended while this window watched. */
function useShownImports(): { readonly shown: readonly Import[]; readonly dismiss: (importId: string) => void } {
  const [, setDismissed] = useState(0)
  const recent = useCall('imports.list', { limit: recentRead })
  const live = useLive(useCallback((state: Live) => state.imports, []))
  const known = new Map((recent.data?.items ?? []).map((one) => [one.id, one]))
  for (const [id, one] of live) known.set(id, one)
  const shown = [...known.values()].filter((one) => one.state === 'running' || (live.has(one.id) && !settled.has(one.id)))
  return {
    shown: shown.toSorted((a, b) => b.startedAt - a.startedAt),
    dismiss: (importId) => {
      settled.add(importId)
      setDismissed((count) => count + 1)
    },
  }
}

export function ImportStrip({ onShow }: { readonly onShow: (importId: string) => void }) {
  const api = useApi()
  const sending = useSending()
  const { shown, dismiss } = useShownImports()
  if (sending.phase !== 'sending' && sending.phase !== 'failed' && shown.length === 0) return null
  return (
    <section aria-label="Imports" className="max-h-[40%] shrink-0 divide-y divide-line overflow-y-auto border-b border-line bg-surface">
      {sending.phase === 'sending' && <SendingRow sending={sending} />}
      {sending.phase === 'failed' && (
        <div className="px-6 py-3">
          <FailureNotice failure={sending.failure} onRetry={() => void send(api, sending.order)}>
            <Button kind="quiet" className="mt-1 -ml-2.5" onClick={dismissSending}>
              Dismiss
            </Button>
          </FailureNotice>
        </div>
      )}
      {shown.map((one) => (
        <ImportRow key={one.id} of={one} onShow={onShow} onDismiss={dismiss} />
      ))}
    </section>
  )
}
