/** A passage as a person reads it. Pages of a PDF break every line where the paper ended; the reader's panel has its own width. */
import type { Locator } from '../../../main/domain/locator.ts'

/** A line this much of the longest one was broken by the page, not by its author. */
const fullLineShare = 0.6

/**
 * Joins the lines of a page's paragraphs. Every character keeps its place, so that spans found in the text hold here too.
 * Lines of plain text and rows keep their breaks: there they mean something.
 */
export function readingText(text: string, kind: Locator['kind']): string {
  if (kind !== 'page') return text
  const lines = text.split('\n')
  const longest = Math.max(...lines.map((line) => line.length))
  return lines.map((line, i) => (i === lines.length - 1 ? line : `${line}${line.length >= longest * fullLineShare ? ' ' : '\n'}`)).join('')
}
