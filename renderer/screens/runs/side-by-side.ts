/** Two texts line by line next to each other: what is the same stands at the same height. Pure. */
import { diffArrays } from 'diff'

/** Finding the smallest difference may take long; then lines are paired by their place. */
const limits = { timeoutMs: 60 } as const

export interface SidePair {
  readonly a: string | null
  readonly b: string | null
  readonly isSame: boolean
}

function paired(left: readonly string[], right: readonly string[]): readonly SidePair[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const [a, b] = [left[i] ?? null, right[i] ?? null]
    return { a, b, isSame: a === b }
  })
}

export function sideBySide(a: readonly string[], b: readonly string[]): readonly SidePair[] {
  const changes = diffArrays([...a], [...b], { timeout: limits.timeoutMs })
  if (changes === undefined) return paired(a, b)
  const pairs: SidePair[] = []
  let removed: readonly string[] = []
  for (const change of changes) {
    if (change.removed) {
      removed = change.value
      continue
    }
    if (change.added) pairs.push(...paired(removed, change.value))
    else {
      pairs.push(...paired(removed, []))
      pairs.push(...change.value.map((line) => ({ a: line, b: line, isSame: true })))
    }
    removed = []
  }
  return [...pairs, ...paired(removed, [])]
}

/** What is seen of two texts: a pair of lines, or how many lines between two differences are the same. */
export type SideRow = SidePair | { readonly same: number }

/** Leaves out what is the same further than `context` lines from any difference. Two texts without one are shown whole. */
export function foldSame(pairs: readonly SidePair[], context: number): readonly SideRow[] {
  if (pairs.every(({ isSame }) => isSame)) return pairs
  const isNear = (at: number): boolean => pairs.slice(Math.max(0, at - context), at + context + 1).some(({ isSame }) => !isSame)
  const rows: SideRow[] = []
  for (const [at, pair] of pairs.entries()) {
    const last = rows.at(-1)
    if (isNear(at)) rows.push(pair)
    else if (last !== undefined && 'same' in last) rows[rows.length - 1] = { same: last.same + 1 }
    else rows.push({ same: 1 })
  }
  return rows
}
