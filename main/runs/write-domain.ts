/**
 * Runs that write into one domain together write each file of it one after another. Whoever chose the file first goes first; the other
 * is held until that run has ended. What would wait in a circle is refused instead.
 */
import type { Actor } from '../domain/actor.ts'
import { readJson } from '../domain/canonical-json.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { isOpenPhase } from '../domain/run/step-phases.ts'
import { isTerminal, type RunStatus } from '../domain/run/transitions.ts'
import type { WriteDomainRows } from '../store/write-domains.ts'
import type { Journal } from './journal.ts'
import { note, readWriters, type Writers } from './writers.ts'

export interface WriteDomainParts {
  readonly journal: Journal
  readonly rows: WriteDomainRows
  /** Null where there is no such run. */
  readonly statusOf: (runId: string) => RunStatus | null
  readonly readBody: (body: string) => string | null
}

/** `go`: nobody is before it. `circle`: whom it would have to wait for waits for it. */
export type WriteTurn = 'go' | 'circle' | { readonly waitsFor: string }

export interface WriteDomains {
  turnOf(runId: string, step: Step): WriteTurn
  /** Lets go on whoever waited for a run that has ended. */
  release(): void
  /** The same, from what the store holds, whatever was told. */
  look(): void
  /** Events that were just committed. */
  recorded(events: readonly RecordedEvent[]): void
}

const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }

export function createWriteDomains({ journal, rows, statusOf, readBody }: WriteDomainParts): WriteDomains {
  /** Read once it is asked for; what is committed before that stands in the rows. */
  let read: Writers | null = null
  const known = (): Writers => {
    read ??= readWriters(rows)
    return read
  }
  const fileOf = ({ input }: Step): string | null => {
    const given = readJson(readBody(input.body) ?? '')
    const name = typeof given === 'object' && given !== null && 'name' in given ? given.name : null
    return typeof name === 'string' ? name.normalize('NFC').toLowerCase() : null
  }
  const runOf = (runId: string): ExistingRun | null => {
    const { state } = journal.read(runId)
    return state.status === 'absent' ? null : state
  }
  const writes = (step: Step, file: string): boolean =>
    step.risk === 'write' && step.copiedFrom === null && (isOpenPhase(step.phase) || step.phase === 'succeeded') && fileOf(step) === file
  const isBefore = (a: Step, b: Step): boolean => a.startedAtMs < b.startedAtMs || (a.startedAtMs === b.startedAtMs && a.id < b.id)

  /** Whether the chain of those who wait for one another comes back to this run. */
  function comesBack(from: string, runId: string): boolean {
    const seen = new Set<string>()
    for (let at: string | null | undefined = from; at != null && !seen.has(at); ) {
      if (at === runId) return true
      seen.add(at)
      at = runOf(at)?.holds.find(({ waitsFor }) => waitsFor !== null)?.waitsFor
    }
    return false
  }

  function release(): void {
    for (const [holdId, { runId, waitsFor }] of [...known().waits]) {
      const status = statusOf(waitsFor)
      // What is not there any more writes nothing either.
      const isOver = status === null || isTerminal(status)
      if (isOver) journal.send(runId, () => [{ type: 'hold.clear', holdId, ended: waitsFor }], scheduler)
    }
  }

  return {
    turnOf: (runId, step) => {
      const domain = step.risk === 'write' ? (runOf(runId)?.writeDomain ?? null) : null
      const file = domain === null ? null : fileOf(step)
      if (domain === null || file === null) return 'go'
      for (const id of known().runsIn.get(domain) ?? []) {
        const other = id === runId ? null : runOf(id)
        if (other === null || isTerminal(other.status)) continue
        if (!other.steps.some((one) => writes(one, file) && isBefore(one, step))) continue
        return comesBack(id, runId) ? 'circle' : { waitsFor: id }
      }
      return 'go'
    },
    release,
    look: () => {
      read = null
      release()
    },
    recorded: (events) => {
      if (read !== null) for (const event of events) note(read, event)
    },
  }
}
