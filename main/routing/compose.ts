/** The exact bytes of a request to an endpoint: the same request gives the same bytes, so that what was seen is what is sent. */
import { hash } from 'node:crypto'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Digest } from '../domain/digest.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { costMicros } from '../domain/route-decide.ts'
import { tokensAtMost } from '../domain/token-estimate.ts'
import type { OutsideRequest, OutsideTask } from '../world.ts'

const limits = { bodyBytesMax: 8 * 1024 * 1024 } as const

const tooLarge = fail('crossing.too_large', 'The request is larger than anything that is sent.', 'Ask with fewer passages.')
const noModel = fail('tier.unknown_model', 'The endpoint has no such model.', 'List the tiers to see which models it has.')

export const digestOf = (body: string): Digest => ({ alg: 'sha256', value: hash('sha256', body, 'hex') })

export function composeRequest(endpoint: Endpoint, model: string, task: OutsideTask): Result<OutsideRequest> {
  const { messages, schema, tokensMax, seed, temperature, stop = [] } = task
  const known = endpoint.models.find(({ name }) => name === model)
  if (known === undefined) return noModel
  const body = canonicalJson({
    model,
    messages: messages.map(({ role, text }) => ({ role, content: text })),
    ...{ max_tokens: tokensMax, seed, temperature, stream: true, stream_options: { include_usage: true } },
    ...(stop.length === 0 ? {} : { stop: [...stop] }),
    ...(schema === null ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } }),
  })
  if (Buffer.byteLength(body) > limits.bodyBytesMax) return tooLarge
  const promptTokens = tokensAtMost(messages.map(({ text }) => text))
  const reserved = { promptTokens, completionTokens: tokensMax, costMicros: costMicros(known, promptTokens, tokensMax) }
  return ok({ endpointId: endpoint.id, model, body, digest: digestOf(body), reserved })
}
