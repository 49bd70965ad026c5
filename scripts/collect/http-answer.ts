/** One request for a file: redirects are followed by hand, to places that are allowed, and what is no file is told from one. */
import { refuse } from '../refuse.ts'
import { isSafe, mayHandOver, type Source } from './sources.ts'

/** Worth another try: the connection was cut, nothing came, or the server is busy. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly waitMs: number | null
  constructor(message: string, waitMs: number | null = null) {
    super(message)
    this.waitMs = waitMs
  }
}

const redirectsMax = 5
const retryAfterMsMax = 60_000

export interface Answer {
  readonly response: Response
  /** What the place of publication says of the file, before it hands over. */
  readonly published: { readonly sha256: string | null; readonly sizeBytes: number | null; readonly revision: string | null }
}

export interface Asking {
  readonly url: string
  readonly source: Source
  /** Bytes that are here already. */
  readonly from: number
  /** The file's mark when those were fetched; null asks without. */
  readonly mark: string | null
  readonly signal: AbortSignal
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)
const quoted = (text: string | null): string | null => /^"?([0-9a-f]{64})"?$/.exec(text ?? '')?.[1] ?? null
const commit = (text: string | null): string | null => (/^[0-9a-f]{40}$/.test(text ?? '') ? text : null)

/** Hugging Face says in headers of its own what lies behind the redirect: the hash of the file, its size and the commit. */
const publishedIn = ({ headers }: Response): Answer['published'] => ({
  sha256: quoted(headers.get('x-linked-etag')),
  sizeBytes: /^\d{1,15}$/.test(headers.get('x-linked-size') ?? '') ? Number(headers.get('x-linked-size')) : null,
  revision: commit(headers.get('x-repo-commit')),
})

async function ask(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers, signal, redirect: 'manual', credentials: 'omit', cache: 'no-store' })
  } catch (error) {
    signal.throwIfAborted()
    const { cause } = error as { cause?: unknown }
    throw new Interrupted(cause instanceof Error ? cause.message : String(error))
  }
}

function throwIfBad({ status, headers }: Response, url: URL): void {
  const type = headers.get('content-type') ?? ''
  if (status === 429 || status >= 500) {
    const seconds = /^\d{1,6}$/.test(headers.get('retry-after') ?? '') ? Number(headers.get('retry-after')) : null
    throw new Interrupted(`${url.host} answered ${status}`, seconds === null ? null : Math.min(seconds * 1_000, retryAfterMsMax))
  }
  if (status === 401 || status === 403)
    refuse(`${url.host} wants a log-in for ${url.pathname}.`, 'Accept its terms there, fetch it by hand, and give it with --from DIR.')
  if (status === 404) refuse(`${url.href} is not there.`, 'Look for it at its makers, and correct the list.')
  if (status !== 200 && status !== 206 && status !== 416)
    refuse(`${url.host} answered ${status} for ${url.pathname}.`, 'Try another time, or a mirror.')
  if (type.startsWith('text/html'))
    refuse(
      `${url.host} sent a page and no file for ${url.pathname}.`,
      'A proxy or a log-in stands before it; look at the address in a browser.',
    )
  if (!['', 'identity'].includes(headers.get('content-encoding') ?? ''))
    refuse(`${url.host} sent the file in another encoding.`, 'Ask without the proxy that changes it.')
}

/** Throws `Interrupted` for what may be tried again, and a refusal for what may not. */
export async function askForFile({ url, source, from, mark, signal }: Asking): Promise<Answer> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', accept: '*/*' }
  if (from > 0) headers.range = `bytes=${from}-`
  if (from > 0 && mark !== null) headers['if-range'] = mark
  let at = new URL(url)
  if (!isSafe(at)) refuse(`${url} is not reached over TLS.`, 'Give a mirror that is.')
  let published: Answer['published'] = { sha256: null, sizeBytes: null, revision: null }
  for (let hops = 0; hops <= redirectsMax; hops++) {
    const response = await ask(at, headers, signal)
    const said = publishedIn(response)
    // The place of publication is the first that says it; a host that it hands over to is not asked.
    published = {
      sha256: published.sha256 ?? (hops === 0 ? said.sha256 : null),
      sizeBytes: published.sizeBytes ?? (hops === 0 ? said.sizeBytes : null),
      revision: published.revision ?? (hops === 0 ? said.revision : null),
    }
    if (!isRedirect(response.status)) {
      throwIfBad(response, at)
      return { response, published }
    }
    await response.body?.cancel()
    const location = response.headers.get('location') ?? ''
    const to = URL.canParse(location, at.href)
      ? new URL(location, at.href)
      : refuse(`${at.host} redirects to nowhere.`, 'Try another time, or a mirror.')
    if (!mayHandOver(source, at, to))
      refuse(`${at.host} hands over to ${to.protocol}//${to.host}, which is not allowed.`, 'Give the file with --from DIR.')
    at = to
  }
  return refuse(`${new URL(url).host} redirects without end.`, 'Try another time, or a mirror.')
}
