/**
 * The one stream to whoever watches: durable events in order without gap or duplicate, and the live side of what is under way.
 * A slow or absent watcher costs nothing; what it missed is in its next snapshot.
 */
import type { Import } from './contract/holdings.ts'
import type { CheckedDraft, FeedItem } from './contract/runs.ts'
import type { RecordedEvent } from './domain/recorded-event.ts'

export const feedLimits = { replayEventsMax: 2_000, liveTextCharsMax: 200_000 } as const

export interface FeedOptions {
  readonly boot: string
  readonly lastSeq: () => number
  readonly readAfter: (seq: number, limit: number) => readonly RecordedEvent[]
  readonly runningImports: () => readonly Import[]
}

export interface Feed {
  subscribe(after: number | null, listen: (item: FeedItem) => void): () => void
  /** Events that were just committed. */
  recorded(events: readonly RecordedEvent[]): void
  stage(runId: string, stage: string): void
  text(runId: string, text: string): void
  claim(runId: string, checked: CheckedDraft): void
  /** Nothing of this run is live any more. */
  stopped(runId: string): void
  imported(item: FeedItem & { kind: 'import' }): void
  embedding(done: number, total: number): void
}

interface Live {
  stage: string
  text: string
  claims: CheckedDraft[]
}

export function createFeed({ boot, lastSeq, readAfter, runningImports }: FeedOptions): Feed {
  const listeners = new Set<(item: FeedItem) => void>()
  const live = new Map<string, Live>()

  const tell = (item: FeedItem) => {
    for (const listen of listeners) {
      try {
        listen(item)
      } catch {
        // What was told is committed: a watcher that fails is let go, and neither the others nor the writer learn of it.
        listeners.delete(listen)
      }
    }
  }
  const liveOf = (runId: string): Live => {
    const known = live.get(runId) ?? { stage: 'searching', text: '', claims: [] }
    live.set(runId, known)
    return known
  }

  return {
    subscribe: (after, listen) => {
      const last = lastSeq()
      const isReplayable = after !== null && after <= last && last - after <= feedLimits.replayEventsMax
      const from = isReplayable ? after : last
      const now = [...live].map(([runId, { stage, text, claims }]) => ({ runId, stage, text, claims: [...claims] }))
      listen({ kind: 'snapshot', seq: from, boot, live: now, imports: [...runningImports()] })
      for (const event of readAfter(from, feedLimits.replayEventsMax)) listen({ kind: 'event', event })
      listeners.add(listen)
      return () => void listeners.delete(listen)
    },
    recorded: (events) => {
      for (const event of events) tell({ kind: 'event', event })
    },
    stage: (runId, stage) => {
      liveOf(runId).stage = stage
      tell({ kind: 'stage', runId, stage })
    },
    text: (runId, text) => {
      const known = liveOf(runId)
      if (known.text.length > feedLimits.liveTextCharsMax) return
      const offset = known.text.length
      known.text += text
      tell({ kind: 'delta', runId, offset, text })
    },
    claim: (runId, checked) => {
      liveOf(runId).claims.push(checked)
      tell({ kind: 'claim', runId, checked })
    },
    stopped: (runId) => void live.delete(runId),
    imported: tell,
    embedding: (done, total) => tell({ kind: 'embedding', done, total }),
  }
}
