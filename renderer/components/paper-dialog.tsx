/** What leaves the window as a marked paper: in which form, and who answers for it. */
import { type ReactNode, useState } from 'react'
import type { Paper } from '../../main/contract/papers.ts'
import { marking } from '../../main/domain/label.ts'
import type { Failure } from '../../main/domain/result.ts'
import { type PaperFormat, paperFormats } from '../../main/domain/working-paper.ts'
import { bytesFromBase64 } from '../documents/base64.ts'
import { Button } from './button.tsx'
import { ChoiceMenu } from './choice-menu.tsx'
import { Dialog } from './dialog.tsx'
import { FailureNotice } from './failure-notice.tsx'
import { saveFile } from './save-file.ts'

const formatTitles: Readonly<Record<PaperFormat, { readonly title: string; readonly detail: string }>> = {
  pdf: { title: 'PDF', detail: 'Marked on every page.' },
  docx: { title: 'Word', detail: 'Marked on every page, to go on writing.' },
  html: { title: 'HTML', detail: 'One page for a browser, marked when printed.' },
  md: { title: 'Markdown', detail: 'Plain text, marked at both ends.' },
  csv: { title: 'CSV', detail: 'One row for each claim and source.' },
  json: { title: 'JSON', detail: 'For other programs, each text with its label.' },
}

interface Props {
  readonly title: string
  readonly making: { readonly isPending: boolean; readonly error: { readonly failure: Failure } | null; readonly data: Paper | undefined }
  /** Makes the paper; `onMade` saves it. */
  readonly onMake: (options: { readonly format: PaperFormat; readonly portionMarks: boolean }, onMade: (paper: Paper) => void) => void
  readonly isOpen: boolean
  readonly onClose: () => void
  /** Who answers for it. */
  readonly children: ReactNode
}

const save = ({ data, fileName, mediaType }: Paper) => saveFile(bytesFromBase64(data), fileName, mediaType)

export function PaperDialog({ title, making, onMake, isOpen, onClose, children }: Props) {
  const [format, setFormat] = useState<PaperFormat>('pdf')
  const [hasMarks, setMarks] = useState(true)
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title={title}
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
        {children}
        {making.error !== null && <FailureNotice failure={making.error.failure} />}
        {making.data !== undefined && (
          <p role="status" className="text-small text-ok [overflow-wrap:anywhere]">
            Saved as {making.data.fileName}, {marking(making.data.label)}.
          </p>
        )}
      </div>
      <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
        <Button size="medium" onClick={onClose}>
          Close
        </Button>
        <Button size="medium" kind="main" disabled={making.isPending} onClick={() => onMake({ format, portionMarks: hasMarks }, save)}>
          {making.isPending ? 'Writing…' : 'Save the file'}
        </Button>
      </div>
    </Dialog>
  )
}
