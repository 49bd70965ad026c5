/** How fast work goes and what is left of it, from what was seen of its current step so far. */
import { useRef } from 'react'

const limits = { measuredMs: 2_000 } as const

interface Seen {
  readonly step: string
  readonly done: number
  readonly atMs: number
}

export interface Rate {
  readonly perSecond: number
  readonly leftMs: number
}

/** Null until enough was seen to say. */
export function rateOf(first: Seen, { done, atMs }: Omit<Seen, 'step'>, total: number): Rate | null {
  const perSecond = ((done - first.done) / (atMs - first.atMs)) * 1_000
  if (atMs - first.atMs < limits.measuredMs || perSecond <= 0) return null
  return { perSecond, leftMs: ((total - done) / perSecond) * 1_000 }
}

export function useRate(step: string, done: number, total: number, nowMs: number): Rate | null {
  const first = useRef<Seen | null>(null)
  if (first.current === null || first.current.step !== step || done < first.current.done) first.current = { step, done, atMs: nowMs }
  return rateOf(first.current, { done, atMs: nowMs }, total)
}
