/** The client of endpoints asks a server of a test: what came of it, within its limits. */
import { expect } from 'vitest'
import type { Digest } from '../../main/domain/digest.ts'
import type { EndpointSecret } from '../../main/domain/endpoint.ts'
import { type Label, unclassified } from '../../main/domain/label.ts'
import { composeRequest } from '../../main/routing/compose.ts'
import { type ClientLimits, createEndpointClient } from '../../main/routing/endpoint-client.ts'
import type { EgressTarget } from '../../main/world.ts'
import { createAuthority } from './certificates.ts'
import { type Answer, serve } from './hostile-endpoint.ts'
import { endpointOf } from './route-cases.ts'
import { testId } from './test-core.ts'

export const authority = createAuthority()
export const own = authority.issue({ names: ['models.site'] })
export const server = { key: own.key, cert: own.certificate }
/** Long enough for a busy machine where the time is not what is looked at. */
export const patient: ClientLimits = {
  headersMs: 10_000,
  firstByteMs: 10_000,
  silenceMs: 10_000,
  totalMs: 20_000,
  headerBytesMax: 16 * 1024,
}
export const hurried: ClientLimits = { ...patient, headersMs: 400, firstByteMs: 400, silenceMs: 300, totalMs: 1_000 }
export const slackMs = 2_500

export const permitted: EgressTarget[] = []
export const clientWith = (under: ClientLimits) =>
  createEndpointClient({
    permitEgress: (to, work) => {
      permitted.push(to)
      return work()
    },
    limits: under,
  })

export const task = {
  messages: [{ role: 'user', text: 'How deep is the quay?' }],
  schema: null,
  tokensMax: 200,
  seed: 7,
  temperature: 0,
} as const
const receipt = (endpointId: string, digest: Digest) => ({
  ...{ runId: testId('run', 1), stepId: testId('stp', 1), endpointId, digest, label: unclassified },
})

export interface Asked {
  readonly port: number
  readonly endpoint?: Partial<Parameters<typeof endpointOf>[0]>
  readonly secret?: EndpointSecret | null
  readonly label?: Label
  readonly signal?: AbortSignal
  readonly limits?: ClientLimits
}

/** Asks, and says what came of it: the code or `ok`, the text that was streamed, the reply. */
export async function ask({ port, endpoint: more = {}, secret = null, label = unclassified, signal, limits = patient }: Asked) {
  const endpoint = endpointOf({ host: '127.0.0.1', port, certificateAuthority: authority.certificate, firstTokenMsMax: 1, ...more })
  const request = composeRequest(endpoint, 'large', task)
  if (!request.ok) throw new Error(request.error.code)
  const pieces: string[] = []
  const startedAt = performance.now()
  const reply = await clientWith(limits).ask({
    ...{ endpoint, secret, request: request.value, receipt: receipt(endpoint.id, request.value.digest), label },
    options: { onText: (text) => pieces.push(text), ...(signal === undefined ? {} : { signal }) },
  })
  const tookMs = performance.now() - startedAt
  expect(tookMs).toBeLessThan(limits.totalMs + slackMs)
  return {
    code: reply.ok ? 'ok' : reply.error.code,
    pieces,
    reply: reply.ok ? reply.value : null,
    request: request.value,
  }
}
export const answering = async (answer: Answer, more: Omit<Asked, 'port'> = {}) => {
  const { port } = await serve(server, answer)
  return ask({ port, ...more })
}
