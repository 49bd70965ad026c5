/** The one stream as an account may see it: what is above its clearance is not told. Whoever may see everything gets all of it untouched. */
import type { FeedItem } from '../contract/runs.ts'
import type { Services } from './services.ts'

type Parts = Pick<Services, 'sightOf' | 'runs' | 'imports'>

/** Null where nothing is left to tell. */
function seen(item: FeedItem, { sightOf, runs, imports }: Parts, account: string): FeedItem | null {
  const sight = sightOf(account)
  if (sight === null || item.kind === 'embedding') return item
  const isRunSeen = (runId: string): boolean => {
    const label = runs.get(runId)?.label
    return label !== undefined && sight.permits(label)
  }
  const isImportSeen = (importId: string): boolean => {
    const label = imports.get(importId)?.label
    return label !== undefined && sight.permits(label)
  }
  switch (item.kind) {
    case 'snapshot':
      return {
        ...item,
        live: item.live.filter(({ runId }) => isRunSeen(runId)),
        imports: item.imports.filter(({ id }) => isImportSeen(id)),
      }
    case 'event':
      return sight.permits(item.event.label) ? item : null
    case 'import':
      return isImportSeen(item.import.id) ? item : null
    default:
      return isRunSeen(item.runId) ? item : null
  }
}

export const seenFeed =
  (parts: Parts, account: string, listen: (item: FeedItem) => void) =>
  (item: FeedItem): void => {
    const told = seen(item, parts, account)
    if (told !== null) listen(told)
  }
