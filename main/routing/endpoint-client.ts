/**
 * The one client that may reach another machine: exactly one address, one authority, one request. It follows nothing, resolves nothing,
 * takes no proxy from the environment, keeps no connection, and comes back within its limits with an answer or a code.
 */
import { Client } from 'undici'
import type { Endpoint, EndpointSecret } from '../domain/endpoint.ts'
import { join, type Label, permits } from '../domain/label.ts'
import { ok, type Result } from '../domain/result.ts'
import { costMicros } from '../domain/route-decide.ts'
import { labelHeader } from '../domain/serve.ts'
import { tokensAtLeast } from '../domain/token-estimate.ts'
import type { EgressPermits, OutsideReply } from '../world.ts'
import { createAnswerStream, readLabelHeader } from './answer-stream.ts'
import { codeOfError, type EndpointCode, EndpointFault, failed } from './endpoint-failures.ts'
import type { EndpointCall, EndpointClient } from './outside.ts'
import { createRedactor } from './redact.ts'
import { textsOf } from './secrets.ts'

export interface ClientLimits {
  /** To the headers of the answer, with connecting; an endpoint that aims at a later first token gets that time. */
  readonly headersMs: number
  readonly firstByteMs: number
  readonly silenceMs: number
  readonly totalMs: number
  readonly headerBytesMax: number
}
export const clientLimits: ClientLimits = {
  headersMs: 10_000,
  firstByteMs: 60_000,
  silenceMs: 30_000,
  totalMs: 600_000,
  headerBytesMax: 16 * 1024,
}

export interface ClientParts {
  readonly permitEgress: EgressPermits['permitEgress']
  readonly limits?: ClientLimits
}

/** Ends the work with a code when it does not come on in time; each `expect` takes the place of the one before. */
function createDeadlines(totalMs: number) {
  const abort = new AbortController()
  const end = (code: EndpointCode) => () => abort.abort(new EndpointFault(code))
  const total = setTimeout(end('endpoint.too_long'), totalMs)
  let next: NodeJS.Timeout | undefined
  return {
    signal: abort.signal,
    expect: (code: EndpointCode, withinMs: number) => {
      clearTimeout(next)
      next = setTimeout(end(code), withinMs)
    },
    clear: () => {
      clearTimeout(total)
      clearTimeout(next)
    },
  }
}

const origin = ({ host, port, isTls }: Endpoint): string =>
  `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`

function dispatcher(endpoint: Endpoint, secret: EndpointSecret | null, { headersMs, headerBytesMax }: ClientLimits): Client {
  const { certificateAuthority, clientCertificate, serverName } = endpoint
  const tls = {
    // Said outright: the environment can neither switch the check off nor add an authority.
    ...{
      ca: certificateAuthority ?? [],
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
    },
    ...(serverName === null ? {} : { servername: serverName }),
    ...(clientCertificate === null ? {} : { cert: clientCertificate, key: secret?.clientKey ?? '' }),
  } as const
  return new Client(origin(endpoint), {
    connect: { timeout: headersMs, autoSelectFamily: false, ...(endpoint.isTls ? tls : {}) },
    ...{ allowH2: false, pipelining: 1, keepAliveTimeout: 1, maxHeaderSize: headerBytesMax, headersTimeout: 0, bodyTimeout: 0 },
  })
}

function refuseStatus(status: number): void {
  if (status === 200) return
  if (status >= 300 && status < 400) throw new EndpointFault('endpoint.redirected')
  if (status === 401 || status === 403) throw new EndpointFault('endpoint.unauthorised')
  if (status === 429 || status === 503) throw new EndpointFault('endpoint.busy')
  throw new EndpointFault(status >= 500 ? 'endpoint.failed' : status >= 400 ? 'endpoint.refused' : 'endpoint.bad_http')
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

function refuseHeaders(headers: Headers): void {
  const [type, encoding] = [headers['content-type'], headers['content-encoding']]
  if (typeof type !== 'string' || !/^text\/event-stream *(;|$)/i.test(type)) throw new EndpointFault('endpoint.bad_type')
  if (encoding !== undefined && encoding !== 'identity') throw new EndpointFault('endpoint.bad_type')
}

/** Counts what was used: what the endpoint says, if it is more than the text itself shows, and never more than was set aside. */
function settle({ endpoint, request }: EndpointCall, text: string, usage: { promptTokens: number; completionTokens: number } | null) {
  const { reserved, model, body } = request
  // Who does not say is charged in full.
  const said = usage ?? reserved
  const promptTokens = Math.min(reserved.promptTokens, Math.max(said.promptTokens, tokensAtLeast(body)))
  const completionTokens = Math.min(reserved.completionTokens, Math.max(said.completionTokens, tokensAtLeast(text)))
  const priced = endpoint.models.find(({ name }) => name === model)
  const cost = priced === undefined ? reserved.costMicros : costMicros(priced, promptTokens, completionTokens)
  return { promptTokens, completionTokens, costMicros: Math.min(reserved.costMicros, cost) }
}

/** `onBegun` is called when an answer begins. */
async function ask(call: EndpointCall, limits: ClientLimits, onBegun: () => void): Promise<OutsideReply> {
  const { endpoint, secret, request, label, options } = call
  const deadlines = createDeadlines(limits.totalMs)
  const signal = AbortSignal.any([deadlines.signal, ...(options.signal === undefined ? [] : [options.signal])])
  const client = dispatcher(endpoint, secret, limits)
  const redacted = createRedactor(secret === null ? [] : textsOf(secret)).stream()
  const startedAt = performance.now()
  const since = () => performance.now() - startedAt
  const refuseAbove = (told: Label) => {
    if (!permits(label, told)) throw new EndpointFault('crossing.label_above_task')
  }
  try {
    deadlines.expect('endpoint.slow', Math.max(limits.headersMs, endpoint.firstTokenMsMax))
    const response = await client.request({
      ...{ path: `${endpoint.basePath}/chat/completions`, method: 'POST', body: request.body, signal },
      headers: {
        ...{ 'content-type': 'application/json', accept: 'text/event-stream', 'accept-encoding': 'identity' },
        // Another Holdfast answers under it, and not under all that its key permits.
        [labelHeader]: JSON.stringify(label),
        ...(endpoint.serverName === null ? {} : { host: `${endpoint.serverName}:${endpoint.port}` }),
        ...((secret?.bearer ?? null) === null ? {} : { authorization: `Bearer ${secret?.bearer}` }),
      },
    })
    onBegun()
    // Whoever leaves it unread must not be told of its end by an exception.
    response.body.on('error', () => undefined)
    refuseStatus(response.statusCode)
    refuseHeaders(response.headers)
    const before = readLabelHeader(response.headers[labelHeader])
    if (before !== null) refuseAbove(before)
    const answer = createAnswerStream(refuseAbove)
    let [text, firstTokenMs]: [string, number | null] = ['', null]
    const pass = (piece: string) => {
      if (piece === '') return
      text += piece
      options.onText?.(piece)
    }
    deadlines.expect('endpoint.slow', Math.max(limits.firstByteMs, endpoint.firstTokenMsMax))
    for await (const bytes of response.body) {
      if (!(bytes instanceof Uint8Array)) throw new EndpointFault('endpoint.bad_http')
      deadlines.expect('endpoint.silent', limits.silenceMs)
      const piece = answer.write(bytes)
      if (piece !== '') firstTokenMs ??= since()
      pass(redacted.write(piece))
      if (answer.isDone()) break
    }
    answer.end()
    pass(redacted.end())
    const told = answer.label()
    return {
      ...{ text, stop: answer.stop(), device: `${endpoint.tier}: ${endpoint.name} (${request.model})`.slice(0, 200) },
      ...settle(call, text, answer.usage()),
      ...{ firstTokenMs, totalMs: since(), label: told === null || before === null ? (told ?? before) : join(told, before) },
    }
  } catch (error) {
    // A deadline that struck says more than what broke because of it.
    throw deadlines.signal.aborted
      ? deadlines.signal.reason
      : options.signal?.aborted === true
        ? new EndpointFault('endpoint.cancelled')
        : error
  } finally {
    deadlines.clear()
    await client.destroy()
  }
}

export function createEndpointClient({ permitEgress, limits = clientLimits }: ClientParts): EndpointClient {
  return {
    ask: async (call): Promise<Result<OutsideReply>> => {
      const { endpoint, secret, request, receipt } = call
      const { host, port } = endpoint
      if (endpoint.clientCertificate !== null && (secret?.clientKey ?? null) === null) return failed('endpoint.no_client_key')
      const about = receipt === null ? {} : { runId: receipt.runId, stepId: receipt.stepId }
      let hasBegun = false
      const begun = () => {
        hasBegun = true
      }
      try {
        return ok(await permitEgress({ host, port, part: 'endpoint', digest: request.digest, ...about }, () => ask(call, limits, begun)))
      } catch (error) {
        return failed(codeOfError(error, hasBegun))
      }
    },
  }
}
