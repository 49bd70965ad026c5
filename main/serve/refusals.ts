/** What a call can be refused with, in the shape that clients of the OpenAI protocol read. The list is closed; no text of a request is in it. */
import type { Failure } from '../domain/result.ts'

/** The status that goes with each code. */
const statusOf = {
  malformed_request: 400,
  invalid_json: 400,
  invalid_value: 400,
  invalid_label: 400,
  invalid_schema: 400,
  unsupported_parameter: 400,
  unsupported_value: 400,
  unsupported_content: 400,
  context_length_exceeded: 400,
  no_api_key: 401,
  invalid_api_key: 401,
  key_expired: 401,
  key_revoked: 401,
  wrong_host: 403,
  wrong_origin: 403,
  label_above_ceiling: 403,
  model_not_cleared: 403,
  not_found: 404,
  model_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  body_too_large: 413,
  unsupported_media_type: 415,
  too_many_wrong_keys: 429,
  insufficient_quota: 429,
  busy: 429,
  headers_too_large: 431,
  internal_error: 500,
  model_unavailable: 503,
  closing: 503,
} as const
export type RefusalCode = keyof typeof statusOf

/** Those that are a matter of security: they go on record as denied. */
const denials: ReadonlySet<RefusalCode> = new Set([
  ...(['no_api_key', 'invalid_api_key', 'key_expired', 'key_revoked', 'wrong_host', 'wrong_origin', 'label_above_ceiling'] as const),
  ...(['model_not_cleared', 'too_many_wrong_keys', 'insufficient_quota'] as const),
])
export const isDenial = (code: RefusalCode): boolean => denials.has(code)

/** Whether the same call may succeed a moment later. */
const passing: ReadonlySet<RefusalCode> = new Set(['busy', 'model_unavailable', 'closing', 'request_timeout'])

export interface Refusal {
  readonly status: number
  readonly code: RefusalCode
  readonly message: string
  /** The field that is at fault. */
  readonly param: string | null
  readonly isPassing: boolean
}

export const refuse = (code: RefusalCode, message: string, param: string | null = null): Refusal => ({
  ...{ status: statusOf[code], code, message, param, isPassing: passing.has(code) },
})

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }
export const good = <T>(value: T): Checked<T> => ({ ok: true, value })
export const bad = (...args: Parameters<typeof refuse>): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: refuse(...args),
})

const typeOf = (status: number): string => {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

export const errorBody = ({ status, code, message, param }: Refusal) => ({ error: { message, type: typeOf(status), param, code } })

/** What a failure of inference is to a caller elsewhere: little of it is theirs to know. */
export function refusalOf({ code, message }: Failure): Refusal {
  switch (code) {
    case 'model.context_full':
      return refuse('context_length_exceeded', message)
    case 'model.schema':
      return refuse('invalid_schema', message)
    default:
      return refuse('model_unavailable', 'The model did not answer. Try again.')
  }
}
