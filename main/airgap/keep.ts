/** Looks after what was taken: whether every file is still what its name says, and which are nobody's any more. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../domain/airgap/artifact.ts'
import { reachable, type Slots } from '../domain/airgap/slots.ts'
import { ok, type Result } from '../domain/result.ts'
import { wantedOf } from './activate.ts'
import type { BlobStore } from './blob-store.ts'
import type { Watch } from './copy-part.ts'
import type { AirgapPlaces } from './places.ts'
import type { Release, Releases } from './releases.ts'

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

/** Hashes every file of every bundle. What is damaged is taken away, so that the next load brings it back. */
export async function checkStore(blobs: BlobStore, releases: Releases, platform: Platform | null, watch: Watch): Promise<Result<Checked>> {
  const owners = new Map<string, { id: string; size: number; releases: string[] }>()
  for (const { manifest } of releases.list())
    for (const { id, sha256, size } of wantedOf(manifest, platform)) {
      const known = owners.get(sha256.value)
      if (known === undefined) owners.set(sha256.value, { id, size, releases: [manifest.version] })
      else known.releases.push(manifest.version)
    }
  const damaged: Damaged[] = []
  let bytes = 0
  for (const [sha256, { id, size, releases: of }] of owners) {
    const checked = await blobs.check({ sha256, size }, watch)
    if (!checked.ok) return checked
    if (!checked.value) {
      blobs.remove(sha256)
      damaged.push({ sha256, id, releases: of })
    }
    bytes += size
  }
  return ok({ files: owners.size, bytes, damaged })
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
