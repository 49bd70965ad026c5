/** Tells watchers how far the file under work is read: pages may come by the hundred a second, and nobody can watch more than a few. */
import type { Feed } from '../feed.ts'
import { toImport } from '../handlers/imports.ts'
import type { Imports } from '../store/imports.ts'

const limits = { betweenMs: 100 } as const

/** Outcomes are told elsewhere, each of them; what is left out here is only ever replaced by something newer. */
export function importProgress(
  imports: Imports,
  feed: Feed,
): (importId: string, ordinal: number, done: number, total: number | null) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return (importId, ordinal, done, total) => {
    const now = performance.now()
    if (now - toldAt < limits.betweenMs) return
    toldAt = now
    const found = imports.glance(importId)
    if (found !== null) feed.imported({ kind: 'import', import: toImport(found), file: { ordinal, outcome: 'reading', done, total } })
  }
}
