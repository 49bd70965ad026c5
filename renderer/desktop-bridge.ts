/** The desktop's side of the bridge: what the preload exposes, typed. */
import type { Api, CallReply } from '../main/contract/api.ts'
import type { FeedItem } from '../main/contract/runs.ts'
import type { Bridge } from './bridge.ts'
import { connectionBoard } from './connection.ts'
import { lost, readReply } from './reply.ts'

/** The two channels of the preload. `subscribe` delivers a snapshot first, then everything after `after`, and returns how to stop. */
export interface DesktopPreload {
  readonly call: (name: string, input: unknown) => Promise<CallReply>
  readonly subscribe: (after: number | null, listener: (item: FeedItem) => void) => () => void
}

export function desktopBridge(preload: DesktopPreload): Bridge {
  const { tell, watch } = connectionBoard()
  const call: Api['call'] = async (name, input) => {
    try {
      return readReply(await preload.call(name, input))
    } catch {
      tell('lost')
      return lost
    }
  }
  return {
    call,
    subscribe: (after, listen) =>
      preload.subscribe(after, (item) => {
        if (item.kind === 'snapshot') tell('open')
        listen(item)
      }),
    watchConnection: watch,
  }
}
