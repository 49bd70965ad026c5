/** A circuit breaker for each tool, kept for as long as the core lives, and its state for those who watch. */
import { toolBreakerLimits } from '../domain/breaker.ts'
import { type Breaker, type BreakerState, createBreaker } from '../models/breaker.ts'
import type { Clock } from '../world.ts'
import type { ToolBreakers } from './tool-step.ts'

export interface WatchedBreakers extends ToolBreakers {
  state(tool: string): { readonly breaker: BreakerState; readonly failuresInRow: number }
}

/** `onOpened` hears when a tool is not asked any more, and in which run it failed last. */
export function createToolBreakers(clock: Clock, onOpened: (tool: string, runId: string) => void = () => undefined): WatchedBreakers {
  const breakers = new Map<string, Breaker>()
  const of = (tool: string): Breaker => {
    const known = breakers.get(tool) ?? createBreaker(clock, toolBreakerLimits)
    breakers.set(tool, known)
    return known
  }
  return {
    admit: (tool) => of(tool).admit(),
    succeeded: (tool) => of(tool).succeeded(),
    failed: (tool, runId) => {
      const breaker = of(tool)
      const before = breaker.state()
      breaker.failed()
      if (before !== 'open' && breaker.state() === 'open') onOpened(tool, runId)
    },
    state: (tool) => ({ breaker: of(tool).state(), failuresInRow: of(tool).failuresInRow() }),
  }
}
