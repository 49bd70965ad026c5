/**
 * A feed that is fetched, not pushed: its reader sets the pace. What a slow reader leaves is thrown away at a limit, and the feed begins
 * again where the reader is.
 */
import { createFeedCursor } from './contract/feed-cursor.ts'
import type { FeedItem } from './contract/runs.ts'
import type { Core } from './core.ts'

export const waitingLimits = { itemsMax: 5_000, charsMax: 8 * 1024 * 1024 } as const

export interface WaitingFeed {
  /** Everything that came since the last time, as one JSON array; waits until there is something. Null when the feed is closed. */
  next(): Promise<string | null>
  close(): void
}

export function createWaitingFeed(core: Core, after: number | null): WaitingFeed {
  const cursor = createFeedCursor(after)
  let waiting: Array<{ readonly item: FeedItem; readonly text: string }> = []
  let chars = 0
  let isClosed = false
  let isOverfull = false
  let arrived = Promise.withResolvers<void>()
  let stop: () => void = () => undefined

  const begin = () => {
    waiting = []
    chars = 0
    isOverfull = false
    // The first items may come before the function that ends the subscription.
    let end: (() => void) | null = null
    stop = () => end?.()
    end = core.subscribe(cursor.after, (item) => {
      if (isOverfull || isClosed) return
      const text = JSON.stringify(item)
      waiting.push({ item, text })
      chars += text.length
      isOverfull = waiting.length > waitingLimits.itemsMax || chars > waitingLimits.charsMax
      if (isOverfull) stop()
      arrived.resolve()
    })
    if (isOverfull) end()
  }
  begin()

  return {
    next: async () => {
      while (waiting.length === 0 && !isClosed) {
        await arrived.promise
        arrived = Promise.withResolvers()
      }
      if (isOverfull && !isClosed) begin()
      if (isClosed) return null
      const items = waiting.filter(({ item }) => cursor.take(item))
      waiting = []
      chars = 0
      return `[${items.map(({ text }) => text).join(',')}]`
    },
    close: () => {
      isClosed = true
      stop()
      arrived.resolve()
    },
  }
}
