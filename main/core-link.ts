/** The core over its local socket: how a core is served to the shells of the same account, and how such a shell reaches it. */
import { CallReply } from './contract/api.ts'
import { createFeedCursor } from './contract/feed-cursor.ts'
import { FeedItem } from './contract/runs.ts'
import type { Core } from './core.ts'
import { fail, type Result } from './domain/result.ts'
import { type SocketServer, serveSocket } from './platform/local-socket.ts'
import { connectSocket, coreGone, type SocketClient } from './platform/local-socket-client.ts'

const reconnectMs = 500

/** What a core's own shell answers for shells outside, beside the contract; names begin with `shell.`. */
export type ShellCalls = Readonly<Record<string, () => Promise<CallReply>>>

const noShell = fail('shell.absent', 'The running core has no shell that answers this.', 'Start the console, then ask again.')

/** Serves a core at an address of `socketAddresses`. Every caller is the account that runs the core. */
export function serveCore(core: Core, address: string, account: string, shellCalls: ShellCalls = {}): Promise<Result<SocketServer>> {
  return serveSocket(address, {
    call: (name, input, shell) => {
      if (!name.startsWith('shell.')) return core.dispatch(name, input, { account, shell })
      const answer = Object.hasOwn(shellCalls, name) ? shellCalls[name] : undefined
      return answer === undefined ? Promise.resolve(noShell) : answer()
    },
    subscribe: (after, listen) => core.subscribe(after, listen),
  })
}

/** Connects to the core that owns a data folder, or fails with `core.not_running`. The feed reconnects by itself; calls do not wait. */
export async function connectCore(addresses: readonly string[], shell: 'cli' | 'desktop'): Promise<Result<Core>> {
  const first = await connectSocket(addresses)
  if (!first.ok) return first
  let client: SocketClient = first.value
  let isClosed = false
  let dialling: Promise<boolean> | null = null
  let isGone = false
  const watch = (current: SocketClient) => {
    void current.closed.then(() => {
      isGone = true
    })
  }
  watch(client)

  const dial = async (): Promise<boolean> => {
    const next = await connectSocket(addresses)
    if (!next.ok || isClosed) {
      if (next.ok) next.value.close()
      return false
    }
    client = next.value
    isGone = false
    watch(client)
    return true
  }
  const reach = (): Promise<boolean> => {
    if (!isGone) return Promise.resolve(true)
    dialling ??= dial().finally(() => {
      dialling = null
    })
    return dialling
  }

  const subscribe: Core['subscribe'] = (after, listen) => {
    const cursor = createFeedCursor(after)
    let stop: (() => void) | null = null
    let retry: NodeJS.Timeout | null = null
    const begin = () => {
      stop = client.subscribe(
        cursor.after,
        (raw) => {
          const item = FeedItem.safeParse(raw)
          if (item.success && cursor.take(item.data)) listen(item.data)
        },
        again,
      )
    }
    const again = () => {
      if (isClosed) return
      retry = setTimeout(() => {
        void reach().then((isThere) => {
          if (retry !== null && !isClosed) isThere ? begin() : again()
        })
      }, reconnectMs)
    }
    begin()
    return () => {
      if (retry !== null) clearTimeout(retry)
      retry = null
      stop?.()
    }
  }

  return {
    ok: true,
    value: {
      dispatch: async (name, input) => {
        if (isClosed || !(await reach())) return coreGone
        const answer = await client.call(name, input, shell)
        if (!answer.ok) return answer
        const reply = CallReply.safeParse(answer.value)
        return reply.success
          ? reply.data
          : fail('core.other_version', 'The core answered in another way than this shell expects.', 'Use one version of Holdfast.')
      },
      subscribe,
      close: async () => {
        isClosed = true
        client.close()
        await client.closed
      },
    },
  }
}
