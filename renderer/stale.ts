/** Which answers of which calls an event makes out of date. The only place that knows. */
import type { CallName } from '../main/contract/calls.ts'
import type { RecordedEvent } from '../main/domain/recorded-event.ts'

const holdings: readonly CallName[] = ['documents.list', 'documents.get', 'collections.list', 'station.status', 'search.query']
const imports: readonly CallName[] = ['imports.list', 'imports.get', 'imports.files']
const models: readonly CallName[] = ['models.list', 'station.status']
const runs: readonly CallName[] = ['runs.list', 'runs.get']
const conversations: readonly CallName[] = ['conversations.get', 'conversations.list']

export function staleAfter({ event }: RecordedEvent): readonly CallName[] {
  switch (event.type) {
    case 'station.configured':
      return ['station.status']
    case 'collection.created':
      return ['collections.list', 'station.status']
    case 'import.started':
      return imports
    case 'import.finished':
    case 'document.added':
      return [...imports, ...holdings]
    case 'document.refused':
      return imports
    case 'document.removed':
      return [...holdings, 'documents.blocks', 'passages.get']
    case 'model.admitted':
    case 'model.activated':
    case 'model.verified':
      return models
    case 'run.created':
      return [...runs, ...conversations, 'station.status']
    case 'run.completed':
    case 'run.failed':
    case 'run.aborted':
      return [...runs, ...conversations, 'ask.answer', 'station.status']
    default:
      return [...runs, 'conversations.get']
  }
}
