/** How long until a moment, with the exact time on hover; says plainly when it is over. */
import { formatExact, formatLeft } from '../format.ts'
import { useNow } from './use-now.ts'

const everyMs = 15_000

export function TimeLeft({ atMs, over = 'over' }: { atMs: number; over?: string }) {
  const nowMs = useNow(everyMs)
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatExact(atMs)} className="whitespace-nowrap tabular">
      {formatLeft(atMs, nowMs) ?? over}
    </time>
  )
}
