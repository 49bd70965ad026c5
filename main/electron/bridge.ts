/**
 * The page's two channels into the core: `call` and `event`. Only strings of JSON cross them, only the top frame of the own window is
 * heard, and the page takes the feed at its own pace, so that nothing is held for it without bound.
 */
import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron'
import * as z from 'zod'
import { CallRequest } from '../contract/api.ts'
import type { Core } from '../core.ts'
import { fail } from '../domain/result.ts'
import { createWaitingFeed, type WaitingFeed } from '../waiting-feed.ts'
import { isPage } from './window.ts'

const limits = { messageCharsMax: 4 * 1024 * 1024, feedsMax: 16 } as const

const FeedRequest = z.union([
  z.strictObject({ open: z.int().min(0).nullable() }),
  z.strictObject({ next: z.int().min(1) }),
  z.strictObject({ close: z.int().min(1) }),
])

const stranger = fail('bridge.stranger', 'Only the window of Holdfast is answered.', 'Use the window that Holdfast opened.')
const malformed = fail('bridge.bad_request', 'The message is not what the bridge takes.', 'Send what the contract says.')
const tooMany = fail('bridge.too_many_feeds', 'The window follows too many feeds.', 'Reload the window.')

function parse<T>(text: unknown, schema: z.ZodType<T>): T | null {
  if (typeof text !== 'string' || text.length > limits.messageCharsMax) return null
  try {
    const parsed = schema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** `isOwn` knows the windows that this process opened. */
export function serveBridge(ipc: IpcMain, core: Core, account: string, isOwn: (contents: WebContents) => boolean): void {
  const feeds = new Map<WebContents, Map<number, WaitingFeed>>()
  let nextFeed = 1

  const isHeard = (event: IpcMainInvokeEvent): boolean => {
    try {
      const frame = event.senderFrame
      return frame !== null && frame.parent === null && frame === event.sender.mainFrame && isPage(frame.url) && isOwn(event.sender)
    } catch {
      // A frame that is gone throws when it is looked at.
      return false
    }
  }
  const feedsOf = (contents: WebContents): Map<number, WaitingFeed> => {
    const known = feeds.get(contents)
    if (known !== undefined) return known
    const made = new Map<number, WaitingFeed>()
    const closeAll = () => {
      for (const feed of made.values()) feed.close()
      made.clear()
    }
    feeds.set(contents, made)
    // A page that was loaded anew knows nothing of the feeds before it.
    contents.on('did-navigate', closeAll)
    contents.on('render-process-gone', closeAll)
    contents.on('destroyed', () => {
      closeAll()
      feeds.delete(contents)
    })
    return made
  }

  ipc.handle('call', async (event, text: unknown) => {
    if (!isHeard(event)) return JSON.stringify(stranger)
    const request = parse(text, CallRequest)
    if (request === null) return JSON.stringify(malformed)
    return JSON.stringify(await core.dispatch(request.name, request.input, { account, shell: 'desktop' }))
  })
  ipc.handle('event', async (event, text: unknown) => {
    if (!isHeard(event)) return JSON.stringify(stranger)
    const request = parse(text, FeedRequest)
    if (request === null) return JSON.stringify(malformed)
    const own = feedsOf(event.sender)
    if ('open' in request) {
      if (own.size >= limits.feedsMax) return JSON.stringify(tooMany)
      const id = nextFeed++
      own.set(id, createWaitingFeed(core, request.open))
      return JSON.stringify({ id })
    }
    if ('close' in request) {
      own.get(request.close)?.close()
      own.delete(request.close)
      return '{}'
    }
    const items = (await own.get(request.next)?.next()) ?? null
    return items === null ? '{}' : `{"items":${items}}`
  })
}
