/**
 * Records what people do that changes nothing: searches, views, exports, refused calls. Gathered for a moment and committed together,
 * so that reading stays quick; repeated, they are counted, so that a flood fills no disk.
 */
import type { Actor } from '../domain/actor.ts'
import type { StationEvent } from '../domain/station-events.ts'

export const activityLimits = { gatherMs: 200, repeatMs: 60_000, waitingMax: 1_000, countedMax: 256 } as const

export interface Activity {
  record(event: StationEvent, actor: Actor): void
  /** The first is recorded, the next are counted for a minute. */
  denied(call: string, code: string, actor: Actor): void
  /** The same about one thing, told with how often: the first at once, the next each minute. */
  counted(about: string, event: (count: number) => StationEvent, actor: Actor): void
  /** Searches of one account within a moment are one event. */
  searched(hits: number, actor: Actor): void
  /** One view of a document, however many of its passages are opened within a minute. */
  viewed(documentId: string, actor: Actor): void
  /** One export of a run, in however many pieces and from wherever it is asked for within a minute. */
  exported(runId: string, actor: Actor): void
  /** Records what waits. Before the store is closed. */
  close(): void
}

export interface ActivityOptions {
  /** Commits events, oldest first. May throw; they are tried again once more may be done. */
  readonly commit: (entries: ReadonlyArray<{ readonly event: StationEvent; readonly actor: Actor }>) => void
  readonly onDefect: (error: unknown) => void
}

interface Counted {
  readonly event: (count: number) => StationEvent
  readonly actor: Actor
  count: number
}

export function createActivity({ commit, onDefect }: ActivityOptions): Activity {
  let waiting: Array<{ readonly event: StationEvent; readonly actor: Actor }> = []
  let gathering: NodeJS.Timeout | null = null
  const repeated = new Map<string, Counted>()
  const seen = new Map<string, number>()

  function flush(): void {
    if (gathering !== null) clearTimeout(gathering)
    gathering = null
    if (waiting.length === 0) return
    const entries = waiting
    waiting = []
    try {
      commit(entries)
    } catch (error) {
      onDefect(error)
      waiting = [...entries, ...waiting].slice(0, activityLimits.waitingMax)
    }
  }
  function record(event: StationEvent, actor: Actor): void {
    if (waiting.length >= activityLimits.waitingMax) return
    waiting.push({ event, actor })
    gathering ??= setTimeout(flush, activityLimits.gatherMs)
    gathering.unref()
  }
  /** What one account does to one thing within a minute is one event. */
  function once(about: string, event: StationEvent, actor: Actor): void {
    const key = `${event.type} ${actor.account} ${about}`
    const now = performance.now()
    if (now - (seen.get(key) ?? Number.NEGATIVE_INFINITY) < activityLimits.repeatMs) return
    if (seen.size >= activityLimits.countedMax) seen.clear()
    seen.set(key, now)
    record(event, actor)
  }
  function counted(about: string, event: Counted['event'], actor: Actor): void {
    const key = `${event(1).type} ${actor.account} ${about}`
    const known = repeated.get(key)
    if (known !== undefined) known.count += 1
    else if (repeated.size < activityLimits.countedMax) {
      repeated.set(key, { event, actor, count: 0 })
      record(event(1), actor)
    }
  }
  function tellCounts(): void {
    for (const { event, actor, count } of repeated.values()) if (count > 0) record(event(count), actor)
    repeated.clear()
  }
  const minute = setInterval(tellCounts, activityLimits.repeatMs)
  minute.unref()

  return {
    record,
    counted,
    denied: (call, code, actor) => counted(`${call} ${code}`, (count) => ({ type: 'call.denied', call, code, count }), actor),
    searched: (hits, actor) => {
      const at = waiting.findIndex(({ event, actor: by }) => event.type === 'search.made' && by.account === actor.account)
      const before = waiting[at]?.event
      if (before?.type !== 'search.made') record({ type: 'search.made', searches: 1, hits }, actor)
      else waiting[at] = { event: { ...before, searches: before.searches + 1, hits: before.hits + hits }, actor }
    },
    viewed: (documentId, actor) => once(documentId, { type: 'document.viewed', documentId }, actor),
    exported: (runId, actor) => once(runId, { type: 'export.made', kind: 'run', runId }, actor),
    close: () => {
      clearInterval(minute)
      tellCounts()
      flush()
    },
  }
}
