/** Looks after what was taken: whether every file is still what its name says, and which are nobody's any more. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../domain/airgap/artifact.ts'
import { reachable, type Slots } from '../domain/airgap/slots.ts'
import { ok, type Result } from '../domain/result.ts'
import { wantedOf } from './activate.ts'
import type { BlobStore } from './blob-store.ts'
import type { findDamaged } from './check-files.ts'
import type { AirgapPlaces } from './places.ts'
import type { Release, Releases } from './releases.ts'

export type FindDamaged = typeof findDamaged

export interface Damaged {
  readonly sha256: string
  readonly id: string
  /** Versions of the bundles that it belongs to. */
  readonly releases: readonly string[]
}

export interface Checked {
  readonly files: number
  readonly bytes: number
  readonly damaged: readonly Damaged[]
}

/** Every file of every bundle. */
function owned(releases: Releases, platform: Platform | null) {
  const owners = new Map<string, { id: string; size: number; releases: string[] }>()
  for (const { manifest } of releases.list())
    for (const { id, sha256, size } of wantedOf(manifest, platform)) {
      const known = owners.get(sha256.value)
      if (known === undefined) owners.set(sha256.value, { id, size, releases: [manifest.version] })
      else known.releases.push(manifest.version)
    }
  return owners
}

/** Hashes every file of every bundle. What is damaged is taken away, so that the next load brings it back. */
export async function checkStore(
  places: AirgapPlaces,
  blobs: BlobStore,
  releases: Releases,
  platform: Platform | null,
  find: FindDamaged,
  { signal, onStep }: { readonly signal: AbortSignal; readonly onStep: (done: number, total: number) => void },
): Promise<Result<Checked>> {
  const owners = owned(releases, platform)
  const files = [...owners].map(([sha256, { size }]) => ({ path: sha256, size, sha256 }))
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  onStep(done, bytes)
  const found = await find(places.store, files, {
    signal,
    onBytes: (more) => {
      done += more
      onStep(done, bytes)
    },
  })
  if (!found.ok) return found
  const damaged = found.value.flatMap((sha256) => {
    const owner = owners.get(sha256)
    return owner === undefined ? [] : [{ sha256, id: owner.id, releases: owner.releases }]
  })
  for (const { sha256 } of damaged) blobs.remove(sha256)
  return ok({ files: files.length, bytes, damaged })
}

export interface Sweep {
  readonly releases: readonly Release[]
  readonly files: readonly { readonly sha256: string; readonly size: number }[]
}

/** What could be thrown away: bundles that nobody can go back to, and files that belong to none that is kept. */
export function planSweep(blobs: BlobStore, releases: Releases, slots: Slots): Sweep {
  const kept = reachable(slots)
  const all = releases.list()
  // The newest is kept, too: it was taken, and may have yet to be let serve.
  const newest = all.at(-1)?.digest
  const gone = all.filter(({ digest }) => !kept.has(digest) && digest !== newest)
  const held = new Set(
    all.filter((release) => !gone.includes(release)).flatMap(({ manifest }) => manifest.artifacts.map(({ sha256 }) => sha256.value)),
  )
  return { releases: gone, files: blobs.list().filter(({ sha256 }) => !held.has(sha256)) }
}

/** Bundles first: a file that is gone while its bundle is listed would look like damage. */
export function sweep(places: AirgapPlaces, blobs: BlobStore, releases: Releases, { releases: gone, files }: Sweep): void {
  for (const { digest } of gone) releases.remove(digest)
  for (const { sha256 } of files) blobs.remove(sha256)
  for (const name of existsSync(places.quarantine) ? readdirSync(places.quarantine) : [])
    rmSync(join(places.quarantine, name), { recursive: true, force: true })
}

/** Bundles on their way in, with what of them lies here. */
export function quarantined(places: AirgapPlaces): ReadonlyArray<{ readonly digest: string; readonly bytes: number }> {
  if (!existsSync(places.quarantine)) return []
  return readdirSync(places.quarantine)
    .filter((name) => /^[0-9a-f]{64}$/.test(name))
    .map((digest) => {
      const folder = join(places.quarantine, digest)
      return { digest, bytes: readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) }
    })
}
