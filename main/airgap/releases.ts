/** The signed files of every bundle that this station has taken, so that what was verified once can be looked up, compared and gone back to. */
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { custodyLimits } from '../domain/airgap/custody-log.ts'
import { type BundleManifest, manifestLimits, readManifest } from '../domain/airgap/manifest.ts'
import { sumsLimits } from '../domain/airgap/sums.ts'
import { names } from '../domain/airgap/tree.ts'
import { rootLimits } from '../domain/airgap/trust-root.ts'
import type { Sha256 } from '../domain/digest.ts'
import { readBounded, textOf } from './bounded-read.ts'
import { syncFolder, writeWhole } from './durable.ts'
import type { Inspected } from './inspect.ts'

const keptLimits = { signatureBytes: 4_096, rootSignatures: 1_000 } as const
const releaseName = /^[0-9a-f]{64}$/

export interface Release {
  readonly digest: string
  readonly manifest: BundleManifest
}

export interface Releases {
  readonly folder: (digest: string) => string
  /** Null when it was not taken, or what lies here is no longer what was. */
  get(digest: string): Release | null
  /** Those that are whole, by their number. */
  list(): readonly Release[]
  keep(inspected: Inspected): void
  remove(digest: string): void
}

/** What was verified, as bytes of bounded size: what nobody looked at is not kept, however it is called. */
function writeKept({ folder, manifestText, signers, siteSigners, chain, custody, rootSignatures }: Inspected, half: string): void {
  const held = [...signers, ...siteSigners]
  const roots = Array.from({ length: chain.newest.root.version }, (_, at) => at + 1)
  const files: ReadonlyArray<readonly [path: string, bytesMax: number]> = [
    ...held.flatMap((id) => [names.manifest, names.sums].map((name) => [`${name}.${id}.minisig`, keptLimits.signatureBytes] as const)),
    ...roots.map((version) => [`root/${version}.root.json`, rootLimits.bytesMax] as const),
    ...rootSignatures.slice(0, keptLimits.rootSignatures).map((path) => [path, keptLimits.signatureBytes] as const),
    ...[names.sums, names.text, names.readme, names.install].map((name) => [name, sumsLimits.bytesMax] as const),
    ...custody.map(({ file }) => [file, custodyLimits.bytesMax] as const),
  ]
  writeWhole(join(half, names.manifest), manifestText)
  for (const [path, bytesMax] of files) {
    const bytes = readBounded(join(folder, path), path, bytesMax)
    // A signature of the second list may be missing where another person's stands.
    if (bytes.ok) writeWhole(join(half, path), bytes.value)
    else if (!path.endsWith('.minisig')) throw new Error(`${path} changed while it was taken`)
  }
}

export function createReleases(folder: string, sha256: Sha256): Releases {
  const placeOf = (digest: string) => join(folder, digest)
  /** What was read, as long as the file system says the same of it: a list of two thousand items takes long to parse. */
  const known = new Map<string, { readonly mark: string; readonly release: Release }>()
  const get = (digest: string): Release | null => {
    if (!releaseName.test(digest)) return null
    const stat = lstatSync(join(placeOf(digest), names.manifest), { throwIfNoEntry: false })
    const mark = stat === undefined ? '' : [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join()
    const held = known.get(digest)
    if (held !== undefined && held.mark === mark) return held.release
    known.delete(digest)
    const bytes = readBounded(join(placeOf(digest), names.manifest), names.manifest, manifestLimits.bytesMax)
    // Its name is the hash of what was verified when it was taken.
    if (!bytes.ok || sha256(bytes.value) !== digest) return null
    const text = textOf(bytes.value)
    const manifest = text === null ? null : readManifest(text)
    if (manifest === null) return null
    const release = { digest, manifest }
    known.set(digest, { mark, release })
    return release
  }
  return {
    folder: placeOf,
    get,
    list: () =>
      (existsSync(folder) ? readdirSync(folder) : []).flatMap((name) => get(name) ?? []).sort((a, b) => a.manifest.seq - b.manifest.seq),
    keep: (inspected) => {
      const place = placeOf(inspected.digest)
      if (get(inspected.digest) !== null) return
      const half = `${place}.partial`
      rmSync(half, { recursive: true, force: true })
      rmSync(place, { recursive: true, force: true })
      mkdirSync(half, { recursive: true, mode: 0o700 })
      try {
        writeKept(inspected, half)
      } catch (error) {
        rmSync(half, { recursive: true, force: true })
        throw error
      }
      syncFolder(half)
      renameSync(half, place)
      syncFolder(folder)
    },
    remove: (digest) => rmSync(placeOf(digest), { recursive: true, force: true }),
  }
}
