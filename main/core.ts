/** The core as its shells see it, whether it lives in this process or behind a socket. Types only. */
import type { FeedItem } from './contract/runs.ts'
import type { Dispatch } from './dispatch.ts'

export type { Caller, Dispatch } from './dispatch.ts'

/** `dispatch` never rejects. */
export interface Core {
  readonly dispatch: Dispatch
  /**
   * Delivers a snapshot first, then every durable event after `after` (null: after the snapshot) in order, and what passes by.
   * Another snapshot on the same subscription means that what is not durable may have been lost in between; durable events go on
   * without gap or duplicate. The listener may be called before this returns, and must not throw. Returns how to stop.
   */
  subscribe(after: number | null, listen: (item: FeedItem) => void): () => void
  close(): Promise<void>
}
