/** A dialog that changes one thing and says what that means. Enter changes it (Ctrl Enter from within a text), Esc leaves it. */
import { type ReactNode, type SyntheticEvent, useEffect, useRef } from 'react'
import type { Failure } from '../../../main/domain/result.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'

interface Props {
  readonly title: string
  readonly description: string
  /** What the button does, in words. */
  readonly act: string
  readonly canAct: boolean
  readonly failure: Failure | null
  readonly note?: string
  readonly onAct: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

export function ChangeDialog({ title, description, act, canAct, failure, note, onAct, onClose, children }: Props) {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    // The dialog takes the focus first, and remembers where it came from.
    const frame = requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('input, textarea')?.focus())
    return () => cancelAnimationFrame(frame)
  }, [])
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (canAct) onAct()
  }
  return (
    <Dialog isOpen onOpenChange={(isOpen) => !isOpen && onClose()} title={title} description={description}>
      <form
        ref={form}
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.ctrlKey) submit(event)
        }}
        className="flex min-h-0 flex-col"
      >
        <div className="min-h-0 space-y-2.5 overflow-auto px-5 py-4">
          {children}
          {failure !== null && <FailureNotice failure={failure} />}
        </div>
        <div className="flex shrink-0 items-center justify-end gap-2 border-t border-line px-5 py-3">
          <span className="mr-auto text-small text-ink-2">{note}</span>
          <Button size="medium" onClick={onClose}>
            Cancel
          </Button>
          <Button size="medium" kind="main" type="submit" disabled={!canAct}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
