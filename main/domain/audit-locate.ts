/** Finds which row of a sealed stretch of the log is the wrong one, and what happened to it, by the short leaves of its checkpoint. */
import { hashAuditLeaf, leafBytesKept } from './audit-chain.ts'
import { type AuditFault, faultAt } from './audit-fault.ts'
import type { HashBytes } from './merkle.ts'

/** The rows that were found from the first of the stretch on, with one or more beyond its end where there are any. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly leaves: Uint8Array
  readonly rows: ReadonlyArray<{ readonly seq: number; readonly hash: string | null }>
}

/** The first row that is not what the leaves say; null when all fit, or the leaves are no help. */
export function locate({ from, to, leaves, rows }: Stretch, hash: HashBytes): AuditFault | null {
  if (leaves.length !== (to - from + 1) * leafBytesKept) return null
  const fits = (seq: number, eventHash: string | null): boolean => {
    if (eventHash === null || seq < from || seq > to) return false
    const leaf = hashAuditLeaf(seq, eventHash, hash)
    const at = (seq - from) * leafBytesKept
    return leaf.subarray(0, leafBytesKept).every((byte, index) => byte === leaves[at + index])
  }
  const found = new Map(rows.map((row) => [row.seq, row.hash]))
  for (let seq = from; seq <= to; seq++) {
    const eventHash = found.get(seq)
    if (eventHash === undefined) return faultAt('missing', seq)
    if (fits(seq, eventHash)) continue
    const isElsewhere = rows.some((row) => row.seq !== seq && fits(seq, row.hash))
    const belongsAt = rows.map((row) => row.seq).find((place) => fits(place, eventHash))
    if (isElsewhere) return faultAt(belongsAt === undefined ? 'inserted' : 'reordered', seq)
    return faultAt(belongsAt === undefined ? 'changed' : 'missing', seq)
  }
  return null
}
