/** Says which passages of a draft this machine's model has no room for, so that another run may be given them. Asks no model for an answer. */
import { buildContext, type ContextRequest } from '../context/build.ts'
import { type DraftParts, draftParts, type FoundPassage } from './draft.ts'

export interface DraftedFrom {
  readonly modelId: string
  readonly instructions: string
  readonly question: string
  /** Best first. */
  readonly passages: readonly FoundPassage[]
}

/** None where all of them fit, and where it cannot be said: whoever drafts will be told why. */
export async function passagesBeyond(
  { inference, allowance, redact }: Pick<DraftParts, 'inference' | 'allowance' | 'redact'>,
  { modelId, instructions, question, passages }: DraftedFrom,
): Promise<readonly FoundPassage[]> {
  const request: ContextRequest = {
    parts: draftParts(instructions, question, passages),
    countTokens: (messages, pieces) => inference.countTokens(modelId, messages, pieces),
    ...{ allowance: allowance(), redact },
  }
  const whole = await buildContext({ ...request, canDelegate: true })
  if (whole.ok || whole.error.code !== 'context.delegate') return []
  const alone = await buildContext(request)
  return alone.ok ? passages.slice(alone.value.included.length) : []
}
