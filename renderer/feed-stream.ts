/** The core's feed as a fetch stream that reconnects by itself: a snapshot first, then no gap and no event twice. */
import type { FeedItem } from '../main/contract/runs.ts'
import type { Connection } from './bridge.ts'
import { eventStreamReader } from './event-stream.ts'

const backoff = { firstMs: 250, maxMs: 5_000 } as const

export interface FeedOptions {
  readonly url: string
  readonly bearer: string
  readonly after: number | null
  readonly onItem: (item: FeedItem) => void
  readonly onState: (state: Connection) => void
  /** For a server that is not there yet: how to fetch and to wait. */
  readonly fetch?: typeof fetch
}

/** Lets an item pass once: durable events at or before the last one seen are dropped. Returns the last `seq` seen, or null for a duplicate. */
export function advance(last: number | null, item: FeedItem): { readonly isNew: boolean; readonly last: number | null } {
  if (item.kind === 'event') {
    const seq = item.event.seq
    return last !== null && seq <= last ? { isNew: false, last } : { isNew: true, last: seq }
  }
  // The snapshot that begins a subscription says where the log stands; a later one is followed by what was missed,
  // unless the log is shorter than what was seen: then it is another log, and counting begins anew.
  if (item.kind === 'snapshot' && (last === null || item.seq < last)) return { isNew: true, last: item.seq }
  return { isNew: true, last }
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

export function openFeed(options: FeedOptions): () => void {
  const stop = new AbortController()
  const doFetch = options.fetch ?? fetch
  let last = options.after

  const receive = (data: string) => {
    // The core parsed the item against the contract before it sent it.
    const item = JSON.parse(data) as FeedItem
    const next = advance(last, item)
    last = next.last
    if (next.isNew) options.onItem(item)
  }

  async function connect(): Promise<'ended' | 'refused'> {
    const url = last === null ? options.url : `${options.url}?after=${last}`
    const headers = { authorization: `Bearer ${options.bearer}`, accept: 'text/event-stream' }
    const response = await doFetch(url, { headers, cache: 'no-store', signal: stop.signal })
    if (response.status === 401) return 'refused'
    if (!response.ok || response.body === null) return 'ended'
    options.onState('open')
    const read = eventStreamReader(receive)
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) read(text)
    return 'ended'
  }

  async function keepConnected() {
    let delayMs: number = backoff.firstMs
    while (!stop.signal.aborted) {
      const openedAt = performance.now()
      const outcome = await connect().catch(() => 'ended' as const)
      if (stop.signal.aborted) return
      if (outcome === 'refused') return options.onState('refused')
      options.onState('lost')
      delayMs = performance.now() - openedAt > backoff.maxMs ? backoff.firstMs : Math.min(delayMs * 2, backoff.maxMs)
      await wait(delayMs, stop.signal)
    }
  }

  void keepConnected()
  return () => stop.abort()
}
