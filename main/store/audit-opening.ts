/** What a core finds of its audit log when it starts: key, mark, and a cheap check of the end of the log. The first start makes them. */
import type { Checkpoint } from '../domain/audit-chain.ts'
import { type AuditFault, faultAt } from '../domain/audit-fault.ts'
import { emptyTree, type RightEdge, rootOf, toHex } from '../domain/merkle.ts'
import { type AuditKeys, openAuditKeys } from './audit-keys.ts'
import { createAuditRows, hashBytes } from './audit-rows.ts'
import { verifyTail } from './audit-verify.ts'
import { readMark, signMark, writeMarkSync } from './high-water.ts'
import type { Db } from './open.ts'

export interface AuditFiles {
  readonly keys: string
  readonly auditMark: string
}

export interface OpenedAudit {
  readonly fault: AuditFault | null
  /** Null when the key is gone or another. */
  readonly keys: AuditKeys | null
  readonly tree: RightEdge
  readonly last: Checkpoint | null
}

/** Writes nothing unless nothing was signed before. Throws when the disk is full. */
export function openAudit(db: Db, { keys: folder, auditMark }: AuditFiles, at: number): OpenedAudit {
  const row = createAuditRows(db).lastCheckpoint()
  const last = row?.stored?.checkpoint ?? null
  const found = readMark(auditMark)
  const isFirst = row === null && found === 'absent'
  const keys = openAuditKeys(folder, isFirst && !db.readonly)
  if (keys === null) {
    const size = row?.size ?? (typeof found === 'string' ? 0 : found.size)
    return { fault: faultAt('key_changed', size), keys, tree: emptyTree, last }
  }
  if (isFirst && !db.readonly) {
    const root = { alg: 'sha256', value: toHex(rootOf(emptyTree, hashBytes)) } as const
    writeMarkSync(auditMark, signMark({ size: 0, root, at, keyId: keys.keyId, restoredFrom: null }, keys))
  }
  const { fault, tree } = verifyTail(db, { publicKeyPem: keys.publicKeyPem, mark: readMark(auditMark) })
  return { fault, keys, tree, last }
}
