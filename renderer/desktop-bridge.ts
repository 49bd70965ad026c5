/** The desktop's side of the bridge: what the preload exposes, typed. */
import type { Api, CallReply } from '../main/contract/api.ts'
import type { FeedItem } from '../main/contract/runs.ts'
import type { Bridge } from './bridge.ts'
import { connectionBoard } from './connection.ts'
import { lost, readReply } from './reply.ts'

/** What the preload exposes: two channels, and where a dropped file lies. `subscribe` delivers a snapshot first, then everything after `after`, and returns how to stop. */
export interface DesktopPreload {
  readonly call: (name: string, input: unknown) => Promise<CallReply>
  /** Null for what does not lie on this machine, such as a file that the page made. */
  readonly pathOf: (file: File) => string | null
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
    pathOf: (file) => preload.pathOf(file),
    watchConnection: watch,
  }
}
