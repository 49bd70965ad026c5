/** Search: ranked passages with the reason for each rank. */
import type { SearchHit } from '../contract/holdings.ts'
import type { Handlers } from '../dispatch.ts'
import { ok } from '../domain/result.ts'
import type { RecallHit } from '../memory/recall.ts'
import type { PassageRow } from '../store/passages.ts'
import { findCollection } from './collections.ts'
import type { Services } from './services.ts'

function toHit({ rank, passage, score, coverage, trace }: RecallHit<PassageRow>): SearchHit {
  const { passageId, documentId, file, collection, heading, text, locator, label } = passage
  return { rank, passageId, documentId, file, collection, heading, text, locator, label, score, coverage, trace: [...trace] }
}

export const searchHandlers = (services: Services): Pick<Handlers, 'search.query'> => ({
  'search.query': async ({ query, collection: name, top }, caller) => {
    const { recall, labels, ceiling } = services
    const collection = findCollection(services, name)
    if (!collection.ok) return collection
    const collections = collection.value === null ? null : [collection.value.id]
    const found = await recall.search({
      query,
      collections,
      labels: services.sightOf(caller.account)?.labelIds() ?? labels.idsWithin(ceiling()),
      count: top,
    })
    if (!found.ok) return found
    const { hits, embedder, vectorSearch, tookMs } = found.value
    return ok({ query, hits: hits.map(toHit), embedder, vectorSearch, tookMs })
  },
})
