/** Tells the first of equal attempts at once and the next as a number each minute, so that a flood fills no disk and no channel. */
import type { EgressAttempt } from '../domain/egress.ts'

export const floodLimits = { repeatMs: 60_000, keysMax: 256 } as const

export interface Flood {
  note(attempt: EgressAttempt): void
  /** Tells what was only counted so far. */
  settle(): void
}

const many = '(more destinations than are told apart)'

/** Counts are kept in memory alone: what was not told when a process is killed is lost. */
export function createFlood(tell: (attempt: EgressAttempt) => void, limits: { repeatMs: number; keysMax: number } = floodLimits): Flood {
  const seen = new Map<string, { readonly attempt: EgressAttempt; more: number }>()
  let timer: NodeJS.Timeout | null = null

  function settle(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const waiting = [...seen.values()]
    seen.clear()
    for (const { attempt, more } of waiting) if (more > 0) tell({ ...attempt, count: more })
  }
  function note(attempt: EgressAttempt): void {
    const { part, kind, reason, isTest, destination } = attempt
    const key = (to: string) => JSON.stringify([part, kind, reason, isTest, to])
    const isApart = seen.size < limits.keysMax || seen.has(key(destination))
    const noted = isApart ? attempt : { ...attempt, destination: many, digest: null }
    const known = seen.get(key(noted.destination))
    if (known !== undefined) {
      known.more += attempt.count
      return
    }
    if (timer === null) {
      timer = setTimeout(settle, limits.repeatMs)
      timer.unref()
    }
    seen.set(key(noted.destination), { attempt: noted, more: 0 })
    tell(noted)
  }
  return { note, settle }
}
