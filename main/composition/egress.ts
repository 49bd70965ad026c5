/**
 * Holds the one capability to let a connection through the guard, and hands it to the parts that may use it: nobody else can have it.
 * Keeps the record of every attempt: what is let through is in the ledger and the audit log before it goes, or it does not go.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '../domain/actor.ts'
import type { EgressAttempt } from '../domain/egress.ts'
import type { Label } from '../domain/label.ts'
import type { StationEvent } from '../domain/station-events.ts'
import type { Activity } from '../handlers/activity.ts'
import type { EgressDesk } from '../handlers/egress.ts'
import type { Services } from '../handlers/services.ts'
import { noteRefused, recordEgress, refusedAttempts, settleAttempts } from '../platform/egress-attempts.ts'
import { claimEgress } from '../platform/egress-guard.ts'
import { testWaysOut } from '../platform/egress-self-test.ts'
import { lookAtWalls } from '../platform/egress-walls.ts'
import { hearWorkers } from '../platform/worker-attempts.ts'
import { createEgressLedger } from '../store/egress-ledger.ts'
import type { ChildHost, EgressPermits } from '../world.ts'

export const egress: EgressPermits = claimEgress()

const limits = { waitingMax: 1_000, saltBytes: 16 } as const
const runtime: Actor = { issuer: 'runtime', account: 'holdfast' }

export interface EgressRecordParts extends Pick<Services, 'db' | 'station' | 'clock' | 'boot' | 'tenant'> {
  readonly childHost: ChildHost
  readonly ceiling: () => Label
  /** Nothing may be written: the journal alone hears. */
  readonly isReadOnly: boolean
  readonly activity: Pick<Activity, 'record'>
  readonly onDefect: (where: string, error: unknown) => void
}

/** Begins to keep the record of this process. */
export function keepEgressRecord(parts: EgressRecordParts): { readonly desk: EgressDesk; close(): void } {
  const { db, station, childHost, clock, boot, ceiling, isReadOnly, activity, onDefect } = parts
  const ledger = createEgressLedger(db, parts.tenant)
  let waiting: EgressAttempt[] = []
  let isAsked = false
  let isClosed = false
  let letThrough = 0

  function eventOf(attempt: EgressAttempt, entry: number, salt: string): StationEvent {
    const { part, kind, reason, count, digest, runId, stepId } = attempt
    const destination = { alg: 'sha256', value: createHash('sha256').update(salt).update(attempt.destination).digest('hex') } as const
    if (reason === 'permitted') return { type: 'egress.allowed', entry, part, kind, destination, digest, runId, stepId }
    return { type: 'egress.denied', entry, part, kind, reason, destination, count }
  }
  const write = (attempts: readonly EgressAttempt[]): number => {
    let entry = 0
    const recorded = db.transaction(() =>
      attempts.flatMap((attempt) => {
        const salt = randomBytes(limits.saltBytes).toString('hex')
        entry = ledger.add(attempt, clock(), boot, salt)
        // The self-test says as one event what it planted.
        return attempt.isTest ? [] : [station.append(eventOf(attempt, entry, salt), runtime, ceiling())]
      }),
    )()
    station.publish(recorded)
    return entry
  }
  function settle(): void {
    isAsked = false
    if (waiting.length === 0 || db.inTransaction) return
    const attempts = waiting
    waiting = []
    try {
      write(attempts)
    } catch (error) {
      onDefect('egress', error)
      waiting = [...attempts, ...waiting].slice(0, limits.waitingMax)
    }
  }

  const stopRecord = recordEgress({
    allowed: (attempt) => {
      // Inside of another transaction the row could still be taken back.
      if (isReadOnly || db.inTransaction) throw new Error('the ledger cannot be written')
      const entry = write([attempt])
      if (attempt.kind === 'connect') letThrough += 1
      return (bytes) => {
        if (isClosed) return
        try {
          ledger.end(entry, clock(), bytes)
        } catch (error) {
          onDefect('egress', error)
        }
      }
    },
    denied: (attempt) => {
      if (isReadOnly) {
        if (!attempt.isTest) activity.record(eventOf(attempt, 0, randomBytes(limits.saltBytes).toString('hex')), runtime)
        return
      }
      if (waiting.length < limits.waitingMax) waiting.push(attempt)
      if (isAsked) return
      isAsked = true
      setImmediate(settle).unref()
    },
  })
  const stopHearing = hearWorkers()
  return {
    desk: {
      ledger,
      settle: () => {
        settleAttempts()
        settle()
      },
      walls: lookAtWalls,
      test: () => testWaysOut(childHost),
      report: (attempt) =>
        noteRefused({ ...attempt, ...{ part: 'desktop', reason: 'no_permit', isTest: false, digest: null, runId: null, stepId: null } }),
      letThrough: () => letThrough,
      refused: refusedAttempts,
    },
    close: () => {
      stopHearing()
      stopRecord()
      settle()
      isClosed = true
    },
  }
}
