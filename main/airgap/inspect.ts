/**
 * Looks at a bundle and writes nothing: names, then signatures over raw bytes, and only then what the files say. Everything but the contents of
 * the artifacts is verified when this succeeds; those are hashed as they are staged.
 */
import { join } from 'node:path'
import type { Part } from '../domain/airgap/artifact.ts'
import { type CustodyLine, custodyBroken, custodyLimits, readCustody } from '../domain/airgap/custody-log.ts'
import { type BundleManifest, manifestFault, manifestLimits, manifestParts, readManifest } from '../domain/airgap/manifest.ts'
import { readSums, sumsLimits, writeManifestText } from '../domain/airgap/sums.ts'
import { names, sortTree, type TreeEntry, type TreeNames } from '../domain/airgap/tree.ts'
import { isVouchedFor, type SignerRole } from '../domain/airgap/trust-root.ts'
import { readVolume, type VolumeHint, volumeLimits } from '../domain/airgap/volume.ts'
import type { Sha256 } from '../domain/digest.ts'
import type { Ed25519 } from '../domain/minisign.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readBounded, textOf } from './bounded-read.ts'
import { followRoots, type HeldRoot, type RootChain } from './root-chain.ts'
import { checkSignatures } from './signatures.ts'
import { walkTree } from './walk-tree.ts'

export interface Tools {
  readonly ed25519: Ed25519
  readonly sha256: Sha256
}

/** What a machine holds to be true before it looks. */
export interface Trusted {
  readonly root: HeldRoot
  readonly epoch: number
  readonly revokedKeys: ReadonlySet<string>
}

export interface Inspected {
  readonly folder: string
  readonly manifest: BundleManifest
  readonly manifestText: string
  /** SHA-256 of `BUNDLE.json`: what this bundle is called. */
  readonly digest: string
  readonly chain: RootChain
  /** Under which role it was signed, and by whom. */
  readonly role: Extract<SignerRole, 'bundle' | 'models'>
  readonly signers: readonly string[]
  readonly siteSigners: readonly string[]
  readonly unknownSigners: readonly string[]
  readonly parts: readonly Part[]
  /** Parts that lie here, and those that do not. */
  readonly present: readonly Part[]
  readonly absent: readonly Part[]
  readonly volume: VolumeHint | null
  readonly custody: ReadonlyArray<{ readonly file: string; readonly lines: readonly CustodyLine[] }>
  /** Signatures of roots, by their paths. */
  readonly rootSignatures: readonly string[]
  /** What systems leave on a medium by themselves. */
  readonly ignored: readonly string[]
}

const again = 'Do not use this medium. Get the bundle again from whoever sent it.'
const threshold = fail('bundle.threshold', 'Too few of those who may sign bundles have signed this one.', again)
const malformed = (what: string) => fail('bundle.malformed', `${what}.`, again)
const sumsWrong = fail('bundle.sums_wrong', 'SHA256SUMS is not the list of this bundle.', again)
const changed = (name: string) => fail('bundle.file_changed', `${name} is not what was signed.`, again)
const extra = (path: string) =>
  fail(
    'bundle.foreign_file',
    `${path} lies here and is not listed.`,
    path.endsWith('.partial') ? 'A copy was cut off here: run it again.' : 'Take it off the medium, and ask where it came from.',
  )
const wrongSize = (path: string) => fail('bundle.file_changed', `${path} is not as long as what was signed.`, again)
const volumeWrong = fail('bundle.volume_wrong', 'VOLUME.json is damaged or belongs to another bundle.', 'Copy this volume again.')

/** Kinds that a key for models may vouch for. */
const modelKinds: ReadonlySet<string> = new Set(['model', 'licences', 'provenance', 'doc'])

function signedUnder(root: RootChain['newest']['root'], held: readonly string[], revoked: ReadonlySet<string>): Inspected['role'] | null {
  return (['bundle', 'models'] as const).find((role) => isVouchedFor(root, role, held, revoked)) ?? null
}

function checkVolume(folder: string, digest: string, present: readonly Part[], sha256: Sha256): Result<VolumeHint> {
  const read = readBounded(join(folder, names.volume), names.volume, volumeLimits.bytesMax)
  if (!read.ok) return read
  const text = textOf(read.value)
  const hint = text === null ? null : readVolume(text, sha256)
  if (hint === null || hint.setId !== digest) return volumeWrong
  const here = present.map(({ path }) => path).sort()
  return here.join('\n') === [...hint.files].sort().join('\n') ? ok(hint) : volumeWrong
}

/** The second list and everything in it that is not an artifact. */
function checkSums(
  folder: string,
  tree: TreeNames & { readonly paths: ReadonlySet<string> },
  manifestDigest: string,
  manifest: BundleManifest,
  root: RootChain['newest']['root'],
  role: SignerRole,
  revoked: ReadonlySet<string>,
  { ed25519, sha256 }: Tools,
): Result<null> {
  const read = readBounded(join(folder, names.sums), names.sums, sumsLimits.bytesMax)
  if (!read.ok) return read
  const signed = checkSignatures(folder, names.sums, read.value, tree.sumsSigners, root, ed25519)
  if (!signed.ok) return signed
  if (!isVouchedFor(root, role, signed.value.held, revoked)) return threshold
  const text = textOf(read.value)
  const sums = text === null ? null : readSums(text)
  if (sums === null) return sumsWrong
  const listed = new Map(sums.map(({ path, sha256: hash }) => [path, hash]))
  const parts = manifestParts(manifest)
  if (parts.some(({ path, sha256: hash }) => listed.get(path) !== hash)) return sumsWrong
  const payload = new Set(parts.map(({ path }) => path))
  if (listed.get(names.manifest) !== manifestDigest) return sumsWrong
  for (const [path, hash] of listed) {
    if (payload.has(path) || path === names.manifest) continue
    if (path.startsWith('files/')) return sumsWrong
    const file = readBounded(join(folder, path), path, 1024 * 1024)
    if (!file.ok) return file
    if (sha256(file.value) !== hash) return changed(path)
  }
  // Nothing stands in the tree that the list does not name, but what cannot be in it.
  for (const path of tree.paths) {
    const isBeside = path.endsWith('.minisig') || path === names.sums || path === names.volume
    if (!isBeside && !path.startsWith('files/') && !path.startsWith('custody/') && !listed.has(path)) return extra(path)
  }
  return ok(null)
}

function readCustodies(folder: string, files: readonly string[], digest: string, sha256: Sha256): Result<Inspected['custody']> {
  if (files.length > custodyLimits.filesMax) return malformed('There are more records of custody than there can be')
  const found: { file: string; lines: readonly CustodyLine[] }[] = []
  for (const file of [...files].sort()) {
    const read = readBounded(join(folder, file), file, custodyLimits.bytesMax)
    if (!read.ok) return read
    const text = textOf(read.value)
    const lines = text === null ? custodyBroken : readCustody(text, digest, sha256)
    if (!lines.ok) return lines
    found.push({ file, lines: lines.value })
  }
  return ok(found)
}

function partsHere(entries: readonly TreeEntry[], parts: readonly Part[]): Result<{ present: readonly Part[]; absent: readonly Part[] }> {
  const known = new Map(parts.map((part) => [part.path, part]))
  const sizes = new Map<string, number>()
  for (const { path, kind, size } of entries) {
    if (kind !== 'file' || !path.startsWith('files/')) continue
    const part = known.get(path)
    if (part === undefined) return extra(path)
    if (size !== part.size) return wrongSize(path)
    sizes.set(path, size)
  }
  return ok({ present: parts.filter(({ path }) => sizes.has(path)), absent: parts.filter(({ path }) => !sizes.has(path)) })
}

export function inspect(folder: string, trusted: Trusted, tools: Tools): Result<Inspected> {
  const { ed25519, sha256 } = tools
  const entries = walkTree(folder)
  if (!entries.ok) return entries
  const tree = sortTree(entries.value)
  if (!tree.ok) return tree
  const read = readBounded(join(folder, names.manifest), names.manifest, manifestLimits.bytesMax)
  if (!read.ok) return read
  const revoked = trusted.revokedKeys
  const chain = followRoots(folder, tree.value.roots, trusted.root, trusted.epoch, revoked, tools)
  if (!chain.ok) return chain
  const { root } = chain.value.newest
  const signed = checkSignatures(folder, names.manifest, read.value, tree.value.signers, root, ed25519)
  if (!signed.ok) return signed
  const role = signedUnder(root, signed.value.held, revoked)
  if (role === null) return threshold

  const manifestText = textOf(read.value)
  const manifest = manifestText === null ? null : readManifest(manifestText)
  if (manifest === null || manifestText === null) return malformed('BUNDLE.json is not of a form that this version knows')
  const fault = manifestFault(manifest)
  if (fault !== null) return malformed(`BUNDLE.json contradicts itself: ${fault}`)
  // Who vouches for models alone calls nothing back and forbids nothing.
  const { revoked: called, minSeq } = manifest
  const isMore = called.bundles.length + called.blobs.length + called.keys.length > 0 || minSeq > 0
  if (role === 'models' && (isMore || manifest.artifacts.some(({ kind }) => !modelKinds.has(kind)))) return threshold
  if (manifest.rootVersion > root.version) return malformed('BUNDLE.json names a root that is not there')
  const digest = sha256(read.value)
  const paths = new Set(entries.value.flatMap(({ path, kind }) => (kind === 'file' && !tree.value.ignored.includes(path) ? [path] : [])))
  const sums = checkSums(folder, { ...tree.value, paths }, digest, manifest, root, role, revoked, tools)
  if (!sums.ok) return sums
  const manifestList = readBounded(join(folder, names.text), names.text, sumsLimits.bytesMax)
  if (!manifestList.ok) return manifestList
  if (textOf(manifestList.value) !== writeManifestText(manifest)) return changed(names.text)
  const parts = manifestParts(manifest)
  const here = partsHere(entries.value, parts)
  if (!here.ok) return here
  const volume = tree.value.hasVolume ? checkVolume(folder, digest, here.value.present, sha256) : ok(null)
  if (!volume.ok) return volume
  const custody = readCustodies(folder, tree.value.custody, digest, sha256)
  if (!custody.ok) return custody
  const site = root.roles.site?.keys ?? []
  return ok({
    folder,
    manifest,
    manifestText,
    digest,
    chain: chain.value,
    role,
    signers: signed.value.held.filter((id) => !site.includes(id)),
    siteSigners: signed.value.held.filter((id) => site.includes(id) && !revoked.has(id)),
    unknownSigners: signed.value.unknown,
    parts,
    ...here.value,
    volume: volume.value,
    custody: custody.value,
    rootSignatures: [...tree.value.roots].flatMap(([version, ids]) => ids.map((id) => `root/${version}.root.json.${id}.minisig`)),
    ignored: tree.value.ignored,
  })
}
