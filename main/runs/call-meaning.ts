/** What a call means in its run: it may name only documents that the run was given or has found. A model that invents one means nothing by it. */
import type { AgentDefinition } from '../domain/agent.ts'
import type { Session } from './session.ts'

const named = /doc_[0-9A-HJKMNP-TV-Z]{26}/g

/** The first document that a call names and that nobody showed to the run; null where there is none. */
export function unseenDocument(
  session: Pick<Session, 'input' | 'readBody' | 'run'>,
  definition: Pick<AgentDefinition, 'prefetch' | 'playbook' | 'deliver'>,
  argumentsText: string,
): string | null {
  const left = new Set(argumentsText.match(named))
  const look = (text: string) => {
    for (const id of left) if (text.includes(id)) left.delete(id)
  }
  if (left.size === 0) return null
  look(session.input)
  look(JSON.stringify([definition.prefetch, definition.playbook, definition.deliver ?? null]))
  for (const step of session.run().steps) {
    if (left.size === 0) return null
    // What a model was shown, and what a tool found; what a model wrote shows nothing.
    const seen = step.kind === 'model' ? step.input : step.output
    if (seen !== null) look(session.readBody(seen.body) ?? '')
  }
  return [...left][0] ?? null
}
