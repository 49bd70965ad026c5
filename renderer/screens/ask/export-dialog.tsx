/** An answer as a marked paper, and who answers for it. Until somebody does, it is a working paper and says so. */
import { useState } from 'react'
import { marking } from '../../../main/domain/label.ts'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { LabelChip } from '../../components/level.tsx'
import { PaperDialog } from '../../components/paper-dialog.tsx'
import { TextField } from '../../components/text-field.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'

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
  const make = useAct('answers.export', {})
  return (
    <PaperDialog
      title="Export this answer"
      making={make}
      onMake={(options, onMade) => make.mutate({ runId, ...options }, { onSuccess: onMade })}
      isOpen={isOpen}
      onClose={onClose}
    >
      {isOpen && <Release runId={runId} />}
    </PaperDialog>
  )
}
