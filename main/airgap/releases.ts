/** The signed files of every bundle that this station has taken, so that what was verified once can be looked up, compared and gone back to. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BundleManifest, manifestLimits, readManifest } from '../domain/airgap/manifest.ts'
import { names, sortTree } from '../domain/airgap/tree.ts'
import type { Sha256 } from '../domain/digest.ts'
import { readBounded, textOf } from './bounded-read.ts'
import { syncFile, syncFolder } from './durable.ts'
import type { Inspected } from './inspect.ts'
import { walkTree } from './walk-tree.ts'

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

export function createReleases(folder: string, sha256: Sha256): Releases {
  const placeOf = (digest: string) => join(folder, digest)
  const get = (digest: string): Release | null => {
    if (!releaseName.test(digest)) return null
    const bytes = readBounded(join(placeOf(digest), names.manifest), names.manifest, manifestLimits.bytesMax)
    // Its name is the hash of what was verified when it was taken.
    if (!bytes.ok || sha256(bytes.value) !== digest) return null
    const text = textOf(bytes.value)
    const manifest = text === null ? null : readManifest(text)
    return manifest === null ? null : { digest, manifest }
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
      const entries = walkTree(inspected.folder)
      const tree = entries.ok ? sortTree(entries.value) : entries
      if (!entries.ok || !tree.ok) throw new Error('the bundle changed while it was taken')
      for (const { path, kind } of entries.value) {
        if (kind !== 'file' || path.startsWith('files/') || tree.value.ignored.includes(path) || path === names.volume) continue
        const to = join(half, path)
        mkdirSync(join(to, '..'), { recursive: true, mode: 0o700 })
        // What was verified, not what the medium shows by now.
        if (path === names.manifest) writeFileSync(to, inspected.manifestText)
        else copyFileSync(join(inspected.folder, path), to)
        syncFile(to)
      }
      syncFolder(half)
      renameSync(half, place)
      syncFolder(folder)
    },
    remove: (digest) => rmSync(placeOf(digest), { recursive: true, force: true }),
  }
}
