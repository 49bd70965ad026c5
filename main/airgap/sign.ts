/** Adds one person's signature to a bundle, after everything in the tree was read and is what the lists say. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BundleManifest, manifestFault, manifestLimits, manifestParts, readManifest } from '../domain/airgap/manifest.ts'
import { readSums, sumsLimits, writeManifestText } from '../domain/airgap/sums.ts'
import { names } from '../domain/airgap/tree.ts'
import type { Sha256 } from '../domain/digest.ts'
import { type Ed25519, keyIdText, type SecretKey, signBytes } from '../domain/minisign.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { readBounded, textOf } from './bounded-read.ts'
import { hashOfFile, type Watch } from './copy-part.ts'
import { syncFile, syncFolder } from './durable.ts'

export interface SignedBundle {
  readonly manifest: BundleManifest
  readonly digest: string
  readonly keyId: string
}

const wrong = (what: string) => fail('bundle.not_signed', `${what}. Nothing was signed.`, 'Pack the bundle again.')

/** Reads the tree as whoever signs it must: all of its bytes. */
export async function readWhole(
  folder: string,
  sha256: Sha256,
  watch: Watch,
): Promise<Result<{ manifest: BundleManifest; digest: string; bytes: Uint8Array; sums: Uint8Array }>> {
  const [bytes, sums] = [
    readBounded(join(folder, names.manifest), names.manifest, manifestLimits.bytesMax),
    readBounded(join(folder, names.sums), names.sums, sumsLimits.bytesMax),
  ]
  if (!bytes.ok) return bytes
  if (!sums.ok) return sums
  const [text, sumsText] = [textOf(bytes.value), textOf(sums.value)]
  const manifest = text === null ? null : readManifest(text)
  const list = sumsText === null ? null : readSums(sumsText)
  if (manifest === null || list === null) return wrong('The lists of this bundle are damaged')
  const fault = manifestFault(manifest)
  if (fault !== null) return wrong(`BUNDLE.json contradicts itself: ${fault}`)
  const parts = new Map(manifestParts(manifest).map((part) => [part.path, part]))
  const digest = sha256(bytes.value)
  for (const { path, sha256: listed } of list) {
    const part = parts.get(path)
    if (part !== undefined) {
      if (part.sha256 !== listed) return wrong('The two lists of this bundle differ')
      // A bundle for those who have the baseline leaves out what they have.
      if (!existsSync(join(folder, path)) && manifest.baseline.length > 0) continue
      const hash = await hashOfFile(join(folder, path), path, part.size, watch)
      if (!hash.ok) return hash
      if (hash.value !== listed) return wrong(`${path} is not what is listed`)
    } else {
      const file = readBounded(join(folder, path), path, manifestLimits.bytesMax)
      if (!file.ok) return file
      if (sha256(file.value) !== listed) return wrong(`${path} is not what is listed`)
    }
  }
  const isComplete = [...parts.keys(), names.manifest, names.text].every((path) => list.some((sum) => sum.path === path))
  if (!isComplete) return wrong('SHA256SUMS does not list all of this bundle')
  const shown = readBounded(join(folder, names.text), names.text, sumsLimits.bytesMax)
  if (!shown.ok || textOf(shown.value) !== writeManifestText(manifest)) return wrong('MANIFEST.txt says something else than BUNDLE.json')
  return ok({ manifest, digest, bytes: bytes.value, sums: sums.value })
}

export async function signBundle(
  folder: string,
  key: SecretKey,
  tools: { readonly ed25519: Ed25519; readonly sha256: Sha256 },
  watch: Watch = {},
): Promise<Result<SignedBundle>> {
  const whole = await readWhole(folder, tools.sha256, watch)
  if (!whole.ok) return whole
  const { manifest, digest, bytes, sums } = whole.value
  const keyId = keyIdText(key.id)
  const comment = `holdfast ${manifest.channel} ${manifest.seq} ${manifest.version}`
  for (const [name, content] of [
    [names.manifest, bytes],
    [names.sums, sums],
  ] as const) {
    const file = join(folder, `${name}.${keyId}.minisig`)
    writeFileSync(file, signBytes(content, key, comment, tools.ed25519), { mode: 0o644 })
    syncFile(file)
  }
  syncFolder(folder)
  return ok({ manifest, digest, keyId })
}
