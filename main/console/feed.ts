/** The feed as server-sent events. A reader that falls behind is cut off and begins again with a snapshot; nothing is held unbounded. */
import type { FeedItem } from '../contract/runs.ts'
import type { Core } from '../core.ts'
import { securityHeaders } from './headers.ts'

export const feedLimits = { heartbeatMs: 15_000, unsentBytesMax: 8 * 1024 * 1024, bufferBytes: 64 * 1024 } as const

/** Only durable events have an id: it is what a new connection goes on after. */
function frame(item: FeedItem): string {
  const id = item.kind === 'event' ? `id: ${item.event.seq}\n` : ''
  return `${id}data: ${JSON.stringify(item)}\n\n`
}

export interface Feed {
  readonly response: Response
  end(): void
}

/** `onBeat` is called with each heartbeat, `onEnd` once. */
export function createFeed(core: Core, after: number | null, onBeat: () => void, onEnd: () => void): Feed {
  const encoder = new TextEncoder()
  let isOver = false
  let stop: (() => void) | null = null
  let beat: NodeJS.Timeout | null = null
  let close: () => void = () => undefined
  const end = () => {
    if (isOver) return
    isOver = true
    if (beat !== null) clearInterval(beat)
    stop?.()
    close()
    onEnd()
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        close = () => controller.close()
        const send = (text: string) => {
          if (isOver) return
          controller.enqueue(encoder.encode(text))
          if ((controller.desiredSize ?? 0) < -feedLimits.unsentBytesMax) end()
        }
        beat = setInterval(() => {
          onBeat()
          send(': beat\n\n')
        }, feedLimits.heartbeatMs)
        beat.unref()
        stop = core.subscribe(after, (item) => send(frame(item)))
        if (isOver) stop()
      },
      cancel: () => {
        close = () => undefined
        end()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: feedLimits.bufferBytes }),
  )
  const headers = { ...securityHeaders, 'Content-Type': 'text/event-stream; charset=utf-8' }
  return { response: new Response(body, { headers }), end }
}
