/**
 * Checks a log row by row, from its beginning or from a checkpoint on: places, hashes, the chain of each stream, the roots that were
 * signed, and the high-water mark. It names the first bad sequence number. It must never forgive what it cannot explain.
 */
import {
  type Checkpoint,
  type HighWaterMark,
  hashAuditLeaf,
  hashCheckpoint,
  type Signature,
  type StoredCheckpoint,
  signedText,
} from './audit-chain.ts'
import { type AuditFault, faultAt } from './audit-fault.ts'
import { locate } from './audit-locate.ts'
import { type AuditRow, hashRow, isWhole, typeInBody } from './audit-row.ts'
import type { Sha256 } from './digest.ts'
import { addLeaf, emptyTree, type HashBytes, type RightEdge, rootOf, toHex } from './merkle.ts'
import { chainStart } from './recorded-event.ts'

/** The last event of a stream so far. */
export interface StreamHead {
  readonly seq: number
  readonly version: number
  readonly hash: string
}

/** A checkpoint by the number that its row has; `stored` is null when the row is no checkpoint at all. */
export interface CheckpointRow {
  readonly size: number
  readonly stored: StoredCheckpoint | null
}

export interface AuditCheckOptions {
  /** Those after the start, in order. */
  readonly checkpoints: readonly CheckpointRow[]
  /** Null: there is none to hold the log against, as with a backup. */
  readonly mark: HighWaterMark | null
  readonly keyId: string
  /** Whether the station's key signed this text. */
  readonly isSigned: (text: string, signature: Signature) => boolean
  readonly hash: HashBytes
  readonly sha256: Sha256
  /** Where an earlier check ended; the beginning when absent. `headOf` tells the heads of streams at that place. */
  readonly start?: {
    readonly tree: RightEdge
    readonly checkpoint: Checkpoint
    readonly headOf: (stream: string) => StreamHead | null
  }
}

export interface AuditCheck {
  /** The next row in order of its sequence number. False when no more are needed to say what is wrong. */
  add(row: AuditRow): boolean
  /** After the last row: the first fault, or null when the log holds. */
  finish(): AuditFault | null
  tree(): RightEdge
}

/** Whether the station's own key signed it. */
export function isOurs(
  value: Checkpoint | HighWaterMark,
  kind: 'checkpoint' | 'mark',
  { keyId, isSigned }: Pick<AuditCheckOptions, 'keyId' | 'isSigned'>,
): boolean {
  const { signature, ...unsigned } = value
  return value.keyId === keyId && isSigned(signedText(kind, unsigned), signature)
}

/** Checkpoints that are not this station's, or not chained to the one before, by their size. */
function forgedCheckpoints(options: AuditCheckOptions): ReadonlyMap<number, AuditFault> {
  const { checkpoints, start, keyId, sha256 } = options
  const faults = new Map<number, AuditFault>()
  let previous = start === undefined ? chainStart : hashCheckpoint(start.checkpoint, sha256)
  for (const { size, stored } of checkpoints) {
    const checkpoint = stored?.checkpoint
    if (checkpoint !== undefined && checkpoint.keyId !== keyId) faults.set(size, faultAt('key_changed', size))
    else if (checkpoint?.size !== size || checkpoint.previous !== previous || !isOurs(checkpoint, 'checkpoint', options))
      faults.set(size, faultAt('checkpoint_forged', size))
    if (checkpoint !== undefined) previous = hashCheckpoint(checkpoint, sha256)
  }
  return faults
}

export function createAuditCheck(options: AuditCheckOptions): AuditCheck {
  const { mark, keyId, hash, sha256, start } = options
  const heads = new Map<string, StreamHead>()
  const forged = forgedCheckpoints(options)
  const isMarkSigned = mark === null || isOurs(mark, 'mark', options)
  let tree = start?.tree ?? emptyTree
  let nextCheckpoint = 0
  let sealedTo = tree.size
  /** Found, but an earlier row of the same stretch may be the one. */
  let suspected: AuditFault | null = null
  let isDecided = false
  let stretch: Array<{ readonly seq: number; readonly hash: string | null }> = []

  const ahead = () => options.checkpoints[nextCheckpoint]
  const rootHex = () => toHex(rootOf(tree, hash))
  const suspect = (fault: AuditFault) => {
    suspected ??= fault
  }

  function headOf(stream: string): StreamHead | null {
    const known = heads.get(stream)
    return known ?? start?.headOf(stream) ?? null
  }

  /** What is wrong with a row that has the right place, or null. */
  function faultOf(row: AuditRow): AuditFault | null {
    if (!isWhole(row) || hashRow(row, sha256) !== row.hash || typeInBody(row.body) !== row.type) return faultAt('changed', row.seq)
    const head = headOf(row.stream)
    const version = (head?.version ?? 0) + 1
    // What stands before the last checkpoint was proven: the fault lies after it.
    const afterHead = Math.max(head?.seq ?? 0, sealedTo) + 1
    if (row.version > version) return faultAt('missing', afterHead, row.seq)
    if (row.version < version) return faultAt('reordered', row.seq)
    if (row.previous !== (head?.hash ?? chainStart)) {
      // Either this row was rewritten, or the one that it was chained to.
      const isHeadProven = head === null || head.seq <= sealedTo
      return isHeadProven ? faultAt('changed', row.seq) : faultAt('changed', head.seq, row.seq)
    }
    heads.set(row.stream, { seq: row.seq, version, hash: row.hash })
    return null
  }

  function meetMark(): void {
    if (mark === null || tree.size !== mark.size || !isMarkSigned) return
    if (rootHex() !== mark.root.value) suspect(faultAt('changed', Math.min(sealedTo + 1, mark.size), mark.size))
  }

  function meetCheckpoint(): void {
    const met = ahead()
    if (met === undefined || met.size !== tree.size) return
    const fault = forged.get(met.size)
    if (fault !== undefined) suspect(fault)
    else if (rootHex() !== met.stored?.checkpoint.root.value) suspect(faultAt('changed', sealedTo + 1, met.size))
    if (suspected !== null) return
    nextCheckpoint += 1
    sealedTo = met.size
    stretch = []
  }

  if (start !== undefined) meetMark()

  return {
    add: (row) => {
      if (isDecided) return false
      const expected = tree.size + 1
      const sealed = ahead()
      if (sealed !== undefined) stretch.push({ seq: row.seq, hash: row.hash })
      if (suspected === null) {
        if (row.seq !== expected) suspect(row.seq > expected ? faultAt('missing', expected) : faultAt('inserted', row.seq))
        else {
          const fault = faultOf(row)
          if (fault !== null) suspect(fault)
          else {
            tree = addLeaf(tree, hashAuditLeaf(row.seq, row.hash ?? '', hash), hash)
            meetMark()
            meetCheckpoint()
          }
        }
      }
      // One row beyond the stretch tells an insertion from a change.
      isDecided = suspected !== null && (sealed === undefined || row.seq > sealed.size)
      return !isDecided
    },
    finish: () => {
      const sealed = ahead()
      if (sealed !== undefined) {
        suspect(faultAt('missing', tree.size + 1))
        if (forged.has(sealed.size)) return suspected
        const leaves = sealed.stored?.leaves ?? new Uint8Array()
        const located = locate({ from: sealedTo + 1, to: sealed.size, leaves, rows: stretch }, hash)
        return located !== null && located.seq <= (suspected?.through ?? suspected?.seq ?? 0) ? located : suspected
      }
      if (suspected !== null) return suspected
      if (mark === null) return null
      if (!isMarkSigned) return faultAt(mark.keyId === keyId ? 'mark_forged' : 'key_changed', mark.size)
      return tree.size < mark.size ? faultAt('shorter_than_mark', tree.size + 1) : null
    },
    tree: () => tree,
  }
}
