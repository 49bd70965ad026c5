/**
 * Compares what should be with what is, on a timer, whatever was or was not notified: lost executors, deadlines, unanswered requests.
 * Each look starts from the store, so that it may itself be killed at any point.
 */
import type { Actor } from '../domain/actor.ts'
import type { RunCommand } from '../domain/run/commands.ts'
import type { RunStatus } from '../domain/run/transitions.ts'
import type { OpenHoldRow } from '../store/holds.ts'
import type { Clock, Failpoint, NewId } from '../world.ts'
import type { Journal } from './journal.ts'

export const reconcileLimits = { everyMs: 10_000, launchingMsMax: 30_000 } as const

export interface ReconcileOptions {
  readonly journal: Journal
  readonly runsWith: (statuses: readonly RunStatus[]) => ReadonlyArray<{ readonly id: string }>
  readonly openHolds: () => readonly OpenHoldRow[]
  /** Whether a loop of this core executes the run now. */
  readonly isExecuting: (runId: string) => boolean
  readonly interrupt: (runId: string) => void
  readonly wake: () => void
  /** How many calls for a person are due by now, 0 to 3. */
  readonly rungDue: (openedAtMs: number, nowMs: number) => number
  /** Ends what else has run out by now. */
  readonly endExpired?: () => void
  readonly newId: NewId
  readonly clock: Clock
  readonly failpoint?: Failpoint
  readonly onDefect: (where: string, error: unknown) => void
}

export interface Reconciler {
  /** One look at everything. Converges: a second look right after it changes nothing. */
  look(): void
  start(): void
  close(): void
}

const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }

export function createReconciler(options: ReconcileOptions): Reconciler {
  const { journal, runsWith, openHolds, isExecuting, interrupt, wake, rungDue, newId, clock, onDefect } = options
  const failpoint: Failpoint = options.failpoint ?? (() => undefined)
  let timer: NodeJS.Timeout | null = null

  /** A refusal means that somebody else was there first; nothing is lost by it. */
  const send = (runId: string, command: RunCommand): boolean => journal.send(runId, () => [command], scheduler).ok

  function lookAtRun(runId: string): void {
    const { state } = journal.read(runId)
    if (state.status === 'absent') return
    if (state.status === 'launching' || state.status === 'active') {
      if (!isExecuting(runId)) {
        send(runId, { type: 'run.recover', holdId: newId('hld'), reason: 'executor_lost' })
        return
      }
      if (state.status === 'launching' && clock() - state.movedAtMs > reconcileLimits.launchingMsMax) {
        send(runId, { type: 'run.fail', epoch: state.epoch, code: 'run.launch_timeout', reason: 'timeout' })
        interrupt(runId)
        return
      }
      if (state.status === 'active') send(runId, { type: 'budget.check', holdId: newId('hld') })
      const after = journal.read(runId).state
      // A pause takes effect at the next safe point: what is under way is finished, and its result kept.
      const isUnderWay = after.status === 'launching' || after.status === 'active'
      if (!isUnderWay || after.holds.some(({ kind }) => kind !== 'operator') || after.cancelRequestedAtMs !== null) interrupt(runId)
      return
    }
    // A run that was created and never queued was never acknowledged to anyone.
    if (state.status === 'prep') send(runId, { type: 'run.queue', reason: 'scheduler' })
  }

  function lookAtHold({ holdId, runId, stepId, kind, openedAt, expiresAt, rung }: OpenHoldRow): void {
    const now = clock()
    if (expiresAt !== null && now >= expiresAt) {
      if (stepId !== null && kind === 'approval') send(runId, { type: 'tool.expire', stepId, holdId })
      else send(runId, { type: 'hold.expire', holdId })
      return
    }
    const wantsPerson = stepId !== null || kind === 'outcome_unknown' || kind === 'spiral'
    if (wantsPerson && rungDue(openedAt, now) > rung) send(runId, { type: 'hold.escalate', holdId, rung: rung + 1 })
  }

  const guarded = (where: string, work: () => void): void => {
    try {
      work()
    } catch (error) {
      // One run that cannot be read keeps no other from being looked at.
      onDefect(where, error)
    }
  }

  function look(): void {
    guarded('reconcile', () => {
      failpoint('reconcile.before_runs')
      for (const { id } of runsWith(['prep', 'launching', 'active'])) {
        guarded(id, () => lookAtRun(id))
        failpoint('reconcile.after_run')
      }
      failpoint('reconcile.before_holds')
      for (const hold of openHolds()) {
        guarded(hold.runId, () => lookAtHold(hold))
        failpoint('reconcile.after_hold')
      }
    })
    guarded('expiry', () => options.endExpired?.())
    failpoint('reconcile.before_wake')
    wake()
  }

  return {
    look,
    start: () => {
      timer ??= setInterval(look, reconcileLimits.everyMs)
      timer.unref()
    },
    close: () => {
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}
