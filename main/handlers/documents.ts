/** Documents, their structure and bytes, and passages with the place of a quote. */
import type { DocumentSummary } from '../contract/holdings.ts'
import type { Handlers } from '../dispatch.ts'
import { findQuote } from '../domain/quote.ts'
import { fail, ok } from '../domain/result.ts'
import { fields, locate, stretches } from '../memory/cite.ts'
import type { BundleImport } from '../store/bundle-imports.ts'
import type { DocumentRow } from '../store/documents.ts'
import { removePassages } from '../store/passages.ts'
import { findCollection } from './collections.ts'
import { operator, type Services } from './services.ts'

const unknown = fail('document.unknown', 'There is no such document, or it was removed.', 'List the documents to see what there is.')
const unknownPassage = fail('passage.unknown', 'There is no such passage, or its document was removed.', 'Ask again.')
const unverified = fail('passage.quote_not_found', 'These words are not in the passage.', 'Open the document without a quote.')

export const toDocument = (row: DocumentRow): DocumentSummary => ({
  id: row.publicId,
  collection: row.collection,
  file: row.file,
  title: row.title,
  format: row.format,
  bytes: row.bytes,
  pages: row.pageCount,
  passages: row.passages,
  missing: [...row.missing],
  label: row.label,
  importedAt: row.importedAt,
})

const toBroughtBy = ({ bundle, channel, seq, title, version }: BundleImport) => ({ bundle, channel, seq, title, version })

type Names = 'documents.list' | 'documents.get' | 'documents.blocks' | 'documents.bytes' | 'documents.remove' | 'passages.get'

export const documentHandlers = (services: Services): Pick<Handlers, Names> => {
  const { tenant, documents, bundleImports, bodies, db, station, upkeep, reader, labels, ceiling, sightOf, dual } = services
  const remove = dual('document.purge', 'documents.remove', ({ documentId }, caller) => {
    const row = documents.find(documentId)
    if (row === null) return unknown
    station.commit(operator(caller), (record) => {
      removePassages(db, tenant, row.id)
      documents.remove(row.id)
      record({ type: 'document.removed', documentId }, row.label)
    })
    bodies.dropFileIfUnused(row.digest)
    upkeep.removed([row.id])
    return ok({ documentId })
  })
  return {
    'documents.list': (input, { account }) => {
      const collection = findCollection(services, input.collection)
      if (!collection.ok) return collection
      const { limit, offset, contains } = input
      const filter = {
        collectionId: collection.value?.id ?? null,
        contains: contains ?? null,
        labels: sightOf(account)?.labelIds() ?? null,
      }
      const { items, total } = documents.list({ ...filter, limit, offset })
      return ok({ items: items.map(toDocument), total })
    },
    'documents.get': ({ documentId }) => {
      const row = documents.find(documentId)
      if (row === null) return unknown
      const brought = bundleImports.broughtBy(documentId)
      return ok({
        document: toDocument(row),
        pages: [...documents.pages(row.id)],
        blockCount: documents.blocks(row.id, 0, 0).total,
        broughtBy: brought === null ? null : toBroughtBy(brought),
      })
    },
    'documents.blocks': ({ documentId, from, limit }) => {
      const row = documents.find(documentId)
      if (row === null) return unknown
      const { blocks, total } = documents.blocks(row.id, from, limit)
      return ok({ from, blocks: [...blocks], total })
    },
    'documents.bytes': ({ documentId, offset, length }) => {
      const row = documents.find(documentId)
      if (row === null) return unknown
      return ok({ offset, total: row.bytes, data: bodies.readFile(row.digest, offset, length).toString('base64') })
    },
    // What is not there waits for nobody.
    'documents.remove': (input, caller) => (documents.find(input.documentId) === null ? unknown : remove(input, caller)),
    'passages.get': async ({ passageId, quote }) => {
      const [documentId = '', ordinal] = passageId.split('.')
      const number = documents.passageNumber(documentId, Number(ordinal))
      if (number === null) return unknownPassage
      const read = await reader.readPassages([number], { collections: null, labels: labels.idsWithin(ceiling()) })
      if (!read.ok) return read
      const [passage] = read.value
      if (passage === undefined) return unknownPassage
      const { text, heading, locator, anchors } = passage
      const span = quote === undefined ? { start: 0, end: text.length } : findQuote(text, quote, fields(anchors))
      if (span === null) return unverified
      const place = quote === undefined ? locator : locate({ locator, anchors }, span)
      return ok({ id: passageId, documentId, text, heading, locator: place, spans: [...stretches(anchors, span)] })
    },
  }
}
