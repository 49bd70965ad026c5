/** Reads the JSON of a request, within its limit. What is too large, of another type or no JSON is refused, and never held. */
import type { IncomingMessage } from 'node:http'
import type { Limits } from './limits.ts'
import { bad, type Checked, good } from './refusals.ts'

const tooLarge = (limits: Limits) => bad('body_too_large', `A request may have ${limits.bodyBytesMax} bytes.`)

async function readBytes(request: IncomingMessage, limits: Limits): Promise<Checked<Buffer>> {
  if (Number(request.headers['content-length'] ?? 0) > limits.bodyBytesMax) return tooLarge(limits)
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    // Not destroyed at an early end: the refusal still has to go out on the same socket.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > limits.bodyBytesMax) return tooLarge(limits)
      chunks.push(chunk)
    }
  } catch {
    return bad('request_timeout', 'The request did not come to its end.')
  }
  return good(Buffer.concat(chunks))
}

export async function readJson(request: IncomingMessage, limits: Limits): Promise<Checked<unknown>> {
  const { 'content-type': type, 'content-encoding': encoding } = request.headers
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/json' || (encoding !== undefined && encoding !== 'identity'))
    return bad('unsupported_media_type', 'The body must be JSON, sent as application/json without compression.')
  const bytes = await readBytes(request, limits)
  if (!bytes.ok) return bytes
  try {
    return good(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value)) as unknown)
  } catch {
    return bad('invalid_json', 'The body is not JSON in UTF-8.')
  }
}
