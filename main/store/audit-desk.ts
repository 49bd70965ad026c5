/** Everything a station does with its audit log: seals it, verifies it beside the work, exports it, and says how it stands. */
import { join } from 'node:path'
import type { Checkpoint } from '../domain/audit-chain.ts'
import { explainFault } from '../domain/audit-fault.ts'
import { diskFull, isDiskFull } from '../domain/disk-full.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Clock, Failpoint, Paths } from '../world.ts'
import { type Audit, keepAudit } from './audit.ts'
import { type Exported, exportAudit } from './audit-export.ts'
import type { AuditKeys } from './audit-keys.ts'
import { createAuditRows } from './audit-rows.ts'
import { runAuditJob } from './audit-verifier.ts'
import { type FoundMark, readMark } from './high-water.ts'
import { type AuditVerdict, type OpenedStore, readVerdict, type StoreDamage, writeVerdict } from './opening.ts'

export const deskLimits = { lookMs: 10 * 60 * 1000, verifyEveryMs: 7 * 24 * 60 * 60 * 1000 } as const

export interface AuditDesk {
  readonly events: () => number
  readonly lastCheckpoint: () => Checkpoint | null
  readonly mark: () => FoundMark
  readonly keys: AuditKeys | null
  readonly verdict: () => AuditVerdict | null
  readonly verifying: () => { readonly done: number; readonly total: number } | null
  /** Why nothing may be written any more; null when all is well. */
  readonly damage: () => StoreDamage | null
  seal(): Promise<Result<Checkpoint | null>>
  /** The whole log, beside the work; joins a verification that is under way. */
  verify(): Promise<Result<AuditVerdict>>
  cancel(): void
  export(): Promise<Result<Exported & { readonly file: string }>>
  /** Seals once more. Before the database is closed. */
  close(): Promise<void>
}

export interface AuditDeskOptions {
  readonly opened: OpenedStore
  readonly paths: Paths
  readonly tenant: string
  readonly version: string
  readonly clock: Clock
  readonly onHead: (checkpoint: Checkpoint) => void
  readonly onVerified: (verdict: AuditVerdict) => void
  readonly failpoint: Failpoint
  readonly onDefect: (error: unknown) => void
}

const noKey = fail('audit.key_missing', 'The key of the audit log is gone.', 'Bring the folder “keys” back into the data folder.')
const readOnly = fail('store.read_only', 'The store is damaged, so nothing is sealed.', 'Restore a backup: holdfast restore.')
const exportFailed = fail('audit.export_failed', 'The log could not be exported.', 'Try again; the log of Holdfast has the details.')

const stamp = (at: number): string => new Date(at).toISOString().replaceAll(/[-:.]/g, '')

export function openAuditDesk(options: AuditDeskOptions): AuditDesk {
  const { opened, paths, tenant, version, clock, onHead, onVerified, failpoint, onDefect } = options
  const { db, audit: found } = opened
  const { keys, tree, last } = found
  const rows = createAuditRows(db)
  let damage = opened.damage
  let verdict = readVerdict(paths.auditVerdict)
  let progress: { done: number; total: number } | null = null
  let underWay: Promise<Result<AuditVerdict>> | null = null
  let cancelling = new AbortController()
  const sealing: Audit | null =
    keys === null || damage !== null
      ? null
      : keepAudit({ db, tenant, keys, tree, last, markFile: paths.auditMark, clock, onHead, failpoint, onDefect })

  async function verifyNow(publicKeyPem: string): Promise<Result<AuditVerdict>> {
    const job = { file: paths.database, publicKeyPem, mark: readMark(paths.auditMark) }
    progress = { done: 0, total: rows.lastSeq() }
    const onProgress = (done: number, total: number) => {
      progress = { done, total }
    }
    const done = await runAuditJob(job, { onProgress, signal: cancelling.signal })
    progress = null
    if (!done.ok) return done
    const { verified } = done.value
    if (verified === null) return exportFailed
    const next: AuditVerdict = { at: clock(), ...verified }
    verdict = next
    // Damaged pages stay damaged, whatever the events say; a fault that is found while a station runs stops it from writing on.
    if (next.fault !== null) sealing?.stop()
    if (next.fault !== null) damage = { sentence: damage?.sentence ?? explainFault(next.fault), fault: next.fault }
    try {
      writeVerdict(paths.auditVerdict, next)
    } catch (error) {
      onDefect(error)
    }
    onVerified(next)
    return ok(next)
  }

  function verify(): Promise<Result<AuditVerdict>> {
    if (keys === null) return Promise.resolve(noKey)
    if (underWay === null) {
      cancelling = new AbortController()
      underWay = verifyNow(keys.publicKeyPem).finally(() => {
        underWay = null
      })
    }
    return underWay
  }

  const timer = setInterval(() => {
    if (damage === null && clock() - (verdict?.at ?? 0) > deskLimits.verifyEveryMs) void verify()
  }, deskLimits.lookMs)
  timer.unref()
  // What is known to be damaged is looked at whole, so that the first bad event can be named.
  if (damage !== null) void verify()

  return {
    events: rows.lastSeq,
    lastCheckpoint: () => sealing?.lastCheckpoint() ?? last,
    mark: () => sealing?.mark() ?? readMark(paths.auditMark),
    keys,
    verdict: () => verdict,
    verifying: () => progress,
    damage: () => damage,
    seal: () => (sealing === null || damage !== null ? Promise.resolve(readOnly) : sealing.seal()),
    verify,
    cancel: () => cancelling.abort(),
    export: async () => {
      try {
        if (damage === null) await sealing?.seal()
        const file = join(paths.exports, `audit-${stamp(clock())}.jsonl`)
        const keyId = keys?.keyId ?? null
        const exported = await exportAudit(db, { file, keyId, mark: readMark(paths.auditMark), version, at: clock() })
        return ok({ file, ...exported })
      } catch (error) {
        onDefect(error)
        return isDiskFull(error) ? diskFull : exportFailed
      }
    },
    close: async () => {
      clearInterval(timer)
      cancelling.abort()
      await underWay
      await (damage === null ? sealing?.close() : undefined)
    },
  }
}
