/** From the root that this machine trusts to the newest one that a bundle carries, one version at a time. */
import { join } from 'node:path'
import { isNewEpoch, isVouchedFor, readRoot, rootLimits, type TrustRoot } from '../domain/airgap/trust-root.ts'
import type { Sha256 } from '../domain/digest.ts'
import type { Ed25519 } from '../domain/minisign.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readBounded, textOf } from './bounded-read.ts'
import { checkSignatures } from './signatures.ts'

export interface HeldRoot {
  readonly root: TrustRoot
  /** The bytes of its file, as text. */
  readonly text: string
  readonly digest: string
}

export interface RootChain {
  readonly newest: HeldRoot
  /** The version of the root from which the present keys sign bundles. */
  readonly epoch: number
}

const refuse = (code: string, message: string) =>
  fail(code, message, 'Do not use this medium. Ask whoever sent it which root it was signed under.')
const foreign = refuse('bundle.foreign_root', 'This bundle comes from somebody whom this machine does not trust.')
const skipped = refuse('bundle.root_skipped', 'A root is missing between the one that this machine trusts and the newest one here.')
const stale = refuse('bundle.root_stale', 'This bundle was signed under a root that this machine has left behind.')
const unsigned = refuse('bundle.root_threshold', 'Too few of those who may change the root have signed the new one.')
const malformed = refuse('bundle.root_malformed', 'A root in this bundle is damaged.')

function read(folder: string, version: number, sha256: Sha256): Result<{ bytes: Uint8Array; digest: string }> {
  const name = `root/${version}.root.json`
  const bytes = readBounded(join(folder, name), name, rootLimits.bytesMax)
  return bytes.ok ? ok({ bytes: bytes.value, digest: sha256(bytes.value) }) : bytes
}

/** A root that vouches for itself: the first of a chain, or one whose fingerprint a person has compared. */
export function selfSigned(
  folder: string,
  version: number,
  signers: readonly string[],
  tools: { readonly ed25519: Ed25519; readonly sha256: Sha256 },
): Result<HeldRoot> {
  const found = read(folder, version, tools.sha256)
  if (!found.ok) return found
  const text = textOf(found.value.bytes)
  const root = text === null ? null : readRoot(text)
  if (text === null || root === null || root.version !== version) return malformed
  const signed = checkSignatures(folder, `root/${version}.root.json`, found.value.bytes, signers, root, tools.ed25519)
  if (!signed.ok) return signed
  return isVouchedFor(root, 'root', signed.value.held, new Set()) ? ok({ root, text, digest: found.value.digest }) : unsigned
}

/** `roots`: version → ids that signed it, by their file names. */
export function followRoots(
  folder: string,
  roots: ReadonlyMap<number, readonly string[]>,
  trusted: HeldRoot,
  epoch: number,
  revoked: ReadonlySet<string>,
  tools: { readonly ed25519: Ed25519; readonly sha256: Sha256 },
): Result<RootChain> {
  const { ed25519, sha256 } = tools
  const versions = [...roots.keys()].sort((a, b) => a - b)
  // The whole chain travels, so that a machine that missed some bundles can follow.
  if (versions.some((version, i) => version !== i + 1) || versions.length === 0) return skipped
  const newestVersion = versions.length
  if (newestVersion < trusted.root.version) return stale
  const known = read(folder, trusted.root.version, sha256)
  if (!known.ok) return known
  if (known.value.digest !== trusted.digest) return foreign
  const file = `root/${trusted.root.version}.root.json`
  const own = checkSignatures(folder, file, known.value.bytes, roots.get(trusted.root.version) ?? [], trusted.root, ed25519)
  if (!own.ok) return own
  let chain: RootChain = { newest: trusted, epoch }
  for (let version = trusted.root.version + 1; version <= newestVersion; version++) {
    const found = read(folder, version, sha256)
    if (!found.ok) return found
    const { bytes, digest } = found.value
    const [name, signers, before] = [`root/${version}.root.json`, roots.get(version) ?? [], chain.newest.root]
    // Those who are trusted already vouch for the bytes before these are read as anything.
    const byOld = checkSignatures(folder, name, bytes, signers, before, ed25519)
    if (!byOld.ok) return byOld
    if (!isVouchedFor(before, 'root', byOld.value.held, revoked)) return unsigned
    const text = textOf(bytes)
    const root = text === null ? null : readRoot(text)
    if (text === null || root === null || root.version !== version || root.purpose !== before.purpose) return malformed
    const byNew = checkSignatures(folder, name, bytes, signers, root, ed25519)
    if (!byNew.ok) return byNew
    if (!isVouchedFor(root, 'root', byNew.value.held, revoked)) return unsigned
    chain = { newest: { root, text, digest }, epoch: isNewEpoch(before, root) ? version : chain.epoch }
  }
  return ok(chain)
}
