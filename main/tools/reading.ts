/** What tools that read the holdings share: how much of it a reply may hold, and how a passage is shown. */
import { describeLocator } from '../domain/locator.ts'
import type { Artifact } from '../domain/tool.ts'
import type { HeldPassage } from './holdings.ts'

export const readingLimits = {
  timeoutMs: 20_000,
  outputBytesMax: 48 * 1024,
  textCharsMax: 8_000,
  idCharsMax: 64,
  nameCharsMax: 120,
  headingCharsMax: 300,
} as const

/** Text of a document as it is handed on; `isCut` says that it goes on. */
export const shortened = (text: string): { readonly text: string; readonly isCut: boolean } =>
  text.length > readingLimits.textCharsMax
    ? { text: text.slice(0, readingLimits.textCharsMax).toWellFormed(), isCut: true }
    : { text: text.toWellFormed(), isCut: false }

/** The first items that fit into a reply together. */
export function fitting<T>(items: readonly T[]): readonly T[] {
  let bytes = 0
  const over = items.findIndex((item) => {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1
    return bytes > readingLimits.outputBytesMax
  })
  return over < 0 ? items : items.slice(0, over)
}

export const showPassage = ({ passageId, documentId, file, heading, text, locator }: HeldPassage) => ({
  passageId,
  documentId,
  file,
  heading: heading.slice(0, readingLimits.headingCharsMax).toWellFormed(),
  place: describeLocator(locator),
  ...shortened(text),
})

export const passageArtifact = ({ passageId, documentId }: { readonly passageId: string; readonly documentId: string }): Artifact => ({
  kind: 'passage',
  passageId,
  documentId,
})
