/** How late the timers of an event loop come. */
import type { monitorEventLoopDelay } from 'node:perf_hooks'

export const resolutionMs = 2

export interface LoopDelay {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  readonly maxMs: number
}

/** A timer that is on time comes after the resolution: what is above it is the delay. */
const milliseconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs)

export const delaysOf = (delay: ReturnType<typeof monitorEventLoopDelay>): LoopDelay => ({
  p50Ms: milliseconds(delay.percentile(50)),
  p99Ms: milliseconds(delay.percentile(99)),
  p999Ms: milliseconds(delay.percentile(99.9)),
  maxMs: milliseconds(delay.max),
})
