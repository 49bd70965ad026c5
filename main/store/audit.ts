/**
 * Seals the log while it grows: a signed checkpoint after so many events or so long, and the high-water mark more often. It holds the
 * event loop for a few milliseconds at a time, and what it cannot write now it writes later.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { assert } from '../domain/assert.ts'
import {
  type Checkpoint,
  type HighWaterMark,
  hashAuditLeaf,
  hashCheckpoint,
  leafBytesKept,
  shortLeaf,
  signedText,
  type Unsigned,
} from '../domain/audit-chain.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { diskFull, isDiskFull } from '../domain/disk-full.ts'
import { addLeaf, packEdge, type RightEdge, rootOf, toHex } from '../domain/merkle.ts'
import { chainStart } from '../domain/recorded-event.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Clock, Failpoint } from '../world.ts'
import type { AuditKeys } from './audit-keys.ts'
import { createAuditRows, hashBytes } from './audit-rows.ts'
import { sha256 } from './event-log.ts'
import { signMark, writeMark } from './high-water.ts'
import type { Db } from './open.ts'

export const auditLimits = {
  checkpointEvents: 1_000,
  checkpointMs: 60_000,
  markMs: 5_000,
  lookMs: 1_000,
  retryMs: 30_000,
  sliceEvents: 500,
} as const

const failed = fail('audit.not_sealed', 'The log could not be sealed.', 'Try again; the log of Holdfast has the details.')

export interface AuditOptions {
  readonly db: Db
  readonly tenant: string
  readonly keys: AuditKeys
  /** The log as far as it was checked when the core started. */
  readonly tree: RightEdge
  readonly last: Checkpoint | null
  readonly markFile: string
  readonly clock: Clock
  /** A new head: it should leave this machine's account. Must not throw. */
  readonly onHead: (checkpoint: Checkpoint) => void
  readonly failpoint?: Failpoint
  readonly onDefect: (error: unknown) => void
}

export interface Audit {
  readonly lastCheckpoint: () => Checkpoint | null
  /** The mark as it was last written by this core. */
  readonly mark: () => HighWaterMark | null
  /** Seals what there is now; null when everything is sealed already. Does not reject. */
  seal(): Promise<Result<Checkpoint | null>>
  /** Seals no more: the log was found to be broken, and a seal would say that it is not. */
  stop(): void
  /** Seals once more. Before the database is closed. */
  close(): Promise<void>
}

export function keepAudit({ db, tenant, keys, markFile, clock, onHead, onDefect, ...opened }: AuditOptions): Audit {
  const rows = createAuditRows(db)
  const insert = db.prepare('INSERT INTO audit_checkpoints (size, tenant_id, json, edge, leaves) VALUES (?, ?, ?, ?, ?)')
  let tree = opened.tree
  let last = opened.last
  let mark: HighWaterMark | null = null
  let leaves: Uint8Array[] = []
  let sealedAt = performance.now()
  let markedAt = performance.now()
  let retryAt = 0
  let working: Promise<unknown> = Promise.resolve()
  let isBusy = false

  const sealedSize = () => last?.size ?? 0
  const rootNow = () => ({ alg: 'sha256', value: toHex(rootOf(tree, hashBytes)) }) as const

  function take(slice: ReturnType<typeof rows.leavesAfter>): void {
    for (const { seq, hash } of slice) {
      assert(seq === tree.size + 1, `event ${tree.size + 1} is missing from the log`)
      const leaf = hashAuditLeaf(seq, hash, hashBytes)
      if (seq > sealedSize()) leaves.push(shortLeaf(leaf))
      tree = addLeaf(tree, leaf, hashBytes)
    }
  }

  /** Short leaves of what was checked at the start, but is not sealed yet. */
  function recallLeaves(): void {
    const missing = tree.size - sealedSize() - leaves.length
    if (missing === 0) return
    const before = rows.leavesAfter(sealedSize(), missing)
    leaves = [...before.map(({ seq, hash }) => shortLeaf(hashAuditLeaf(seq, hash, hashBytes))), ...leaves]
  }

  async function advance(): Promise<void> {
    for (;;) {
      const slice = rows.leavesAfter(tree.size, auditLimits.sliceEvents)
      take(slice)
      if (slice.length < auditLimits.sliceEvents) return
      await nextTurn()
    }
  }

  async function writeOutside(): Promise<void> {
    if (mark?.size === tree.size) return
    const next = signMark({ size: tree.size, root: rootNow(), at: clock(), keyId: keys.keyId, restoredFrom: null }, keys)
    markedAt = performance.now()
    await writeMark(markFile, next)
    mark = next
  }

  function packLeaves(): Uint8Array {
    const packed = new Uint8Array(leaves.length * leafBytesKept)
    for (const [index, leaf] of leaves.entries()) packed.set(leaf, index * leafBytesKept)
    return packed
  }

  async function sealNow(): Promise<Checkpoint | null> {
    await advance()
    sealedAt = performance.now()
    if (tree.size === sealedSize()) return null
    recallLeaves()
    const previous = last === null ? chainStart : hashCheckpoint(last, sha256)
    const unsigned: Unsigned<Checkpoint> = { size: tree.size, root: rootNow(), at: clock(), previous, keyId: keys.keyId }
    const checkpoint: Checkpoint = { ...unsigned, signature: keys.sign(signedText('checkpoint', unsigned)) }
    insert.run(checkpoint.size, tenant, canonicalJson(checkpoint), packEdge(tree), packLeaves())
    last = checkpoint
    leaves = []
    opened.failpoint?.('audit.after_checkpoint')
    onHead(checkpoint)
    await writeOutside()
    opened.failpoint?.('audit.after_mark')
    return checkpoint
  }

  /** One at a time: the tree has one right edge. */
  function inTurn<T>(work: () => Promise<T>): Promise<Result<T>> {
    const done = working.then(work).then(
      (value): Result<T> => ok(value),
      (error: unknown): Result<T> => {
        retryAt = performance.now() + auditLimits.retryMs
        onDefect(error)
        return isDiskFull(error) ? diskFull : failed
      },
    )
    working = done
    return done
  }

  function look(): void {
    const now = performance.now()
    if (isBusy || now < retryAt || !db.open) return
    const end = rows.lastSeq()
    const unsealed = end - sealedSize()
    const isDue = unsealed >= auditLimits.checkpointEvents || (unsealed > 0 && now - sealedAt >= auditLimits.checkpointMs)
    const isMarkDue = end > (mark?.size ?? 0) && now - markedAt >= auditLimits.markMs
    if (!isDue && !isMarkDue) return
    isBusy = true
    void inTurn(async () => {
      // It may have been closed while this waited for its turn.
      if (!db.open) return
      if (isDue) await sealNow()
      else {
        await advance()
        await writeOutside()
      }
    }).then(() => {
      isBusy = false
    })
  }
  const timer = setInterval(look, auditLimits.lookMs)
  timer.unref()

  return {
    lastCheckpoint: () => last,
    mark: () => mark,
    seal: () => inTurn(sealNow),
    stop: () => clearInterval(timer),
    close: async () => {
      clearInterval(timer)
      await inTurn(sealNow)
    },
  }
}
