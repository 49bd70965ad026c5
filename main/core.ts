/** The core as its shells see it, whether it lives in this process or behind a socket. Types only. */
import type { FeedItem } from './contract/runs.ts'
import type { Dispatch } from './dispatch.ts'

export type { Caller, Dispatch } from './dispatch.ts'

/** `dispatch` never rejects. */
export interface Core {
  readonly dispatch: Dispatch
  /**
   * Delivers a snapshot first, then every durable event after the snapshot's `seq`, in order, and what passes by. That `seq` is
   * `after`, unless `after` is null or too long ago. Another snapshot on the same subscription means that what is not durable was
   * lost in between. The listener may be called before this returns, and must not throw. Returns how to stop.
   */
  subscribe(after: number | null, listen: (item: FeedItem) => void): () => void
  close(): Promise<void>
}
