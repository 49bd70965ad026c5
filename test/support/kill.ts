/** Ends processes the way a power cut of the process would, and finds what they started. */
import { readdirSync, readFileSync } from 'node:fs'
import { processStart } from '../../main/platform/account.ts'

export interface KnownProcess {
  readonly pid: number
  readonly startedAt: string
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}

/** Every process below this one, with its start, so that a later process of the same number is not taken for it. */
export function descendantsOf(pid: number): readonly KnownProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const parents = new Map(all.map((child) => [child, parentOf(child)]))
  const found: number[] = []
  for (const next = [pid]; next.length > 0; ) {
    const parent = next.pop()
    for (const [child, itsParent] of parents) {
      if (itsParent !== parent) continue
      found.push(child)
      next.push(child)
    }
  }
  return found.flatMap((child) => {
    const startedAt = processStart(child)
    return startedAt === null ? [] : [{ pid: child, startedAt }]
  })
}
