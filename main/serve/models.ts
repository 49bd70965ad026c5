/** `/v1/models`: what a key may ask. */
import type { Call } from './call.ts'
import type { ServedModel } from './core.ts'
import { type Refusal, refuse } from './refusals.ts'

const shown = ({ id, name, role, levels, contextTokens, admittedAt }: ServedModel) => ({
  ...{ id, object: 'model', created: Math.floor(admittedAt / 1000), owned_by: 'holdfast' },
  ...{ name, role, levels, context_tokens: contextTokens },
})

/** One model, or all where `id` is null. Null when it was answered. */
export async function models(call: Call, id: string | null): Promise<Refusal | null> {
  const all = (await call.core.models()).filter((model) => call.key.models?.includes(model.id) !== false)
  if (id === null) {
    call.reply.json({ object: 'list', data: all.map(shown) })
    return null
  }
  const found = all.find((model) => model.id === id)
  if (found === undefined) return refuse('model_not_found', 'There is no such model for this key.', 'model')
  call.reply.json(shown(found))
  return null
}
