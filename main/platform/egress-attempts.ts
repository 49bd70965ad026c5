/**
 * What becomes of an attempt: it is noted, told to whoever keeps the record, and refused or let through. It must never open anything
 * itself, and never lose count: what nobody listens to yet waits here.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { EgressAttempt, EgressKind, EgressPart, EgressReason } from '../domain/egress.ts'
import type { EgressRecorder } from '../world.ts'
import { EgressDenied } from './egress-denied.ts'
import { createFlood } from './egress-flood.ts'

const limits = { destinationCharsMax: 255, waitingMax: 256 } as const

/** How the threads of a process tell the one that keeps the record. */
export const workerChannel = 'holdfast.egress'

let part: EgressPart = 'core'
/** Which part this process or thread is. */
export const namePart = (name: EgressPart): void => {
  part = name
}

let refused = 0
/** Attempts that were refused since the start, those of the self-test apart. */
export const refusedAttempts = (): number => refused

let plantedCount = 0
/** The same, of the self-test alone. */
export const plantedAttempts = (): number => plantedCount

let recorder: EgressRecorder | null = null
let waiting: EgressAttempt[] = []

/** Gives the record its keeper; what waited is told at once. Returns how to take it back. */
export function recordEgress(to: EgressRecorder): () => void {
  recorder = to
  const early = waiting
  waiting = []
  for (const attempt of early) to.denied(attempt)
  return () => {
    flood.settle()
    if (recorder === to) recorder = null
  }
}

function tell(attempt: EgressAttempt): void {
  if (recorder === null) {
    if (waiting.length < limits.waitingMax) waiting.push(attempt)
    return
  }
  try {
    recorder.denied(attempt)
  } catch {
    // A record that cannot be written must not turn a refusal into something else.
  }
}
const flood = createFlood(tell)
/** Tells what was only counted so far. */
export const settleAttempts = flood.settle

/** An attempt that another part made and was refused. */
export function noteRefused(attempt: EgressAttempt): void {
  if (attempt.isTest) plantedCount += attempt.count
  else refused += attempt.count
  flood.note(attempt)
}

const planted = new AsyncLocalStorage<true>()
/** Marks what `work` tries as planted by the self-test. It lets nothing through. */
export const asTest = <T>(work: () => T): T => planted.run(true, work)

export interface Tried {
  readonly kind: EgressKind
  readonly destination: string
}

const attemptOf = ({ kind, destination }: Tried, reason: EgressReason): EgressAttempt => ({
  ...{ part, kind, reason, count: 1, digest: null, runId: null, stepId: null },
  destination: destination.slice(0, limits.destinationCharsMax),
  isTest: planted.getStore() === true,
})

/** Notes a refusal and makes the error that says so. */
export function refuse(tried: Tried, reason: EgressReason = 'no_permit'): EgressDenied {
  noteRefused(attemptOf(tried, reason))
  return new EgressDenied(tried.kind, reason)
}

/** Has the record written before anything goes, and returns how to say what went. Throws `EgressDenied` when it cannot be written. */
export function recordAllowed(
  tried: Tried,
  more: Pick<EgressAttempt, 'part' | 'digest' | 'runId' | 'stepId'>,
): ReturnType<EgressRecorder['allowed']> {
  try {
    if (recorder === null) throw new Error('nobody keeps the record')
    return recorder.allowed({ ...attemptOf(tried, 'permitted'), ...more })
  } catch {
    throw refuse(tried, 'not_recorded')
  }
}
