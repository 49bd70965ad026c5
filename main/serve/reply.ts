/** Writes answers: JSON whole, or a stream of events. No header ever lets a page of another origin read one, and nothing is cached. */
import type { ServerResponse } from 'node:http'
import type { Label } from '../domain/label.ts'
import { labelHeader } from '../domain/serve.ts'
import type { Limits } from './limits.ts'
import { errorBody, type Refusal } from './refusals.ts'

const common = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const

export interface Reply {
  /** What the answer carries once it is known. */
  label: Label | null
  readonly isBegun: boolean
  json(value: unknown): void
  refuse(refusal: Refusal): void
  /** Events from here on, if they have not begun. */
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
  let beat: NodeJS.Timeout | null = null
  const write = (line: string) => {
    if (response.destroyed || response.writableEnded) return
    beat?.refresh()
    response.write(`${line}\n\n`)
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
        write(`data: ${JSON.stringify(errorBody(refusal))}`)
        response.end()
        return
      }
      const again = { 'X-Should-Retry': String(refusal.isPassing), ...(refusal.isPassing ? { 'Retry-After': '1' } : {}) }
      // What is left of the request is not read.
      onLast()
      whole(refusal.status, errorBody(refusal), { ...again, Connection: 'close' })
    },
    stream: () => {
      if (response.headersSent || response.destroyed) return
      head(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
      response.flushHeaders()
      // A comment, which clients pass over: it tells them that the call is still under way.
      beat = setInterval(() => write(': waiting'), limits.silenceMs)
      response.once('close', () => clearInterval(beat ?? undefined))
    },
    send: (value) => write(`data: ${JSON.stringify(value)}`),
    endStream: () => {
      write('data: [DONE]')
      response.end()
    },
  }
  return reply
}
