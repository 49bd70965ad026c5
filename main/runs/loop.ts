/** Executes queued runs, one loop per run, and settles what an earlier core left behind. A held run occupies nobody. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Actor } from '../domain/actor.ts'
import { Measure, type QuotaLeft } from '../domain/budget.ts'
import { diskFull, isDiskFull } from '../domain/disk-full.ts'
import type { Label } from '../domain/label.ts'
import type { Failure, Result } from '../domain/result.ts'
import type { Executor } from '../domain/run/events.ts'
import type { Failpoint, NewId } from '../world.ts'
import type { Checks } from './checks.ts'
import type { Journal } from './journal.ts'
import { createSession, type Session } from './session.ts'
import type { VersionGuard } from './version-guard.ts'

/** After something that could not even be recorded, nothing is launched for a while. */
export const loopLimits = { workers: 2, restMs: 2_000 } as const

/** What an agent leaves: its result as text, and the label that the result carries. */
export interface AgentResult {
  readonly text: string
  readonly label: Label
}
export type Agent = (session: Session) => Promise<Result<AgentResult>>

export interface LoopOptions {
  readonly journal: Journal
  /** By the name that a run says; what is offered may change while the core runs. */
  readonly agentOf: (name: string) => Agent | undefined
  /** Ids of runs with these statuses, oldest first, with the body of their input. */
  readonly runsWith: (
    statuses: ReadonlyArray<'queued' | 'launching' | 'active'>,
    limit?: number,
  ) => ReadonlyArray<{ readonly id: string; readonly agent: string; readonly input: string }>
  readonly readBody: (body: string) => string | null
  /** Whether a person decides first, because the agent is another one now. */
  readonly versionHold?: VersionGuard
  /** How many runs are under way at once. */
  readonly workers?: () => number
  readonly executor: Executor
  readonly newId: NewId
  /** What is asked before a plan's own read is made. */
  readonly verdictOn?: Checks['verdictOn']
  /** Read inside the transaction that spends. */
  readonly quotaLeft: () => QuotaLeft
  readonly failpoint?: Failpoint
  /** A run ended or was held: nothing of it streams any more. */
  readonly onStopped: (runId: string) => void
  readonly onDefect: (runId: string, error: unknown) => void
}

export interface Loop {
  /** Launches what is queued, as far as there is room. Call it whenever a run may have been queued. */
  wake(): void
  /** Stops the work of a run at once, after its cancellation or pause was recorded. */
  interrupt(runId: string): void
  isExecuting(runId: string): boolean
  /** Holds every run that is queued, so that a person can look first. */
  holdAll(): void
  /** At boot: runs of executors that are gone go back to the queue, or are held. */
  recover(): void
  /** Interrupts everything and waits for the loops to end. Runs go on at the next start. */
  close(): Promise<void>
}

const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }
const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

export function createLoop(options: LoopOptions): Loop {
  const { journal, agentOf, runsWith, readBody, executor, newId, quotaLeft, onStopped, onDefect } = options
  const workers = options.workers ?? (() => loopLimits.workers)
  const failpoint: Failpoint = options.failpoint ?? (() => undefined)
  const session = { journal, readBody, newId, quotaLeft, failpoint, verdictOn: options.verdictOn }
  const running = new Map<string, { readonly controller: AbortController; readonly done: Promise<void> }>()
  let isClosing = false
  /** Runs whose end could not be recorded yet, with its code. */
  const unsettled = new Map<string, string>()
  let rest: NodeJS.Timeout | null = null

  const recover = (runId: string, reason: 'executor_lost' | 'scheduler') =>
    journal.send(runId, () => [{ type: 'run.recover', holdId: newId('hld'), reason }], scheduler)

  /** At a limit, what the budget says happens: the run ends, or waits until a person raises it. */
  function exceed(runId: string, epoch: number, code: string): void {
    const measure = Measure.safeParse(code.slice('budget.'.length))
    if (measure.success) journal.send(runId, () => [{ type: 'budget.exceed', epoch, measure: measure.data, holdId: newId('hld') }], runtime)
  }

  /**
   * After an agent stopped early: a cancellation aborts, an open hold yields, anything else failed. Steps that it left half-done are
   * settled with it; an unsafe one of unknown outcome waits for a person.
   */
  function settle(runId: string, epoch: number, failure: Failure, isInterrupted = false): void {
    if (failure.code.startsWith('budget.')) exceed(runId, epoch, failure.code)
    const { state } = journal.read(runId)
    // An agent that asked a person has left its run held already.
    if (state.status !== 'launching' && state.status !== 'active') return
    const dispatched = state.steps.filter(({ phase }) => phase === 'dispatched')
    const isUnknown = dispatched.some(({ kind, effect }) => kind === 'tool' && effect === 'unsafe')
    const isCancelled = state.cancelRequestedAtMs !== null
    const isHeld = state.holds.length > 0
    // A hold that was released in the same moment as it stopped the agent is no failure.
    const isReleased = (failure.code === 'run.has_open_hold' || isInterrupted) && !isHeld
    if (isCancelled) journal.send(runId, () => [{ type: 'run.abort', epoch, reason: 'user_request' }], runtime)
    else if (isUnknown || isClosing || isReleased || (isHeld && dispatched.length > 0)) recover(runId, 'scheduler')
    else if (isHeld) journal.send(runId, () => [{ type: 'run.yield', epoch }], runtime)
    else journal.send(runId, () => [{ type: 'run.fail', epoch, code: failure.code, reason: 'failure' }], runtime)
  }

  async function execute(run: { readonly id: string; readonly agent: string; readonly input: string }, signal: AbortSignal): Promise<void> {
    await nextTurn()
    const { state } = journal.read(run.id)
    if (state.status !== 'queued' || isClosing) return
    // What is executed is what was looked at, whatever the agent is changed to in between.
    const agent = agentOf(run.agent)
    const asked = options.versionHold?.(run.id, state) ?? null
    if (asked !== null) {
      const hold = { type: 'hold.open', holdId: newId('hld'), kind: 'version', reason: 'policy', expiresAtMs: null } as const
      journal.send(run.id, (put) => [{ ...hold, definition: put(asked.text) }], scheduler, asked.label)
      return
    }
    const epoch = state.epoch + 1
    const launched = journal.send(run.id, () => [{ type: 'run.launch', executor, epoch }], scheduler)
    if (!launched.ok) return
    failpoint('loop.after_launch')
    // Each commit waits for the disk; between two of them others get their turn.
    await nextTurn()
    const fail = (code: string) => settle(run.id, epoch, { code, message: '', hint: '' })
    const activated = journal.send(run.id, () => [{ type: 'run.activate', epoch }], runtime)
    if (!activated.ok) return fail(activated.error.code)
    failpoint('loop.after_activate')
    await nextTurn()
    const input = readBody(run.input)
    if (agent === undefined || input === null) return fail(agent === undefined ? 'run.unknown_agent' : 'run.input_purged')
    const result = await agent(createSession({ ...session, runId: run.id, epoch, signal, input }))
    failpoint('loop.after_work')
    if (!result.ok) return settle(run.id, epoch, result.error, signal.aborted)
    const { text, label } = result.value
    const completed = journal.send(run.id, (put) => [{ type: 'run.complete', epoch, result: put(text), label }], runtime, label)
    if (!completed.ok) return settle(run.id, epoch, completed.error)
    failpoint('loop.after_complete')
  }

  function start(run: { readonly id: string; readonly agent: string; readonly input: string }): void {
    const controller = new AbortController()
    const done = execute(run, controller.signal)
      .catch((error: unknown) => {
        onDefect(run.id, error)
        unsettled.set(run.id, isDiskFull(error) ? diskFull.error.code : 'run.defect')
        settleLeft()
      })
      .then(() => {
        running.delete(run.id)
        try {
          onStopped(run.id)
        } catch (error) {
          onDefect(run.id, error)
        }
        wake()
      })
    running.set(run.id, { controller, done })
  }

  /** Ends runs whose work was thrown out of its course. Where even that cannot be written it is tried again: a run never stays stuck. */
  function settleLeft(): void {
    for (const [runId, code] of unsettled) {
      try {
        const { state } = journal.read(runId)
        if (state.status === 'launching' || state.status === 'active') settle(runId, state.epoch, { code, message: '', hint: '' })
        unsettled.delete(runId)
      } catch (error) {
        onDefect(runId, error)
      }
    }
    // Also when all could be written: what is queued and failed to launch must not be launched in a circle without a pause.
    takeRest()
  }

  function takeRest(): void {
    // What a closing core cannot record, the next start settles.
    if (isClosing) return
    rest ??= setTimeout(() => {
      rest = null
      if (unsettled.size > 0) settleLeft()
      wake()
    }, loopLimits.restMs)
  }

  function wake(): void {
    if (isClosing || rest !== null) return
    failpoint('loop.before_wake')
    try {
      const places = workers()
      // Some of those that are under way still stand in the queue for a moment.
      for (const run of runsWith(['queued'], places + running.size)) {
        if (running.size >= places) return
        if (!running.has(run.id)) start(run)
      }
    } catch (error) {
      // Whoever woke the loop has its own work recorded already; the queue is looked at again.
      onDefect('loop', error)
      takeRest()
    }
  }

  return {
    wake,
    interrupt: (runId) => running.get(runId)?.controller.abort(),
    isExecuting: (runId) => running.has(runId),
    holdAll: () => {
      for (const { id } of runsWith(['queued'])) {
        journal.send(
          id,
          () => [{ type: 'hold.open', holdId: newId('hld'), kind: 'operator', reason: 'safe_start', expiresAtMs: null }],
          scheduler,
        )
      }
    },
    recover: () => {
      for (const run of runsWith(['launching', 'active'])) {
        if (running.has(run.id)) continue
        failpoint('loop.before_recover')
        recover(run.id, 'executor_lost')
      }
    },
    close: async () => {
      isClosing = true
      if (rest !== null) clearTimeout(rest)
      for (const { controller } of running.values()) controller.abort()
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}
