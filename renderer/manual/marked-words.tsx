/** A text of the manual in which the words that were looked for are marked. */
import { SourceText } from '../documents/source-text.tsx'
import { spansOf } from './search.ts'

export function MarkedWords({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  const marks = spansOf(text, words)
  return marks.length === 0 ? text : <SourceText text={text} marks={marks} />
}
