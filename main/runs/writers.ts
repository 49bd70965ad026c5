/** Living runs by the domain that they write into, and who waits for whom: read from the rows once, then kept by what is committed. */
import type { RecordedEvent } from '../domain/recorded-event.ts'
import type { WriteDomainRows } from '../store/write-domains.ts'

export interface Writers {
  readonly domainOf: Map<string, string>
  readonly runsIn: Map<string, Set<string>>
  /** By the hold. */
  readonly waits: Map<string, { readonly runId: string; readonly waitsFor: string }>
}

function enter({ domainOf, runsIn }: Writers, runId: string, domain: string): void {
  domainOf.set(runId, domain)
  runsIn.set(domain, (runsIn.get(domain) ?? new Set()).add(runId))
}

function leave({ domainOf, runsIn, waits }: Writers, runId: string): void {
  const domain = domainOf.get(runId)
  if (domain === undefined) return
  domainOf.delete(runId)
  const others = runsIn.get(domain)
  others?.delete(runId)
  if (others?.size === 0) runsIn.delete(domain)
  for (const [holdId, wait] of waits) if (wait.runId === runId) waits.delete(holdId)
}

export function readWriters(rows: WriteDomainRows): Writers {
  const writers: Writers = { domainOf: new Map(), runsIn: new Map(), waits: new Map() }
  for (const { runId, writeDomain } of rows.living()) enter(writers, runId, writeDomain)
  for (const { holdId, ...wait } of rows.waits()) writers.waits.set(holdId, wait)
  return writers
}

/** Takes in an event that was just committed; most change nothing. */
export function note(writers: Writers, { stream, event }: RecordedEvent): void {
  switch (event.type) {
    case 'run.created':
      if (event.writeDomain !== undefined) enter(writers, stream, event.writeDomain)
      break
    case 'hold.opened':
      if (event.waitsFor !== undefined) writers.waits.set(event.holdId, { runId: stream, waitsFor: event.waitsFor })
      break
    case 'hold.closed':
      writers.waits.delete(event.holdId)
      break
    case 'run.completed':
    case 'run.failed':
    case 'run.aborted':
      leave(writers, stream)
      break
  }
}
