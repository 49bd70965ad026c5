/** The machine's clock. It may jump; order rests on sequence numbers, never on it. */
import type { Clock } from '../world.ts'

export const systemClock: Clock = () => Date.now()

const dayMs = 86_400_000

/**
 * How far local time is ahead of UTC from 30 days before `atMs` to 60 days after it: a first entry, and one for each change, to the day.
 */
export function utcOffsets(atMs: number): Array<{ fromMs: number; minutes: number }> {
  const found: Array<{ fromMs: number; minutes: number }> = []
  for (let day = -30; day <= 60; day++) {
    const fromMs = atMs + day * dayMs
    const minutes = -new Date(fromMs).getTimezoneOffset()
    if (found.at(-1)?.minutes !== minutes) found.push({ fromMs, minutes })
  }
  return found
}
