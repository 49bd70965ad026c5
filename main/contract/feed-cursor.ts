/** Keeps a reader's place in the feed, so that a new connection goes on without gap or duplicate. */
import type { FeedItem } from './runs.ts'

export interface FeedCursor {
  /** The last durable event seen: what to subscribe after. Null until there was a snapshot or an event. */
  readonly after: number | null
  /** Moves the cursor. False for an event that was seen before and must not be delivered again. */
  take(item: FeedItem): boolean
}

export function createFeedCursor(after: number | null): FeedCursor {
  let last = after
  return {
    get after() {
      return last
    },
    take: (item) => {
      if (item.kind === 'snapshot') {
        // Events go on after the snapshot's place; where that is not the place asked for, what lies between is read by calls.
        last = item.seq
        return true
      }
      if (item.kind !== 'event') return true
      if (last !== null && item.event.seq <= last) return false
      last = item.event.seq
      return true
    },
  }
}
