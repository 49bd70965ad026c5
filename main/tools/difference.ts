/** What a change would do to a file, as a unified diff: what a person reads before deciding. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'

/** Finding the smallest difference holds up the core, so it may not take long. */
const limits = { contextLines: 3, timeoutMs: 40 } as const

const side = (text: string | null, mark: string): readonly string[] => {
  if (text === null || text === '') return []
  const lines = text.split('\n')
  const isComplete = lines.at(-1) === ''
  if (isComplete) lines.pop()
  return [...lines.map((line) => mark + line), ...(isComplete ? [] : ['\\ No newline at end of file'])]
}

const count = (lines: readonly string[]): number => lines.filter((line) => !line.startsWith('\\')).length
const range = (lines: number): string => (lines === 0 ? '0,0' : `1,${lines}`)

/** Everything out and everything in: still true, when to find the smallest difference would take too long. */
function wholeChange(oldName: string, newName: string, before: string | null, after: string | null): string {
  const [out, into] = [side(before, '-'), side(after, '+')]
  return `${[`--- ${oldName}`, `+++ ${newName}`, `@@ -${range(count(out))} +${range(count(into))} @@`, ...out, ...into].join('\n')}\n`
}

/** Null = no file. The empty string when both sides are the same. */
export function difference(name: string, before: string | null, after: string | null): string {
  if (before === after) return ''
  const oldName = before === null ? '/dev/null' : `a/${name}`
  const newName = after === null ? '/dev/null' : `b/${name}`
  const patch = createTwoFilesPatch(oldName, newName, before ?? '', after ?? '', undefined, undefined, {
    context: limits.contextLines,
    timeout: limits.timeoutMs,
    headerOptions: FILE_HEADERS_ONLY,
  })
  return patch ?? wholeChange(oldName, newName, before, after)
}
