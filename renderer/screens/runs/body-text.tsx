/** A text that an event points at, read when it is asked for; what a model wrote stands in its margin. */
import { useCall } from '../../api.tsx'
import { ExactText } from '../../components/exact-json-view.tsx'
import { FailureNotice } from '../../components/failure-notice.tsx'
import { Skeleton } from '../../components/skeleton.tsx'

interface Props {
  readonly runId: string
  readonly body: string
  readonly label: string
  readonly isByModel?: boolean
}

export function BodyText({ runId, body, label, isByModel = false }: Props) {
  const read = useCall('bodies.read', { runId, body })
  if (read.isPending) return <Skeleton className="h-16 w-full" />
  if (read.isError) return <FailureNotice failure={read.error.failure} onRetry={() => void read.refetch()} />
  const { text } = read.data
  if (text === null) {
    return (
      <p className="text-ink-2">
        {read.data.isPurged ? 'This text was purged. Its commitment still proves what it was.' : 'This text is not here.'}
      </p>
    )
  }
  return (
    <div className={isByModel ? 'border-l-[3px] border-info pl-2' : ''}>
      <ExactText text={text} label={label} />
    </div>
  )
}
