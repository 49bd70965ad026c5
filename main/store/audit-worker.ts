/** The thread that verifies a log, or a copy of the database, beside everything else. It does one job and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Verified, verifyLog } from './audit-verify.ts'
import type { FoundMark } from './high-water.ts'
import { openReader, settleCopy } from './open.ts'

export interface AuditJob {
  readonly file: string
  /** Null: only the pages are checked. */
  readonly publicKeyPem: string | null
  /** `unchecked` for a copy, which is then also checked page by page and left without a write-ahead log. */
  readonly mark: FoundMark | 'unchecked'
}
/** `damage` is what is wrong with the pages of a copy, or null. */
export type AuditJobReply =
  | { readonly done: number; readonly total: number }
  | { readonly verified: Verified | null; readonly damage: string | null }

const { file, publicKeyPem, mark } = workerData as AuditJob
const tell = (reply: AuditJobReply) => parentPort?.postMessage(reply)

const damage = mark === 'unchecked' ? settleCopy(file) : null
if (damage !== null || publicKeyPem === null) tell({ verified: null, damage })
else {
  const db = openReader(file)
  try {
    tell({ verified: verifyLog(db, { publicKeyPem, mark, onProgress: (done, total) => tell({ done, total }) }), damage })
  } finally {
    db.close()
  }
}
