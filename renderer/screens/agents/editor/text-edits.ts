/** What Tab and Enter do to lines of text: indent, take back, and go on as deep as before. Pure. */

export interface Selection {
  readonly start: number
  readonly end: number
}

/** Puts `insert` in the place of what lies between `from` and `to`, and selects again. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
  readonly select: Selection
}

const step = '  '

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** One line gets the step where the caret stands; several get it at their beginning. */
export function indent(text: string, { start, end }: Selection): Edit {
  const from = lineStart(text, start)
  const chosen = text.slice(from, end)
  if (start === end || !chosen.includes('\n'))
    return { from: start, to: end, insert: step, select: { start: start + step.length, end: start + step.length } }
  const insert = chosen.replaceAll(/^/gm, step)
  return { from, to: end, insert, select: { start: start + step.length, end: from + insert.length } }
}

/** Null where no line has a step to give back. */
export function outdent(text: string, { start, end }: Selection): Edit | null {
  const from = lineStart(text, start)
  const lines = text.slice(from, end === start ? (text.indexOf('\n', end) + 1 || text.length + 1) - 1 : end).split('\n')
  const shorter = lines.map((line) => line.replace(/^ {1,2}/, ''))
  const insert = shorter.join('\n')
  const before = lines.join('\n')
  if (insert === before) return null
  const first = (lines[0]?.length ?? 0) - (shorter[0]?.length ?? 0)
  const moved = Math.max(from, start - first)
  return { from, to: from + before.length, insert, select: { start: moved, end: start === end ? moved : from + insert.length } }
}

/** A new line begins as deep as the one before it, and a step deeper after a colon. */
export function breakLine(text: string, { start, end }: Selection): Edit {
  const line = text.slice(lineStart(text, start), start)
  const insert = `\n${/^ */.exec(line)?.[0] ?? ''}${/:\s*(?:\|)?$/.test(line) && !line.trimStart().startsWith('#') ? step : ''}`
  const at = start + insert.length
  return { from: start, to: end, insert, select: { start: at, end: at } }
}

/** Where a line begins, counted from 1; the end of the text where it has fewer. */
export function placeOfLine(text: string, line: number): number {
  let at = 0
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', at)
    if (next < 0) return text.length
    at = next + 1
  }
  return at
}
