/** Finds passages of the holdings by words and by meaning. */
import * as z from 'zod'
import { joinAll } from '../domain/label.ts'
import { ok } from '../domain/result.ts'
import { fitting, passageArtifact, readingLimits, showPassage } from './reading.ts'
import type { Tool } from './tool.ts'

const limits = { queryCharsMax: 500, countMax: 10, countDefault: 5 } as const

const Input = z.strictObject({
  query: z.string().trim().min(1).max(limits.queryCharsMax),
  /** A collection's name or id; null searches all. */
  collection: z.string().min(1).max(readingLimits.nameCharsMax).nullable().default(null),
  count: z.int().min(1).max(limits.countMax).default(limits.countDefault),
})
type Input = z.infer<typeof Input>

export const searchHoldings: Tool<Input> = {
  name: 'search_holdings',
  summary: 'Find passages in the documents by a question or by words',
  input: Input,
  effect: 'read',
  risk: 'read',
  timeoutMs: readingLimits.timeoutMs,
  trusted: [],
  estimateBytes: () => 0,
  preview: async ({ query, collection }) =>
    ok({ summary: `Searches ${collection ?? 'all documents'} for: ${query}`, diff: null, undo: null }),
  perform: async ({ query, collection, count }, { holdings, signal }) => {
    const found = await holdings.search(query, collection, count, signal)
    if (!found.ok) return found
    const passages = fitting(found.value.map(showPassage))
    return ok({
      output: { passages, leftOut: found.value.length - passages.length },
      artifacts: passages.map(passageArtifact),
      label: passages.length === 0 ? null : joinAll(found.value.map(({ label }) => label)),
      bytesWritten: 0,
    })
  },
}
