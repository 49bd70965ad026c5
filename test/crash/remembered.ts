/** What a core acknowledged over its socket, kept outside of it: none of it may be missing later. What was sent and not answered may be either way. */
import { isTerminal, type RunStatus } from '../../main/domain/run/transitions.ts'
import type { Seen } from './look-outside.ts'

type Decision = 'approved' | 'rejected' | 'revised' | 'answered'

interface RememberedRun {
  readonly title: string
  isCancelled: boolean
  /** Paused by us and not resumed by us; `unsure` after a command whose answer never came. */
  pause: 'none' | 'held' | 'unsure'
  ended: RunStatus | null
  failure: string | null
  /** Highest limit that was acknowledged. */
  modelCallsMax: number | null
}

export function createMemory() {
  const runs = new Map<string, RememberedRun>()
  const decided = new Map<string, { readonly runId: string; readonly decision: Decision; readonly argumentsHash: string | null }>()
  let quotaTokens: number | null = null

  /** Also runs whose start was never answered: they were found in a list. */
  const of = (runId: string, title = 'found in a list'): RememberedRun => {
    const run = runs.get(runId) ?? { title, isCancelled: false, pause: 'none', ended: null, failure: null, modelCallsMax: null }
    runs.set(runId, run)
    return run
  }

  function lost({ runs: seen, quotaTokens: quota, digestOf }: Seen): readonly string[] {
    const states = new Map(seen.map((run) => [run.id, run]))
    const faults: string[] = []
    for (const [runId, run] of runs) {
      const found = states.get(runId)
      if (found === undefined) {
        faults.push(`${runId} (${run.title}) was acknowledged and is gone`)
        continue
      }
      const { state } = found
      const isStopped = state.cancelRequestedAtMs !== null || isTerminal(state.status)
      if (run.isCancelled && !isStopped) faults.push(`${runId}: its cancellation was acknowledged and is lost`)
      if (run.isCancelled && state.status === 'complete' && run.ended !== 'complete')
        faults.push(`${runId} was cancelled and is shown as complete`)
      if (run.ended !== null && state.status !== run.ended) faults.push(`${runId} had ended as ${run.ended} and is ${state.status}`)
      // Nothing in these runs fails for good but a limit.
      if (state.status === 'failed' && !state.failureCode.startsWith('budget.')) faults.push(`${runId} failed with ${state.failureCode}`)
      if (run.modelCallsMax !== null && state.budget.modelCallsMax < run.modelCallsMax) faults.push(`${runId}: its raised limit is lost`)
      if (isTerminal(state.status)) run.ended = state.status
      if (state.status === 'failed') run.failure = state.failureCode
    }
    for (const [holdId, { runId, decision, argumentsHash }] of decided) {
      const found = states.get(runId)
      const closed = found?.events.find((event) => event.type === 'hold.closed' && event.holdId === holdId)
      if (closed?.type !== 'hold.closed' || closed.decision !== decision) {
        faults.push(`${runId}: ${holdId} was ${decision}, and that is lost`)
        continue
      }
      const opened = found?.events.find((event) => event.type === 'hold.opened' && event.holdId === holdId)
      const step = found?.state.steps.find(({ id }) => opened?.type === 'hold.opened' && id === opened.stepId)
      if (argumentsHash !== null && (step === undefined || digestOf(step.input.body) !== argumentsHash))
        faults.push(`${runId}: ${holdId} was approved for other arguments`)
    }
    if (quotaTokens !== null && (quota ?? 0) < quotaTokens) faults.push(`the quota of ${quotaTokens} tokens is lost`)
    return faults
  }

  /** A run that an operator paused is held by that, whatever happened to its core. */
  function resumedByItself({ runs: seen }: Seen): readonly string[] {
    return seen.flatMap(({ id, state }) => {
      const run = runs.get(id)
      if (run === undefined || run.pause !== 'held' || run.isCancelled || state.cancelRequestedAtMs !== null) return []
      const isPaused = state.holds.some(({ kind }) => kind === 'operator')
      // A limit that ends a run ends a paused one too.
      const isSpent = state.status === 'failed' && state.failureCode.startsWith('budget.')
      return isPaused || isSpent ? [] : [`${id} was paused and is ${state.status} without that hold`]
    })
  }

  return {
    runs,
    decided,
    started: (runId: string, title: string) => void of(runId, title),
    cancelled: (runId: string) => {
      of(runId).isCancelled = true
    },
    pause: (runId: string, state: RememberedRun['pause']) => {
      of(runId).pause = state
    },
    raised: (runId: string, modelCallsMax: number) => {
      of(runId).modelCallsMax = modelCallsMax
    },
    decision: (holdId: string, runId: string, decision: Decision, argumentsHash: string | null) =>
      void decided.set(holdId, { runId, decision, argumentsHash }),
    quota: (tokens: number) => {
      quotaTokens = tokens
    },
    lost,
    resumedByItself,
  }
}
export type Memory = ReturnType<typeof createMemory>
