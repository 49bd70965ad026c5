/** How long ago, with the exact time on hover. */
import { formatAgo, formatExact } from '../format.ts'
import { useNow } from './use-now.ts'

const everyMs = 30_000

export function TimeAgo({ atMs }: { atMs: number }) {
  const nowMs = useNow(everyMs)
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatExact(atMs)} className="whitespace-nowrap tabular">
      {formatAgo(atMs, nowMs)}
    </time>
  )
}
