/** Reads a document from any place on, as many blocks as a reply can hold. */
import * as z from 'zod'
import { idOf } from '../domain/ids.ts'
import { ok } from '../domain/result.ts'
import { fitting, readingLimits, shortened } from './reading.ts'
import type { Tool } from './tool.ts'

const limits = { fromMax: 100_000, countMax: 100, countDefault: 30 } as const

const Input = z.strictObject({
  documentId: idOf('doc').max(readingLimits.idCharsMax),
  /** The first block, counted from 0. */
  from: z.int().min(0).max(limits.fromMax).default(0),
  count: z.int().min(1).max(limits.countMax).default(limits.countDefault),
})
type Input = z.infer<typeof Input>

export const readDocument: Tool<Input> = {
  name: 'read_document',
  summary: 'Read a document by its id, block by block (headings, paragraphs, rows)',
  input: Input,
  effect: 'read',
  risk: 'read',
  timeoutMs: readingLimits.timeoutMs,
  trusted: [],
  estimateBytes: () => 0,
  preview: async ({ documentId, from }) => ok({ summary: `Reads document ${documentId} from block ${from}.`, diff: null, undo: null }),
  perform: async ({ documentId, from, count }, { holdings }) => {
    const found = await holdings.readDocument(documentId, from, count)
    if (!found.ok) return found
    const { document, total } = found.value
    const blocks = fitting(found.value.blocks.map((text, index) => ({ block: from + index, ...shortened(text) })))
    const next = from + blocks.length
    return ok({
      output: {
        documentId,
        file: document.file,
        title: document.title,
        blocks,
        total,
        next: blocks.length > 0 && next < total ? next : null,
      },
      artifacts: [{ kind: 'document', documentId }],
      label: document.label,
      bytesWritten: 0,
    })
  },
}
