/** An answer as a marked paper: in which form, and who answers for it. Until somebody does, it is a working paper and says so. */
import { useState } from 'react'
import { marking } from '../../../main/domain/label.ts'
import { type PaperFormat, paperFormats } from '../../../main/domain/working-paper.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { ChoiceMenu } from '../../components/choice-menu.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { saveFile } from '../../components/save-file.ts'
import { TextField } from '../../components/text-field.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { bytesFromBase64 } from '../../documents/base64.ts'

const formatTitles: Readonly<Record<PaperFormat, { readonly title: string; readonly detail: string }>> = {
  pdf: { title: 'PDF', detail: 'Marked on every page.' },
  docx: { title: 'Word', detail: 'Marked on every page, to go on writing.' },
  html: { title: 'HTML', detail: 'One page for a browser, marked when printed.' },
  md: { title: 'Markdown', detail: 'Plain text, marked at both ends.' },
  csv: { title: 'CSV', detail: 'One row for each claim and source.' },
  json: { title: 'JSON', detail: 'For other programs, each text with its label.' },
}

function Release({ runId }: { runId: string }) {
  const released = useCall('answers.released', { runId })
  const release = useAct('answers.release', { stales: ['answers.released'] })
  const [reason, setReason] = useState('')
  if (released.isError) return <FailureNotice failure={released.error.failure} onRetry={() => void released.refetch()} />
  if (released.data === undefined) return <div className="h-16" />
  const { label, release: done } = released.data
  if (done?.isInForce === true)
    return (
      <p className="flex flex-wrap items-center gap-x-2 text-small text-ink-2">
        Released as <LabelChip label={done.label} /> by {done.by}, <TimeAgo atMs={done.at} />.
      </p>
    )
  return (
    <div className="space-y-2">
      <p className="flex flex-wrap items-center gap-x-2 text-small text-ink-2">
        It is marked <LabelChip label={label} />
        {done === null
          ? 'and is a working paper, made with a machine’s help.'
          : `. It was released as ${marking(done.label)}, which it is not any more.`}
      </p>
      <div className="flex items-end gap-2">
        <TextField title="Release it: why you answer for it" value={reason} onChange={setReason} className="flex-1" />
        <Button
          size="medium"
          disabled={reason.trim() === '' || release.isPending}
          onClick={() => release.mutate({ runId, reason: reason.trim() })}
        >
          Release
        </Button>
      </div>
      {release.error !== null && <FailureNotice failure={release.error.failure} />}
    </div>
  )
}

export function ExportDialog({ runId, isOpen, onClose }: { runId: string; isOpen: boolean; onClose: () => void }) {
  const [format, setFormat] = useState<PaperFormat>('pdf')
  const [hasMarks, setMarks] = useState(true)
  const make = useAct('answers.export', {})
  const save = () =>
    make.mutate(
      { runId, format, portionMarks: hasMarks },
      { onSuccess: ({ data, fileName, mediaType }) => saveFile(bytesFromBase64(data), fileName, mediaType) },
    )
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title="Export this answer"
      description="Banners at both ends, a mark before each part, a note for each source."
    >
      <div className="space-y-4 overflow-auto px-5 py-4">
        <div className="flex items-center gap-3">
          <ChoiceMenu
            label="Form"
            value={format}
            onChoose={(value) => setFormat(paperFormats.find((one) => one === value) ?? 'pdf')}
            choices={paperFormats.map((value) => ({ value, ...formatTitles[value] }))}
          />
          <label className="flex items-center gap-2">
            <input type="checkbox" checked={hasMarks} onChange={(event) => setMarks(event.target.checked)} />
            Portion marks
          </label>
        </div>
        {isOpen && <Release runId={runId} />}
        {make.error !== null && <FailureNotice failure={make.error.failure} />}
        {make.data !== undefined && (
          <p role="status" className="text-small text-ok [overflow-wrap:anywhere]">
            Saved as {make.data.fileName}, {marking(make.data.label)}.
          </p>
        )}
      </div>
      <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="medium" onClick={onClose}>
          Close
        </Button>
        <Button size="medium" kind="main" disabled={make.isPending} onClick={save}>
          {make.isPending ? 'Writing…' : 'Save the file'}
        </Button>
      </div>
    </Dialog>
  )
}
