/** The console's side of the bridge: calls as HTTP posts, one feed for all tabs. The bearer lives in this tab's session storage only. */
import type { Api, CallReply } from '../main/contract/api.ts'
import type { Bridge, Connection } from './bridge.ts'
import { connectionBoard } from './connection.ts'
import { openFeed } from './feed-stream.ts'
import type { FeedAnswer, FeedRequest } from './feed-wire.ts'
import { lost, readReply, refused } from './reply.ts'

const bearerKey = 'holdfast.bearer'

async function bearerFor(token: string): Promise<string | null> {
  try {
    const response = await fetch('./api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      cache: 'no-store',
    })
    if (!response.ok) return null
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null && 'bearer' in body && typeof body.bearer === 'string' ? body.bearer : null
  } catch {
    return null
  }
}

/** Trades the one-time token of the address for a bearer and removes it from the address; without one, the bearer of this tab is taken. */
export async function exchangeToken(): Promise<string | null> {
  const token = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1]
  if (token === undefined) return sessionStorage.getItem(bearerKey)
  history.replaceState(null, '', `${location.pathname}${location.search}#/`)
  const bearer = await bearerFor(token)
  if (bearer === null) return sessionStorage.getItem(bearerKey)
  sessionStorage.setItem(bearerKey, bearer)
  return bearer
}

/** One stream for every tab of this browser; a tab of its own where there are no shared workers. */
function subscribeWith(bearer: string, tell: (connection: Connection) => void): Api['subscribe'] {
  const url = new URL('./api/feed', location.href).href
  if (typeof SharedWorker === 'undefined') {
    return (after, listen) => openFeed({ url, bearer, after, onItem: listen, onState: tell })
  }
  return (after, listen) => {
    const worker = new SharedWorker(new URL('./feed-worker.ts', import.meta.url), { type: 'module', name: 'holdfast-feed' })
    const send = (request: FeedRequest) => worker.port.postMessage(request)
    const close = () => {
      send({ kind: 'close' })
      worker.port.close()
      window.removeEventListener('pagehide', close)
    }
    worker.port.onmessage = (message: MessageEvent<FeedAnswer>) => {
      if (message.data.kind === 'state') tell(message.data.state)
      else listen(message.data.item)
    }
    window.addEventListener('pagehide', close)
    send({ kind: 'open', url, bearer, after })
    return close
  }
}

export function consoleBridge(bearer: string): Bridge {
  const { tell, watch } = connectionBoard()
  const call: Api['call'] = async (name, input) => {
    try {
      const response = await fetch('./api/call', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: JSON.stringify({ name, input }),
        cache: 'no-store',
      })
      if (response.status === 401) {
        sessionStorage.removeItem(bearerKey)
        tell('refused')
        return refused
      }
      // Every other status carries a reply; the cast states the contract of the console.
      return readReply((await response.json()) as CallReply)
    } catch {
      return lost
    }
  }
  return {
    call,
    subscribe: subscribeWith(bearer, tell),
    pathOf: null,
    watchConnection: watch,
  }
}
