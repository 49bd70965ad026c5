/** The time, for what is shown as "so long ago" or "for so long". Read often only while something runs. */
import { useEffect, useState } from 'react'

export function useNow(everyMs: number): number {
  const [nowMs, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return nowMs
}
