/**
 * Runs that write into one domain together write each file of it one after another. Whoever chose the file first goes first; the other
 * is held until that run has ended. What would wait in a circle is refused instead.
 */
import type { Actor } from '../domain/actor.ts'
import { readJson } from '../domain/canonical-json.ts'
import type { ExistingRun, Step } from '../domain/run/state.ts'
import { isOpenPhase } from '../domain/run/step-phases.ts'
import { isTerminal, type RunStatus } from '../domain/run/transitions.ts'
import type { Journal } from './journal.ts'

export interface WriteDomainParts {
  readonly journal: Journal
  readonly runsWith: (statuses: readonly RunStatus[]) => ReadonlyArray<{ readonly id: string }>
  readonly readBody: (body: string) => string | null
}

/** `go`: nobody is before it. `circle`: whom it would have to wait for waits for it. */
export type WriteTurn = 'go' | 'circle' | { readonly waitsFor: string }

export interface WriteDomains {
  turnOf(runId: string, step: Step): WriteTurn
  /** Lets go on whoever waited for a run that has ended. */
  release(): void
}

const scheduler: Actor = { issuer: 'scheduler', account: 'holdfast' }
const living: readonly RunStatus[] = ['queued', 'held', 'launching', 'active']

export function createWriteDomains({ journal, runsWith, readBody }: WriteDomainParts): WriteDomains {
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

  return {
    turnOf: (runId, step) => {
      const domain = runOf(runId)?.writeDomain ?? null
      const file = step.risk === 'write' && domain !== null ? fileOf(step) : null
      if (file === null) return 'go'
      for (const { id } of runsWith(living)) {
        const other = id === runId ? null : runOf(id)
        if (other?.writeDomain !== domain) continue
        if (!other.steps.some((one) => writes(one, file) && isBefore(one, step))) continue
        return comesBack(id, runId) ? 'circle' : { waitsFor: id }
      }
      return 'go'
    },
    release: () => {
      for (const { id } of runsWith(['held'])) {
        for (const { id: holdId, waitsFor } of runOf(id)?.holds ?? []) {
          const ended = waitsFor === null ? null : runOf(waitsFor)
          // What is not there any more writes nothing either.
          const isOver = waitsFor !== null && (ended === null || isTerminal(ended.status))
          if (isOver) journal.send(id, () => [{ type: 'hold.clear', holdId, ended: waitsFor }], scheduler)
        }
      }
    },
  }
}
