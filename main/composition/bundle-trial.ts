/** Has a model work before it may serve: one that loads and writes nothing is of no use to anybody. */
import type { ServedRole } from '../airgap/activate.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Inference } from '../world.ts'

const unhealthy = (role: ServedRole, why: string) =>
  fail(
    'bundle.unhealthy',
    `The model for ${role === 'chat' ? 'answers' : 'search'} failed its trial: ${why}`,
    'What served before goes on. Ask for another bundle.',
  )

export const createTrial =
  (inference: Inference) =>
  async (role: ServedRole, modelId: string, signal: AbortSignal | undefined): Promise<Result<null>> => {
    const common = { modelId, isBackground: true, ...(signal === undefined ? {} : { signal }) }
    if (role === 'embed') {
      const reply = await inference.embed({ texts: ['The eastern quay is deep.'], ...common })
      if (!reply.ok) return unhealthy(role, reply.error.message)
      const [vector] = reply.value.vectors
      const length = vector === undefined ? 0 : Math.hypot(...vector)
      return Number.isFinite(length) && length > 0 ? ok(null) : unhealthy(role, 'it gave no vector.')
    }
    const messages = [{ role: 'user' as const, text: 'Say in one sentence what a quay is.' }]
    const reply = await inference.chat({ messages, schema: null, tokensMax: 12, seed: 1, temperature: 0, ...common })
    if (!reply.ok) return unhealthy(role, reply.error.message)
    return reply.value.completionTokens > 0 ? ok(null) : unhealthy(role, 'it wrote nothing.')
  }
