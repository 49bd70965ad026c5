/** What saving would change in a file, as a unified diff. Pure. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'

/** Finding the smallest difference holds up the window, so it may not take long. */
const limits = { contextLines: 3, timeoutMs: 60 } as const

/** The empty string where nothing would change; null where it would take too long to say what. */
export function draftDiff(file: string, before: string | null, after: string): string | null {
  if (before === after) return ''
  const names = [before === null ? '/dev/null' : `a/${file}`, `b/${file}`] as const
  const patch = createTwoFilesPatch(...names, before ?? '', after, undefined, undefined, {
    ...{ context: limits.contextLines, timeout: limits.timeoutMs, headerOptions: FILE_HEADERS_ONLY },
  })
  return patch ?? null
}
