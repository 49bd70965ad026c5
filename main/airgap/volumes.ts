/** A finished bundle laid out over volumes of any size, without signing again: every volume carries the lists, and its share of the files. */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BundleManifest, manifestParts } from '../domain/airgap/manifest.ts'
import { names } from '../domain/airgap/tree.ts'
import { planVolumes, writeVolume } from '../domain/airgap/volume.ts'
import type { Sha256 } from '../domain/digest.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Watch } from './copy-part.ts'
import { type Copied, type CopyItem, copyTree } from './copy-tree.ts'

/** What a file system takes beside the files themselves, for each file and for a volume. */
const overhead = { perFile: 32 * 1024, perVolume: 2 * 1024 * 1024 } as const

const tooSmall = (bytes: number) =>
  fail(
    'bundle.volume_too_small',
    'The largest part of this bundle does not fit on a volume of that size.',
    `Use volumes of more than ${Math.ceil(bytes / 1e6)} MB, or pack again with smaller parts.`,
  )

/** Files that every volume carries. */
function common(folder: string): readonly CopyItem[] {
  const items: CopyItem[] = []
  const visit = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (path === 'files' || path === names.volume) continue
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile()) items.push({ path, size: statSync(join(folder, path)).size, from: join(folder, path), sha256: null })
    }
  }
  visit('')
  return items
}

/** The tree as it lies in a folder, all of it, as what is to be copied. */
export function treeItems(folder: string, manifest: BundleManifest): readonly CopyItem[] {
  const parts = manifestParts(manifest).flatMap(({ path, size, sha256 }) => {
    const there = statSync(join(folder, path), { throwIfNoEntry: false })
    return there === undefined ? [] : [{ path, size, from: join(folder, path), sha256 }]
  })
  const hint = statSync(join(folder, names.volume), { throwIfNoEntry: false })
  const volume = hint === undefined ? [] : [{ path: names.volume, size: hint.size, from: join(folder, names.volume), sha256: null }]
  // The lists come last: a copy that was cut off does not look whole.
  return [...parts, ...common(folder), ...volume]
}

/** Writes `to/volume-1` and so on. */
export async function revolume(
  folder: string,
  manifest: BundleManifest,
  digest: string,
  to: string,
  volumeBytes: number,
  sha256: Sha256,
  watch: Watch = {},
): Promise<Result<ReadonlyArray<Copied & { readonly folder: string }>>> {
  const shared = common(folder)
  const present = manifestParts(manifest).filter(({ path }) => statSync(join(folder, path), { throwIfNoEntry: false }) !== undefined)
  const used = overhead.perVolume + shared.reduce((sum, { size }) => sum + size + overhead.perFile, 0)
  const padded = present.map((part) => ({ ...part, size: part.size + overhead.perFile }))
  const plan = planVolumes(padded, volumeBytes - used)
  if (plan === null) return tooSmall(used + Math.max(...padded.map(({ size }) => size)))
  const volumes: (Copied & { folder: string })[] = []
  for (const [at, parts] of plan.entries()) {
    const place = join(to, `volume-${at + 1}`)
    mkdirSync(to, { recursive: true })
    const hint = join(to, `.volume-${at + 1}.json`)
    const text = writeVolume({ setId: digest, index: at + 1, of: plan.length, files: parts.map(({ path }) => path).sort() }, sha256)
    writeFileSync(hint, text)
    try {
      const items = present.filter(({ path }) => parts.some((part) => part.path === path))
      const copied = await copyTree(
        [
          ...items.map(({ path, size, sha256: hash }) => ({ path, size, from: join(folder, path), sha256: hash })),
          ...shared,
          { path: names.volume, size: Buffer.byteLength(text), from: hint, sha256: null },
        ],
        place,
        watch,
      )
      if (!copied.ok) return copied
      volumes.push({ ...copied.value, folder: place })
    } finally {
      rmSync(hint, { force: true })
    }
  }
  return ok(volumes)
}
