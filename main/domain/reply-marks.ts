/**
 * What an answer from another machine says of its own label: by what its endpoint states, and by the marks in its text. It may only be
 * believed when it says more than the task had; then it may not be held. Pure.
 */
import { readBanner } from './banner-lines.ts'
import { readJson } from './canonical-json.ts'
import { dominates, type Label } from './label.ts'
import { readMark } from './mark-words.ts'
import { bracketAt } from './portion-marks.ts'

/** The label that a paragraph bears before its first word; null when it bears none. */
export function portionOf(paragraph: string): Label | null {
  const inside = bracketAt(paragraph, 0)?.inside
  return inside === undefined ? null : (readMark(inside.replace(/\s+/g, ' '), 'portion')?.label ?? null)
}

/** Every text in an answer: what it wrote into its form, or all of it where it kept to none. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

/** What stands in quotes, cut off or not: whoever reads an answer that is no whole JSON takes its claims from there. */
function quotedIn(text: string): readonly string[] {
  const found: string[] = []
  for (let start = text.indexOf('"'); start !== -1; ) {
    let end = start + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    const inside = text.slice(start + 1, end)
    const value = readJson(`"${inside}"`)
    // What breaks off inside of a character is read as it stands.
    found.push(typeof value === 'string' ? value : inside.replaceAll('\\n', '\n').replaceAll('\\', ''))
    start = text.indexOf('"', end + 1)
  }
  return found
}

/** Where a portion may begin: with a line, after a sentence, after a bracket or a stroke that opens something. */
const begins = /(?:^|\n|[.!?:;]["'”’)\]]*\s)\s*(?=\()/g

/** Labels of the marks that stand in a text. What looks like one is taken for one: what is withheld in error is asked again here. */
export function marksIn(text: string): readonly Label[] {
  const lines = text.split('\n').flatMap((line) => readBanner(line.trim())?.label ?? [])
  const portions = [...text.matchAll(begins)].flatMap(
    ({ index, 0: found }) => portionOf(text.slice(index + found.length, index + found.length + 200)) ?? [],
  )
  // A compound mark is a mark wherever it stands.
  const compound = [...text.matchAll(/\(([A-Z][^()\n]{0,118})\)/g)].flatMap(([, inside = '']) => {
    const mark = readMark(inside.replace(/\s+/g, ' '), 'portion')
    return mark?.isCompound === true ? [mark.label] : []
  })
  return [...lines, ...portions, ...compound]
}

/** Whether an answer is labelled above the task that it answers, by its endpoint or by itself. */
export function isAboveTask(task: Label, reply: { readonly text: string; readonly label: Label | null }): boolean {
  const value = readJson(reply.text)
  const texts = typeof value === 'object' && value !== null ? textsIn(value) : [reply.text, ...quotedIn(reply.text)]
  const labels = [...(reply.label === null ? [] : [reply.label]), ...texts.flatMap(marksIn)]
  return labels.some((label) => !dominates(task, label))
}
