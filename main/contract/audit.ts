/** The audit log, its verification, backups and the read-only fall-back, as they cross the border. */
import * as z from 'zod'
import { auditFaults } from '../domain/audit-fault.ts'
import { Digest } from '../domain/digest.ts'

const count = z.int().min(0)

/** Where a log goes wrong: the first bad sequence number (or a later one up to `through`), and the sentence for a person. */
export const FoundFault = z.strictObject({ kind: z.enum(auditFaults), seq: z.int(), through: z.int().nullable(), sentence: z.string() })
export type FoundFault = z.infer<typeof FoundFault>

/** What a verification of the whole log found; `fault` is null when it holds. */
export const AuditVerification = z.strictObject({
  at: count,
  events: count,
  checkpoints: count,
  root: z.string(),
  fault: FoundFault.nullable(),
})
export type AuditVerification = z.infer<typeof AuditVerification>

export const AuditStatus = z.strictObject({
  /** Events in the log, and how many of them the last checkpoint seals. */
  events: count,
  lastCheckpoint: z.strictObject({ size: count, root: Digest, at: count }).nullable(),
  /** How far the mark outside of the database says the log has come; null when there is none that can be read. */
  mark: z.strictObject({ size: count, at: count }).nullable(),
  keyId: z.string().nullable(),
  /** Whether heads and security events leave this account for the system journal. */
  journal: z.strictObject({ isReachable: z.boolean(), sent: count, waiting: count, lost: count }),
  verification: AuditVerification.nullable(),
  /** A verification under way. */
  verifying: z.strictObject({ done: count, total: count }).nullable(),
})
export type AuditStatus = z.infer<typeof AuditStatus>

export const AuditExport = z.strictObject({
  file: z.string(),
  events: count,
  checkpoints: count,
  bytes: count,
  keyId: z.string().nullable(),
})
export type AuditExport = z.infer<typeof AuditExport>

export const AuditPublicKey = z.strictObject({ keyId: z.string(), pem: z.string(), file: z.string() })
export type AuditPublicKey = z.infer<typeof AuditPublicKey>

export const StoreBackup = z.strictObject({ file: z.string(), at: count, events: count, bytes: count })
export type StoreBackup = z.infer<typeof StoreBackup>

/** `hasAgents`: the agents of the site are in it; false where they could not be read whole. */
export const BackupMade = StoreBackup.extend({ hasAgents: z.boolean() })

/** Why this station can be read and not changed, and what would be put in its place. */
export const ReadOnlyStore = z.strictObject({
  sentence: z.string(),
  fault: FoundFault.nullable(),
  backup: StoreBackup.nullable(),
})
export type ReadOnlyStore = z.infer<typeof ReadOnlyStore>

/** After a restore the core must be started again. `agentsLeft`: the agents of the backup could not be put in place, and those that were here stay. */
export const StoreRestored = z.strictObject({ backup: StoreBackup, movedTo: z.string(), agentsLeft: z.boolean() })
export type StoreRestored = z.infer<typeof StoreRestored>
