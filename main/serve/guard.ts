/** Which requests are let near at all. A page in a browser is never a caller here, and the door answers under its own names only. */
import type { IncomingMessage } from 'node:http'
import { labelHeader } from '../domain/serve.ts'
import { type Refusal, refuse } from './refusals.ts'

/** Headers that decide something: sent twice, two readers could read them differently. */
const single: ReadonlySet<string> = new Set([
  ...['host', 'authorization', 'content-length', 'content-type', 'transfer-encoding', 'origin', labelHeader],
])
const hostForm = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?$/

export interface OwnNames {
  readonly port: number
  /** Where the port may be left out. */
  readonly usualPort: number
  /** Whether it is a name of ours, without brackets. */
  isOwn(name: string): boolean
}

function hasTwice(raw: readonly string[]): boolean {
  const seen = new Set<string>()
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toLowerCase() ?? ''
    if (single.has(name) && seen.has(name)) return true
    seen.add(name)
  }
  return false
}

function isOwnHost(host: string | undefined, names: OwnNames): boolean {
  const [, name, port] = hostForm.exec(host ?? '') ?? []
  if (name === undefined || Number(port ?? names.usualPort) !== names.port) return false
  return names.isOwn(name.startsWith('[') ? name.slice(1, -1) : name.toLowerCase())
}

/** Null when the request may pass. */
export function guard(request: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url' | 'httpVersion'>, names: OwnNames): Refusal | null {
  const { headers, rawHeaders, url, httpVersion } = request
  if (hasTwice(rawHeaders)) return refuse('malformed_request', 'A header that may stand once stands twice.')
  if (httpVersion !== '1.1' || url?.startsWith('/') !== true || url.startsWith('//'))
    return refuse('malformed_request', 'The request is not one of HTTP/1.1 with a path.')
  if (!isOwnHost(headers.host, names)) return refuse('wrong_host', 'This door answers under its own address only.')
  const site = headers['sec-fetch-site']
  if (headers.origin !== undefined || (site !== undefined && site !== 'none'))
    return refuse('wrong_origin', 'Pages in a browser are not served here.')
  return null
}
