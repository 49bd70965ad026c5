/** What a run was shown of the holdings, as its events and the replies of its calls tell it. Reads only. */
import { readJson } from '../domain/canonical-json.ts'
import type { RecordedEvent } from '../domain/recorded-event.ts'
import { type Artifact, ToolReply } from '../domain/tool.ts'

export interface ShownParts {
  readonly readStream: (stream: string) => readonly RecordedEvent[]
  /** Null after a purge. */
  readonly readBody: (body: string) => string | null
}

/** A passage by its id, which begins with its document's. */
export const passageArtifact = (passageId: string): Artifact => ({
  ...{ kind: 'passage', passageId },
  documentId: passageId.slice(0, Math.max(0, passageId.indexOf('.'))),
})

/** The passages of its contexts, and what its calls read or wrote; of a copied step also what the run was shown that made it. */
export function shownTo(runId: string, { readStream, readBody }: ShownParts): readonly Artifact[] {
  const passages = new Set<string>()
  const rest: Artifact[] = []
  const runs = new Set([runId])
  for (const id of runs) {
    for (const { event } of readStream(id)) {
      if (event.type === 'context.built') for (const passage of event.passages) passages.add(passage)
      if (event.type === 'step.copied') runs.add(event.from.runId)
      const output = 'output' in event ? event.output : null
      const reply = output === null ? null : ToolReply.safeParse(readJson(readBody(output.body) ?? ''))
      for (const artifact of reply?.data?.artifacts ?? []) {
        if (artifact.kind === 'passage') passages.add(artifact.passageId)
        else rest.push(artifact)
      }
    }
  }
  return [...[...passages].map(passageArtifact), ...rest]
}
