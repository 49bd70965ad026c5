/** What passes between a tab and the worker that holds the one stream. */
import type { FeedItem } from '../main/contract/runs.ts'
import type { Connection } from './bridge.ts'

export type FeedRequest =
  | { readonly kind: 'open'; readonly url: string; readonly bearer: string; readonly after: number | null }
  | { readonly kind: 'close' }

export type FeedAnswer = { readonly kind: 'item'; readonly item: FeedItem } | { readonly kind: 'state'; readonly state: Connection }
