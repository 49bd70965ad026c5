/** Asks before a document is removed, and says what goes with it and what stays. */
import { useEffect } from 'react'
import type { DocumentSummary } from '../../main/contract/holdings.ts'
import { useAct } from '../api.tsx'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { FailureNotice } from '../components/failure-notice.tsx'
import { plural } from '../format.ts'
import { SourceText } from './source-text.tsx'

interface Props {
  /** Null closes it. */
  readonly document: DocumentSummary | null
  readonly onClose: () => void
}

export function RemoveDialog({ document, onClose }: Props) {
  const remove = useAct('documents.remove', { stales: ['documents.list', 'documents.get', 'collections.list', 'station.status'] })
  const { reset } = remove
  useEffect(() => {
    if (document === null) reset()
  }, [document, reset])
  return (
    <Dialog isOpen={document !== null} onOpenChange={(isOpen) => !isOpen && onClose()} title="Remove this document?">
      {document !== null && (
        <>
          <div className="space-y-3 overflow-auto px-5 py-4">
            <p className="font-medium wrap-anywhere">
              <SourceText text={document.file} />
            </p>
            <ul className="list-disc space-y-1 pl-5 text-ink-2">
              <li>Its {plural(document.passages, 'passage')} can no longer be found, and no new answer can quote it.</li>
              <li>The copy of the file that Holdfast keeps is deleted. Your own file is not touched.</li>
              <li>Answers that quoted it keep their words on record, but the page behind them can no longer be opened.</li>
            </ul>
            <p className="text-ink-2">This cannot be undone. To have it back, import the file again.</p>
            {remove.error !== null && <FailureNotice failure={remove.error.failure} />}
          </div>
          <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
            <Button size="medium" onClick={onClose}>
              Keep it
            </Button>
            <Button
              size="medium"
              kind="danger"
              disabled={remove.isPending}
              onClick={() => remove.mutate({ documentId: document.id }, { onSuccess: onClose })}
            >
              {remove.isPending ? 'Removing…' : 'Remove document'}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
