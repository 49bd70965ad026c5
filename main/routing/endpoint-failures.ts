/** Everything that can go wrong with an endpoint, as codes with our own words: nothing that an endpoint says is ever told on. */
import { type Failure, fail } from '../domain/result.ts'

const look = 'Test the endpoint, and ask whoever runs it.'
const check = 'Check the address, the port and the certificates of the endpoint.'

const words = {
  'egress.denied': ['The guard of this machine let no connection through to the endpoint.', 'Look at the egress ledger.'],
  'endpoint.resting': ['The endpoint failed five times in a row and is left alone for a minute.', 'Wait a minute, or test it.'],
  'endpoint.unreachable': ['The endpoint cannot be reached.', check],
  'endpoint.wrong_certificate': ['The endpoint does not prove to be the one that was configured: another authority signed for it.', check],
  'endpoint.wrong_name': ['The certificate of the endpoint is for another name.', check],
  'endpoint.certificate_expired': [
    'The certificate of the endpoint is not valid now.',
    'Check the clock of this machine, and renew the certificate.',
  ],
  'endpoint.no_tls': ['The endpoint does not speak TLS as it must.', check],
  'endpoint.certificate_wanted': ['The endpoint wants another client certificate than it was shown.', check],
  'endpoint.unauthorised': ['The endpoint does not take the key that it was shown.', 'Give the key of the endpoint again.'],
  'endpoint.no_client_key': [
    'The endpoint has a client certificate, and its private key is not kept here.',
    'Give the key of the endpoint.',
  ],
  'endpoint.refused': ['The endpoint refused the request.', look],
  'endpoint.busy': ['The endpoint has too much to do.', 'Try again later.'],
  'endpoint.failed': ['The endpoint failed.', look],
  'endpoint.redirected': ['The endpoint pointed elsewhere, and nobody goes there.', check],
  'endpoint.slow': ['The endpoint did not begin to answer in time.', look],
  'endpoint.silent': ['The endpoint fell silent in the middle of its answer.', look],
  'endpoint.too_long': ['The endpoint took too long for its whole answer.', look],
  'endpoint.too_large': ['The endpoint sent more than an answer may have.', look],
  'endpoint.bad_http': ['The endpoint does not speak HTTP as it must.', look],
  'endpoint.bad_type': ['The endpoint sent something else than a stream of events.', check],
  'endpoint.bad_text': ['The endpoint sent bytes that are no text.', look],
  'endpoint.bad_answer': ['The endpoint sent something that is no part of an answer.', look],
  'endpoint.tool_call': ['The endpoint wanted a tool called that nobody offered.', look],
  'endpoint.cut_short': ['The answer of the endpoint ended in the middle.', look],
  'endpoint.withheld': ['The endpoint held its answer back.', look],
  'endpoint.bad_label': ['The endpoint labelled its answer in a way that cannot be read.', look],
  'crossing.label_above_task': ['The endpoint labelled its answer above what it was asked; it was dropped.', 'Tell your security officer.'],
  'endpoint.cancelled': ['The request was cancelled.', 'Ask again when it is wanted.'],
} as const satisfies Readonly<Record<string, readonly [message: string, hint: string]>>

export type EndpointCode = keyof typeof words
export const endpointCodes = Object.keys(words) as readonly EndpointCode[]

export function failed(code: EndpointCode): { readonly ok: false; readonly error: Failure } {
  const [message, hint] = words[code]
  return fail(code, message, hint)
}

/** Ends a call from anywhere inside of it; never leaves the client. */
export class EndpointFault extends Error {
  readonly endpointCode: EndpointCode
  constructor(code: EndpointCode) {
    super(code)
    this.endpointCode = code
  }
}

const expired: readonly string[] = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']
const unreachable: readonly string[] = [
  ...[
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ETIMEDOUT',
    'EADDRNOTAVAIL',
    'UND_ERR_CONNECT_TIMEOUT',
    'ECONNRESET',
    'UND_ERR_SOCKET',
  ],
  ...['EPIPE', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'],
]

const codesOf = (error: unknown): readonly string[] => {
  if (!(error instanceof Error)) return []
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : []
  return [...code, ...codesOf(error.cause)]
}

/** What an error of the network, of TLS or of the HTTP parser means. `hasBegun`: an answer was already coming. */
export function codeOfError(error: unknown, hasBegun: boolean): EndpointCode {
  if (error instanceof EndpointFault) return error.endpointCode
  for (const code of codesOf(error)) {
    if (code === 'egress.denied') return code
    if (expired.includes(code)) return 'endpoint.certificate_expired'
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'endpoint.wrong_name'
    if (/ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN)|HANDSHAKE_FAILURE/.test(code))
      return 'endpoint.certificate_wanted'
    if (/CERT|SELF_SIGNED|ISSUER|CRL/.test(code)) return 'endpoint.wrong_certificate'
    if (code.startsWith('ERR_SSL') || code === 'EPROTO') return 'endpoint.no_tls'
    if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'endpoint.too_large'
    if (code.startsWith('HPE_') || code.startsWith('UND_ERR_REQ') || code.startsWith('UND_ERR_RES')) return 'endpoint.bad_http'
    if (unreachable.includes(code)) return hasBegun ? 'endpoint.cut_short' : 'endpoint.unreachable'
  }
  return hasBegun ? 'endpoint.cut_short' : 'endpoint.unreachable'
}
