/** Stands where something is still read, or could not be. What was read once stays on the screen, whatever becomes of reading it again. */
import type { CallFailed } from '../../api.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'

interface Props {
  readonly query: { readonly error: CallFailed | null; readonly refetch: () => unknown }
  readonly label: string
}

export function Missing({ query: { error, refetch }, label }: Props) {
  if (error === null) return <SkeletonRows label={label} rowClass="h-21" />
  return <FailurePanel failure={error.failure} onRetry={() => void refetch()} />
}
