/** Asks before a document is removed, and says what goes with it and what stays. */
import { useRef } from 'react'
import type { DocumentSummary } from '../../main/contract/holdings.ts'
import { useAct } from '../api.tsx'
import { ConfirmDialog } from '../components/confirm-dialog.tsx'
import { plural } from '../format.ts'
import { SourceText } from './source-text.tsx'

interface Props {
  /** Null closes it. */
  readonly document: DocumentSummary | null
  readonly onClose: () => void
}

export function RemoveDialog({ document, onClose }: Props) {
  const remove = useAct('documents.remove', { stales: ['documents.list', 'documents.get', 'collections.list', 'station.status'] })
  // It still stands there while the dialog closes.
  const last = useRef(document)
  last.current = document ?? last.current
  const shown = last.current
  return (
    <ConfirmDialog
      isOpen={document !== null}
      title="Remove this document?"
      act={remove.isPending ? 'Removing…' : 'Remove document'}
      doing={remove}
      onAct={() => document !== null && remove.mutate({ documentId: document.id }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {shown !== null && (
        <>
          <p className="font-medium wrap-anywhere">
            <SourceText text={shown.file} />
          </p>
          <ul className="list-disc space-y-1 pl-5 text-ink-2">
            <li>Its {plural(shown.passages, 'passage')} can no longer be found, and no new answer can quote it.</li>
            <li>The copy of the file that Holdfast keeps is deleted. Your own file is not touched.</li>
            <li>Answers that quoted it keep their words on record, but the page behind them can no longer be opened.</li>
          </ul>
          <p className="text-ink-2">This cannot be undone. To have it back, import the file again.</p>
        </>
      )}
    </ConfirmDialog>
  )
}
