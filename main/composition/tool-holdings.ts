/** What tools may ask of the holdings, over the real recall and store, and never above the station's ceiling. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type DataSources, permitsSource } from '../domain/data-sources.ts'
import type { Block } from '../domain/document.ts'
import { permits } from '../domain/label.ts'
import { fail, ok } from '../domain/result.ts'
import { unknownCollection } from '../handlers/collections.ts'
import type { Services } from '../handlers/services.ts'
import type { DocumentRow } from '../store/documents.ts'
import type { PassageRow } from '../store/passages.ts'
import type { HeldDocument, HeldPassage, ToolHoldings } from '../tools/holdings.ts'

export type HoldingParts = Pick<Services, 'recall' | 'reader' | 'labels' | 'documents' | 'collections' | 'ceiling'>

const limits = { blocksPerRead: 500, rowsPerTurn: 5_000 } as const

const unknownPassage = fail('passage.unknown', 'There is no such passage.', 'Search again; the document may have been removed.')
const unknownDocument = fail('document.unknown', 'There is no such document.', 'List the documents to see what there is.')
const noTable = fail('table.none', 'This document is no table.', 'Query a CSV document, or read this one.')

const toPassage = ({ passageId, documentId, file, heading, text, locator, label }: PassageRow): HeldPassage => ({
  ...{ passageId, documentId, file, heading, text, locator, label },
})
const toDocument = ({ publicId, file, title, format, collection, passages, label }: DocumentRow): HeldDocument => ({
  ...{ documentId: publicId, file, title, format, collection, passages, label },
})

/** Takes up rows of a table by the columns their cells name; a cell without a name is its place. A row is short where the table grew wider later. */
function createTable() {
  const places = new Map<string, number>()
  const rows: string[][] = []
  const placeOf = (name: string): number => {
    const place = places.get(name) ?? places.size
    places.set(name, place)
    return place
  }
  return {
    columns: () => [...places.keys()],
    rows,
    add: (blocks: readonly Block[]) => {
      for (const { kind, text, parts } of blocks) {
        if (kind !== 'row') continue
        const row: string[] = []
        for (const [at, { start, end, locator }] of parts.entries()) {
          const name = (locator.kind === 'row' ? locator.column : null) ?? `column ${at + 1}`
          row[placeOf(name)] = text.slice(start, end)
        }
        rows.push(row)
      }
    },
  }
}

/** `sources`: what the agent may retrieve; anything else is not there for it. */
export function createToolHoldings(
  { recall, reader, labels, documents, collections, ceiling }: HoldingParts,
  sources: DataSources | null,
): ToolHoldings {
  const visible = () => labels.idsWithin(ceiling())
  const find = (documentId: string): DocumentRow | null => {
    const row = documents.find(documentId)
    const isPermitted = row !== null && (sources === null || permitsSource(sources, row.collection, row.file))
    return isPermitted && permits(ceiling(), row.label) ? row : null
  }
  /** A collection's row by its name or id; undefined when it names none. */
  const collectionOf = (name: string | null): number | null | undefined =>
    name === null ? null : collections.list().find((row) => row.name === name || row.publicId === name)?.id

  return {
    search: async (query, name, count, signal) => {
      const collection = collectionOf(name)
      if (collection === undefined) return unknownCollection
      const found = await recall.search({
        query,
        collections: collection === null ? null : [collection],
        labels: visible(),
        sources,
        count,
        signal,
      })
      return found.ok ? ok(found.value.hits.map(({ passage }) => toPassage(passage))) : found
    },
    readPassage: async (passageId) => {
      const [documentId = '', ordinal] = passageId.split('.')
      const number = documents.passageNumber(documentId, Number(ordinal))
      const read = number === null ? unknownPassage : await reader.readPassages([number], { collections: null, labels: visible(), sources })
      if (!read.ok) return read
      const [passage] = read.value
      return passage === undefined ? unknownPassage : ok(toPassage(passage))
    },
    readDocument: async (documentId, from, count) => {
      const row = find(documentId)
      if (row === null) return unknownDocument
      const { blocks, total } = documents.blocks(row.id, from, count)
      return ok({ document: toDocument(row), blocks: blocks.map(({ text }) => text), total })
    },
    listDocuments: async (name, from, count) => {
      const collectionId = collectionOf(name)
      if (collectionId === undefined) return unknownCollection
      const { items, total } = documents.list({ collectionId, contains: '', sources, labels: visible(), limit: count, offset: from })
      return ok({ documents: items.map(toDocument), total })
    },
    readTable: async (documentId) => {
      const row = find(documentId)
      if (row === null) return unknownDocument
      const table = createTable()
      for (let read = 0; ; ) {
        const page = documents.blocks(row.id, read, limits.blocksPerRead)
        table.add(page.blocks)
        read += page.blocks.length
        if (page.blocks.length === 0 || read >= page.total) break
        // Others get their turn between two pages of a long table.
        await nextTurn()
      }
      const columns = table.columns()
      for (const [at, cells] of table.rows.entries()) {
        for (let place = 0; place < columns.length; place++) cells[place] ??= ''
        if (at % limits.rowsPerTurn === limits.rowsPerTurn - 1) await nextTurn()
      }
      return table.rows.length === 0 ? noTable : ok({ documentId, file: row.file, label: row.label, columns, rows: table.rows })
    },
  }
}
