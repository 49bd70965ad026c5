/** `/v1/embeddings`: texts as vectors of unit length. A text that is longer than the model's context is refused, never cut. */
import * as z from 'zod'
import type { Call } from './call.ts'
import { checkNames, faultOf } from './chat-request.ts'
import { chooseModel } from './labels.ts'
import { limits as usual } from './limits.ts'
import { bad, type Checked, good, type Refusal, refusalOf } from './refusals.ts'

const Fields = z.object({
  model: z.string().min(1).max(usual.modelCharsMax),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(usual.textsMax)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
})

function read(body: unknown): Checked<{ readonly model: string; readonly texts: readonly string[]; readonly isBase64: boolean }> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return bad('invalid_value', 'The body must be an object.')
  const names = checkNames({ ...body }, Object.keys(Fields.shape))
  if (!names.ok) return names
  const parsed = Fields.safeParse(body)
  if (!parsed.success) return faultOf(parsed.error)
  const { model, input, encoding_format } = parsed.data
  return good({ model, texts: typeof input === 'string' ? [input] : input, isBase64: encoding_format === 'base64' })
}

/** Little-endian, as every machine that this runs on has them. */
const base64 = (vector: Float32Array): string => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')

/** Null when it was answered. */
export async function embeddings(call: Call): Promise<Refusal | null> {
  const { core, key, label, reply, signal } = call
  const body = await call.body()
  if (!body.ok) return body.refusal
  const order = read(body.value)
  if (!order.ok) return order.refusal
  const { model: wanted, texts, isBase64 } = order.value
  const chosen = chooseModel(await core.models(), wanted, 'embed', key, label)
  if (!chosen.ok) return chosen.refusal
  const modelId = chosen.value.id
  // No tokenizer makes more tokens than there are bytes, and one for the space that it may put before them.
  const tokensMost = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
  const refused = call.admit({ modelId, promptTokens: tokensMost, completionTokens: 0 })
  if (refused !== null) return refused
  const embedded = await core.inference.embed({ modelId, texts, isBackground: true, isWhole: true, signal })
  if (!embedded.ok) return refusalOf(embedded.error)
  const { vectors, tokens } = embedded.value
  call.settle({ promptTokens: tokens, completionTokens: 0 }, null)
  reply.json({
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: isBase64 ? base64(vector) : [...vector] })),
    model: modelId,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  })
  return null
}
