/** What the core and the parser process say to each other. The core asks for each batch, so that it is never sent more than it can take. */
import * as z from 'zod'
import { Block, DocumentFormat, MissingPart, PageSize } from '../../domain/document.ts'
import { parseLimits } from './limits.ts'

export type ToParser =
  | { readonly kind: 'open'; readonly fileName: string; readonly sizeBytes: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'next' }

/** One answer to `next`. The parser has read strangers' bytes, so the core trusts its shape no more than any file's. */
export const Batch = z.strictObject({
  blocks: z.array(Block),
  pages: z.array(PageSize),
  missing: z.array(MissingPart),
  marginLines: z.array(z.string().max(parseLimits.marginLineCharsMax)).max(parseLimits.marginLinesMax),
  end: z.strictObject({ format: DocumentFormat, title: z.string().max(parseLimits.titleCharsMax).nullable() }).nullable(),
})
export type Batch = z.infer<typeof Batch>

/** Sent whenever a page, or a stretch of a document without pages, is finished. */
export const Progress = z.strictObject({ done: z.number(), total: z.number().nullable() })
export type Progress = z.infer<typeof Progress>
