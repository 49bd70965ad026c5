/** Writes answers: JSON whole, or a stream of events. No header ever lets a page of another origin read one, and nothing is cached. */
import type { ServerResponse } from 'node:http'
import type { Label } from '../domain/label.ts'
import { labelHeader } from './labels.ts'
import type { Limits } from './limits.ts'
import { errorBody, type Refusal } from './refusals.ts'

const common = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const

export interface Reply {
  /** What the answer carries once it is known. */
  label: Label | null
  readonly isBegun: boolean
  json(value: unknown): void
  refuse(refusal: Refusal): void
  /** Events from here on. */
  stream(): void
  send(value: unknown): void
  endStream(): void
}

/** `onLast` is called when the connection will be closed after this answer. */
export function createReply(response: ServerResponse, limits: Limits, onLast: () => void): Reply {
  const head = (status: number, more: Readonly<Record<string, string>>) => {
    const labelled = reply.label === null ? {} : { [labelHeader]: JSON.stringify(reply.label) }
    response.writeHead(status, { ...common, ...labelled, ...more })
  }
  const whole = (status: number, value: unknown, more: Readonly<Record<string, string>> = {}) => {
    const body = Buffer.from(JSON.stringify(value))
    head(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': String(body.length), ...more })
    response.end(body)
  }
  const write = (text: string) => {
    if (response.destroyed) return
    response.write(`data: ${text}\n\n`)
    // A caller who does not read ends the call instead of filling this process.
    if (response.writableLength > limits.unsentBytesMax) response.destroy()
  }
  const reply: Reply = {
    label: null,
    get isBegun() {
      return response.headersSent
    },
    json: (value) => whole(200, value),
    refuse: (refusal) => {
      if (response.destroyed) return
      if (response.headersSent) {
        write(JSON.stringify(errorBody(refusal)))
        response.end()
        return
      }
      const again = { 'X-Should-Retry': String(refusal.isPassing), ...(refusal.isPassing ? { 'Retry-After': '1' } : {}) }
      // What is left of the request is not read.
      onLast()
      whole(refusal.status, errorBody(refusal), { ...again, Connection: 'close' })
    },
    stream: () => {
      head(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
      response.flushHeaders()
    },
    send: (value) => write(JSON.stringify(value)),
    endStream: () => {
      write('[DONE]')
      response.end()
    },
  }
  return reply
}
