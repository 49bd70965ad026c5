/**
 * Keeps one inference process of a role alive: starts it when it is needed, starts it again when it died, and stops trying when that
 * does not help.
 */
import { fail, type Result } from '../domain/result.ts'
import type { ChildHost, Clock } from '../world.ts'
import { type BreakerState, createBreaker } from './breaker.ts'
import { type CallQueue, createCallQueue } from './call-queue.ts'
import { openSession, type Session, type SessionSpec } from './llama-session.ts'

/** What is known of a role's process, for people. */
export interface SlotHealth {
  readonly state: 'idle' | 'loading' | 'ready'
  readonly breaker: BreakerState
  readonly modelId: string | null
  readonly device: string | null
  readonly contextTokens: number | null
  readonly threads: number | null
  /** What was given up to make the model fit. */
  readonly notes: readonly string[]
  readonly pid: number | null
  readonly failuresTotal: number
}

export interface Slot {
  readonly queue: CallQueue
  /**
   * Runs `work` against a process that holds the model. Counts a dead process or a broken reply against the breaker; a refusal of
   * the call itself is none.
   */
  use<T>(modelId: string, work: (session: Session) => Promise<Result<T>>): Promise<Result<T>>
  health(): SlotHealth
  close(): Promise<void>
}

/** How to load a model: its file, and what fits. */
export interface LoadPlan {
  readonly spec: SessionSpec
  readonly notes: readonly string[]
}
/**
 * Asked anew at each start, so that a swapped file or less memory is noticed. `faultsInRow` counts the starts and calls that failed
 * since one worked.
 */
export type PlanLoad = (modelId: string, faultsInRow: number) => Promise<Result<LoadPlan>>

/** Failures that speak against the process or the model, not against one call. */
const faults = new Set([
  'child.crash',
  'child.memory',
  'child.deadline',
  'child.failed',
  'model.garbage',
  'model.load_failed',
  'model.backend',
])

interface Current {
  readonly modelId: string
  readonly notes: readonly string[]
  readonly session: Session
}

export function createSlot(childHost: ChildHost, planLoad: PlanLoad, clock: Clock): Slot {
  const queue = createCallQueue()
  let breaker = createBreaker(clock)
  let current: Current | null = null
  let starting: { readonly modelId: string; readonly session: Promise<Result<Current>> } | null = null
  let failuresTotal = 0
  let isClosed = false
  let callsRunning = 0
  let judgedModel: string | null = null

  const countFault = (): void => {
    failuresTotal++
    breaker.failed()
  }
  const judge = (result: Result<unknown>): void => {
    if (result.ok) breaker.succeeded()
    else if (faults.has(result.error.code)) countFault()
  }

  const start = async (modelId: string): Promise<Result<Current>> => {
    const plan = await planLoad(modelId, breaker.failuresInRow())
    if (!plan.ok) return plan
    const opened = await openSession(childHost, plan.value.spec)
    if (!opened.ok) return opened
    const session = opened.value
    const ready: Current = { modelId, session, notes: [...plan.value.notes, ...session.info.notes] }
    if (isClosed) {
      await session.close()
      return fail('model.closed', 'The inference process was closed.', 'Start Holdfast again.')
    }
    current = ready
    void session.child.ended.then((end) => {
      if (current !== ready) return
      current = null
      if (isClosed || end === 'closed') return
      // A call that was running is judged by its own result.
      if (callsRunning === 0) countFault()
      // Back before the next call needs it; the breaker keeps this from going in circles.
      if (breaker.state() === 'closed') void ensure(modelId)
    })
    return { ok: true, value: ready }
  }

  const ensure = async (modelId: string): Promise<Result<Current>> => {
    if (current?.modelId === modelId) return { ok: true, value: current }
    if (starting !== null) {
      const { modelId: startingModel, session } = starting
      const result = await session
      return startingModel === modelId ? result : ensure(modelId)
    }
    const previous = current
    current = null
    const session = (async () => {
      await previous?.session.close()
      const result = await start(modelId)
      if (!result.ok) judge(result)
      return result
    })()
    starting = { modelId, session }
    try {
      return await session
    } finally {
      starting = null
    }
  }

  return {
    queue,
    use: async (modelId, work) => {
      if (isClosed) return fail('model.closed', 'The inference process was closed.', 'Start Holdfast again.')
      // Another model starts with a clean record: the last one's faults are not its own.
      if (judgedModel !== modelId) {
        judgedModel = modelId
        breaker = createBreaker(clock)
      }
      if (!breaker.admit())
        return fail(
          'model.breaker_open',
          'The model failed three times in a row and is not asked for a minute.',
          'Answers are quoted from the documents meanwhile; verify the model, or import a smaller one.',
        )
      const ready = await ensure(modelId)
      if (!ready.ok) {
        // A refusal before any process was started must not leave a half-open breaker waiting.
        if (!faults.has(ready.error.code) && breaker.state() !== 'closed') breaker.failed()
        return ready
      }
      callsRunning++
      const result = await work(ready.value.session)
      callsRunning--
      judge(result)
      if (!result.ok && !faults.has(result.error.code) && breaker.state() === 'half_open') breaker.succeeded()
      return result
    },
    health: () => ({
      state: current !== null ? 'ready' : starting !== null ? 'loading' : 'idle',
      breaker: breaker.state(),
      modelId: current?.modelId ?? starting?.modelId ?? null,
      device: current?.session.info.device ?? null,
      contextTokens: current?.session.info.contextTokens ?? null,
      threads: current?.session.info.threads ?? null,
      notes: current?.notes ?? [],
      pid: current?.session.child.pid ?? null,
      failuresTotal,
    }),
    close: async () => {
      // A model that is still being loaded ends with the host of all processes; waiting for it could take minutes.
      isClosed = true
      const last = current
      current = null
      await last?.session.close()
    },
  }
}
