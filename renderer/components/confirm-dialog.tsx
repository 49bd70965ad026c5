/** Asks before something ends that cannot be had back: what ends, what stays, and one button for each answer. */
import { type ReactNode, useEffect } from 'react'
import type { Failure } from '../../main/domain/result.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FailureNotice } from './failure-notice.tsx'

interface Props {
  readonly isOpen: boolean
  readonly title: string
  readonly description?: string
  readonly children?: ReactNode
  /** What the button says that does it. */
  readonly act: string
  /** What the button says that does nothing. */
  readonly keep?: string
  readonly kind?: 'danger' | 'main'
  readonly width?: string
  /** False while what it asks for inside is not there yet. */
  readonly isReady?: boolean
  readonly doing: { readonly isPending: boolean; readonly error: { readonly failure: Failure } | null; readonly reset: () => void }
  readonly onAct: () => void
  readonly onClose: () => void
}

export function ConfirmDialog(props: Props) {
  const { isOpen, title, description, children, act, keep = 'Keep it', kind = 'danger', isReady = true, doing, onAct, onClose } = props
  const { isPending, error, reset } = doing
  // What went wrong with one thing says nothing of the next.
  useEffect(() => {
    if (!isOpen) reset()
  }, [isOpen, reset])
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title={title}
      {...(props.width === undefined ? {} : { width: props.width })}
      {...(description === undefined ? {} : { description })}
    >
      {(children !== undefined || error !== null) && (
        <div className="space-y-3 overflow-auto px-5 pt-4">
          {children}
          {error !== null && <FailureNotice failure={error.failure} />}
        </div>
      )}
      <div className="flex justify-end gap-2 px-5 py-4">
        <Button size="medium" onClick={onClose}>
          {keep}
        </Button>
        <Button size="medium" kind={kind} disabled={isPending || !isReady} onClick={onAct}>
          {act}
        </Button>
      </div>
    </Dialog>
  )
}
