/** An endpoint of a test: a real HTTPS server on this machine with a certificate of a private authority, which answers however a test wants. */
import { createServer as createPlain, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { afterAll } from 'vitest'

export type Answer = (response: ServerResponse, request: IncomingMessage, body: string) => void

export interface HostileEndpoint {
  readonly port: number
  /** What was asked of it, newest last. */
  readonly seen: ReadonlyArray<{
    readonly method: string
    readonly url: string
    readonly headers: IncomingMessage['headers']
    readonly body: string
  }>
  readonly connections: () => number
  /** Over all its connections, as they went over the wire. */
  readonly bytesWritten: () => number
  close(): Promise<void>
}

const running: HostileEndpoint[] = []
afterAll(() => Promise.all(running.map((endpoint) => endpoint.close())))

/** Makes any server of sockets one that counts and can be ended at once. */
export async function listen(server: NetServer, seen: HostileEndpoint['seen'] = []): Promise<HostileEndpoint> {
  const sockets = new Set<Socket>()
  let [connections, written] = [0, 0]
  server.on('connection', (socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      written += socket.bytesWritten
      sockets.delete(socket)
    })
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint: HostileEndpoint = {
    port: (server.address() as AddressInfo).port,
    seen,
    connections: () => connections,
    bytesWritten: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, written),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
  running.push(endpoint)
  return endpoint
}

/** Without TLS where `options` is null. */
export function serve(options: ServerOptions | null, answer: Answer): Promise<HostileEndpoint> {
  const seen: HostileEndpoint['seen'][number][] = []
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      answer(response, request, body)
    })
    response.on('error', () => undefined)
  }
  return listen(options === null ? createPlain(handle) : createServer(options, handle), seen)
}

export const event = (value: unknown): string => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`
export const piece = (content: string) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
export const finish = (reason = 'stop') => event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })
export const usage = (prompt: number, completion: number) =>
  event({ choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion } })
export const done = event('[DONE]')
export const wholeAnswer = (text: string): string => [...text].map(piece).join('') + finish() + usage(20, 10) + done

export const stream = (response: ServerResponse, headers: Readonly<Record<string, string | string[]>> = {}): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers })
