/** Holds the one stream of this browser and hands each item to every tab: a browser allows few connections to one server, and tabs must not exhaust them. */
import type { Connection } from './bridge.ts'
import { openFeed } from './feed-stream.ts'
import type { FeedAnswer, FeedRequest } from './feed-wire.ts'

interface Tab {
  readonly port: MessagePort
  readonly bearer: string
  readonly url: string
}

const tabs = new Map<MessagePort, Tab>()
let last: number | null = null
let stop: (() => void) | null = null

const tellAll = (answer: FeedAnswer) => {
  for (const tab of tabs.values()) tab.port.postMessage(answer)
}

/** A tab that joins needs a snapshot, and the stream begins with one: so it is opened again from where it stood. */
function reopen(tab: Tab, after: number | null) {
  stop?.()
  stop = openFeed({
    url: tab.url,
    bearer: tab.bearer,
    after,
    onItem: (item) => {
      if (item.kind === 'event') last = item.event.seq
      else if (item.kind === 'snapshot') last ??= item.seq
      tellAll({ kind: 'item', item })
    },
    onState: (state: Connection) => tellAll({ kind: 'state', state }),
  })
}

function leave(port: MessagePort) {
  tabs.delete(port)
  if (tabs.size > 0) return
  stop?.()
  stop = null
  last = null
}

function receive(port: MessagePort, request: FeedRequest) {
  if (request.kind === 'close') return leave(port)
  const tab = { port, bearer: request.bearer, url: request.url }
  tabs.set(port, tab)
  // The earliest place any tab needs: tabs drop what they have seen.
  const from = last === null ? request.after : request.after === null ? last : Math.min(last, request.after)
  reopen(tab, from)
}

// The page's types know no shared worker's scope; this is the one member of it that is used.
const scope = globalThis as unknown as { onconnect: ((event: MessageEvent) => void) | null }
scope.onconnect = (event) => {
  const port = event.ports[0]
  if (port === undefined) return
  port.onmessage = (message: MessageEvent<FeedRequest>) => receive(port, message.data)
}
