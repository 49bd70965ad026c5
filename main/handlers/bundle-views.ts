/** Bundles as they cross the border. */
import type { Looked } from '../airgap/load-station.ts'
import type { Receipt } from '../airgap/receipts.ts'
import type { Release } from '../airgap/releases.ts'
import type { HeldTrust } from '../airgap/trust-store.ts'
import type { BundleInspection, BundleItem, BundleRelease, BundleStatus } from '../contract/bundles.ts'
import type { BundleManifest } from '../domain/airgap/manifest.ts'
import type { Slots } from '../domain/airgap/slots.ts'
import { signerRoles, type TrustRoot } from '../domain/airgap/trust-root.ts'

type Signer = { keyId: string; name: string | null }

export const signersOf = (ids: readonly string[], root: TrustRoot | null): Signer[] =>
  ids.map((keyId) => ({ keyId, name: root?.keys.find(({ id }) => id === keyId)?.name ?? null }))

const itemsOf = ({ artifacts }: BundleManifest): BundleItem[] =>
  artifacts.map(({ id, title, kind, name, version, size, sha256, licence, status, upstream }) => ({
    ...{ id, title, kind, name, version, licence, status },
    sizeBytes: size,
    digest: sha256,
    source: upstream === null ? null : { url: upstream.url, isHashPublished: upstream.sha256 !== null },
  }))

const factsOf = (digest: string, manifest: BundleManifest) => {
  const { channel, version, seq, createdAt, label } = manifest
  return { digest, channel, version, seq, createdAt, label, items: itemsOf(manifest) }
}

export function toInspection({ inspected, acceptance, plan }: Looked, freeBytes: number, isTaken: boolean): BundleInspection {
  const { digest, manifest, chain, role, signers, siteSigners, unknownSigners, volume, custody, ignored } = inspected
  const { root } = chain.newest
  const { added, kept, dropped, deprecated, copyBytes, missing, unmet } = plan
  return {
    ...factsOf(digest, manifest),
    rootVersion: root.version,
    purpose: root.purpose,
    role,
    signers: signersOf(signers, root),
    siteSigners: signersOf(siteSigners, root),
    unknownSigners: [...unknownSigners],
    isStale: acceptance.isStale,
    isTaken,
    volume: volume === null ? null : { index: volume.index, of: volume.of },
    custody: custody.flatMap(({ file, lines }) =>
      lines.map(({ time, action, actor, machine, media }) => ({ file, time, action, actor, machine, media: media.serial ?? media.label })),
    ),
    ignored: [...ignored],
    plan: {
      ...{ added: [...added], kept: [...kept], dropped: [...dropped], deprecated: [...deprecated], copyBytes, freeBytes },
      ...{ missing: missing.map(({ path }) => path), unmet: [...unmet] },
    },
  }
}

export function toRelease(
  { digest, manifest }: Release,
  { current, previous, pinned }: Slots,
  isUsable: boolean,
  receipt: Receipt | null,
  root: TrustRoot | null,
): BundleRelease {
  return {
    ...factsOf(digest, manifest),
    state: digest === current ? 'active' : previous.includes(digest) ? 'previous' : 'kept',
    isPinned: pinned.includes(digest),
    isUsable,
    receipt:
      receipt === null
        ? null
        : {
            ...{ at: receipt.at, by: receipt.by, medium: receipt.medium, scans: receipt.scans },
            signers: signersOf(receipt.signers, root),
            acceptedUnscanned: receipt.acceptedUnscanned,
          },
  }
}

export function toTrust({ state, root }: HeldTrust): NonNullable<BundleStatus['trust']> {
  return {
    rootVersion: root.root.version,
    fingerprint: root.digest,
    purpose: root.root.purpose,
    epoch: state.epoch,
    timeFloor: new Date(state.timeFloorMs).toISOString(),
    roles: signerRoles.flatMap((role) => {
      const signers = root.root.roles[role]
      return signers === null ? [] : [{ role, threshold: signers.threshold, keys: signersOf(signers.keys, root.root) }]
    }),
  }
}
