/** Lists the documents that a run may read, page by page. */
import * as z from 'zod'
import { joinAll } from '../domain/label.ts'
import { ok } from '../domain/result.ts'
import { fitting, readingLimits } from './reading.ts'
import type { Tool } from './tool.ts'

const limits = { pageDocuments: 50, fromMax: 100_000 } as const

const Input = z.strictObject({
  /** A collection's name or id; null lists all. */
  collection: z.string().min(1).max(readingLimits.nameCharsMax).nullable().default(null),
  /** How many documents to pass over. */
  from: z.int().min(0).max(limits.fromMax).default(0),
})
type Input = z.infer<typeof Input>

export const listDocuments: Tool<Input> = {
  name: 'list_documents',
  summary: 'List the documents, with their ids, formats and collections',
  input: Input,
  effect: 'read',
  risk: 'read',
  timeoutMs: readingLimits.timeoutMs,
  trusted: [],
  estimateBytes: () => 0,
  preview: async ({ collection }) => ok({ summary: `Lists the documents of ${collection ?? 'all collections'}.`, diff: null, undo: null }),
  perform: async ({ collection, from }, { holdings }) => {
    const found = await holdings.listDocuments(collection, from, limits.pageDocuments)
    if (!found.ok) return found
    const { documents, total } = found.value
    const shown = fitting(documents.map(({ label: _, ...document }) => document))
    const next = from + shown.length
    return ok({
      output: { documents: shown, total, next: shown.length > 0 && next < total ? next : null },
      artifacts: shown.map(({ documentId }) => ({ kind: 'document', documentId })),
      // File names and titles are data of their documents.
      label: documents.length === 0 ? null : joinAll(documents.map(({ label }) => label)),
      bytesWritten: 0,
    })
  },
}
