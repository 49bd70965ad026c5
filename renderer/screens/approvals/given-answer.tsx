/** What a person answered, as the run was given it. It lies with the call that asked. */
import { useCall } from '../../api.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { BodyText } from '../runs/body-text.tsx'

const limits = { callsMax: 200 } as const

export function GivenAnswer({ runId, stepId }: { runId: string; stepId: string }) {
  const steps = useCall('steps.list', { runId, limit: limits.callsMax })
  if (steps.isPending) return <Skeleton className="mt-2 h-10 w-full" />
  const output = steps.data?.items.find(({ id }) => id === stepId)?.output ?? null
  if (output === null) return null
  return (
    <div className="mt-2">
      <BodyText runId={runId} body={output} label="The answer" />
    </div>
  )
}
