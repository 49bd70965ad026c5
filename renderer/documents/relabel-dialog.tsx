/** The label of a document: how it came to it, and another one. Raising takes effect at once; lowering wants a reason, which is kept. */
import { useEffect, useState } from 'react'
import type { DocumentSummary, LabelEntry } from '../../main/contract/holdings.ts'
import { marking } from '../../main/domain/label.ts'
import { directionOf } from '../../main/domain/relabel.ts'
import { useAct, useCall } from '../api.tsx'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { FailureNotice } from '../components/failure-notice.tsx'
import { LabelField, readLabel } from '../components/label-field.tsx'
import { LabelMark } from '../components/level.tsx'
import { TextField } from '../components/text-field.tsx'
import { TimeAgo } from '../components/time-ago.tsx'

const stales = ['documents.get', 'documents.list', 'documents.labels', 'station.status'] as const
const kinds: Readonly<Record<LabelEntry['kind'], string>> = { imported: 'Imported', raised: 'Raised', lowered: 'Lowered' }

function History({ documentId }: { documentId: string }) {
  const labels = useCall('documents.labels', { documentId })
  if (labels.isError) return <FailureNotice failure={labels.error.failure} onRetry={() => void labels.refetch()} />
  return (
    <ol className="space-y-1.5">
      {(labels.data?.history ?? []).map((entry) => (
        <li key={`${entry.at} ${entry.kind}`} className="text-small text-ink-2">
          {kinds[entry.kind]} by {entry.by}, <TimeAgo atMs={entry.at} />{' '}
          <span className="ml-1.5">
            <LabelMark label={entry.to} />
          </span>
          {entry.reason !== null && <span className="block text-ink-2">“{entry.reason}”</span>}
        </li>
      ))}
    </ol>
  )
}

function Form({ document, onClose }: { document: DocumentSummary; onClose: () => void }) {
  const relabel = useAct('documents.relabel', { stales })
  const [text, setText] = useState(marking(document.label))
  const [reason, setReason] = useState('')
  const label = readLabel(text)
  const direction = label === null ? null : directionOf(document.label, label)
  const isReady = direction === 'raised' || (direction === 'lowered' && reason.trim() !== '')
  return (
    <form
      className="flex min-h-0 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        if (label === null || !isReady) return
        const why = reason.trim()
        relabel.mutate({ documentId: document.id, label, ...(why === '' ? {} : { reason: why }) }, { onSuccess: onClose })
      }}
    >
      <div className="space-y-4 overflow-auto px-5 py-4">
        <LabelField title="Label" value={text} onChange={setText} />
        <TextField
          title={direction === 'lowered' ? 'Reason' : 'Reason, if there is one'}
          value={reason}
          onChange={setReason}
          rows={2}
          detail={
            direction === 'lowered' ? 'A label is lowered by a security officer, for a reason that stays on record.' : 'It stays on record.'
          }
        />
        {relabel.error !== null && <FailureNotice failure={relabel.error.failure} />}
        <section>
          <h3 className="mb-1.5 text-small font-medium text-ink-2">How it came to its label</h3>
          <History documentId={document.id} />
        </section>
      </div>
      <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="medium" onClick={onClose}>
          Cancel
        </Button>
        <Button size="medium" kind={direction === 'lowered' ? 'danger' : 'main'} type="submit" disabled={!isReady || relabel.isPending}>
          {direction === 'lowered' ? 'Lower it' : 'Raise it'}
        </Button>
      </div>
    </form>
  )
}

export function RelabelDialog({ document, isOpen, onClose }: { document: DocumentSummary; isOpen: boolean; onClose: () => void }) {
  const [round, setRound] = useState(0)
  useEffect(() => {
    if (isOpen) setRound((count) => count + 1)
  }, [isOpen])
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title="Change the label"
      description="Its passages follow. Answers that were given before keep the label that they were given under."
    >
      <Form key={round} document={document} onClose={onClose} />
    </Dialog>
  )
}
