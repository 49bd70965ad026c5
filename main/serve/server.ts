/**
 * The door for programs elsewhere: the OpenAI protocol over the models here. Nothing listens until it is opened; everything without a
 * good key is turned away before its body is read; no page of a browser is ever answered.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { fail, ok, type Result } from '../domain/result.ts'
import type { ServeEndpoint, ServePlace } from '../domain/serve.ts'
import { labelHeader } from '../domain/serve.ts'
import type { EgressPermits, ServeDoor, ServeOpening } from '../world.ts'
import { readJson } from './body.ts'
import { type Abort, type Call, openCall } from './call.ts'
import { createCallers } from './callers.ts'
import { type OwnCertificate, readCertificate } from './certificates.ts'
import { chat } from './chat.ts'
import type { ServeCore } from './core.ts'
import { embeddings } from './embeddings.ts'
import { guard, type OwnNames } from './guard.ts'
import { labelOf } from './labels.ts'
import { type Limits, limits as usual } from './limits.ts'
import { models } from './models.ts'
import { bad, type Checked, errorBody, good, type Refusal, refuse } from './refusals.ts'
import { createReply, type Reply } from './reply.ts'

export interface DoorOptions {
  readonly core: ServeCore
  readonly permitListen: EgressPermits['permitListen']
  readonly limits?: Limits
}

interface Route {
  readonly endpoint: ServeEndpoint
  readonly method: 'GET' | 'POST'
  readonly answer: (call: Call) => Promise<Refusal | null>
}

function routeOf(path: string): Route | null {
  const one = /^\/v1\/models(?:\/([\w.-]{1,200}))?$/.exec(path)
  if (one !== null) return { endpoint: 'models', method: 'GET', answer: (call) => models(call, one[1] ?? null) }
  if (path === '/v1/chat/completions') return { endpoint: 'chat', method: 'POST', answer: chat }
  if (path === '/v1/embeddings') return { endpoint: 'embeddings', method: 'POST', answer: embeddings }
  return null
}

function findRoute({ url, method }: IncomingMessage): Checked<Route> {
  const route = routeOf((url ?? '').split('?')[0] ?? '')
  if (route === null) return bad('not_found', 'There is nothing here. See /v1/models.')
  return method === route.method ? good(route) : bad('method_not_allowed', `Only ${route.method} is possible here.`)
}

const single = (value: string | readonly string[] | undefined): string | undefined => (typeof value === 'string' ? value : value?.join())

/** Whether the certificate is for that name or address. What is neither is nobody's. */
function isNamedIn({ certificate }: OwnCertificate, name: string): boolean {
  try {
    return (/^[\d.]+$|:/.test(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined
  } catch {
    return false
  }
}

function ownNames(address: string, port: number, certificate: OwnCertificate | null): OwnNames {
  const local = ['127.0.0.1', '::1'].includes(address) ? [address, 'localhost'] : [address]
  return {
    port,
    usualPort: certificate === null ? 80 : 443,
    isOwn: (name) => local.includes(name) || (certificate !== null && isNamedIn(certificate, name)),
  }
}

/** What the parser of HTTP refuses, answered on the bare socket; no request has come of it. */
const brokenOff: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: refuse('headers_too_large', 'The headers are too large.'),
  ERR_HTTP_REQUEST_TIMEOUT: refuse('request_timeout', 'The request did not come to its end.'),
}
const noHttp = refuse('malformed_request', 'This is not HTTP as it is taken here.')
const refusalOfBroken = ({ code = '' }: NodeJS.ErrnoException): Refusal | null =>
  brokenOff[code] ?? (code.startsWith('HPE_') ? noHttp : null)

function answerBare(refusal: Refusal, socket: Duplex): void {
  const body = JSON.stringify(errorBody(refusal))
  const head = [`HTTP/1.1 ${refusal.status} Refused`, 'Content-Type: application/json; charset=utf-8', 'Cache-Control: no-store']
  socket.end([...head, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body].join('\r\n'), () => socket.destroy())
}

export function createServeDoor({ core, permitListen, limits = usual }: DoorOptions): ServeDoor {
  const callers = createCallers(core, limits)
  const running = new Map<AbortController, Promise<void>>()
  const sockets = new Set<IncomingMessage['socket']>()
  /** Connections that were answered for the last time: what was sent behind it is not looked at. */
  const spent = new WeakSet<Duplex>()
  /** Connections with a request that is being answered, and its answer. */
  const answering = new WeakMap<Duplex, ServerResponse>()
  let current: Server | null = null

  const identify = (request: IncomingMessage, names: OwnNames) => {
    const refused = guard(request, names)
    return refused === null ? callers.identify(request.headers.authorization) : ({ ok: false, refusal: refused } as const)
  }

  /** What a request with a good key comes to. It never rejects. */
  async function serve(request: IncomingMessage, response: ServerResponse, reply: Reply, names: OwnNames): Promise<void> {
    if (core.isReadOnly())
      return reply.refuse(refuse('model_unavailable', 'This station is damaged, and answers nobody until it is restored.'))
    const known = identify(request, names)
    const turnAway = (keyId: string | null, refusal: Refusal) => {
      core.denied(keyId, refusal.code)
      reply.refuse(refusal)
    }
    if (!known.ok) return turnAway(null, known.refusal)
    const key = known.value
    const route = findRoute(request)
    if (!route.ok) return turnAway(key.id, route.refusal)
    const label = labelOf(single(request.headers[labelHeader]), key, core.ceiling(), limits)
    if (!label.ok) return turnAway(key.id, label.refusal)
    const place = callers.enter(key.id)
    if (!place.ok) return turnAway(key.id, place.refusal)
    reply.label = label.value
    const controller = new AbortController()
    const abort = (why: Abort) => controller.abort(why)
    response.once('close', () => response.writableFinished || abort('gone'))
    const call = openCall(
      { core, key, label: label.value, limits, reply, signal: controller.signal, body: () => readJson(request, limits) },
      route.value.endpoint,
    )
    const work = (async () => {
      try {
        const refusal = await route.value.answer(call)
        call.finish(refusal)
        if (refusal !== null) reply.refuse(refusal)
      } catch (error) {
        core.onDefect(error)
        reply.refuse(refuse('internal_error', 'The call failed inside Holdfast.'))
      } finally {
        place.value()
        running.delete(controller)
      }
    })()
    running.set(controller, work)
    await work
  }

  function listen(certificate: OwnCertificate | null, address: string): Server {
    const options: ServerOptions = {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: Math.min(limits.headersMs, limits.requestMs),
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: limits.lookEveryMs,
      keepAlive: true,
      keepAliveInitialDelay: limits.probeMs,
      insecureHTTPParser: false,
      requireHostHeader: false,
    }
    const server: Server =
      certificate === null
        ? createServer(options)
        : createTlsServer({
            ...options,
            ...certificate.options,
            minVersion: 'TLSv1.2',
            handshakeTimeout: limits.handshakeMs,
            requestCert: certificate.options.ca !== undefined,
            rejectUnauthorized: true,
          })
    server.maxConnections = limits.connectionsMax
    server.maxRequestsPerSocket = limits.requestsPerConnectionMax
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    server.on('request', (request, response) => {
      const { socket } = request
      if (spent.has(socket)) return
      const reply = createReply(response, limits, () => spent.add(socket))
      const bound = server.address()
      const names = ownNames(address, typeof bound === 'object' && bound !== null ? bound.port : 0, certificate)
      answering.set(socket, response)
      serve(request, response, reply, names)
        .catch((error: unknown) => {
          core.onDefect(error)
          reply.refuse(refuse('internal_error', 'The call failed inside Holdfast.'))
        })
        .finally(() => answering.delete(socket))
    })
    server.on('clientError', (error, socket) => {
      // Its last answer is on its way, and closes it.
      if (spent.has(socket)) return
      spent.add(socket)
      const refusal = refusalOfBroken(error)
      const answer = answering.get(socket)
      if (answer === undefined && (refusal !== null || certificate !== null)) core.denied(null, refusal?.code ?? 'no_tls')
      if (refusal === null || !socket.writable || answer?.headersSent === true) socket.destroy()
      else answerBare(refusal, socket)
    })
    for (const other of ['upgrade', 'connect']) server.on(other, (_request: IncomingMessage, socket: Duplex) => socket.destroy())
    server.on('checkExpectation', (request, response) => {
      if (spent.has(request.socket)) return
      core.denied(null, 'malformed_request')
      createReply(response, limits, () => spent.add(request.socket)).refuse(refuse('malformed_request', 'Nothing can be expected here.'))
    })
    return server
  }

  return {
    callsUnderWay: () => callers.underWay,
    open: async (place: ServePlace): Promise<Result<ServeOpening>> => {
      const certificate = place.tls === null ? ok(null) : await readCertificate(place.tls, core.clock(), limits)
      if (!certificate.ok) return certificate
      const { address } = place
      const server = listen(certificate.value, address)
      const start = async () => {
        server.listen(place.port, address)
        await once(server, 'listening')
      }
      try {
        // Where only this machine can reach it, no permit is needed.
        await (place.tls === null ? start() : permitListen({ host: address, port: place.port, part: 'serve' }, start))
      } catch {
        server.close()
        return fail(
          'serve.cannot_listen',
          `Nothing can listen at port ${place.port} of ${address}.`,
          'Name another port, or an address of this machine.',
        )
      }
      current = server
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : place.port
      const isTls = certificate.value !== null
      return ok({
        url: `${isTls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}/v1`,
        ...{ address, port, isTls, asksClientCertificate: certificate.value?.options.ca !== undefined },
        certificateExpiresAt: certificate.value?.expiresAt ?? null,
      })
    },
    close: async () => {
      const server = current
      current = null
      if (server === null) return
      const closed = once(server, 'close')
      server.close()
      const ending = [...running]
      for (const [controller] of ending) controller.abort('closing' satisfies Abort)
      await Promise.all(ending.map(([, work]) => work))
      server.closeIdleConnections()
      const farewell = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, limits.farewellMs)
      await closed
      clearTimeout(farewell)
    },
  }
}
