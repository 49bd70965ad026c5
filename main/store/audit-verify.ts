/** Holds a whole log, or what came after its last checkpoint, against its hashes, checkpoints and high-water mark. Reads only. */
import { type AuditCheck, createAuditCheck, isOurs } from '../domain/audit-check.ts'
import { type AuditFault, faultAt } from '../domain/audit-fault.ts'
import { type RightEdge, rootOf, toHex, unpackEdge } from '../domain/merkle.ts'
import { type AuditVerifierKey, verifierKey } from './audit-keys.ts'
import { type AuditRows, createAuditRows, hashBytes } from './audit-rows.ts'
import { sha256 } from './event-log.ts'
import type { FoundMark } from './high-water.ts'
import type { Db } from './open.ts'

const limits = { rowsPerSlice: 2_000 } as const

export interface VerifyOptions {
  readonly publicKeyPem: string
  /** `unchecked` for a copy: the mark belongs to the database that is in use. */
  readonly mark: FoundMark | 'unchecked'
  readonly onProgress?: (done: number, total: number) => void
}

export interface Verified {
  readonly fault: AuditFault | null
  /** Events, checkpoints and the root over them, as far as they were read. */
  readonly events: number
  readonly checkpoints: number
  readonly root: string
}

/** Adds the rows after `from` until the check has heard enough. Returns what keeps the database from being read, or null. */
function addRows(check: AuditCheck, rows: AuditRows, from: number | null, onProgress: VerifyOptions['onProgress']): AuditFault | null {
  let after = from
  let done = from ?? 0
  try {
    const total = rows.lastSeq()
    for (;;) {
      const slice = rows.after(after, limits.rowsPerSlice)
      for (const row of slice) if (!check.add(row)) return null
      const last = slice.at(-1)
      // A page whose order is broken could lead in circles.
      if (last === undefined || slice.length < limits.rowsPerSlice || done > total) return null
      after = last.seq
      done += slice.length
      onProgress?.(done, total)
    }
  } catch {
    return faultAt('unreadable', check.tree().size + 1)
  }
}

const markOf = (mark: VerifyOptions['mark']) => (typeof mark === 'string' ? null : mark)

function missingMark(mark: VerifyOptions['mark'], size: number): AuditFault | null {
  if (mark === 'absent') return faultAt('mark_missing', size + 1)
  return mark === 'broken' ? faultAt('mark_forged', size + 1) : null
}

const common = (key: AuditVerifierKey, mark: VerifyOptions['mark']) => ({
  ...{ mark: markOf(mark), keyId: key.keyId, isSigned: key.isSigned, hash: hashBytes, sha256 },
})

/** The whole log. Read the mark before: the log only grows. */
export function verifyLog(db: Db, { publicKeyPem, mark, onProgress }: VerifyOptions): Verified {
  const rows = createAuditRows(db)
  const checkpoints = rows.checkpointsAfter(0)
  const check = createAuditCheck({ ...common(verifierKey(publicKeyPem), mark), checkpoints })
  const unreadable = addRows(check, rows, null, onProgress)
  const fault = unreadable ?? check.finish() ?? missingMark(mark, check.tree().size)
  const tree = check.tree()
  return { fault, events: tree.size, checkpoints: checkpoints.length, root: toHex(rootOf(tree, hashBytes)) }
}

export interface VerifiedTail {
  readonly fault: AuditFault | null
  readonly tree: RightEdge
}

/** The last checkpoint, what came after it, and the mark: cheap however long the log is. The whole log where there is no checkpoint. */
export function verifyTail(db: Db, { publicKeyPem, mark }: Omit<VerifyOptions, 'onProgress'>): VerifiedTail {
  const rows = createAuditRows(db)
  const key = verifierKey(publicKeyPem)
  const last = rows.lastCheckpoint()
  if (last === null) {
    const check = createAuditCheck({ ...common(key, mark), checkpoints: [] })
    const fault = addRows(check, rows, null, undefined) ?? check.finish() ?? missingMark(mark, check.tree().size)
    return { fault, tree: check.tree() }
  }
  const { size, stored } = last
  const tree = stored === null ? null : unpackEdge(size, stored.edge)
  const nothing = { size: 0, subtrees: [] }
  if (stored === null || tree === null) return { fault: faultAt('checkpoint_forged', size), tree: nothing }
  const { checkpoint } = stored
  if (checkpoint.keyId !== key.keyId) return { fault: faultAt('key_changed', size), tree: nothing }
  const isWhole =
    checkpoint.size === size && toHex(rootOf(tree, hashBytes)) === checkpoint.root.value && isOurs(checkpoint, 'checkpoint', key)
  if (!isWhole) return { fault: faultAt('checkpoint_forged', size), tree: nothing }
  const end = rows.lastSeq()
  if (end < size) return { fault: faultAt('missing', end + 1), tree }
  const start = { tree, checkpoint, headOf: (stream: string) => rows.headOf(stream, size) }
  const check = createAuditCheck({ ...common(key, mark), checkpoints: [], start })
  const fault = addRows(check, rows, size, undefined) ?? check.finish() ?? missingMark(mark, check.tree().size)
  return { fault, tree: check.tree() }
}
