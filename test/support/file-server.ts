/** A server of one file at a time, with the faults that downloads meet: cuts, silence, pages, other files, redirects. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

export type Answering = (request: IncomingMessage, response: ServerResponse) => void

export interface FileServer {
  readonly base: string
  /** What was asked: path, and the range where one was asked for. */
  readonly asked: string[]
  /** Answers in their order; the last stays. */
  answer(...answers: readonly Answering[]): void
}

export async function startFileServer(): Promise<FileServer> {
  let answers: Answering[] = []
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    asked.push([request.url, request.headers.range, request.headers['if-range']].filter((part) => part !== undefined).join(' '))
    const [next] = answers
    if (answers.length > 1) answers.shift()
    if (next === undefined) response.writeHead(404).end()
    else next(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (...given) => {
      answers = [...given]
      asked.length = 0
    },
  }
}

/** Long enough for what was sent to be read: what waits unread is lost with the connection. */
const cutMs = 100

export interface Serving {
  readonly etag?: string
  /** Bytes after which the connection is cut. */
  readonly cutAfter?: number
  /** False answers a range with the whole. */
  readonly hasRanges?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

/** Serves a file as a good server does, but for the fault that is asked for. */
export function serving(bytes: Buffer, { etag, cutAfter, hasRanges = true, headers = {} }: Serving = {}): Answering {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN)
    const isSame = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    const isPart = hasRanges && Number.isInteger(from) && isSame
    if (isPart && from >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
      return
    }
    const body = isPart ? bytes.subarray(from) : bytes
    response.writeHead(isPart ? 206 : 200, {
      ...(headers['transfer-encoding'] === undefined && { 'content-length': body.length }),
      ...{ 'content-type': 'application/octet-stream', ...(etag !== undefined && { etag }), ...headers },
      ...(isPart && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    })
    if (cutAfter === undefined) response.end(body)
    else response.write(body.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), cutMs))
  }
}
