/** Reading the whole record again: how far it is, and what it found. */
import { useEffect } from 'react'
import { useAct, useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { ProgressBar } from '../../components/progress-bar.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { formatCount, plural } from '../../format.ts'
import { Section, Setting } from '../settings/section.tsx'

const limits = { lookEveryMs: 500 } as const

export function Verification() {
  const status = useCall('audit.status', {})
  const verify = useAct('audit.verify', { stales: ['audit.status', 'station.status'] })
  const cancel = useAct('audit.cancel', { stales: ['audit.status'] })
  const { refetch } = status
  const isRunning = verify.isPending
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => void refetch(), limits.lookEveryMs)
    return () => clearInterval(timer)
  }, [isRunning, refetch])
  const found = verify.data ?? status.data?.verification ?? null
  const progress = status.data?.verifying ?? null
  return (
    <Section
      id="verification"
      title="Does the record hold?"
      detail="Each event’s own hash, its place in its chain, every seal, and the mark outside."
      actions={
        isRunning ? (
          <Button onClick={() => cancel.mutate({})}>Cancel</Button>
        ) : (
          <Button kind="main" onClick={() => verify.mutate({})}>
            Verify all of it
          </Button>
        )
      }
    >
      {verify.isError && (
        <div className="p-3">
          <FailureNotice failure={verify.error.failure} />
        </div>
      )}
      {isRunning ? (
        <div className="space-y-2 px-4 py-3.5" role="status">
          <p>{progress === null ? 'Reading the record…' : `${formatCount(progress.done)} of ${plural(progress.total, 'event')}`}</p>
          <ProgressBar label="Verification" share={progress === null || progress.total === 0 ? null : progress.done / progress.total} />
        </div>
      ) : found === null ? (
        <Setting
          title="Not verified as a whole yet"
          detail="At each start the part since the last seal is checked; the whole record once a week."
        >
          <Chip>unknown</Chip>
        </Setting>
      ) : (
        <Setting
          title={
            found.fault === null ? `${plural(found.events, 'event')} and ${plural(found.checkpoints, 'seal')} hold` : found.fault.sentence
          }
          detail={<TimeAgo atMs={found.at} />}
        >
          <Chip tone={found.fault === null ? 'ok' : 'bad'}>{found.fault === null ? 'holds' : `broken at ${found.fault.seq}`}</Chip>
        </Setting>
      )}
    </Section>
  )
}
