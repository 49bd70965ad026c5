/** Whether a station takes a bundle, from what it has taken before. Pure: what is on record, what was signed, and the time come in; a decision and the next record come out. */
import * as z from 'zod'
import { Digest } from '../digest.ts'
import { fail, ok, type Result } from '../result.ts'
import { type BundleManifest, KeyId } from './manifest.ts'

const count = z.int().min(0)

/** What a station remembers of trust. Kept outside of every bundle, twice. */
export const TrustState = z.strictObject({
  root: z.strictObject({ version: z.int().min(1), digest: Digest }),
  /** The version of the root from which the present keys sign bundles. */
  epoch: z.int().min(1),
  /** The one channel that this station follows; null until the first bundle is taken. */
  channel: z.string().max(24).nullable(),
  /** The highest number taken in this epoch. Bundles that keys for models vouch for are counted apart. */
  highest: z.strictObject({ bundle: count, models: count }),
  /** No number below may serve: of this epoch, and of those before it. */
  minSeq: count,
  minSeqBefore: count,
  revoked: z.strictObject({ bundles: z.array(z.string()), blobs: z.array(z.string()), keys: z.array(KeyId) }),
  /** No time before this one can be now: the newest of what was built and what was taken. */
  timeFloorMs: count,
})
export type TrustState = z.infer<typeof TrustState>

export const acceptanceLimits = {
  /** A number may not run ahead further than this: whoever signs one bundle could otherwise shut out all later ones. */
  seqStepMax: 1_000,
  /** How far a clock may be off before a load is refused. */
  clockSkewMs: 48 * 60 * 60 * 1000,
} as const

export interface Offer {
  readonly manifest: BundleManifest
  /** SHA-256 of `BUNDLE.json`, in hex. */
  readonly digest: string
  /** Of the root that the bundle's signatures hold under, and from which its signers sign. */
  readonly root: TrustState['root']
  readonly epoch: number
  /** When it says that it was made. */
  readonly createdMs: number
  /** Under which role it was signed. */
  readonly role: 'bundle' | 'models'
  /** Keys that sign roots: only another root takes these away. */
  readonly rootKeys: readonly string[]
}

export interface Acceptance {
  /** These very bytes were taken before. */
  readonly isReload: boolean
  readonly next: TrustState
  /** It is older than it says it should be. */
  readonly isStale: boolean
}

const dayMs = 24 * 60 * 60 * 1000

const refusals = {
  revoked: fail('bundle.revoked', 'Whoever signs bundles has called this one back.', 'Get the one that replaces it.'),
  blobRevoked: fail('bundle.blob_revoked', 'This bundle carries a file that was called back.', 'Get the bundle that replaces it.'),
  replay: fail(
    'bundle.older',
    'This machine has taken a newer bundle than this one.',
    'To go back to a release that is kept here: holdfast bundle rollback.',
  ),
  channel: fail(
    'bundle.other_channel',
    'This station follows another channel of bundles.',
    'Numbers of different channels cannot be compared: get the bundle of the channel that this station follows.',
  ),
  forward: fail(
    'bundle.runs_ahead',
    'The number of this bundle runs ahead further than any release does.',
    'Ask whoever signed it; a new root starts the count anew.',
  ),
  clock: fail(
    'bundle.clock_behind',
    'The clock of this machine stands before the time at which this bundle, or one that was taken, was made.',
    'Set the clock, then load again. Nothing was changed.',
  ),
  tooLow: fail('bundle.below_minimum', 'Bundles with this number may not be used any more.', 'Get a newer one.'),
} as const

const union = (before: readonly string[], more: readonly string[]): string[] => [...new Set([...before, ...more])].sort()

/** `isTaken` says whether a bundle of this digest was taken before. */
export function accept(state: TrustState, offer: Offer, isTaken: boolean, nowMs: number): Result<Acceptance> {
  const { manifest, digest, root, epoch, createdMs, role, rootKeys } = offer
  const { channel, seq } = manifest
  if (state.revoked.bundles.includes(digest)) return refusals.revoked
  if (manifest.artifacts.some(({ sha256 }) => state.revoked.blobs.includes(sha256.value))) return refusals.blobRevoked
  if (nowMs + acceptanceLimits.clockSkewMs < Math.max(createdMs, state.timeFloorMs)) return refusals.clock
  const isStale = manifest.staleAfterDays !== null && nowMs > createdMs + manifest.staleAfterDays * dayMs
  const isNew = epoch > state.epoch
  if (state.channel !== null && state.channel !== channel) return refusals.channel
  const highest = isNew ? 0 : state.highest[role]
  const minSeq = isNew ? 0 : state.minSeq
  if (seq < minSeq) return refusals.tooLow
  if (seq <= highest) return isTaken ? ok({ isReload: true, next: state, isStale }) : refusals.replay
  if (highest > 0 && seq > highest + acceptanceLimits.seqStepMax) return refusals.forward
  const next: TrustState = {
    root,
    epoch,
    channel,
    highest: { ...(isNew ? { bundle: 0, models: 0 } : state.highest), [role]: seq },
    minSeq: Math.max(minSeq, manifest.minSeq),
    minSeqBefore: isNew ? Math.max(state.minSeqBefore, state.minSeq) : state.minSeqBefore,
    revoked: {
      bundles: union(
        state.revoked.bundles,
        manifest.revoked.bundles.map(({ value }) => value),
      ),
      blobs: union(
        state.revoked.blobs,
        manifest.revoked.blobs.map(({ value }) => value),
      ),
      keys: union(
        state.revoked.keys,
        manifest.revoked.keys.filter((key) => !rootKeys.includes(key)),
      ),
    },
    timeFloorMs: Math.max(state.timeFloorMs, createdMs),
  }
  return ok({ isReload: false, next, isStale })
}
