/**
 * What seals the log: leaves that bind an event to its place, signed checkpoints over the whole of it, and the high-water mark, which
 * says outside of the database how far it had come. Hash and signature functions are passed in.
 */
import * as z from 'zod'
import { canonicalJson } from './canonical-json.ts'
import { Digest, type Sha256 } from './digest.ts'
import { type HashBytes, hashLeaf } from './merkle.ts'

const count = z.int().min(0)

export const Signature = z.strictObject({ alg: z.literal('ed25519'), value: z.base64() })
export type Signature = z.infer<typeof Signature>

/** `root` covers the events 1 to `size`; `previous` is the hash of the checkpoint before; `keyId` names the public key. */
export const Checkpoint = z.strictObject({
  size: z.int().min(1),
  root: Digest,
  at: count,
  previous: z.string(),
  keyId: z.string(),
  signature: Signature,
})
export type Checkpoint = z.infer<typeof Checkpoint>

/** The log had at least `size` events, with this root. `restoredFrom`: a backup was put in place of a longer log. */
export const HighWaterMark = z.strictObject({
  size: count,
  root: Digest,
  at: count,
  keyId: z.string(),
  restoredFrom: z.strictObject({ size: count, root: Digest, at: count }).nullable(),
  signature: Signature,
})
export type HighWaterMark = z.infer<typeof HighWaterMark>

export type Unsigned<T extends { readonly signature: Signature }> = Omit<T, 'signature'>

/** What is signed: the kind keeps a signature of one from passing for the other. */
export const signedText = (kind: 'checkpoint' | 'mark', value: Unsigned<Checkpoint> | Unsigned<HighWaterMark>): string =>
  `holdfast ${kind} 1\n${canonicalJson(value)}`

/** What the next checkpoint points at. */
export const hashCheckpoint = (checkpoint: Checkpoint, sha256: Sha256): string => `sha256:${sha256(canonicalJson(checkpoint))}`

/** A leaf holds the event's own hash and its place, so that a row that moves is found although nothing in it changed. */
export const hashAuditLeaf = (seq: number, eventHash: string, hash: HashBytes): Uint8Array => hashLeaf(`${seq} ${eventHash}`, hash)

/** First bytes of the leaves that a checkpoint adds. They prove nothing; they tell which row it is when a root does not fit. */
export const leafBytesKept = 4
export const shortLeaf = (leaf: Uint8Array): Uint8Array => leaf.slice(0, leafBytesKept)

/** A checkpoint as it is kept, with what helps to go on from it and to find a fault before it. */
export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint
  readonly edge: Uint8Array
  /** `leafBytesKept` bytes for each event after the checkpoint before. */
  readonly leaves: Uint8Array
}
