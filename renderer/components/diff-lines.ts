/** A unified diff as lines with their numbers, and where it is shown: the larger, the further away from the decision. Pure. */

/** A diff below the first stands in the request; below the second it is folded away under its summary; else it opens on its own. */
const limits = { inlineBelow: 50, foldedBelow: 500 } as const

export type DiffPlace = 'inline' | 'folded' | 'apart'
export const placeOfDiff = (lines: number): DiffPlace =>
  lines < limits.inlineBelow ? 'inline' : lines < limits.foldedBelow ? 'folded' : 'apart'

export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'same' | 'place' | 'file'
  readonly text: string
  /** Number in the file before and after; null where there is none. */
  readonly before: number | null
  readonly after: number | null
}

const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/

export function diffLines(diff: string): readonly DiffLine[] {
  const rows = diff.split('\n')
  if (rows.at(-1) === '') rows.pop()
  let before = 0
  let after = 0
  let isInHunk = false
  return rows.map((text): DiffLine => {
    const place = hunk.exec(text)
    if (place !== null) {
      before = Number(place[1])
      after = Number(place[2])
      isInHunk = true
      return { kind: 'place', text, before: null, after: null }
    }
    if (!isInHunk || text.startsWith('\\')) return { kind: 'file', text, before: null, after: null }
    if (text.startsWith('+')) return { kind: 'added', text, before: null, after: after++ }
    if (text.startsWith('-')) return { kind: 'removed', text, before: before++, after: null }
    return { kind: 'same', text, before: before++, after: after++ }
  })
}

export const countChanges = (lines: readonly DiffLine[]): { readonly added: number; readonly removed: number } => ({
  added: lines.filter(({ kind }) => kind === 'added').length,
  removed: lines.filter(({ kind }) => kind === 'removed').length,
})
