/** What tools may ask of the holdings, over the real recall and store, and never above the station's ceiling. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Block } from '../domain/document.ts'
import { permits } from '../domain/label.ts'
import { fail, ok } from '../domain/result.ts'
import { unknownCollection } from '../handlers/collections.ts'
import type { Services } from '../handlers/services.ts'
import type { DocumentRow } from '../store/documents.ts'
import type { PassageRow } from '../store/passages.ts'
import type { HeldDocument, HeldPassage, ToolHoldings } from '../tools/holdings.ts'

export type HoldingParts = Pick<Services, 'recall' | 'reader' | 'labels' | 'documents' | 'collections' | 'ceiling'>

const limits = { blocksPerRead: 1_000 } as const

const unknownPassage = fail('passage.unknown', 'There is no such passage.', 'Search again; the document may have been removed.')
const unknownDocument = fail('document.unknown', 'There is no such document.', 'List the documents to see what there is.')
const noTable = fail('table.none', 'This document is no table.', 'Query a CSV document, or read this one.')

const toPassage = ({ passageId, documentId, file, heading, text, locator, label }: PassageRow): HeldPassage => ({
  ...{ passageId, documentId, file, heading, text, locator, label },
})
const toDocument = ({ publicId, file, title, format, collection, passages, label }: DocumentRow): HeldDocument => ({
  ...{ documentId: publicId, file, title, format, collection, passages, label },
})

/** Rows of a table by the columns their cells name; a cell without a name is its place. */
function tableOf(blocks: readonly Block[]): { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const columns: string[] = []
  const rows = blocks
    .filter(({ kind }) => kind === 'row')
    .map(({ text, parts }) => {
      const row: string[] = []
      for (const [at, { start, end, locator }] of parts.entries()) {
        const name = (locator.kind === 'row' ? locator.column : null) ?? `column ${at + 1}`
        if (!columns.includes(name)) columns.push(name)
        row[columns.indexOf(name)] = text.slice(start, end)
      }
      return row
    })
  return { columns, rows: rows.map((row) => columns.map((_, at) => row[at] ?? '')) }
}

export function createToolHoldings({ recall, reader, labels, documents, collections, ceiling }: HoldingParts): ToolHoldings {
  const visible = () => labels.idsWithin(ceiling())
  const find = (documentId: string): DocumentRow | null => {
    const row = documents.find(documentId)
    return row !== null && permits(ceiling(), row.label) ? row : null
  }
  /** A collection's row by its name or id; undefined when it names none. */
  const collectionOf = (name: string | null): number | null | undefined =>
    name === null ? null : collections.list().find((row) => row.name === name || row.publicId === name)?.id

  return {
    search: async (query, name, count, signal) => {
      const collection = collectionOf(name)
      if (collection === undefined) return unknownCollection
      const found = await recall.search({ query, collections: collection === null ? null : [collection], labels: visible(), count, signal })
      return found.ok ? ok(found.value.hits.map(({ passage }) => toPassage(passage))) : found
    },
    readPassage: async (passageId) => {
      const [documentId = '', ordinal] = passageId.split('.')
      const number = documents.passageNumber(documentId, Number(ordinal))
      const read = number === null ? unknownPassage : await reader.readPassages([number], { collections: null, labels: visible() })
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
      const { items, total } = documents.list({ collectionId, contains: '', limit: count, offset: from })
      return ok({ documents: items.filter(({ label }) => permits(ceiling(), label)).map(toDocument), total })
    },
    readTable: async (documentId) => {
      const row = find(documentId)
      if (row === null) return unknownDocument
      const blocks: Block[] = []
      for (;;) {
        const page = documents.blocks(row.id, blocks.length, limits.blocksPerRead)
        blocks.push(...page.blocks)
        if (page.blocks.length === 0 || blocks.length >= page.total) break
        // Others get their turn between two pages of a long table.
        await nextTurn()
      }
      const table = tableOf(blocks)
      return table.rows.length === 0 ? noTable : ok({ documentId, file: row.file, label: row.label, ...table })
    },
  }
}
